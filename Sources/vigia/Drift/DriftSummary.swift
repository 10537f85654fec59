import Statistics

/// `vigia drift --json`: the shape others rely on. What is not finite, or not known, is null.
struct DriftSummary: Encodable, Sendable {
  private let features: [Feature]
  private let drift: Bool
  private let withoutVerdict: [WithoutVerdict]

  init(_ report: DriftReport) {
    features = report.features.map(Feature.init)
    drift = report.isDrift
    withoutVerdict = report.features.filter { !$0.verdict.isJudged }.map {
      WithoutVerdict(name: $0.name, reason: $0.sentence)
    }
  }

  private enum CodingKeys: String, CodingKey {
    case features, drift
    case withoutVerdict = "without_verdict"
  }

  private struct WithoutVerdict: Encodable, Sendable {
    let name: String
    let reason: String
  }

  private struct Feature: Encodable, Sendable {
    let drift: FeatureDrift

    init(_ drift: FeatureDrift) { self.drift = drift }

    enum CodingKeys: String, CodingKey {
      case name, kind
      case referenceRows = "n_reference"
      case currentRows = "n_current"
      case psi, ks
      case
        w1 = "w1_std"
      case js
      case p = "chi2_p"
      case adjustedP = "p_adjusted"
      case verdict
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      let comparison = drift.comparison
      try container.encode(drift.name, forKey: .name)
      try container.encode(drift.feature.kind, forKey: .kind)
      try container.encode(drift.referenceRows, forKey: .referenceRows)
      try container.encode(drift.currentRows, forKey: .currentRows)
      try container.encode(Self.finite(comparison?.psi), forKey: .psi)
      try container.encode(Self.finite(comparison?.ks), forKey: .ks)
      try container.encode(Self.finite(comparison?.w1OverStandardDeviation), forKey: .w1)
      try container.encode(Self.finite(comparison?.js), forKey: .js)
      try container.encode(Self.finite(comparison?.chiSquared.p), forKey: .p)
      try container.encode(Self.finite(drift.adjustedP), forKey: .adjustedP)
      // What cannot be compared is told as what is not judged yet: the list of verdicts is closed, and the reason stands
      // beside it.
      let verdict = drift.verdict == .noVerdict ? DriftVerdict.collecting : drift.verdict
      try container.encode(verdict, forKey: .verdict)
    }

    /// An optional is encoded as null, where it would be left out by itself.
    private static func finite(_ value: Double?) -> Double? {
      value.flatMap { $0.isFinite ? $0 : nil }
    }
  }
}
