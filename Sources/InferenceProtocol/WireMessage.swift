extension InferResponse {
  /// The JSON form: flat data, shortest numbers that read back as the same value.
  package func json() -> [UInt8] { body { _ in false }.bytes }

  /// The body in the form that `request` asked for, output by output.
  ///
  /// - Parameter limit: bytes that the body may have.
  /// - Throws: the output with which it becomes longer; no more is printed then.
  package func body(
    for request: InferRequest, limit: Int
  ) throws(OverlongOutput) -> WireMessage {
    try body(binary: request.wantsBinary, limit: limit)
  }

  /// Bytes that no form of the body exceeds, without printing it. - Complexity: O(elements of BYTES tensors).
  package var longestBody: Int {
    // What an escape makes of a byte, and what a line of the body takes beside names and numbers.
    let (escape, line) = (6, 128)
    let names = modelName.utf8.count + (modelVersion?.utf8.count ?? 0) + (id?.utf8.count ?? 0)
    let start = parameters.reduce(line + escape * names) { bytes, parameter in
      var value = JSONPrinter.longestNumber
      if case .string(let text) = parameter.value { value = escape * text.utf8.count }
      return bytes + value + escape * parameter.key.utf8.count + 8
    }
    return outputs.reduce(start) { bytes, output in
      let head =
        line + escape * output.name.utf8.count + JSONPrinter.longestNumber * output.shape.count
      switch output.storage {
      case .bytes: return bytes + head + JSONPrinter.longestNumber * output.elementCount
      case .strings: return bytes + head + escape * output.memoryBytes
      }
    }
  }

  /// The body with the outputs that `binary` picks in V2's binary form, the rest as JSON.
  package func body(binary: (String) -> Bool) -> WireMessage {
    do throws(OverlongOutput) {
      return try body(binary: binary, limit: .max)
    } catch {
      preconditionFailure("no body has more than Int.max bytes")
    }
  }

  private func body(
    binary: (String) -> Bool, limit: Int
  ) throws(OverlongOutput) -> WireMessage {
    var printer = JSONPrinter(
      capacity: 128 + outputs.reduce(0) { $0 + 64 + $1.elementCount * 12 }, limit: limit)
    printer.raw("{\"model_name\":")
    printer.string(modelName)
    if let modelVersion {
      printer.raw(",\"model_version\":")
      printer.string(modelVersion)
    }
    if let id {
      printer.raw(",\"id\":")
      printer.string(id)
    }
    if !parameters.isEmpty {
      printer.raw(",\"parameters\":")
      printer.parameters(parameters)
    }
    printer.raw(",\"outputs\":")
    var tail: [UInt8] = []
    var hasBinary = false
    var overlong: Tensor?
    printer.list(outputs) { printer, output in
      guard overlong == nil else { return }
      let isBinary = binary(output.name)
      printer.tensor(output, isBinary: isBinary)
      let room = limit - printer.bytes.count - tail.count
      guard !printer.isOverLimit, room >= (isBinary ? output.byteCount : 0) else {
        overlong = output
        return
      }
      if isBinary {
        hasBinary = true
        output.appendBinary(to: &tail)
      }
    }
    if let overlong { throw OverlongOutput(output: overlong, isBinary: binary(overlong.name)) }
    printer.raw("}")
    return WireMessage(printer, binaryTail: hasBinary ? tail : nil)
  }
}

/// An output with which a body becomes longer than it may be.
package struct OverlongOutput: Error, Sendable, Equatable {
  package var name: String
  package var shape: [Int]
  /// Whether it was to be in V2's binary form, which is the shorter one.
  package var isBinary: Bool

  init(output: Tensor, isBinary: Bool) {
    name = output.name
    shape = output.shape
    self.isBinary = isBinary
  }
}

extension InferRequest {
  /// The JSON form, for clients of other V2 servers.
  package func json() -> [UInt8] { body { _ in false }.bytes }

