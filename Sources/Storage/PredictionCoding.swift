import Domain

/// What a label is compared with, as bytes, in a `PredictionBlock`: for each value a tag, then its content.
///
/// 0: zigzag LEB128 of an integer. 1: the bits of a Double, 8 bytes little-endian. 2: LEB128 length and UTF-8. 3: a score,
/// the bits of a Float, 4 bytes little-endian. 4: LEB128 of the deployment's revision. 5: what stands for
/// the routing key, 8 bytes little-endian. 6: the client's name, as 2.
enum PredictionCoding {
  static func encode(_ prediction: PendingPrediction, to bytes: inout [UInt8]) {
    for value in prediction.values {
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
        append(text, tag: 2, to: &bytes)
      }
    }
    for score in prediction.scores {
      bytes.append(3)
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: score.bitPattern >> shift))
      }
    }
    if prediction.revision > 0 {
      bytes.append(4)
      LEB128.append(UInt64(prediction.revision), to: &bytes)
    }
    if let key = prediction.routingKey {
      bytes.append(5)
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: key >> shift))
      }
    }
    if let client = prediction.client { append(client, tag: 6, to: &bytes) }
  }

  private static func append(_ text: String, tag: UInt8, to bytes: inout [UInt8]) {
    bytes.append(tag)
    LEB128.append(UInt64(text.utf8.count), to: &bytes)
    bytes.append(contentsOf: text.utf8)
  }

  private static func text(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard let length = LEB128.unsigned(&rest), length <= UInt64(rest.count) else { return nil }
    defer { rest = rest.dropFirst(Int(length)) }
    return String(decoding: rest.prefix(Int(length)), as: UTF8.self)
  }

  /// Puts what `encode` wrote into a prediction; false for bytes that it does not make.
  static func decode(_ bytes: [UInt8], into prediction: inout PendingPrediction) -> Bool {
    var rest = bytes[...]
    while let tag = rest.popFirst() {
      switch tag {
      case 0:
        guard let integer = LEB128.signed(&rest) else { return false }
        prediction.values.append(.integer(integer))
      case 1:
        guard rest.count >= 8 else { return false }
        let bits = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        prediction.values.append(.number(Double(bitPattern: bits)))
        rest = rest.dropFirst(8)
      case 2:
        guard let text = text(&rest) else { return false }
        prediction.values.append(.text(text))
      case 3:
        guard rest.count >= 4 else { return false }
        let bits = rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        prediction.scores.append(Float(bitPattern: bits))
        rest = rest.dropFirst(4)
      case 4:
        guard let revision = LEB128.unsigned(&rest) else { return false }
        prediction.revision = Int64(truncatingIfNeeded: revision)
      case 5:
        guard rest.count >= 8 else { return false }
        prediction.routingKey = rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        rest = rest.dropFirst(8)
      case 6:
        guard let client = text(&rest) else { return false }
        prediction.client = client
      default: return false
      }
    }
    return true
  }
}
