import InferenceProtocol

/// Prints the answers of a batch as lines of CSV: numbers in the fewest digits that read back as the same.
struct RowPrinter {
  private(set) var text: [UInt8] = []

  init(capacity: Int) { text.reserveCapacity(capacity) }

  mutating func raw(_ bytes: ArraySlice<UInt8>) { text.append(contentsOf: bytes) }

  mutating func comma() { text.append(UInt8(ascii: ",")) }

  mutating func endLine() { text.append(UInt8(ascii: "\n")) }

  mutating func field(_ field: String) {
    quoted(Array(field.utf8))
  }

  mutating func integer(_ value: some FixedWidthInteger) {
    if value >= 0, value < 10 { return text.append(UInt8(ascii: "0") + UInt8(value)) }
    if value < 0 { text.append(UInt8(ascii: "-")) }
    var rest = UInt64(value.magnitude)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var start = 20
      while rest > 0 {
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
        start -= 1
        digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
        rest = quotient
      }
      text.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
    }
  }

  mutating func float(_ value: some BinaryFloatingPoint & CustomStringConvertible) {
    var description = value.description
    description.withUTF8 { text.append(contentsOf: $0) }
  }

  /// The values of a row of an answer, a comma before each.
  mutating func values(_ answer: AnswerValues, row: Int) {
    for index in answer.columns.indices {
      let column = answer.columns[index]
      for element in row * column.width..<(row + 1) * column.width {
        comma()
        if let base = column.base {
          value(base, column.datatype, element)
        } else {
          quoted(answer.strings[index][element])
        }
      }
    }
  }

  private mutating func value(_ base: UnsafeRawPointer, _ datatype: DataType, _ index: Int) {
    func load<Value: BitwiseCopyable>(_: Value.Type) -> Value {
      base.load(fromByteOffset: index * MemoryLayout<Value>.size, as: Value.self)
    }
    switch datatype {
    case .fp32: float(load(Float.self))
    case .fp64: float(load(Double.self))
    case .fp16: float(Float(load(Float16.self)))
    case .bf16: float(Float(bitPattern: UInt32(load(UInt16.self)) << 16))
    case .int64: integer(load(Int64.self))
    case .int32: integer(load(Int32.self))
    case .int16: integer(load(Int16.self))
    case .int8: integer(load(Int8.self))
    case .uint64: integer(load(UInt64.self))
    case .uint32: integer(load(UInt32.self))
    case .uint16: integer(load(UInt16.self))
    case .uint8: integer(load(UInt8.self))
    case .bool: text.append(contentsOf: (load(UInt8.self) != 0 ? "true" : "false").utf8)
    case .bytes: break
    }
  }

  /// A field of text, in quotes where it has to be.
  mutating func quoted(_ field: [UInt8]) {
    guard field.contains(where: Self.isSpecial) else { return text.append(contentsOf: field) }
    text.append(UInt8(ascii: "\""))
    for byte in field {
      if byte == UInt8(ascii: "\"") { text.append(byte) }
      text.append(byte)
    }
    text.append(UInt8(ascii: "\""))
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
      || byte == UInt8(ascii: "\r")
  }
}
