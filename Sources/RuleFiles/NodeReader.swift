import PromQL

/// Reads located nodes as what a file must hold, and keeps a list of all that is wrong.
struct NodeReader {
  let path: String
  let source: ScalarSource
  var diagnostics: [FileDiagnostic] = []

  init(path: String, text: String) {
    self.path = path
    source = ScalarSource(text)
  }

  mutating func report(_ place: FileDiagnostic.Place, _ reason: String) {
    diagnostics.append(FileDiagnostic(path: path, place: place, reason: reason))
  }

  /// The entries of a block whose keys are known, by key. An entry without a value is as good as none.
  mutating func block(_ node: LocatedNode, owner: String, keys: [String])
    -> [String: LocatedNode.Entry]
  {
    guard case .mapping(let entries) = node.content else {
      if !node.isNothing {
        report(node.place, "\(owner): expected a block of keys, found \(node.found)")
      }
      return [:]
    }
    var known: [String: LocatedNode.Entry] = [:]
    for entry in entries {
      guard keys.contains(entry.key) else {
        report(entry.place, Self.unknownKey(entry.key, owner: owner, keys: keys))
        continue
      }
      if !entry.value.isNothing { known[entry.key] = entry }
    }
    return known
  }

  private static func unknownKey(_ key: String, owner: String, keys: [String]) -> String {
    if let since = laterKeys[key], owner == "group" {
      return "key \"\(key)\" of a group came with \(since) and is not supported; leave it out"
    }
    return "unknown key \"\(key)\"; a \(owner) has " + keys.joined(separator: ", ")
  }

  /// Of groups, in servers newer than 2.42 or in Prometheus' relatives.
  private static let laterKeys = [
    "query_offset": "Prometheus 2.53", "labels": "Prometheus 3.0",
    "partial_response_strategy": "Thanos", "source_tenants": "Mimir",
    "evaluation_delay": "Mimir", "concurrency": "VictoriaMetrics", "type": "VictoriaMetrics",
    "tenant": "VictoriaMetrics", "params": "VictoriaMetrics", "eval_offset": "VictoriaMetrics",
  ]

  mutating func list(_ node: LocatedNode, key: String) -> [LocatedNode] {
    if case .list(let items) = node.content { return items }
    if !node.isNothing { report(node.place, "\(key): expected a list, found \(node.found)") }
    return []
  }

  /// Any scalar counts as text; nothing counts as empty.
  mutating func text(_ node: LocatedNode, key: String) -> String {
    switch node.content {
    case .scalar(_, .nothing, _): return ""
    case .scalar(let text, _, _): return text
    case .list, .mapping:
      report(node.place, "\(key): expected text, found \(node.found)")
      return ""
    }
  }

  mutating func texts(_ node: LocatedNode, key: String) -> [String] {
    list(node, key: key).map { text($0, key: key) }
  }

  /// Names and texts, with the place of each name and the node of each text.
  mutating func entries(_ node: LocatedNode, key: String) -> [LocatedNode.Entry] {
    if case .mapping(let entries) = node.content { return entries }
    if !node.isNothing {
      report(node.place, "\(key): expected a block of keys, found \(node.found)")
    }
    return []
  }

  mutating func labels(_ node: LocatedNode, key: String) -> [String: String] {
    var labels: [String: String] = [:]
    for entry in entries(node, key: key) {
      labels[entry.key] = text(entry.value, key: "\(key).\(entry.key)")
    }
    return labels
  }

  mutating func integer(_ node: LocatedNode, key: String) -> Int {
    if case .scalar(let text, .integer, _) = node.content, let value = Int(text) { return value }
    report(node.place, "\(key): expected a whole number, found \(node.found)")
    return 0
  }

  mutating func number(_ node: LocatedNode, key: String) -> Double {
    if case .scalar(let text, let kind, _) = node.content, kind == .integer || kind == .number,
      let value = Self.number(text)
    {
      return value
    }
    report(node.place, "\(key): expected a number, found \(node.found)")
    return 0
  }

  private static func number(_ text: String) -> Double? {
    switch text.lowercased() {
    case ".inf", "+.inf": return .infinity
    case "-.inf": return -.infinity
    case ".nan": return .nan
    default:
      let digits = text.replacing("_", with: "")
      if let value = Double(digits) { return value }
      let unsigned = digits.hasPrefix("-") ? digits.dropFirst() : digits[...]
      guard unsigned.hasPrefix("0o"), let value = Int(unsigned.dropFirst(2), radix: 8) else {
        return nil
      }
      return Double(digits.hasPrefix("-") ? -value : value)
    }
  }

  /// Milliseconds.
  mutating func duration(_ node: LocatedNode, key: String) -> Int64 {
    let text = text(node, key: key)
    do throws(PrometheusDuration.Malformed) {
      return try PrometheusDuration.parse(text)
    } catch {
      report(node.place, "\(key): expected a duration such as 1h30m, found \"\(text)\"")
      return 0
    }
  }

  /// The place of a mistake within a scalar.
  func place(ofByte offset: Int, in node: LocatedNode) -> FileDiagnostic.Place {
    guard case .scalar(let text, _, let style) = node.content else { return node.place }
    return source.place(ofByte: offset, in: text, style: style, start: node.place)
  }
}
