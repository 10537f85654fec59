/// Foreign text on its way to a log or a message: what a terminal would obey becomes a visible escape.
package enum LogText {
  /// - Parameter limit: characters kept; the rest is named by its number.
  package static func escaped(_ text: String, limit: Int = 200) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count == limit {
        result += "... (\(text.unicodeScalars.count - limit) more)"
        break
      }
      count += 1
      if isObeyed(scalar) {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// C0, DEL, C1, the separators that end a line, and the marks that turn the direction of writing.
  private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1f, 0x7f...0x9f, 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
  }
}
