import Domain

/// Integers in as few bytes as they need: seven bits a byte, the lowest first, the high bit where more follow.
///
/// Source: DWARF 5, section 7.6; signed ones by zigzag, as Protocol Buffers write them.
enum LEB128 {
  static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  static func append(signed value: Int64, to bytes: inout [UInt8]) {
    append(UInt64(bitPattern: value << 1 ^ value >> 63), to: &bytes)
  }

  /// Bytes that one takes at most.
  static let longest = 10

  /// - Precondition: room for `longest` bytes.
  static func append(_ value: UInt64, to bytes: inout OutputSpan<UInt8>) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  static func append(signed value: Int64, to bytes: inout OutputSpan<UInt8>) {
    append(UInt64(bitPattern: value << 1 ^ value >> 63), to: &bytes)
  }

  /// Takes one from the front; nil where the bytes end too early, or hold more than 64 bits.
  static func unsigned(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  static func signed(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
    unsigned(&bytes).map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
  }
}

extension OutputSpan<UInt8> {
  /// Its 16 bytes, most significant first.
  ///
  /// - Precondition: room for them.
  mutating func append(_ id: RequestID) {
    append(bigEndian: id.high)
    append(bigEndian: id.low)
  }

  private mutating func append(bigEndian word: UInt64) {
    var rest = word
    for _ in 0..<8 {
      append(UInt8(truncatingIfNeeded: rest >> 56))
      rest <<= 8
    }
  }
}
