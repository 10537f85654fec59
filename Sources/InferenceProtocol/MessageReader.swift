/// Reads one V2 message: what a request and a response have in common.
struct MessageReader {
  var scanner: JSONScanner
  private let acceptsNull: Bool
  /// Of the tensors so far.
  private var elements = 0
  private var strings = 0
  /// Where the next binary tensor starts.
  private var binaryPosition: Int?

  init(limits: WireLimits, acceptsNull: Bool, headerLength: Int?) {
    scanner = JSONScanner(limits: limits)
    self.acceptsNull = acceptsNull
    binaryPosition = headerLength
  }

  private var limits: WireLimits { scanner.limits }

  /// A string, or nil for null.
  mutating func optionalText(_ json: Span<UInt8>, key: String) throws(WireError) -> String? {
    if scanner.takeWord("null", json) { return nil }
    guard scanner.peek(json) == UInt8(ascii: "\"") else {
      throw scanner.wrongKind(json, key: key, expected: "a string")
    }
    return try scanner.text(json, what: "a string")
  }

  mutating func requiredText(_ json: Span<UInt8>, key: String) throws(WireError) -> String {
    guard scanner.peek(json) == UInt8(ascii: "\"") else {
      throw scanner.wrongKind(json, key: key, expected: "a string")
    }
    return try scanner.text(json, what: "a string")
  }

  /// An object of parameters. Those that nobody knows may be anything.
  ///
  /// - Parameters:
  ///   - known: such as have a meaning here: another kind of value would be ignored without a word.
  ///   - owner: whose they are, for messages.
  mutating func parameters(
    _ json: Span<UInt8>, known: [String: ParameterKind] = [:], owner: String = ""
  ) throws(WireError) -> [String: ParameterValue] {
    if scanner.takeWord("null", json) { return [:] }
    guard scanner.peek(json) == UInt8(ascii: "{") else {
      throw scanner.wrongKind(json, key: "parameters", expected: "an object")
    }
    var parameters: [String: ParameterValue] = [:]
    try scanner.members(json) { (scanner, key, json) throws(WireError) in
      let start = scanner.position
      parameters[key] = nil
      switch scanner.kind(json) {
      case .string: parameters[key] = .string(try scanner.text(json, what: "a string"))
      case .number:
        let number = try scanner.number(json)
        let text = String(decoding: (start..<scanner.position).map { json[$0] }, as: UTF8.self)
          .trimmed
        if number.isWhole, let integer = Int64(text) {
          parameters[key] = .integer(integer)
        } else {
          parameters[key] = Double(text).map { .number($0) }
        }
      case .bool where scanner.takeWord("true", json): parameters[key] = .bool(true)
      case .bool where scanner.takeWord("false", json): parameters[key] = .bool(false)
      default: try scanner.skip(json)
      }
      if let kind = known[key] {
        let end = scanner.position
        let text = String(decoding: (start..<end).map { json[$0] }, as: UTF8.self).trimmed
        parameters[key] = try kind.checked(parameters[key], key: key, owner: owner, text: text)
      }
      guard parameters.count <= scanner.limits.parameters else {
        throw .tooMuch(what: "parameters", limit: scanner.limits.parameters)
      }
    }
    return parameters
  }

  /// The array of tensors under `key`, each with its data: in the JSON, or after it in `body`.
  mutating func tensors(
    _ json: Span<UInt8>, body: Span<UInt8>, key: String
  ) throws(WireError) -> [Tensor] {
    guard scanner.peek(json) == UInt8(ascii: "[") else {
      throw scanner.wrongKind(json, key: key, expected: "an array of tensors")
    }
    var tensors: [Tensor] = []
    try scanner.expect(UInt8(ascii: "["), json)
    try scanner.enter()
    if !scanner.take(UInt8(ascii: "]"), json) {
      repeat {
        guard tensors.count < limits.tensors else {
          throw .tooMuch(what: "tensors", limit: limits.tensors)
        }
        let tensor = try tensor(json, body: body, key: key)
        guard !tensors.contains(where: { $0.name == tensor.name }) else {
          throw .duplicateTensor(tensor.name)
        }
        tensors.append(tensor)
      } while scanner.take(UInt8(ascii: ","), json)
      guard scanner.take(UInt8(ascii: "]"), json) else {
        throw scanner.notJSON(json, expected: "',' or ']'")
      }
    }
    scanner.leave()
    return tensors
  }

