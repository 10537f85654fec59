import Statistics

/// Answers and labels of both arms, until there are enough to be compared with each other.
///
/// A slow answer and a wrong prediction can only come from a request that was answered, or labelled. Where one arm fails more
/// requests, it has fewer of those than the split gave it, so the split says nothing of where they come from: the share is
/// that of the arms' own trials. Given those, events of equal arms fall as the e-process expects, or closer to it
/// (hypergeometric).
struct GivenTrials: Sendable {
  /// Trials of the smaller arm that make a batch.
  private static let leastTrials = 5

  private struct Key: Hashable {
    var guardrail: Guardrail
    var revision: Int64
  }

  private var waiting: [Key: ExperimentBatch.Counts] = [:]

  mutating func add(
    _ guardrail: Guardrail, _ arm: Arm, revision: Int64, events: Int64, trials: Int64
  ) {
    let key = Key(guardrail: guardrail, revision: revision)
    var counts = waiting[key] ?? ExperimentBatch.Counts(events: .zero, trials: .zero)
    counts.events[arm] += Int(events)
    counts.draws[arm] += Int(events)
    counts.trials[arm] += Int(trials)
    waiting[key] = counts
  }

  /// Those that are enough, and what was left of former revisions is dropped.
  ///
  /// - Parameter splits: the challenger's share of the traffic under each revision.
  mutating func take(splits: [Int64: Double]) -> [ExperimentBatch] {
    let newest = waiting.keys.map(\.revision).max()
    var batches: [ExperimentBatch] = []
    for (key, counts) in waiting {
      let least = min(counts.trials.champion, counts.trials.challenger)
      if least >= Self.leastTrials {
        let share = Double(counts.trials.challenger) / Double(counts.trials.total)
        var batch = ExperimentBatch(share: share)
        batch.split = splits[key.revision]
        batch.counts[key.guardrail] = counts
        batches.append(batch)
        waiting[key] = nil
      } else if let newest, key.revision < newest - 8 {
        waiting[key] = nil
      }
    }
    return batches
  }
}
