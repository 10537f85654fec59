/// Reads the `data` of one tensor, flat or nested, straight into its buffer.
struct TensorDataReader {
  let name: String
  let datatype: DataType
  let shape: [Int]
  /// A null in float data is NaN: what JSON makes of a server's NaN.
  let acceptsNull: Bool
  /// Elements of this type that the message's tensors may still have together.
  let elementsLeft: Int
  var count = 0
  var bytes: [UInt8] = []
  private var strings: [[UInt8]] = []

  init(
    name: String, datatype: DataType, shape: [Int], acceptsNull: Bool, elementsLeft: Int,
    bytesLeft: Int
  ) {
    self.name = name
    self.datatype = datatype
    self.shape = shape
    self.acceptsNull = acceptsNull
    self.elementsLeft = elementsLeft
    // Each element takes two bytes of the body at least, so a false shape reserves nothing.
    let promised = min(Tensor.elementCount(of: shape) ?? 0, elementsLeft, bytesLeft / 2 + 1)
    if let size = datatype.byteSize { bytes.reserveCapacity(promised * size) }
  }

  var storage: Tensor.Storage { datatype == .bytes ? .strings(strings) : .bytes(bytes) }

  mutating func read(_ scanner: inout JSONScanner, _ json: Span<UInt8>) throws(WireError) {
    guard scanner.peek(json) == UInt8(ascii: "[") else {
      throw scanner.wrongKind(json, key: "data", expected: "an array")
    }
    // Strings are allocated one by one: too many of them are refused before the first.
    if datatype == .bytes, let promised = Tensor.elementCount(of: shape), promised > elementsLeft {
      throw scanner.limits.tooMany(datatype)
    }
    try array(&scanner, json, level: 0)
    guard let expected = Tensor.elementCount(of: shape), expected == count else {
      throw .elementCount(
        tensor: name, shape: shape, expected: Tensor.elementCount(of: shape), found: count)
    }
  }

  /// One array of the data; `level` 0 is the outermost. Nested arrays must have the shape's lengths, a flat one is
  /// counted as a whole by `read`.
  private mutating func array(
    _ scanner: inout JSONScanner, _ json: Span<UInt8>, level: Int
  ) throws(WireError) {
    let start = scanner.position
    try scanner.expect(UInt8(ascii: "["), json)
    try scanner.enter()
    var length = 0
    var isNested = level > 0
    if !scanner.take(UInt8(ascii: "]"), json) {
      let holdsArrays = scanner.peek(json) == UInt8(ascii: "[")
      isNested = isNested || holdsArrays
      guard !holdsArrays || level + 1 < shape.count else {
        throw ragged(scanner.position, level, .arrays(expected: false, found: .array))
      }
      repeat {
        if holdsArrays {
          guard scanner.peek(json) == UInt8(ascii: "[") else {
            let found = scanner.kind(json)
            throw ragged(scanner.position, level, .arrays(expected: true, found: found))
          }
          try array(&scanner, json, level: level + 1)
        } else {
          length += plainNumbers(&scanner, json)
          try element(&scanner, json)
        }
        length += 1
      } while scanner.take(UInt8(ascii: ","), json)
      guard scanner.take(UInt8(ascii: "]"), json) else {
        throw scanner.notJSON(json, expected: "',' or ']'")
      }
      guard !isNested || holdsArrays || level + 1 == shape.count else {
        let found: WireError.Found = datatype == .bytes ? .string : .number
        throw ragged(start, level, .arrays(expected: true, found: found))
      }
    }
    guard !isNested || length == shape[level] else {
      throw ragged(start, level, .length(expected: shape[level], found: length))
    }
    scanner.leave()
  }

  private func ragged(_ offset: Int, _ level: Int, _ nesting: WireError.Nesting) -> WireError {
    .ragged(tensor: name, shape: shape, offset: offset, level: level + 1, nesting)
  }

  private mutating func element(
    _ scanner: inout JSONScanner, _ json: Span<UInt8>
  ) throws(WireError) {
    count += 1
    guard count <= elementsLeft else { throw scanner.limits.tooMany(datatype) }
    switch datatype {
    case .fp32:
      let value = try float(&scanner, json, \.float, Float.init)
      bytes.append(littleEndian: value.bitPattern)
    case .fp64:
      let value = try float(&scanner, json, \.double, Double.init)
      bytes.append(littleEndian: value.bitPattern)
    case .fp16:
      let offset = scanner.position
      let value = try float(&scanner, json, \.double, Double.init)
      let half = Float16(value)
      guard half.isFinite || !value.isFinite else { throw outOfRange(offset, "\(value)") }
      bytes.append(littleEndian: half.bitPattern)
    case .bf16:
      let value = try float(&scanner, json, \.float, Float.init)
      bytes.append(littleEndian: TableNumber.bfloat(value))
    case .bool: bytes.append(try bool(&scanner, json))
    case .bytes:
      guard scanner.peek(json) == UInt8(ascii: "\"") else { throw bad(&scanner, json) }
      let offset = scanner.position
      let text = try scanner.string(json)
      guard text.isText else { throw .notText(tensor: name, offset: offset) }
      strings.append(text)
    case .int8: try signed(&scanner, json, Int8.self, UInt8.self)
    case .int16: try signed(&scanner, json, Int16.self, UInt16.self)
    case .int32: try signed(&scanner, json, Int32.self, UInt32.self)
    case .int64: try signed(&scanner, json, Int64.self, UInt64.self)
    case .uint8: try unsigned(&scanner, json, UInt8.self)
    case .uint16: try unsigned(&scanner, json, UInt16.self)
    case .uint32: try unsigned(&scanner, json, UInt32.self)
    case .uint64: try unsigned(&scanner, json, UInt64.self)
    }
  }

