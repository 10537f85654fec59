import Alerting
import Domain

/// The `inhibit_rules` list, in Alertmanager's form.
extension ConfigurationReader {
  private static let inhibitionKeys = ["source_matchers", "target_matchers", "equal"]
  private static let inhibitionsMax = 256

  mutating func inhibitions(_ value: LocatedValue) -> [InhibitRule] {
    guard case .list(let items) = value.content, items.count <= Self.inhibitionsMax else {
      report(
        value.place,
        .wrongType(
          key: "inhibit_rules",
          expected: "a list of { source_matchers: [...], target_matchers: [...], equal: [...] }",
          found: value.found))
      return []
    }
    return items.enumerated().compactMap { inhibition($1, owner: "inhibit_rules[\($0 + 1)]") }
  }

  private mutating func inhibition(_ value: LocatedValue, owner: String) -> InhibitRule? {
    guard case .mapping = value.content else {
      _ = entries(value, owner: owner)
      return nil
    }
    let parts = block(value, owner: owner, keys: Self.inhibitionKeys)
    let whole = LocatedValue.Entry(key: owner, keyPlace: value.place, value: value)
    func side(_ key: String) -> [AlertMatcher]? {
      required(key, of: whole, in: parts, owner: owner)
        .flatMap { matchers($0.value, key: "\(owner).\(key)") }
    }
    let (source, target) = (side("source_matchers"), side("target_matchers"))
    let equal = parts["equal"].map { names($0.value, key: "\(owner).equal") } ?? []
    guard let source, let target, let equal else { return nil }
    let rule = InhibitRule(source: source, target: target, equal: equal)
    guard rule.isSound else {
      report(
        value.place,
        .badForm(
          key: owner, expected: "patterns that can be read", found: "one that cannot"))
      return nil
    }
    return rule
  }

  /// A line of matchers, or a list of them.
  private mutating func matchers(_ value: LocatedValue, key: String) -> [AlertMatcher]? {
    let items: [LocatedValue]
    if case .list(let list) = value.content { items = list } else { items = [value] }
    var found: [AlertMatcher] = []
    for item in items {
      let expected = "matchers as alertname=\"RequestsShed\" or severity=~\"warning|info\""
      guard let line = text(item, key: key, expected: expected) else { return nil }
      do throws(MatcherFault) {
        found += try AlertMatcher.list(line)
      } catch {
        report(item.place, .badForm(key: key, expected: expected, found: item.found))
        return nil
      }
    }
    guard !found.isEmpty else {
      report(value.place, .badForm(key: key, expected: "at least one matcher", found: "none"))
      return nil
    }
    return found
  }

  private mutating func names(_ value: LocatedValue, key: String) -> [String]? {
    guard case .list(let items) = value.content else {
      report(
        value.place, .wrongType(key: key, expected: "a list of labels' names", found: value.found))
      return nil
    }
    let names = items.map { text($0, key: key, expected: "a label's name") }
    return names.contains(nil) ? nil : names.compactMap(\.self)
  }
}
