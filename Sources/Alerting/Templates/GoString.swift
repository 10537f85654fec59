/// Go's quoted strings.
enum GoString {
  /// The text between the quotes, escapes resolved; nil when one is none.
  static func unquoted(_ quoted: String) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(quoted.unicodeScalars.dropFirst().dropLast())[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\" else {
        bytes += Array(String(scalar).utf8)
        continue
      }
      guard let escape = rest.popFirst() else { return nil }
      if let simple = simpleEscapes[escape] {
        bytes.append(simple)
        continue
      }
      let digits: (count: Int, radix: Int)
      switch escape {
      case "x": digits = (2, 16)
      case "u": digits = (4, 16)
      case "U": digits = (8, 16)
      case "0"..."7":
        rest.insert(escape, at: rest.startIndex)
        digits = (3, 8)
      default: return nil
      }
      let text = String(String.UnicodeScalarView(rest.prefix(digits.count)))
      guard text.unicodeScalars.count == digits.count,
        let value = UInt32(text, radix: digits.radix)
      else { return nil }
      rest = rest.dropFirst(digits.count)
      if escape == "u" || escape == "U" {
        guard let scalar = Unicode.Scalar(value) else { return nil }
        bytes += Array(String(scalar).utf8)
      } else {
        guard let byte = UInt8(exactly: value) else { return nil }
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let simpleEscapes: [Unicode.Scalar: UInt8] = [
    "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "\"": 34,
  ]
}
