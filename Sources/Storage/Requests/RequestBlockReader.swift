import Domain
import InferenceProtocol

/// Reads the columns in their order; nil as soon as one does not fit.
struct RequestBlockReader {
  var rest: ArraySlice<UInt8>

  mutating func requests(
    version: ModelVersion, variant: Variant, hasErrors: Bool
  ) -> [CapturedRequest]? {
    guard let count = count(limit: RequestBlock.capacity) else { return nil }
    var ids: [RequestID] = []
    for _ in 0..<count {
      guard let id = id() else { return nil }
      ids.append(id)
    }
    guard let arrivals = differences(count) else { return nil }
    var outcomes: [Outcome] = []
    for _ in 0..<count {
      guard let code = rest.popFirst(), let outcome = RequestBlock.outcome(of: code) else {
        return nil
      }
      outcomes.append(outcome)
    }
    guard let revisions = differences(count), let queues = column(count),
      let computes = column(count), let totals = column(count)
    else { return nil }
    var rows: [Int] = []
    for _ in 0..<count {
      guard let number = self.count(limit: .max) else { return nil }
      rows.append(number)
    }
    guard let clients = clients(count), let ownIDs = ownIDs(count),
      let errors = hasErrors ? errors(count) : Array(repeating: nil, count: count),
      let tensors = tensors(count)
    else { return nil }
    return (0..<count).map { index in
      let record = PredictionRecord(
        id: ids[index], clientRequestID: ownIDs[index], version: version, variant: variant,
        client: clients[index], outcome: outcomes[index], revision: revisions[index],
        arrivedAt: Timestamp(microseconds: arrivals[index]), queueTime: queues[index],
        computeTime: computes[index], totalTime: totals[index], rows: rows[index],
        error: errors[index])
      return CapturedRequest(
        record, tensors: tensors[index]?.tensors, redacted: tensors[index]?.redacted ?? [])
    }
  }

  private mutating func count(limit: Int) -> Int? {
    guard let number = LEB128.unsigned(&rest), number <= UInt64(limit) else { return nil }
    return Int(number)
  }

  private mutating func id() -> RequestID? {
    guard rest.count >= 16 else { return nil }
    let words = [rest.prefix(8), rest.dropFirst(8).prefix(8)].map { word in
      word.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    rest = rest.dropFirst(16)
    return RequestID(high: words[0], low: words[1])
  }

  private mutating func column(_ count: Int) -> [Int64]? {
    var values: [Int64] = []
    for _ in 0..<count {
      guard let value = LEB128.signed(&rest) else { return nil }
      values.append(value)
    }
    return values
  }

  private mutating func differences(_ count: Int) -> [Int64]? {
    var previous: Int64 = 0
    return column(count)?.map { difference in
      previous &+= difference
      return previous
    }
  }

  private mutating func bytes() -> ArraySlice<UInt8>? {
    guard let length = count(limit: rest.count) else { return nil }
    defer { rest = rest.dropFirst(length) }
    return rest.prefix(length)
  }

  private mutating func text() -> String? { bytes().map { String(decoding: $0, as: UTF8.self) } }

  private mutating func clients(_ count: Int) -> [String]? {
    guard let known = self.count(limit: count) else { return nil }
    var names: [String] = []
    for _ in 0..<known {
      guard let name = text() else { return nil }
      names.append(name)
    }
    var column: [String] = []
    for _ in 0..<count {
      guard let number = self.count(limit: .max), number < names.count else { return nil }
      column.append(names[number])
    }
    return column
  }

  private mutating func ownIDs(_ count: Int) -> [String?]? {
    var column: [String?] = []
    for _ in 0..<count {
      guard let length = self.count(limit: rest.count) else { return nil }
      guard length > 0 else {
        column.append(nil)
        continue
      }
      column.append(String(decoding: rest.prefix(length - 1), as: UTF8.self))
      rest = rest.dropFirst(length - 1)
    }
    return column
  }

  private mutating func errors(_ count: Int) -> [String?]? {
    guard let known = self.count(limit: count) else { return nil }
    var texts: [String?] = [nil]
    for _ in 0..<known {
      guard let text = text() else { return nil }
      texts.append(text)
    }
    var column: [String?] = []
    for _ in 0..<count {
      guard let number = self.count(limit: known) else { return nil }
      column.append(texts[number])
    }
    return column
  }

  private struct Form {
    var inputs: [Tensor]
    var outputs: [Tensor]
    var redacted: [String]
  }

  private mutating func tensors(
    _ count: Int
  ) -> [(tensors: PredictionTensors, redacted: [String])?]? {
    guard let known = self.count(limit: count) else { return nil }
    var forms: [Form] = []
    for _ in 0..<known {
      guard let inputs = group(), let outputs = group(), let names = self.count(limit: rest.count)
      else { return nil }
      var redacted: [String] = []
      for _ in 0..<names {
        guard let name = text() else { return nil }
        redacted.append(name)
      }
      forms.append(Form(inputs: inputs, outputs: outputs, redacted: redacted))
    }
    var column: [(tensors: PredictionTensors, redacted: [String])?] = []
    for _ in 0..<count {
      guard let number = self.count(limit: forms.count) else { return nil }
      guard number > 0 else {
        column.append(nil)
        continue
      }
      var form = forms[number - 1]
      guard fill(&form.inputs), fill(&form.outputs) else { return nil }
      let tensors = PredictionTensors(inputs: form.inputs, outputs: form.outputs)
      column.append((tensors, form.redacted))
    }
    return column
  }

  /// Tensors without their elements.
  private mutating func group() -> [Tensor]? {
    guard let count = count(limit: rest.count) else { return nil }
    var tensors: [Tensor] = []
    for _ in 0..<count {
      guard let name = text(), let type = text().flatMap(DataType.init(rawValue:)),
        let rank = self.count(limit: rest.count)
      else { return nil }
      var shape: [Int] = []
      for _ in 0..<rank {
        guard let length = self.count(limit: .max) else { return nil }
        shape.append(length)
      }
      tensors.append(Tensor(name: name, datatype: type, shape: shape, storage: .bytes([])))
    }
    return tensors
  }

  private mutating func fill(_ tensors: inout [Tensor]) -> Bool {
    for index in tensors.indices {
      if tensors[index].datatype == .bytes {
        guard let count = count(limit: rest.count) else { return false }
        var strings: [[UInt8]] = []
        for _ in 0..<count {
          guard let string = bytes() else { return false }
          strings.append(Array(string))
        }
        tensors[index].storage = .strings(strings)
      } else {
        guard let content = bytes() else { return false }
        tensors[index].storage = .bytes(Array(content))
      }
    }
    return true
  }
}
