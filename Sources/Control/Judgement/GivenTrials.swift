import Statistics

/// Answers and labels of both arms, until there are enough to be compared with each other.
///
/// A slow answer and a wrong prediction can only come from a request that was answered, or labelled. Where one arm fails more
/// requests, it has fewer of those than the split gave it, so the split says nothing of where they come from: the share is
/// that of the arms' own trials. Given those, events of equal arms fall as the e-process expects, or closer to it
/// (hypergeometric).
struct GivenTrials: Sendable, Equatable, Codable {
  /// Trials of the smaller arm that make a batch.
  private static let leastTrials = 5

  private struct Key: Hashable, Comparable, Codable {
    var guardrail: Guardrail
    var revision: Int64

    static func < (left: Key, right: Key) -> Bool {
      (left.revision, left.guardrail.rawValue) < (right.revision, right.guardrail.rawValue)
    }
  }

  private struct Waiting: Equatable, Codable {
    var counts = ExperimentBatch.Counts(events: .zero, trials: .zero)
    /// Their events, by name.
    var clients: [String: ByArm<Int>] = [:]
  }

  /// Clients whose events wait, of one guardrail and revision; those with the fewest are left out beyond.
  private static let clientsMax = 128

  private var waiting: [Key: Waiting] = [:]

  mutating func add(
    _ guardrail: Guardrail, _ arm: Arm, revision: Int64, events: Int64, trials: Int64
  ) {
    let key = Key(guardrail: guardrail, revision: revision)
    var one = waiting[key] ?? Waiting()
    one.counts.events[arm] += Int(events)
    one.counts.draws[arm] += Int(events)
    one.counts.trials[arm] += Int(trials)
    waiting[key] = one
  }

  /// Which of the events are one client's.
  mutating func add(
    _ guardrail: Guardrail, client: String, _ events: ByArm<Int>, revision: Int64
  ) {
    let key = Key(guardrail: guardrail, revision: revision)
    var one = waiting[key] ?? Waiting()
    let before = one.clients[client] ?? .zero
    one.clients[client] = ByArm(
      champion: before.champion + events.champion,
      challenger: before.challenger + events.challenger)
    if one.clients.count > Self.clientsMax,
      let least = one.clients.min(by: { ($0.value.total, $0.key) < ($1.value.total, $1.key) })
    {
      one.clients[least.key] = nil
    }
    waiting[key] = one
  }

  /// Those that are enough, and what was left of former revisions is dropped.
  ///
  /// - Parameter splits: the challenger's share of the traffic under each revision.
  mutating func take(splits: [Int64: Double]) -> [ExperimentBatch] {
    let newest = waiting.keys.map(\.revision).max()
    var batches: [ExperimentBatch] = []
    for (key, one) in waiting.sorted(by: { $0.key < $1.key }) {
      let counts = one.counts
      let least = min(counts.trials.champion, counts.trials.challenger)
      if least >= Self.leastTrials {
        let share = Double(counts.trials.challenger) / Double(counts.trials.total)
        var batch = ExperimentBatch(share: share)
        batch.split = splits[key.revision]
        batch.counts[key.guardrail] = counts
        batch.clients = one.clients.sorted { $0.key < $1.key }.map { name, events in
          var client = ExperimentBatch.Client(name, requests: .zero)
          client.draws[key.guardrail] = events
          return client
        }
        batches.append(batch)
        waiting[key] = nil
      } else if let newest, key.revision < newest - 8 {
        waiting[key] = nil
      }
    }
    return batches
  }
}
