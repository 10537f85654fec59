package import Alerting
import PromQL

/// A file of rules in Prometheus' format, as 2.42 reads it.
///
/// Prometheus refuses a file for one mistake in it; here the groups without one are taken.
package struct RuleFile: Sendable {
  package var groups: [RuleGroup]
  /// By place.
  package var diagnostics: [FileDiagnostic]

  package init(_ text: String, path: String) {
    let (root, problems) = YAMLDocument.parse(text, path: path)
    var reader = NodeReader(path: path, text: text)
    groups = root.map { Self.groups($0, &reader, spoiled: problems) } ?? []
    diagnostics = (problems + reader.diagnostics).sorted { left, right in
      switch (left.place, right.place) {
      case (let left?, let right?): left < right
      case (let left, _): left == nil
      }
    }
  }

  /// - Parameter spoiled: keys given twice; their groups are not taken.
  private static func groups(
    _ root: LocatedNode, _ reader: inout NodeReader, spoiled: [FileDiagnostic]
  ) -> [RuleGroup] {
    if case .mapping(let entries) = root.content,
      entries.contains(where: { $0.key == "apiVersion" })
    {
      reader.report(
        root.place, "this is an object of Kubernetes; what stands under its `spec` is a rule file")
      return []
    }
    let file = reader.block(root, owner: "rule file", keys: ["groups"])
    guard let list = file["groups"]?.value else { return [] }
    let nodes = reader.list(list, key: "groups")
    var names: Set<String> = []
    var groups: [RuleGroup] = []
    for (index, node) in nodes.enumerated() {
      let known = reader.diagnostics.count
      let group = group(node, &reader, names: &names)
      let end = nodes.indices.contains(index + 1) ? nodes[index + 1].place : nil
      let isSpoiled = spoiled.compactMap(\.place).contains { place in
        place > node.place && end.map { place < $0 } ?? true
      }
      if let group, reader.diagnostics.count == known, !isSpoiled { groups.append(group) }
    }
    return groups
  }

  private static func group(
    _ node: LocatedNode, _ reader: inout NodeReader, names: inout Set<String>
  ) -> RuleGroup? {
    let block = reader.block(
      node, owner: "group", keys: ["name", "interval", "limit", "rules"])
    let name = block["name"].map { reader.text($0.value, key: "name") } ?? ""
    guard !name.isEmpty else {
      reader.report(node.place, "a group needs `name`, which is missing")
      return nil
    }
    if !names.insert(name).inserted {
      reader.report(
        block["name"]?.value.place ?? node.place, "group \"\(name)\" is there twice in this file")
    }
    let interval = block["interval"].map { reader.duration($0.value, key: "interval") }
    let limit = block["limit"].map { reader.integer($0.value, key: "limit") }
    let rules = block["rules"].map { reader.list($0.value, key: "rules") } ?? []
    return RuleGroup(
      name: name, file: reader.path, interval: interval == 0 ? nil : interval, limit: limit ?? 0,
      rules: rules.compactMap { RuleNode($0, &reader).rule(&reader) })
  }
}