  /// A number; or NaN, Infinity and -Infinity as Python writes them, which Triton takes too.
  @inline(__always)
  private func float<Value: BinaryFloatingPoint & LosslessStringConvertible>(
    _ scanner: inout JSONScanner, _ json: Span<UInt8>, _ fast: (DecimalNumber) -> Value?,
    _ slow: (String) -> Value?
  ) throws(WireError) -> Value {
    guard let first = scanner.peek(json) else { throw bad(&scanner, json) }
    let start = scanner.position
    if first == UInt8(ascii: "-") || first &- UInt8(ascii: "0") < 10 {
      if first == UInt8(ascii: "-"), scanner.takeWord("-Infinity", json) { return -.infinity }
      let number = try scanner.number(json)
      if let value = fast(number) { return value }
      let text = Self.text(json, start..<scanner.position)
      guard let value = slow(text), value.isFinite else { throw outOfRange(start, text) }
      return value
    }
    if scanner.takeWord("NaN", json) { return .nan }
    if scanner.takeWord("Infinity", json) { return .infinity }
    if acceptsNull, scanner.takeWord("null", json) { return .nan }
    throw bad(&scanner, json)
  }

  private mutating func signed<Value: FixedWidthInteger, Word: FixedWidthInteger & UnsignedInteger>(
    _ scanner: inout JSONScanner, _ json: Span<UInt8>, _: Value.Type, _: Word.Type
  ) throws(WireError) {
    let (number, start) = try whole(&scanner, json)
    let magnitude = number.mantissa
    let limit = UInt64(Value.max.magnitude) + (number.isNegative ? 1 : 0)
    guard !number.isTruncated, magnitude <= limit else {
      throw outOfRange(start, Self.text(json, start..<scanner.position))
    }
    let pattern = number.isNegative ? 0 &- magnitude : magnitude
    bytes.append(littleEndian: Word(truncatingIfNeeded: pattern))
  }

  private mutating func unsigned<Word: FixedWidthInteger & UnsignedInteger>(
    _ scanner: inout JSONScanner, _ json: Span<UInt8>, _: Word.Type
  ) throws(WireError) {
    let (number, start) = try whole(&scanner, json)
    let text = Self.text(json, start..<scanner.position)
    // The largest UINT64 has a digit more than the scanner's mantissa.
    let value = number.isTruncated ? Word(text) : Word(exactly: number.mantissa)
    guard let value, !number.isNegative || value == 0 else { throw outOfRange(start, text) }
    bytes.append(littleEndian: value)
  }

  private func whole(
    _ scanner: inout JSONScanner, _ json: Span<UInt8>
  ) throws(WireError) -> (number: DecimalNumber, start: Int) {
    guard scanner.kind(json) == .number else { throw bad(&scanner, json) }
    let start = scanner.position
    let number = try scanner.number(json)
    guard number.isWhole else { throw outOfRange(start, Self.text(json, start..<scanner.position)) }
    return (number, start)
  }

  /// True or false; 0 and 1 too, as clients without a type for it write them.
  private func bool(_ scanner: inout JSONScanner, _ json: Span<UInt8>) throws(WireError) -> UInt8 {
    if scanner.takeWord("true", json) { return 1 }
    if scanner.takeWord("false", json) { return 0 }
    guard scanner.kind(json) == .number else { throw bad(&scanner, json) }
    let (number, start) = try whole(&scanner, json)
    guard number.mantissa <= 1, !number.isNegative else {
      throw outOfRange(start, Self.text(json, start..<scanner.position))
    }
    return UInt8(number.mantissa)
  }

  private func bad(_ scanner: inout JSONScanner, _ json: Span<UInt8>) -> WireError {
    let found = scanner.kind(json)
    return .badElement(tensor: name, datatype: datatype, offset: scanner.position, found: found)
  }

  private func outOfRange(_ offset: Int, _ text: String) -> WireError {
    .outOfRange(tensor: name, datatype: datatype, offset: offset, found: String(text.prefix(40)))
  }

  private static func text(_ json: Span<UInt8>, _ range: Range<Int>) -> String {
    String(decoding: range.map { json[$0] }, as: UTF8.self)
  }
}
