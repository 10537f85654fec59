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

  /// Between double quotes, with what cannot be printed escaped.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "\u{7}": result += "\\a"
      case "\u{8}": result += "\\b"
      case "\u{B}": result += "\\v"
      case "\u{C}": result += "\\f"
      case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
      case "\0"..."\u{7F}": result += "\\x" + hexadecimal(scalar.value, digits: 2)
      default:
        result +=
          scalar.value > 0xFFFF
          ? "\\U" + hexadecimal(scalar.value, digits: 8)
          : "\\u" + hexadecimal(scalar.value, digits: 4)
      }
    }
    return result + "\""
  }

  /// Letters, marks, numbers, punctuation, symbols, and of all spaces the one of ASCII.
  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    case .spaceSeparator: scalar == " "
    default: true
    }
  }

  private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private static let simpleEscapes: [Unicode.Scalar: UInt8] = [
    "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "\"": 34,
  ]
}
