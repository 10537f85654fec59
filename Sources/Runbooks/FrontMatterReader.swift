import Domain
import Yams

/// The YAML above a page as values, and a list of all that is wrong with it.
struct FrontMatterReader {
  let file: String
  var diagnostics: [RunbookDiagnostic] = []

  init(file: String) { self.file = file }

  private static let keys = [
    "alert", "severity", "owner", "last_tested", "applies_to", "panels", "checks", "actions",
    "first_action",
  ]
  /// What site generators have in a page; of no meaning here.
  private static let foreignKeys = ["title", "weight", "tags", "description"]

  /// - Returns: nil when it is no YAML, or no block of keys.
  mutating func read(_ yaml: String) -> RunbookFrontMatter? {
    let root: Node?
    do {
      guard !YAMLAnchors.occur(in: yaml) else {
        report(1, "anchors and aliases (&name, *name) are not taken here; write the value out")
        return nil
      }
      root = try Yams.compose(yaml: yaml)
    } catch {
      report(error)
      return nil
    }
    guard let root else { return RunbookFrontMatter() }
    guard let mapping = root.mapping else {
      report(line(of: root), "the front matter: expected a block of keys, found \(found(root))")
      return nil
    }
    var result = RunbookFrontMatter()
    for (key, value) in mapping {
      take(key.scalar?.string ?? "", key, value, into: &result)
    }
    return result
  }

  private mutating func take(
    _ name: String, _ key: Node, _ value: Node, into result: inout RunbookFrontMatter
  ) {
    switch name {
    case "alert": result.alert = word(value, name)
    case "severity": result.severity = severity(value)
    case "owner": result.owner = word(value, name)?.text
    case "last_tested":
      result.lastTestedLine = line(of: value)
      result.lastTested = date(value)
    case "applies_to": result.appliesTo = words(value, name).map(\.text)
    case "panels": result.panels = words(value, name)
    case "checks": result.checks = checks(value)
    case "actions": result.actions = words(value, name)
    case "first_action": result.firstAction = word(value, name)?.text
    case _ where Self.foreignKeys.contains(name): break
    default:
      report(
        line(of: key), "unknown key \"\(name)\"; there are \(Self.keys.joined(separator: ", "))",
        .warning)
    }
  }

  // MARK: Values

  private mutating func word(_ node: Node, _ key: String) -> RunbookWord? {
    guard let text = node.scalar?.string, node.tag.description != Tag.Name.null.rawValue,
      !text.isEmpty
    else {
      report(line(of: node), "\(key): expected text, found \(found(node))")
      return nil
    }
    return RunbookWord(text, line: line(of: node))
  }

  /// A list; one word may stand alone.
  private mutating func words(_ node: Node, _ key: String) -> [RunbookWord] {
    guard let sequence = node.sequence else { return word(node, key).map { [$0] } ?? [] }
    return sequence.enumerated().compactMap { word($1, "\(key)[\($0 + 1)]") }
  }

  private mutating func severity(_ node: Node) -> Alert.Severity? {
    guard let word = word(node, "severity") else { return nil }
    if let severity = Alert.Severity(rawValue: word.text) { return severity }
    let known = Alert.Severity.allCases.map(\.rawValue).joined(separator: ", ")
    report(word.line, "severity: expected one of \(known), found \"\(word.text)\"")
    return nil
  }

  private mutating func date(_ node: Node) -> RunbookDate? {
    guard let word = word(node, "last_tested") else { return nil }
    if let date = RunbookDate(word.text) { return date }
    report(word.line, "last_tested: expected a day as 2026-11-26, found \"\(word.text)\"")
    return nil
  }

  /// `- { name, query }`, or `name: query`.
  private mutating func checks(_ node: Node) -> [RunbookCheck] {
    if let mapping = node.mapping {
      return mapping.compactMap { key, value in
        check(name: key, query: value, of: "checks", at: key)
      }
    }
    guard let sequence = node.sequence else {
      report(
        line(of: node), "checks: expected a list of name and query, found \(found(node))")
      return []
    }
    return sequence.enumerated().compactMap { index, item in
      let owner = "checks[\(index + 1)]"
      guard let mapping = item.mapping else {
        report(line(of: item), "\(owner): expected name and query, found \(found(item))")
        return nil
      }
      for (key, _) in mapping where !["name", "query"].contains(key.scalar?.string ?? "") {
        report(
          line(of: key),
          "\(owner): unknown key \"\(key.scalar?.string ?? "")\"; there are name, query", .warning)
      }
      return check(name: mapping["name"], query: mapping["query"], of: owner, at: item)
    }
  }

  private mutating func check(name: Node?, query: Node?, of owner: String, at place: Node)
    -> RunbookCheck?
  {
    guard let name, let query else {
      report(
        line(of: place), "\(owner) needs \(name == nil ? "name" : "query"), which is missing")
      return nil
    }
    guard let name = word(name, "\(owner).name"), let query = word(query, "\(owner).query")
    else { return nil }
    return RunbookCheck(name: name.text, query: query.text, line: query.line)
  }

  // MARK: Places and reports

  /// In the file: the YAML begins at its second line.
  private func line(of node: Node) -> Int { (node.mark?.line ?? 1) + 1 }

  private func found(_ node: Node) -> String {
    switch node {
    case .mapping: "a block of keys"
    case .sequence(let sequence): "a list of \(sequence.count)"
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "\"\(scalar.string.prefix(60))\""
    case .alias: "an alias"
    }
  }

  private mutating func report(
    _ line: Int, _ reason: String, _ gravity: RunbookDiagnostic.Gravity = .error
  ) {
    diagnostics.append(RunbookDiagnostic(file: file, line: line, gravity, reason))
  }

  private mutating func report(_ error: any Error) {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      let reason = [problem, context?.text].compactMap(\.self).joined(separator: " ")
      report(mark.line + 1, "the front matter is not YAML: \(reason)")
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      report(
        context.mark.line + 1, "key \"\(keys.first ?? "")\" is given twice; keep one of them")
    case YamlError.reader(let problem, _, _, _):
      report(1, "the front matter is not YAML: \(problem)")
    default: report(1, "the front matter is not YAML: it cannot be parsed")
    }
  }
}
