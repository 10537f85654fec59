/// The fields of one protocol-buffers message, in the order of its bytes; ends at the first byte that makes no sense.
///
/// Source: protobuf.dev, "Encoding".
struct ProtoFields: Sequence, IteratorProtocol {
  struct Field {
    var number: Int
    /// Of a varint; 0 for other kinds.
    var value: UInt64 = 0
    /// Of a text, a list or a message inside; empty for other kinds.
    var body: Range<Int> = 0..<0
    /// With its tag and length.
    var whole: Range<Int>
  }

  private let bytes: [UInt8]
  private var position: Int
  private let end: Int
  /// Bytes are left that make no sense: another decoder may still find fields in them.
  private(set) var isBroken = false

  init(_ bytes: [UInt8], _ range: Range<Int>? = nil) {
    self.bytes = bytes
    position = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
  }

  mutating func next() -> Field? {
    guard position < end, !isBroken else { return nil }
    let field = field()
    isBroken = field == nil
    return field
  }

  private mutating func field() -> Field? {
    let start = position
    guard let tag = varint(), tag <= UInt32.max, tag >> 3 > 0 else { return nil }
    var field = Field(number: Int(tag >> 3), whole: 0..<0)
    switch tag & 7 {
    case 0:
      guard let value = varint() else { return nil }
      field.value = value
    case 1: position += 8
    case 2:
      guard let length = varint(), length <= UInt64(end - position) else { return nil }
      field.body = position..<(position + Int(length))
      position += Int(length)
    case 5: position += 4
    default: return nil
    }
    guard position <= end else { return nil }
    field.whole = start..<position
    return field
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard position < end else { return nil }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}

/// Writes the few messages that are put into a model.
struct ProtoWriter {
  var bytes: [UInt8] = []

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func number(_ field: UInt64, _ value: UInt64) {
    varint(field << 3)
    varint(value)
  }

  mutating func text(_ field: UInt64, _ text: String) { part(field, Array(text.utf8)) }

  mutating func part(_ field: UInt64, _ body: [UInt8]) {
    varint(field << 3 | 2)
    varint(UInt64(body.count))
    bytes += body
  }

  mutating func message(_ field: UInt64, _ make: (inout ProtoWriter) -> Void) {
    var inner = ProtoWriter()
    make(&inner)
    part(field, inner.bytes)
  }
}
