import Yams

/// Finds the place in a file of a place in one of its scalars, so that a mistake in an expression is shown where it was typed.
///
/// YAML folds lines, strips indentation and resolves escapes, but keeps all that is not white space in order: so the n-th such
/// character of the value is looked for in the source.
struct ScalarSource {
  private let lines: [[Unicode.Scalar]]

  init(_ text: String) {
    lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map(Array.init)
  }

  /// - Parameters:
  ///   - offset: in bytes of the value.
  ///   - start: where the scalar begins: its first character, quote, or `|` and `>`.
  func place(
    ofByte offset: Int, in value: String, style: Node.Scalar.Style, start: FileDiagnostic.Place
  ) -> FileDiagnostic.Place {
    let before = String(decoding: value.utf8.prefix(offset), as: UTF8.self)
    let count = Self.count(value)
    // The end of the value is the place after its last character.
    let isEnd = Self.count(before) == count && count > 0
    let wanted = isEnd ? count - 1 : Self.count(before)
    var line = start.line - 1
    var column = start.column - 1
    switch style {
    case .literal, .folded:
      line += 1
      column = 0
    case .singleQuoted, .doubleQuoted: column += 1
    case .any, .plain: break
    }
    var seen = 0
    var last = start
    while lines.indices.contains(line) {
      while column < lines[line].count {
        let scalar = lines[line][column]
        if !scalar.properties.isWhitespace {
          last = FileDiagnostic.Place(line: line + 1, column: column + (isEnd ? 2 : 1))
          if seen == wanted { return last }
          seen += 1
          column += isEscape(at: column, of: lines[line], style) ? 1 : 0
        }
        column += 1
      }
      line += 1
      column = 0
    }
    return last
  }

  private static func count(_ text: String) -> Int {
    text.unicodeScalars.count { !$0.properties.isWhitespace }
  }

  /// Whether two characters of the source stand for one of the value.
  private func isEscape(
    at column: Int, of line: [Unicode.Scalar], _ style: Node.Scalar.Style
  ) -> Bool {
    guard column + 1 < line.count else { return false }
    switch style {
    case .doubleQuoted: return line[column] == "\\"
    case .singleQuoted: return line[column] == "'" && line[column + 1] == "'"
    case .any, .plain, .literal, .folded: return false
    }
  }
}
