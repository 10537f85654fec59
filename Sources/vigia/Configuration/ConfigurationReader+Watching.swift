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
      policy.redacted = Set(names(part, key: "\(owner).redact"))
    }
    if let part = parts["retention_hours"]?.value,
      let hours = number(part, key: "\(owner).retention_hours", in: 0.01...8_760)
    {
      policy.retention = Int64(hours * 3_600)
    }
    return policy
  }

  /// A list of names; one may stand alone.
  private mutating func names(_ value: LocatedValue, key: String) -> [String] {
    let items: [LocatedValue]
    if case .list(let list) = value.content { items = list } else { items = [value] }
    var names: [String] = []
    for item in items {
      guard let name = text(item, key: key, expected: "a feature's name") else { continue }
      if names.contains(name) {
        report(
          item.place,
          .badForm(
            key: key, expected: "each name once", found: ConfigurationProblem.quoted(name)))
      } else {
        names.append(name)
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
