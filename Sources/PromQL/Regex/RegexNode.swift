/// A pattern as a tree.
indirect enum RegexNode {
  case empty
  case scalar(Unicode.Scalar)
  case set(ScalarSet)
  case assertion(RegexAssertion)
  case sequence([RegexNode])
  case alternation([RegexNode])
  /// `most` nil: without end.
  case repetition(RegexNode, least: Int, most: Int?, isGreedy: Bool)
  /// Numbered from 1, by the order of their left parentheses.
  case capture(RegexNode, Int)
}

/// What holds between two characters.
enum RegexAssertion {
  case textStart
  case textEnd
  case lineStart
  case lineEnd
  /// Between a word character (ASCII, as in RE2) and another one.
  case wordBoundary
  case noWordBoundary

  func holds(before: Unicode.Scalar?, after: Unicode.Scalar?) -> Bool {
    switch self {
    case .textStart: before == nil
    case .textEnd: after == nil
    case .lineStart: before == nil || before == "\n"
    case .lineEnd: after == nil || after == "\n"
    case .wordBoundary: Self.isWord(before) != Self.isWord(after)
    case .noWordBoundary: Self.isWord(before) == Self.isWord(after)
    }
  }

  private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return false }
    return ScalarSet.word.contains { $0.contains(scalar.value) }
  }
}

/// What is wrong with a pattern, in the words of Go's regexp/syntax.
package struct RegexError: Error, Hashable, CustomStringConvertible {
  package var reason: String
  /// The part of the pattern that is wrong.
  package var excerpt: String

  package var description: String { "error parsing regexp: \(reason): `\(excerpt)`" }
}
