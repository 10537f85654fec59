import Domain
import Foundation
import InferenceProtocol
import Statistics

/// Up to 1,024 requests of one series, a column after the other, packed into one value: what the table `request_block`
/// holds.
///
/// Layout: format byte 1, or 2 with errors; count; then for each request its id (16 bytes, most significant first);
/// arrivals in microseconds, each less the one before; outcomes, a byte each; revisions, each less the one before; queue,
/// compute and total times in nanoseconds; rows; the clients' names, then a number among them for each; ids of the
/// clients' own (length plus one, or 0 for none, then UTF-8); in format 2 the errors' texts, then for each request 0 for
/// none or one more than its text's number; the forms of the tensors, then for each request 0 for none or one more than
/// its form's number, and its elements; CRC-32 of all before (UInt32, little-endian). Numbers are LEB128, signed ones
/// zigzag.
struct RequestBlock {
  static let capacity = 1_024
  private static let formatVersion: UInt8 = 1
  /// With a column for errors, which most blocks have none of.
  private static let formatWithErrors: UInt8 = 2

  /// What the tensors of many requests have in common.
  private struct Form: Hashable {
    var inputs: [TensorForm]
    var outputs: [TensorForm]
    var redacted: [String]

    init(_ tensors: PredictionTensors, redacted: [String]) {
      inputs = tensors.inputs.map(TensorForm.init)
      outputs = tensors.outputs.map(TensorForm.init)
      self.redacted = redacted
    }

    /// Whether it is the form of these, without making that.
    func fits(_ tensors: PredictionTensors, redacted: [String]) -> Bool {
      self.redacted == redacted && Self.fit(inputs, tensors.inputs)
        && Self.fit(outputs, tensors.outputs)
    }

    private static func fit(_ forms: [TensorForm], _ tensors: [Tensor]) -> Bool {
      guard forms.count == tensors.count else { return false }
      for index in forms.indices where !forms[index].fits(tensors[index]) { return false }
      return true
    }
  }

  private struct TensorForm: Hashable {
    var name: String
    var datatype: DataType
    var shape: [Int]

    init(_ tensor: Tensor) {
      name = tensor.name
      datatype = tensor.datatype
      shape = tensor.shape
    }

    func fits(_ tensor: Tensor) -> Bool {
      datatype == tensor.datatype && shape == tensor.shape && name == tensor.name
    }
  }

  // MARK: Packing