  /// After the message: nothing but white space in the JSON, nothing after the last binary tensor.
  mutating func end(_ json: Span<UInt8>, body: Span<UInt8>) throws(WireError) {
    guard scanner.peek(json) == nil else {
      throw scanner.notJSON(json, expected: "the end of the body")
    }
    if let binaryPosition, binaryPosition < body.count {
      throw .trailingBytes(body.count - binaryPosition)
    }
  }

  private mutating func tensor(
    _ json: Span<UInt8>, body: Span<UInt8>, key: String
  ) throws(WireError) -> Tensor {
    guard scanner.peek(json) == UInt8(ascii: "{") else {
      throw scanner.wrongKind(json, key: key, expected: "a tensor")
    }
    var draft = Draft()
    try scanner.enter()
    try scanner.expect(UInt8(ascii: "{"), json)
    if !scanner.take(UInt8(ascii: "}"), json) {
      repeat {
        let key = try TensorKey(&scanner, json)
        try scanner.expect(UInt8(ascii: ":"), json)
        try member(key, of: &draft, json)
      } while scanner.take(UInt8(ascii: ","), json)
      guard scanner.take(UInt8(ascii: "}"), json) else {
        throw scanner.notJSON(json, expected: "',' or '}'")
      }
    }
    scanner.leave()
    return try finished(&draft, json, body: body, key: key)
  }

  private mutating func member(
    _ key: TensorKey, of draft: inout Draft, _ json: Span<UInt8>
  ) throws(WireError) {
    switch key {
    case .name: draft.name = try requiredText(json, key: "name")
    case .datatype: draft.datatype = try datatype(json, tensor: draft.name ?? "?")
    case .shape: draft.shape = try shape(json, tensor: draft.name ?? "?")
    case .parameters:
      let parameters = try parameters(
        json, known: ParameterKind.ofTensor, owner: "tensor \"\(draft.name ?? "?")\"")
      if case .integer(let size)? = parameters["binary_data_size"] {
        draft.binarySize = Int(clamping: size)
      }
    case .data:
      guard let name = draft.name, let datatype = draft.datatype, let shape = draft.shape else {
        // The keys that say how to read it are still to come.
        _ = scanner.peek(json)
        draft.dataPosition = scanner.position
        return try scanner.skip(json)
      }
      draft.storage = try data(json, name: name, datatype: datatype, shape: shape)
    case .other: try scanner.skip(json)
    }
  }

  private mutating func datatype(
    _ json: Span<UInt8>, tensor: String
  ) throws(WireError) -> DataType {
    // Before any text is made of it: nearly every request is one of these.
    if scanner.takeWord("\"FP32\"", json) { return .fp32 }
    if scanner.takeWord("\"FP64\"", json) { return .fp64 }
    if scanner.takeWord("\"INT64\"", json) { return .int64 }
    let text = try requiredText(json, key: "datatype")
    guard let datatype = DataType(rawValue: text) else {
      throw .unknownDatatype(tensor: tensor, found: text)
    }
    return datatype
  }

