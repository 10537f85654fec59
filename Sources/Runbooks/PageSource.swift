/// A page's text, cut into front matter and Markdown.
struct PageSource: Equatable {
  enum FrontMatter: Equatable {
    case none
    /// It begins, and there is no line that ends it.
    case unclosed
    /// From line 2 of the file on.
    case text(String)
  }

  var frontMatter: FrontMatter
  var body: String
  /// The line of the file that the body begins with, from 1.
  var bodyLine: Int

  init(_ text: String) {
    // By scalar: "\r\n" is one Character.
    var scalars = text.unicodeScalars[...]
    if scalars.first == "\u{FEFF}" { scalars = scalars.dropFirst() }
    body = String(scalars)
    bodyLine = 1
    frontMatter = .none
    let lines = scalars.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.first, Self.isFence(first, allowing: ["---"]) else { return }
    let end = lines.dropFirst().firstIndex { Self.isFence($0, allowing: ["---", "..."]) }
    guard let end else {
      frontMatter = .unclosed
      return
    }
    frontMatter = .text(lines[1..<end].map { String($0) + "\n" }.joined())
    bodyLine = end + 2
    body = lines[(end + 1)...].map { String($0) }.joined(separator: "\n")
  }

  private static func isFence(_ line: Substring.UnicodeScalarView, allowing fences: [String])
    -> Bool
  {
    var line = line
    while let last = line.last, last == " " || last == "\t" || last == "\r" { line.removeLast() }
    return fences.contains(String(line))
  }
}