  /// Elements are read where they stand: each copy of a request would count up a dozen references.
  ///
  /// - Precondition: at most `capacity`, all of one version in one part.
  static func pack(_ requests: ArraySlice<CapturedRequest>) -> [UInt8] {
    precondition(requests.count <= capacity, "a block holds at most \(capacity) requests")
    let hasErrors = requests.indices.contains { requests[$0].record.error != nil }
    var bytes: [UInt8] = [hasErrors ? formatWithErrors : formatVersion]
    bytes.reserveCapacity(requests.count * 128)
    LEB128.append(UInt64(requests.count), to: &bytes)
    bytes.append(addingCapacity: requests.count * 16) { span in
      for index in requests.indices { span.append(requests[index].record.id) }
    }
    appendDifferences(requests, { requests[$0].record.arrivedAt.microseconds }, to: &bytes)
    for index in requests.indices { bytes.append(code(of: requests[index].record.outcome)) }
    appendDifferences(requests, { requests[$0].record.revision }, to: &bytes)
    append(requests, { requests[$0].record.queueTime }, to: &bytes)
    append(requests, { requests[$0].record.computeTime }, to: &bytes)
    append(requests, { requests[$0].record.totalTime }, to: &bytes)
    bytes.append(addingCapacity: requests.count * LEB128.longest) { span in
      for index in requests.indices {
        LEB128.append(UInt64(max(0, requests[index].record.rows)), to: &span)
      }
    }
    appendClients(requests, to: &bytes)
    for index in requests.indices {
      if let id = requests[index].record.clientRequestID {
        LEB128.append(UInt64(id.utf8.count) + 1, to: &bytes)
        bytes.append(contentsOf: id.utf8)
      } else {
        bytes.append(0)
      }
    }
    if hasErrors { appendErrors(requests, to: &bytes) }
    appendTensors(requests, to: &bytes)
    let checksum = CRC32.checksum(of: bytes.span)
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: checksum >> shift))
    }
    return bytes
  }

  private static func append(
    _ requests: ArraySlice<CapturedRequest>, _ column: (Int) -> Int64, to bytes: inout [UInt8]
  ) {
    bytes.append(addingCapacity: requests.count * LEB128.longest) { span in
      for index in requests.indices { LEB128.append(signed: column(index), to: &span) }
    }
  }

  private static func appendDifferences(
    _ requests: ArraySlice<CapturedRequest>, _ column: (Int) -> Int64, to bytes: inout [UInt8]
  ) {
    bytes.append(addingCapacity: requests.count * LEB128.longest) { span in
      var previous: Int64 = 0
      for index in requests.indices {
        let value = column(index)
        LEB128.append(signed: value &- previous, to: &span)
        previous = value
      }
    }
  }

  private static func appendClients(
    _ requests: ArraySlice<CapturedRequest>, to bytes: inout [UInt8]
  ) {
    var numbers: [String: Int] = [:]
    var names: [String] = []
    let column = requests.indices.map { index in
      let client = requests[index].record.client
      // Most often there is but one.
      if let last = names.last, last == client { return names.count - 1 }
      if let number = numbers[client] { return number }
      names.append(client)
      numbers[client] = names.count - 1
      return names.count - 1
    }
    LEB128.append(UInt64(names.count), to: &bytes)
    for name in names { append(name, to: &bytes) }
    for number in column { LEB128.append(UInt64(number), to: &bytes) }
  }

  private static func appendErrors(
    _ requests: ArraySlice<CapturedRequest>, to bytes: inout [UInt8]
  ) {
    var numbers: [String: Int] = [:]
    var texts: [String] = []
    let column = requests.indices.map { index -> Int in
      guard let error = requests[index].record.error else { return 0 }
      if let number = numbers[error] { return number }
      texts.append(error)
      numbers[error] = texts.count
      return texts.count
    }
    LEB128.append(UInt64(texts.count), to: &bytes)
    for text in texts { append(text, to: &bytes) }
    for number in column { LEB128.append(UInt64(number), to: &bytes) }
  }

  private static func appendTensors(
    _ requests: ArraySlice<CapturedRequest>, to bytes: inout [UInt8]
  ) {
    var numbers: [Form: Int] = [:]
    var forms: [Form] = []
    var elements: [UInt8] = []
    elements.reserveCapacity(requests.count * 64)
    var last = 0
    for index in requests.indices {
      guard let tensors = requests[index].tensors else {
        elements.append(0)
        continue
      }
      let redacted = requests[index].redacted
      if !(last < forms.count && forms[last].fits(tensors, redacted: redacted)) {
        let form = Form(tensors, redacted: redacted)
        if let known = numbers[form] {
          last = known
        } else {
          last = forms.count
          numbers[form] = last
          forms.append(form)
        }
      }
      LEB128.append(UInt64(last) + 1, to: &elements)
      for place in tensors.inputs.indices { append(tensors.inputs[place].storage, to: &elements) }
      for place in tensors.outputs.indices {
        append(tensors.outputs[place].storage, to: &elements)
      }
    }
    LEB128.append(UInt64(forms.count), to: &bytes)
    for form in forms {
      for group in [form.inputs, form.outputs] {
        LEB128.append(UInt64(group.count), to: &bytes)
        for tensor in group {
          append(tensor.name, to: &bytes)
          append(tensor.datatype.rawValue, to: &bytes)
          LEB128.append(UInt64(tensor.shape.count), to: &bytes)
          for length in tensor.shape { LEB128.append(UInt64(length), to: &bytes) }
        }
      }
      LEB128.append(UInt64(form.redacted.count), to: &bytes)
      for name in form.redacted { append(name, to: &bytes) }
    }
    bytes.append(contentsOf: elements)
  }

  private static func append(_ storage: Tensor.Storage, to bytes: inout [UInt8]) {
    switch storage {
    case .bytes(let content):
      LEB128.append(UInt64(content.count), to: &bytes)
      bytes.append(contentsOf: content)
    case .strings(let strings):
      LEB128.append(UInt64(strings.count), to: &bytes)
      for string in strings {
        LEB128.append(UInt64(string.count), to: &bytes)
        bytes.append(contentsOf: string)
      }
    }
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    LEB128.append(UInt64(text.utf8.count), to: &bytes)
    bytes.append(contentsOf: text.utf8)
  }

  private static func code(of outcome: Outcome) -> UInt8 {
    switch outcome {
    case .ok: 0
    case .invalid: 1
    case .failed: 2
    case .shed: 3
    case .limited: 4
    case .timedOut: 5
    case .cancelled: 6
    }
  }

  // MARK: Reading

  /// The requests of a block in the order in which they were packed; nil for bytes that `pack` does not make, and for
  /// damaged ones.
  static func unpack(
    _ bytes: [UInt8], version: ModelVersion, variant: Variant
  ) -> [CapturedRequest]? {
    guard bytes.count >= 6, bytes[0] == formatVersion || bytes[0] == formatWithErrors else {
      return nil
    }
    let end = bytes.count - 4
    let stored = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[end + $1]) << UInt32(8 * $1) }
    guard CRC32.checksum(of: bytes.span.extracting(..<end)) == stored else { return nil }
    var reader = RequestBlockReader(rest: bytes[1..<end])
    return reader.requests(
      version: version, variant: variant, hasErrors: bytes[0] == formatWithErrors)
  }

  static func outcome(of code: UInt8) -> Outcome? {
    Outcome.allCases.first { self.code(of: $0) == code }
  }
}