  private mutating func finished(
    _ draft: inout Draft, _ json: Span<UInt8>, body: Span<UInt8>, key: String
  ) throws(WireError) -> Tensor {
    guard let name = draft.name else { throw .missingKey("name", owner: "a tensor of \"\(key)\"") }
    // Made where it is needed: each request comes by here.
    func missing(_ key: String) -> WireError { .missingKey(key, owner: "tensor \"\(name)\"") }
    guard let datatype = draft.datatype else { throw missing("datatype") }
    guard let shape = draft.shape else { throw missing("shape") }
    if draft.storage == nil, let position = draft.dataPosition {
      let resume = scanner.position
      scanner.position = position
      draft.storage = try data(json, name: name, datatype: datatype, shape: shape)
      scanner.position = resume
    }
    if draft.storage == nil, let size = draft.binarySize, let start = binaryPosition {
      let reader = BinaryTensorReader(name: name, datatype: datatype, shape: shape, limits: limits)
      draft.storage = try reader.storage(
        body, start: start, size: size, elementsLeft: elementsLeft(datatype))
      binaryPosition = start + size
    }
    guard let storage = draft.storage else { throw missing("data") }
    let tensor = Tensor(name: name, datatype: datatype, shape: shape, storage: storage)
    // A key given twice may have changed the meaning of data that were read before.
    guard Tensor.elementCount(of: shape) == tensor.elementCount else {
      throw .elementCount(
        tensor: name, shape: shape, expected: Tensor.elementCount(of: shape),
        found: tensor.elementCount)
    }
    elements += tensor.elementCount
    if datatype == .bytes { strings += tensor.elementCount }
    return tensor
  }

  private func elementsLeft(_ datatype: DataType) -> Int {
    let left = limits.elements - elements
    return datatype == .bytes ? min(left, limits.strings - strings) : left
  }

  private mutating func data(
    _ json: Span<UInt8>, name: String, datatype: DataType, shape: [Int]
  ) throws(WireError) -> Tensor.Storage {
    var reader = TensorDataReader(
      name: name, datatype: datatype, shape: shape, acceptsNull: acceptsNull,
      elementsLeft: elementsLeft(datatype), bytesLeft: json.count - scanner.position)
    try reader.read(&scanner, json)
    return reader.storage
  }

  private mutating func shape(_ json: Span<UInt8>, tensor: String) throws(WireError) -> [Int] {
    guard scanner.peek(json) == UInt8(ascii: "[") else {
      throw scanner.wrongKind(json, key: "shape", expected: "an array of whole numbers")
    }
    var shape: [Int] = []
    shape.reserveCapacity(4)
    try scanner.elements(json) { (scanner, json) throws(WireError) in
      guard scanner.kind(json) == .number else {
        throw .badDimension(tensor: tensor, offset: scanner.position)
      }
      let start = scanner.position
      let number = try scanner.number(json)
      guard number.isWhole, !number.isTruncated, !number.isNegative || number.mantissa == 0,
        let length = Int(exactly: number.mantissa)
      else { throw .badDimension(tensor: tensor, offset: start) }
      guard shape.count < scanner.limits.dimensions else {
        throw .tooMuch(what: "dimensions", limit: scanner.limits.dimensions)
      }
      shape.append(length)
    }
    return shape
  }

  /// What is known of a tensor while its object is read.
  private struct Draft {
    var name: String?
    var datatype: DataType?
    var shape: [Int]?
    var storage: Tensor.Storage?
    var dataPosition: Int?
    var binarySize: Int?
  }
}

/// A key of a tensor's object.
private enum TensorKey: String {
  case name, datatype, shape, parameters, data
  /// One that nobody has a meaning for.
  case other

  /// Takes it out of the text: a known one without making a string of it.
  init(_ scanner: inout JSONScanner, _ json: Span<UInt8>) throws(WireError) {
    if scanner.takeWord("\"name\"", json) {
      self = .name
    } else if scanner.takeWord("\"datatype\"", json) {
      self = .datatype
    } else if scanner.takeWord("\"shape\"", json) {
      self = .shape
    } else if scanner.takeWord("\"data\"", json) {
      self = .data
    } else {
      // With an escape in it, as well.
      self = TensorKey(rawValue: try scanner.text(json, what: "a key")) ?? .other
    }
  }
}

extension String {
  /// Without the white space before it.
  fileprivate var trimmed: String { String(drop { $0.isWhitespace }) }
}
