import Domain

/// Predictions as bytes, in the table `prediction`: for each a tag, then its content.
///
/// 0: zigzag LEB128 of an integer. 1: the bits of a Double, 8 bytes little-endian. 2: LEB128 length and UTF-8.
enum PredictionCoding {
  static func encode(_ values: [PredictedValue]) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in values {
      switch value {
      case .integer(let integer):
        bytes.append(0)
        append(UInt64(bitPattern: integer << 1 ^ integer >> 63), to: &bytes)
      case .number(let number):
        bytes.append(1)
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> shift))
        }
      case .text(let text):
        bytes.append(2)
        append(UInt64(text.utf8.count), to: &bytes)
        bytes.append(contentsOf: text.utf8)
      }
    }
    return bytes
  }

  /// Nil for bytes that `encode` does not make.
  static func decode(_ bytes: [UInt8]) -> [PredictedValue]? {
    var values: [PredictedValue] = []
    var rest = bytes[...]
    while let tag = rest.popFirst() {
      switch tag {
      case 0:
        guard let zigzag = varint(&rest) else { return nil }
        values.append(.integer(Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)))
      case 1:
        guard rest.count >= 8 else { return nil }
        let bits = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        values.append(.number(Double(bitPattern: bits)))
        rest = rest.dropFirst(8)
      case 2:
        guard let length = varint(&rest), length <= UInt64(rest.count) else { return nil }
        values.append(.text(String(decoding: rest.prefix(Int(length)), as: UTF8.self)))
        rest = rest.dropFirst(Int(length))
      default: return nil
      }
    }
    return values
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
