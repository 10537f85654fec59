import Statistics

extension ExperimentBatch {
  mutating func count(
    _ guardrail: Guardrail, _ arm: Arm, events: Int64, trials: Int64
  ) {
    count(guardrail, arm, events: Int(events), trials: Int(trials), draws: Int(events))
  }

  /// A key's trial: counted once under a split.
  mutating func count(
    _ guardrail: Guardrail, _ arm: Arm, trial novelty: FirstEventPerKey.Novelty
  ) {
    guard novelty != .known else {
      repeated[guardrail, default: .zero][arm] += 1
      return
    }
    count(guardrail, arm, events: 0, trials: 1, draws: 0)
  }

  /// A key's event: counted once under a split, and evidence once.
  mutating func count(
    _ guardrail: Guardrail, _ arm: Arm, event novelty: FirstEventPerKey.Novelty
  ) {
    guard novelty != .known else { return }
    count(guardrail, arm, events: 1, trials: 0, draws: novelty == .new ? 1 : 0)
  }

  private mutating func count(
    _ guardrail: Guardrail, _ arm: Arm, events: Int, trials: Int, draws: Int
  ) {
    var counts = self.counts[guardrail] ?? Counts(events: .zero, trials: .zero)
    counts.events[arm] += events
    counts.trials[arm] += trials
    counts.draws[arm] += draws
    self.counts[guardrail] = counts
  }
}
