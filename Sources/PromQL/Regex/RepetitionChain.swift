/// The repetition operators behind one item of a pattern.
///
/// Flags may stand between them, `a*(?i)*`, and then they all count; side by side they are a mistake.
struct RepetitionChain {
  private var count = 0
  /// Where the last one begins, if nothing stands between.
  private var lastStart: Int?

  private static let repeatLimit = 1000

  /// Something else than a repetition follows.
  mutating func end() { lastStart = nil }

  /// Takes one operator, if there is one, and puts the last item under it.
  mutating func apply(
    to items: inout [RegexNode], in parser: inout RegexParser
  ) throws(RegexError) -> Bool {
    let start = parser.position
    guard let (least, most) = try Self.bounds(in: &parser) else { return false }
    let isLazy = parser.accept("?")
    if let lastStart {
      throw RegexError(
        reason: "invalid nested repetition operator",
        excerpt: parser.string(lastStart, parser.position))
    }
    let text = parser.string(start, parser.position)
    guard let item = items.popLast() else {
      throw RegexError(reason: "missing argument to repetition operator", excerpt: text)
    }
    count += 1
    if count > RegexParser.depthLimit {
      throw RegexError(reason: "expression nests too deeply", excerpt: text)
    }
    let isGreedy = isLazy == parser.flags.isUngreedy
    let node = RegexNode.repetition(item, least: least, most: most, isGreedy: isGreedy)
    if max(least, most ?? 0) >= 2, node.repeatCount > Self.repeatLimit {
      throw RegexError(reason: "invalid repeat count", excerpt: text)
    }
    items.append(node)
    lastStart = start
    return true
  }

  private static func bounds(in parser: inout RegexParser) throws(RegexError) -> (Int, Int?)? {
    if parser.accept("*") { return (0, nil) }
    if parser.accept("+") { return (1, nil) }
    if parser.accept("?") { return (0, 1) }
    return try counts(in: &parser)
  }

  /// `{2}`, `{2,}`, `{2,5}`; anything else after a brace is text.
  private static func counts(in parser: inout RegexParser) throws(RegexError) -> (Int, Int?)? {
    let start = parser.position
    guard parser.accept("{"), let least = number(in: &parser) else {
      parser.position = start
      return nil
    }
    var most: Int? = least
    if parser.accept(",") { most = parser.peek == "}" ? nil : number(in: &parser) ?? -1 }
    guard parser.accept("}"), most != -1 else {
      parser.position = start
      return nil
    }
    if least > repeatLimit || (most ?? least) > repeatLimit || (most ?? least) < least {
      throw RegexError(
        reason: "invalid repeat count", excerpt: parser.string(start, parser.position))
    }
    return (least, most)
  }

  private static func number(in parser: inout RegexParser) -> Int? {
    let start = parser.position
    while let next = parser.peek, ScalarSet.digit[0].contains(next.value) { _ = parser.take() }
    let digits = parser.string(start, parser.position)
    if digits.isEmpty || (digits.count > 1 && digits.hasPrefix("0")) { return nil }
    return Int(digits) ?? repeatLimit + 1
  }
}

extension RegexNode {
  /// How often its innermost part may have to be written out.
  fileprivate var repeatCount: Int {
    switch self {
    case .repetition(let body, let least, let most, _):
      max(1, most ?? least) * body.repeatCount
    case .capture(let body, _): body.repeatCount
    case .sequence(let parts), .alternation(let parts): parts.map(\.repeatCount).max() ?? 1
    case .empty, .scalar, .set, .assertion: 1
    }
  }
}
