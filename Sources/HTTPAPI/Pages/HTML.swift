/// Text on its way into a page: what a browser would take for markup becomes visible.
enum HTML {
  static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// - Parameter content: markup already.
  static func element(_ name: String, _ attributes: String = "", _ content: String) -> String {
    "<\(name)\(attributes.isEmpty ? "" : " " + attributes)>\(content)</\(name)>"
  }
}

/// Foreign text, in which also what turns the direction of writing becomes visible.
extension HTML {
  /// Characters of one text; the rest is named by its number.
  private static let limit = 20_000

  static func shown(_ text: String) -> String {
    escaped(LogText.escaped(text, limit: limit))
  }

  /// With its ends of lines.
  static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { shown(String($0)) }
      .joined(separator: "\n")
  }

  /// A paragraph for each line that is not empty.
  static func paragraphs(_ text: String) -> String {
    text.split(separator: "\n").map { "<p>\(shown(String($0)))</p>" }.joined(separator: "\n")
  }

  /// The text, leading to where it says where that is a page.
  static func linked(_ text: String) -> String { link(to: text, shown(text)) ?? shown(text) }

  /// - Parameter content: markup already.
  /// - Returns: nil for an address that is no web page's: no other scheme is followed.
  static func link(to address: String, _ content: String) -> String? {
    guard ["https://", "http://"].contains(where: address.lowercased().hasPrefix),
      address.unicodeScalars.allSatisfy({ (0x21...0x7e).contains($0.value) })
    else { return nil }
    return "<a rel=\"noopener noreferrer\" href=\"\(escaped(address))\">\(content)</a>"
  }

  /// - Parameter rows: names, and values as markup already.
  static func table(_ rows: [(String, String)]) -> String {
    let lines = rows.map { "<tr><th scope=\"row\">\(shown($0.0))</th><td>\($0.1)</td></tr>" }
    return "<table>\(lines.joined())</table>"
  }
}
