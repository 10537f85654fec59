import TextUI

/// Foreign text as Markdown that means nothing but itself: no mark, link, tag, cell or control character of its own.
enum MarkdownText {
  /// For the middle of a line, and for a cell of a table.
  static func escaped(_ raw: String) -> String {
    var text = ""
    for character in raw.sanitized {
      switch character {
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "&": text += "&amp;"
      case "\\", "`", "*", "_", "[", "]", "#", "|", "~", "!": text += "\\\(character)"
      default: text.append(character)
      }
    }
    // What some readers make links of by themselves.
    return text.replacing("://", with: "\\://").replacing("www.", with: "www\\.")
  }

  /// Lines between fences that no line of them can end.
  static func fenced(_ raw: String, language: String) -> String {
    let lines = raw.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0).sanitized }
    let longest = lines.map(longestRun).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return ([fence + language] + lines + [fence]).joined(separator: "\n")
  }

  private static func longestRun(_ line: String) -> Int {
    line.split { $0 != "`" }.map(\.count).max() ?? 0
  }

  static func table(_ header: [String], _ rows: [[String]]) -> String {
    let lines = [header, header.map { _ in "---" }] + rows.map { $0.map(escaped) }
    return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }
}
