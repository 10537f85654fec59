import Domain

/// Predicted values as bytes, in a `PredictionBlock`: for each a tag, then its content.
///
/// 0: zigzag LEB128 of an integer. 1: the bits of a Double, 8 bytes little-endian. 2: LEB128 length and UTF-8.
enum PredictionCoding {
  static func encode(_ values: [PredictedValue]) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in values {
      switch value {
      case .integer(let integer):
        bytes.append(0)
        LEB128.append(signed: integer, to: &bytes)
      case .number(let number):
        bytes.append(1)
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> shift))
        }
      case .text(let text):
        bytes.append(2)
        LEB128.append(UInt64(text.utf8.count), to: &bytes)
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
        guard let integer = LEB128.signed(&rest) else { return nil }
        values.append(.integer(integer))
      case 1:
        guard rest.count >= 8 else { return nil }
        let bits = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        values.append(.number(Double(bitPattern: bits)))
        rest = rest.dropFirst(8)
      case 2:
        guard let length = LEB128.unsigned(&rest), length <= UInt64(rest.count) else { return nil }
        values.append(.text(String(decoding: rest.prefix(Int(length)), as: UTF8.self)))
        rest = rest.dropFirst(Int(length))
      default: return nil
      }
    }
    return values
  }
}
