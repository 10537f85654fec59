package import PromQL

/// What is the same for all rules of a server.
package struct RuleContext: Sendable {
  /// Added to every alert by whoever sends it; templates can say them.
  package var externalLabels: [String: String]
  package var externalURL: String
  /// Milliseconds for which a sample stands for its series.
  package var lookback: Int64
  /// Milliseconds; of subqueries that name no step.
  package var subqueryStep: Int64
  package var sampleLimit: Int
  /// Whether a rule whose selectors find nothing at all holds its alerts. Prometheus takes that for "all is well".
  package var holdsWithoutData: Bool
  /// Yields something whenever the source is there. While it does, series that are not found have gone for good reason: an
  /// experiment has ended, a model was taken out, and their alerts end with them. Nil: nothing found is always no data.
  package var heartbeat: Query?

  package init(
    externalLabels: [String: String] = [:], externalURL: String = "", lookback: Int64 = 300_000,
    subqueryStep: Int64 = 60_000, sampleLimit: Int = 50_000_000, holdsWithoutData: Bool = true,
    heartbeat: Query? = nil
  ) {
    self.externalLabels = externalLabels
    self.externalURL = externalURL
    self.lookback = lookback
    self.subqueryStep = subqueryStep
    self.sampleLimit = sampleLimit
    self.holdsWithoutData = holdsWithoutData
    self.heartbeat = heartbeat
  }
}