  /// The body with the inputs that `binary` picks in V2's binary form, the rest as JSON.
  package func body(binary: (String) -> Bool) -> WireMessage {
    var printer = JSONPrinter(capacity: 128 + inputs.reduce(0) { $0 + 64 + $1.elementCount * 12 })
    printer.raw("{")
    if let id {
      printer.raw("\"id\":")
      printer.string(id)
      printer.raw(",")
    }
    if !parameters.isEmpty {
      printer.raw("\"parameters\":")
      printer.parameters(parameters)
      printer.raw(",")
    }
    printer.raw("\"inputs\":")
    var tail: [UInt8] = []
    var hasBinary = false
    printer.list(inputs) { printer, input in
      let isBinary = binary(input.name)
      printer.tensor(input, isBinary: isBinary)
      if isBinary {
        hasBinary = true
        input.appendBinary(to: &tail)
      }
    }
    if !outputs.isEmpty {
      printer.raw(",\"outputs\":")
      printer.list(outputs) { printer, output in
        printer.raw("{\"name\":")
        printer.string(output.name)
        if !output.parameters.isEmpty {
          printer.raw(",\"parameters\":")
          printer.parameters(output.parameters)
        }
        printer.raw("}")
      }
    }
    printer.raw("}")
    return WireMessage(printer, binaryTail: hasBinary ? tail : nil)
  }
}

/// A V2 body, ready to be sent.
package struct WireMessage: Sendable, Equatable {
  /// All of the body: the JSON part, then the binary tensors if there are any.
  package let bytes: [UInt8]
  /// What `Inference-Header-Content-Length` must say; nil for a body that is JSON alone.
  package let headerLength: Int?

  /// Of the JSON part: the binary form has all values.
  package let notFinite: NotFinite

  init(_ printer: JSONPrinter, binaryTail: [UInt8]?) {
    var all = printer.bytes
    headerLength = binaryTail == nil ? nil : all.count
    if let binaryTail { all.append(contentsOf: binaryTail) }
    bytes = all
    notFinite = printer.notFinite
  }

  package var contentType: String {
    headerLength == nil ? "application/json" : "application/octet-stream"
  }
}

extension JSONPrinter {
  mutating func tensor(_ tensor: Tensor, isBinary: Bool) {
    raw("{\"name\":")
    string(tensor.name)
    raw(",\"shape\":")
    shape(tensor.shape)
    raw(",\"datatype\":\"")
    raw(tensor.datatype.rawValue)
    if isBinary {
      raw("\",\"parameters\":{\"binary_data_size\":")
      integer(tensor.byteCount)
      raw("}}")
    } else {
      raw("\",\"data\":[")
      elements(of: tensor)
      raw("]}")
    }
  }

  private mutating func elements(of tensor: Tensor) {
    switch tensor.storage {
    case .strings(let strings):
      for (index, text) in strings.enumerated() {
        if isOverLimit { return }
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        string(text)
      }
    case .bytes(let stored):
      for index in 0..<tensor.elementCount {
        if index & 1_023 == 0, isOverLimit { return }
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element(stored, tensor.datatype, index)
      }
    }
  }

  private mutating func element(_ stored: [UInt8], _ datatype: DataType, _ index: Int) {
    switch datatype {
    case .fp32: float(Float(bitPattern: stored.word(UInt32.self, at: index)))
    case .fp64: float(Double(bitPattern: stored.word(UInt64.self, at: index)))
    case .fp16: float(Float16(bitPattern: stored.word(UInt16.self, at: index)))
    case .bf16: float(Float(bitPattern: UInt32(stored.word(UInt16.self, at: index)) << 16))
    case .int64: integer(Int64(bitPattern: stored.word(UInt64.self, at: index)))
    case .int32: integer(Int32(bitPattern: stored.word(UInt32.self, at: index)))
    case .int16: integer(Int16(bitPattern: stored.word(UInt16.self, at: index)))
    case .int8: integer(Int8(bitPattern: stored[index]))
    case .uint64: integer(stored.word(UInt64.self, at: index))
    case .uint32: integer(stored.word(UInt32.self, at: index))
    case .uint16: integer(stored.word(UInt16.self, at: index))
    case .uint8: integer(stored[index])
    case .bool: raw(stored[index] == 0 ? "false" : "true")
    case .bytes: raw("null")
    }
  }
}

extension Tensor {
  /// Appends the elements in V2's binary form: a BYTES element is its length in four bytes, then itself.
  func appendBinary(to bytes: inout [UInt8]) {
    switch storage {
    case .bytes(let stored): bytes.append(contentsOf: stored)
    case .strings(let strings):
      for text in strings {
        bytes.append(littleEndian: UInt32(truncatingIfNeeded: text.count))
        bytes.append(contentsOf: text)
      }
    }
  }
}
