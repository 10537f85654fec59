import Control
import Storage

/// What of a model's requests is watched and kept, and what the machine costs.
extension ConfigurationReader {
  static let watchingKeys = ["features", "capture", "redact", "retention_hours"]

  mutating func capture(
    _ parts: [String: LocatedValue.Entry], owner: String
  ) -> CapturePolicy {
    var policy = CapturePolicy()
    if let part = parts["features"]?.value {
      policy.featureNames = names(part, key: "\(owner).features")
    }
    if let part = parts["capture"]?.value {
      policy.keepsRequests = boolean(part, key: "\(owner).capture") ?? true
    }
    if let part = parts["redact"]?.value {
      let redacted = located(part, key: "\(owner).redact")
      checkSpelling(redacted, features: policy.featureNames, key: "\(owner).redact")
      policy.redacted = Set(redacted.map(\.name))
    }
    if let part = parts["retention_hours"]?.value,
      let hours = number(part, key: "\(owner).retention_hours", in: 0.01...8_760)
    {
      policy.retention = Int64(hours * 3_600)
    }
    return policy
  }

  /// What is redacted is a feature, or an input, whose name is not known here: a name that is nearly a feature's is a slip that
  /// would keep each request from being kept.
  private mutating func checkSpelling(
    _ redacted: [(name: String, place: ConfigurationPlace)], features: [String], key: String
  ) {
    for (name, place) in redacted where !features.contains(name) {
      guard let meant = Spelling.nearest(to: name, among: features) else { continue }
      report(
        place,
        .badForm(
          key: key, expected: "one of the model's features, such as \(meant)",
          found: ConfigurationProblem.quoted(name)))
    }
  }

  private mutating func names(_ value: LocatedValue, key: String) -> [String] {
    located(value, key: key).map(\.name)
  }

  /// A list of names; one may stand alone.
  private mutating func located(
    _ value: LocatedValue, key: String
  ) -> [(name: String, place: ConfigurationPlace)] {
    let items: [LocatedValue]
    if case .list(let list) = value.content { items = list } else { items = [value] }
    var names: [(name: String, place: ConfigurationPlace)] = []
    for item in items {
      guard let name = text(item, key: key, expected: "a feature's name") else { continue }
      if names.contains(where: { $0.name == name }) {
        report(
          item.place,
          .badForm(
            key: key, expected: "each name once", found: ConfigurationProblem.quoted(name)))
      } else {
        names.append((name, item.place))
      }
    }
    return names
  }

  /// `0.40 EUR`: an hour of the machine.
  mutating func price(_ value: LocatedValue) -> MachinePrice? {
    let expected = "an hour's price with its currency, such as 0.40 EUR"
    guard let text = text(value, key: "machine_price", expected: expected) else { return nil }
    let parts = text.split(separator: " ")
    guard parts.count == 2, let amount = Double(parts[0]), amount > 0, amount.isFinite,
      (1...8).contains(parts[1].count), parts[1].allSatisfy(\.isLetter)
    else {
      report(value.place, .badForm(key: "machine_price", expected: expected, found: value.found))
      return nil
    }
    return MachinePrice(perHour: amount, currency: String(parts[1]))
  }
}
