import Glibc

/// A kind of event that a challenger must not have more of than the champion.
package enum Guardrail: String, Sendable, Codable, CaseIterable {
  case errors
  /// Predictions whose label came and differs. A request's rows were routed together, so its first labelled row stands for
  /// it: one trial a request.
  case wrongPredictions = "wrong_predictions"
  /// Answers above the model's latency objective; where it has none, above the champion's p99 as it was when the experiment
  /// began (`SlowLimit`).
  case slowRequests = "slow_requests"
}

/// What a guardrail forgives.
package struct GuardrailRule: Sendable, Equatable, Codable {
  package let guardrail: Guardrail
  /// Roll back when the challenger's rate is proven to be more than this times the champion's.
  package var margin: Double
  /// Its part of the experiment's alpha, as a weight beside the others'.
  package var weight: Double
  /// Whether one fault of one arm makes many events: then evidence is corrected for clusters.
  package var isClustered: Bool
  /// At the planned sample, the difference of the rates that may remain possible.
  package var differenceMargin: Double

  package init(
    _ guardrail: Guardrail, margin: Double? = nil, weight: Double = 1,
    differenceMargin: Double? = nil
  ) {
    self.guardrail = guardrail
    self.weight = weight
    isClustered = guardrail == .slowRequests
    switch guardrail {
    case .errors:
      self.margin = margin ?? 1.25
      self.differenceMargin = differenceMargin ?? 0.005
    case .wrongPredictions:
      self.margin = margin ?? 1.1
      self.differenceMargin = differenceMargin ?? 0.02
    case .slowRequests:
      self.margin = margin ?? 1.25
      self.differenceMargin = differenceMargin ?? 0.01
    }
  }
}

/// The rules of one experiment.
package struct ExperimentPolicy: Sendable, Equatable, Codable {
  /// The chance of a rollback of a challenger that is no worse than the margins forgive, in all looks together.
  package var alpha = 0.05
  /// Each guardrail once. One without data keeps the experiment from being promoted.
  package var rules = [GuardrailRule(.errors), GuardrailRule(.slowRequests)]
  /// Promotion needs proof that no rate is more than this times the champion's, or the planned sample.
  package var promotionMargin = 1.1
  /// Of the challenger's trials, on each guardrail, before which nothing is said.
  package var leastTrials = 200
  /// Of both arms' events, likewise; not needed at the planned sample.
  package var leastEvents = 10
  /// Of the challenger's trials, on each guardrail, after which the intervals decide.
  package var plannedTrials = 5_000
  /// Seconds without a trial of an arm after which nothing is promoted.
  package var patience = 300.0
  /// Of the champion's p99: a challenger that is slower there by more, beyond doubt, is for a person to promote.
  package static let latencyMargin = 0.25
  /// Whether what is counted are keys, each once (`FirstEventPerKey`), and not requests.
  package var unitIsKey = false

  package init() {}

  /// The evidence (e-value) at which a guardrail rolls back: its part of alpha by its weight, as one in so many.
  package func threshold(_ rule: GuardrailRule) -> Double {
    rules.reduce(0) { $0 + $1.weight } / (alpha * rule.weight)
  }

  /// `threshold` as a logarithm.
  package func logThreshold(_ rule: GuardrailRule) -> Double { log(threshold(rule)) }
}
