package import Domain
import PromQL

/// While an alert that the source matchers fit fires, those that the target matchers fit, with the same values of the labels
/// in `equal`, are its consequences and page nobody. As in Alertmanager a missing label and an empty one are the same, and an
/// alert that fits both sides is not hidden by one of its own kind.
package struct InhibitRule: Sendable, Equatable {
  package var source: [AlertMatcher]
  package var target: [AlertMatcher]
  package var equal: [String]

  package init(source: [AlertMatcher], target: [AlertMatcher], equal: [String]) {
    self.source = source
    self.target = target
    self.equal = equal
  }

  /// Whether its patterns can be read.
  package var isSound: Bool { MatcherSet(source) != nil && MatcherSet(target) != nil }

  /// Of the rules that come with Vigia: what goes before what.
  package static let standard: [InhibitRule] = [
    hides(
      "ServingVersionNotLoaded",
      "ReleaseFailing|ReleaseSlow|ModelFailing|ModelErrorBudgetBurn.*|RequestsShed|NoTraffic"),
    hides(
      "AllUpstreamsDown", "UpstreamDown|ReleaseFailing|ReleaseSlow|ModelFailing", equal: version),
    hides("AllUpstreamsDown", "ModelErrorBudgetBurn.*"),
    // Another version that fails, too, is news: then it is not the release.
    hides("ReleaseFailing", "ReleaseSlow|ModelFailing|CandidateWorse", equal: version),
    hides("ReleaseFailing", "ModelErrorBudgetBurn.*"),
    hides("ModelFailing", "ReleaseSlow|CandidateWorse", equal: version),
    hides("ModelFailing", "ModelErrorBudgetBurn.*"),
    hides("ReleaseSlow", "ModelLatencyBudgetBurn.*|WorkersSaturated|RequestsShed"),
    // Most inputs are one client's then: their distribution is its own.
    hides(
      "ClientFlood",
      "RequestsShed|WorkersSaturated|Model(Error|Latency)BudgetBurn.*|FeatureDrift|PredictionShift"),
    hides("ModelErrorBudgetBurnFast", "ModelErrorBudgetBurn(Slow|Ticket)"),
    hides("ModelErrorBudgetBurnSlow", "ModelErrorBudgetBurnTicket"),
    hides("ModelLatencyBudgetBurnFast", "ModelLatencyBudgetBurnSlow"),
    hides(
      "FeatureVanished",
      "FeatureDrift|PredictionShift|AccuracyDrop|WorseThanNoModel|ChampionWorse|AccuracyBelowBaseline"
    ),
    hides(
      "AccuracyBelowBaseline", "ChampionWorse|AccuracyDrop|WorseThanNoModel|PredictionShift"),
    hides("ChampionWorse", "AccuracyDrop|WorseThanNoModel|PredictionShift"),
    hides("StoreDiskFull", "StoreDisk(FullSoon|Filling)", equal: []),
    hides("StoreDiskFullSoon", "StoreDiskFilling", equal: []),
  ]

  private static let version = ["model", "version", "source"]

  private static func hides(
    _ source: String, _ target: String, equal: [String] = ["model", "source"]
  ) -> InhibitRule {
    InhibitRule(
      source: [AlertMatcher(name: "alertname", value: source)],
      target: [AlertMatcher(name: "alertname", value: target, isRegex: true)], equal: equal)
  }
}

/// Matchers made ready: all must fit.
struct MatcherSet: Sendable {
  private let matchers: [LabelMatcher]

  /// Nil where a regular expression does not parse.
  init?(_ matchers: [AlertMatcher]) {
    var ready: [LabelMatcher] = []
    for one in matchers {
      let kind: LabelMatcher.Kind =
        one.isRegex ? (one.isEqual ? .matches : .matchesNot) : one.isEqual ? .equal : .notEqual
      guard let matcher = try? LabelMatcher(name: one.name, kind: kind, value: one.value) else {
        return nil
      }
      ready.append(matcher)
    }
    self.matchers = ready
  }

  func fits(_ labels: [String: String]) -> Bool {
    matchers.allSatisfy { $0.matches(labels[$0.name] ?? "") }
  }
}
