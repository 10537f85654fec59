import Domain
package import PromQL

// What survives a restart. Labels are written as an object, so that the rows can be read by people.

extension AlertTracker: Codable {
  private enum CodingKeys: String, CodingKey {
    case alerts, failure, lastStep, lastFired, heldSince
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let list = try container.decode([TrackedAlert].self, forKey: .alerts)
    alerts = Dictionary(list.map { ($0.labels, $0) }) { first, _ in first }
    failure = try container.decodeIfPresent(String.self, forKey: .failure)
    lastStep = try container.decodeIfPresent(Timestamp.self, forKey: .lastStep)
    lastFired = try container.decodeIfPresent(Timestamp.self, forKey: .lastFired)
    heldSince = try container.decodeIfPresent(Timestamp.self, forKey: .heldSince)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(alerts.values.sorted { $0.labels < $1.labels }, forKey: .alerts)
    try container.encodeIfPresent(failure, forKey: .failure)
    try container.encodeIfPresent(lastStep, forKey: .lastStep)
    try container.encodeIfPresent(lastFired, forKey: .lastFired)
    try container.encodeIfPresent(heldSince, forKey: .heldSince)
  }
}

extension TrackedAlert: Codable {
  private enum CodingKeys: String, CodingKey {
    case labels, annotations, value, state, activeAt, firedAt, keepFiringSince, resolvedAt
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    labels = LabelSet(try container.decode([String: String].self, forKey: .labels))
    annotations = try container.decode([String: String].self, forKey: .annotations)
    // As text: JSON has no NaN and no infinity.
    value = GoNumber.double(try container.decode(String.self, forKey: .value)) ?? .nan
    state = try container.decode(Alert.State.self, forKey: .state)
    activeAt = try container.decode(Timestamp.self, forKey: .activeAt)
    firedAt = try container.decodeIfPresent(Timestamp.self, forKey: .firedAt)
    keepFiringSince = try container.decodeIfPresent(Timestamp.self, forKey: .keepFiringSince)
    resolvedAt = try container.decodeIfPresent(Timestamp.self, forKey: .resolvedAt)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(labels.dictionary, forKey: .labels)
    try container.encode(annotations, forKey: .annotations)
    try container.encode(NumberText.shortest(value), forKey: .value)
    try container.encode(state, forKey: .state)
    try container.encode(activeAt, forKey: .activeAt)
    try container.encodeIfPresent(firedAt, forKey: .firedAt)
    try container.encodeIfPresent(keepFiringSince, forKey: .keepFiringSince)
    try container.encodeIfPresent(resolvedAt, forKey: .resolvedAt)
  }
}

extension RuleGroupTracker.Memory: Codable {
  private enum CodingKeys: String, CodingKey {
    case identity, tracker, written, failure, lastEvaluation
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      identity: try container.decode(String.self, forKey: .identity),
      tracker: try container.decodeIfPresent(AlertTracker.self, forKey: .tracker),
      written: Set(
        try container.decode([[String: String]].self, forKey: .written).map { LabelSet($0) }),
      failure: try container.decodeIfPresent(String.self, forKey: .failure),
      lastEvaluation: try container.decodeIfPresent(Timestamp.self, forKey: .lastEvaluation))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(identity, forKey: .identity)
    try container.encodeIfPresent(tracker, forKey: .tracker)
    try container.encode(written.sorted().map(\.dictionary), forKey: .written)
    try container.encodeIfPresent(failure, forKey: .failure)
    try container.encodeIfPresent(lastEvaluation, forKey: .lastEvaluation)
  }
}

extension LabelSet {
  /// All of it, `__name__` among them where there is one.
  package var dictionary: [String: String] {
    var labels = Dictionary(pairs.map { ($0.name, $0.value) }) { first, _ in first }
    if !metricName.isEmpty { labels["__name__"] = metricName }
    return labels
  }
}
