/// What is left of the bad requests that an objective allows in its period.
package struct ErrorBudget: Sendable, Equatable {
  package static let periodSeconds: Int64 = 30 * 86_400

  /// The share that is left: 1 untouched, 0 just used up, below 0 overdrawn.
  package let left: Double
  /// Whether the period has not been observed in full, so that its traffic was taken to go on at its mean rate.
  package let isProjected: Bool

  /// `left` = 1 - bad / (budget * total), with the total of the whole period: of what was observed, stretched to it.
  ///
  /// - Parameter period: the last `periodSeconds`, or as much as there is.
  /// - Returns: nil without requests.
  package init?(_ period: RequestCount, objective: ServiceLevelObjective) {
    guard period.total > 0, period.filledSeconds > 0 else { return nil }
    let stretch = max(1, Double(Self.periodSeconds) / Double(period.filledSeconds))
    left = 1 - Double(period.bad) / (objective.budget * Double(period.total) * stretch)
    isProjected = stretch > 1
  }

  /// Seconds until nothing is left, were the budget to go on burning like that; nil when nothing burns, 0 when it is
  /// used up.
  ///
  /// - Parameter burn: a burn rate, for instance `BurnRate.long` of the window of one hour.
  package func secondsToEmpty(atBurn burn: Double) -> Double? {
    guard left > 0 else { return 0 }
    return burn > 0 ? left * Double(Self.periodSeconds) / burn : nil
  }
}
