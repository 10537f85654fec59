import Alerting
import PromQL
import RuleFiles

extension RuleSet {
  /// The rules as they are on the disk now, for a server that keeps these.
  ///
  /// Of a file with something wrong in it, and where a pattern that named files names none, what was in force stays: a slip of the
  /// hand must not take the rules away that would page somebody.
  package func reread(_ patterns: [String]) -> RuleSet {
    var next = RuleSet(patterns: patterns)
    var kept: [String] = []
    for index in next.found.indices {
      let place = next.found[index].place
      let isPattern = next.matches[place]?.isEmpty == true
      let files = (isPattern ? matches[place] ?? [] : [place]).filter { file in
        groups.contains { $0.file == file } && !(isPattern && next.files.contains(file))
      }
      guard !files.isEmpty else { continue }
      kept += files.filter { !kept.contains($0) }
      next.found[index].text += "; what was read of it before stays in force"
      // So that it still is one that named files.
      if isPattern { next.matches[place] = files }
    }
    guard !kept.isEmpty else { return next }
    next.groups.removeAll { kept.contains($0.file) }
    next.groups += groups.filter { kept.contains($0.file) }
    // As they stand in a new reading, so that evaluations go on in the same order.
    let order = Dictionary((next.files + files).enumerated().map { ($1, $0) }) { first, _ in first }
    next.groups = next.groups.enumerated().sorted { left, right in
      (order[left.element.file] ?? .max, left.offset)
        < (order[right.element.file] ?? .max, right.offset)
    }.map(\.element)
    next.files += kept.filter { !next.files.contains($0) }
    next.tested.formUnion(tested)
    return next
  }

  /// Rule files that there are now.
  static func files(matching patterns: [String]) -> [String] {
    RuleLibrary.files(matching: patterns)
  }

  /// What another reading has that this one had not, file by file, in words.
  package func changes(to next: RuleSet) -> [String] {
    let files = self.files + next.files.filter { !self.files.contains($0) }
    return files.compactMap { file in
      let before = Self.texts(of: groups, in: file)
      let after = Self.texts(of: next.groups, in: file)
      let parts = [
        ("added", after.keys.filter { before[$0] == nil }),
        ("removed", before.keys.filter { after[$0] == nil }),
        ("changed", after.keys.filter { before[$0] != nil && before[$0] != after[$0] }),
      ].filter { !$0.1.isEmpty }
      guard !parts.isEmpty else { return nil }
      let words = parts.map { word, rules in
        let names = rules.map(\.name).sorted()
        let more = names.count > 5 ? " and \(names.count - 5) more" : ""
        return names.prefix(5).joined(separator: ", ") + more + " " + word
      }
      return "\(file): " + words.joined(separator: ", ")
    }
  }

  private struct RuleKey: Hashable {
    var group: String
    var name: String
    /// Of those of one name in the group.
    var number: Int
  }

  /// All that a rule says.
  private static func texts(of groups: [RuleGroup], in file: String) -> [RuleKey: String] {
    var texts: [RuleKey: String] = [:]
    for group in groups where group.file == file {
      for rule in group.rules {
        var key = RuleKey(group: group.name, name: rule.name, number: 0)
        while texts[key] != nil { key.number += 1 }
        texts[key] = "\(group.interval ?? 0) \(group.limit) " + text(of: rule)
      }
    }
    return texts
  }

  private static func text(of rule: Rule) -> String {
    switch rule {
    case .record(let rule): "\(rule.query.text) \(rule.labels.sorted { $0.key < $1.key })"
    case .alert(let rule):
      ([rule.query.text, "\(rule.hold) \(rule.keepFiring)"]
        + (rule.labels + rule.annotations).map { "\($0.name)=\($0.template.text)" })
        .joined(separator: "\u{0}")
    }
  }
}
