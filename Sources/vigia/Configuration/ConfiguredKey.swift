/// A line under `keys:`.
package struct ConfiguredKey: Sendable, Equatable {
  package var place: ConfigurationPlace
  package var action: String
  /// As they are written; nil where something else stands.
  package var keys: [String]?
  /// What stands there, for a message.
  package var found: String

  package init(place: ConfigurationPlace, action: String, keys: [String]?, found: String = "") {
    self.place = place
    self.action = action
    self.keys = keys
    self.found = found
  }
}

extension ConfigurationReader {
  /// `keys: { roll_back: [R, F8], pause: Space, theme: [] }`: what is wrong in it is left to the console, which
  /// says it and goes on with its usual keys.
  func keys(_ value: LocatedValue) -> [ConfiguredKey] {
    guard case .mapping(let entries) = value.content else {
      return [ConfiguredKey(place: value.place, action: "keys", keys: nil, found: value.found)]
    }
    return entries.map { entry in
      ConfiguredKey(
        place: entry.keyPlace, action: entry.key, keys: Self.labels(entry.value),
        found: entry.value.found)
    }
  }

  /// YAML takes `1` for a number, `n` and `y` for an answer, and `~` for nothing: as keys they are what was written.
  private static func labels(_ value: LocatedValue) -> [String]? {
    switch value.content {
    case .scalar(let text, _): return text.isEmpty ? nil : [text]
    case .mapping: return nil
    case .list(let items):
      let labels = items.compactMap { item -> String? in
        guard case .scalar(let text, _) = item.content, !text.isEmpty else { return nil }
        return text
      }
      return labels.count == items.count ? labels : nil
    }
  }
}
