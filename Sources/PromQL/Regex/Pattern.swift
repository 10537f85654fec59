/// A regular expression that must match a whole label value, in RE2's syntax.
///
/// Swift's own `Regex` is not used: it backtracks, so that one rule with `(a+)+b` could stop a server, and its syntax
/// is another one. Here time is linear in the value's length for every pattern (`RegexMachine`), and the two forms
/// that rules mostly use, `a|b|c` and `abc.*`, need no machine at all.
struct Pattern: Sendable {
  private enum Plan: Sendable {
    case oneOf(Set<String>)
    /// `abc.*`, or with `.+`.
    case prefix(String, isRestNeeded: Bool)
    case machine
  }

  private let plan: Plan
  private let program: RegexProgram

  init(_ text: String) throws(RegexError) {
    // The same wrapping as Prometheus', so that its errors quote the same text.
    let wrapped = "^(?:" + text + ")$"
    var parser = RegexParser(wrapped)
    let node = try parser.parse()
    program = try RegexProgram(node, captures: parser.captures, pattern: wrapped)
    plan = Self.plan(for: node)
  }

  func matches(_ text: String) -> Bool {
    switch plan {
    case .oneOf(let texts): return texts.contains(text)
    case .prefix(let prefix, let isRestNeeded):
      // No break in the line: the dot does not match it.
      return text.utf8.starts(with: prefix.utf8) && !text.utf8.contains(0x0a)
        && (!isRestNeeded || text.utf8.count > prefix.utf8.count)
    case .machine:
      var machine = RegexMachine(program, over: text)
      return machine.run(wantsCaptures: false) != nil
    }
  }

  /// The template with `$1`, `${1}` and `$name` replaced by what the groups matched; nil when the text does not match.
  func expand(_ template: String, matching text: String) -> String? {
    var machine = RegexMachine(program, over: text)
    guard let saved = machine.run(wantsCaptures: true) else { return nil }
    return ReplacementTemplate(template).expanded { name in
      for group in groups(named: name) {
        if group == 0 { return text }
        if let start = saved[2 * group], let end = saved[2 * group + 1] {
          return String(text[start..<end])
        }
      }
      return ""
    }
  }

  /// Several groups may have one name: the first of them that matched counts.
  private func groups(named name: String) -> [Int] {
    if let number = Int(name) { return number <= program.captures.count ? [number] : [] }
    return program.captures.indices.filter { program.captures[$0] == name }.map { $0 + 1 }
  }

  private static func plan(for node: RegexNode) -> Plan {
    guard case .sequence(let parts) = node, parts.count == 3,
      case .assertion(.textStart) = parts[0], case .assertion(.textEnd) = parts[2]
    else { return .machine }
    var choices = [parts[1]]
    if case .alternation(let several) = parts[1] { choices = several }
    let texts = choices.compactMap { plainText($0) }
    if texts.count == choices.count { return .oneOf(Set(texts)) }
    return prefixPlan(for: parts[1]) ?? .machine
  }

  private static func prefixPlan(for node: RegexNode) -> Plan? {
    var parts = [node]
    if case .sequence(let several) = node { parts = several }
    guard case .repetition(.set(let set), let least, nil, _)? = parts.last, least <= 1,
      set.isNegated, set.ranges == [0x0a...0x0a], set.categories.isEmpty,
      let prefix = plainText(.sequence(Array(parts.dropLast()))), !prefix.contains("\n")
    else { return nil }
    return .prefix(prefix, isRestNeeded: least == 1)
  }

  private static func plainText(_ node: RegexNode) -> String? {
    switch node {
    case .empty: return ""
    case .scalar(let scalar): return String(scalar)
    case .sequence(let parts):
      let texts = parts.compactMap { plainText($0) }
      return texts.count == parts.count ? texts.joined() : nil
    default: return nil
    }
  }
}
