/// Reads RE2's syntax, as Go has it: what Prometheus accepts, with the same words where it does not.
///
/// Scripts (`\p{Greek}`) are refused; the Unicode categories are known.
struct RegexParser {
  let text: [Unicode.Scalar]
  var position = 0
  var flags = Flags()
  /// Name or nil of each group, in order.
  private(set) var captures: [String?] = []
  private var depth = 0

  struct Flags {
    var ignoresCase = false
    var isMultiline = false
    var dotMatchesNewline = false
    var isUngreedy = false
  }

  static let depthLimit = 100

  init(_ pattern: String) { text = Array(pattern.unicodeScalars) }

  mutating func parse() throws(RegexError) -> RegexNode {
    let node = try alternation()
    if peek != nil { throw RegexError(reason: "unexpected )", excerpt: string(0, text.count)) }
    return node
  }

  private mutating func alternation() throws(RegexError) -> RegexNode {
    var choices = [try sequence()]
    while accept("|") { choices.append(try sequence()) }
    return choices.count == 1 ? choices[0] : .alternation(choices)
  }

  private mutating func sequence() throws(RegexError) -> RegexNode {
    var items: [RegexNode] = []
    var operators = RepetitionChain()
    while let next = peek, next != "|", next != ")" {
      if try operators.apply(to: &items, in: &self) { continue }
      operators.end()
      if accept("\\", "Q") {
        while peek != nil, !accept("\\", "E") { items.append(literal(take())) }
      } else if accept("\\", "E") {
        continue
      } else if let atom = try atom() {
        items.append(atom)
        operators = RepetitionChain()
      }
    }
    return items.count == 1 ? items[0] : items.isEmpty ? .empty : .sequence(items)
  }

  /// One thing that can be repeated; nil where only flags were set.
  private mutating func atom() throws(RegexError) -> RegexNode? {
    let start = position
    switch take() {
    case "(": return try group(from: start)
    case "[": return .set(try bracket(from: start))
    case ".":
      return .set(
        ScalarSet(ranges: flags.dotMatchesNewline ? [] : [0x0a...0x0a], isNegated: true))
    case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
    case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
    case "\\": return try escape(from: start)
    case let scalar: return literal(scalar)
    }
  }

  private mutating func group(from start: Int) throws(RegexError) -> RegexNode? {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit {
      throw RegexError(reason: "expression nests too deeply", excerpt: string(0, text.count))
    }
    let outer = flags
    var number: Int?
    if accept("?") {
      if accept("P", "<") {
        captures.append(try groupName(from: start))
        number = captures.count
      } else if try !setFlags(from: start) {
        return nil
      }
    } else {
      captures.append(nil)
      number = captures.count
    }
    let body = try alternation()
    guard accept(")") else {
      throw RegexError(reason: "missing closing )", excerpt: string(0, text.count))
    }
    flags = outer
    return number.map { .capture(body, $0) } ?? body
  }

  private mutating func groupName(from start: Int) throws(RegexError) -> String {
    let nameStart = position
    while let next = peek, next != ">" {
      position += 1
    }
    let name = string(nameStart, position)
    guard accept(">"), !name.isEmpty, isWord(name) else {
      throw RegexError(reason: "invalid named capture", excerpt: string(start, position))
    }
    return name
  }

  private func isWord(_ name: String) -> Bool {
    name.unicodeScalars.allSatisfy { scalar in
      ScalarSet.word.contains { $0.contains(scalar.value) }
    }
  }

  /// `(?is-m:` or `(?is-m)`; false for the latter, which has no body.
  private mutating func setFlags(from start: Int) throws(RegexError) -> Bool {
    var isOn = true
    var isComplete = true
    while peek != nil {
      switch take() {
      case "i": flags.ignoresCase = isOn
      case "m": flags.isMultiline = isOn
      case "s": flags.dotMatchesNewline = isOn
      case "U": flags.isUngreedy = isOn
      case "-" where isOn:
        isOn = false
        isComplete = false
        continue
      case ":" where isComplete: return true
      case ")" where isComplete: return false
      default:
        throw RegexError(
          reason: "invalid or unsupported Perl syntax", excerpt: string(start, position))
      }
      isComplete = true
    }
    throw RegexError(reason: "missing closing )", excerpt: string(0, text.count))
  }

  func literal(_ scalar: Unicode.Scalar) -> RegexNode {
    guard flags.ignoresCase, !ScalarSet.otherCases(of: scalar).isEmpty else {
      return .scalar(scalar)
    }
    return .set(ScalarSet(ranges: [scalar.value...scalar.value], ignoresCase: true))
  }

  var peek: Unicode.Scalar? { position < text.count ? text[position] : nil }

  /// - Precondition: there is one.
  mutating func take() -> Unicode.Scalar {
    position += 1
    return text[position - 1]
  }

  mutating func accept(_ wanted: Unicode.Scalar...) -> Bool {
    guard text[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  func string(_ start: Int, _ end: Int) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: text[start..<min(end, text.count)])
    return String(view)
  }
}
