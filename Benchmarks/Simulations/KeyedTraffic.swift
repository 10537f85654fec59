import Statistics

/// Traffic whose routing sticks to keys of very different sizes, some of which fail much more than others.
struct KeyedTraffic {
  enum Evidence {
    /// Each key's first event in the experiment.
    case newKeys
    /// Each key's first event under each split: the same draw, counted again as the split grows.
    case newUnderSplit
    /// Every event.
    case all
  }

  var rate = 20
  var seconds = 2_000
  var ramp = Traffic.rampUp
  var keyCount = 3_000
  /// The mean share of a key's requests that fail; keys differ as an exponential distribution.
  var base = 0.02
  /// The challenger's over the champion's, for each key.
  var ratio = 1.0
  /// A key that always fails, by its place in the order of sizes; nil: there is none.
  var badKey: Int?
  var evidence = Evidence.newKeys
  var burstEvery: Double?

  func run(_ policy: ExperimentPolicy, _ random: inout SplittableRandom) -> Ending {
    var policy = policy
    policy.unitIsKey = evidence != .all
    var judge = ExperimentJudge(policy: policy)
    var keys = FirstEventPerKey(capacity: 2_048)
    let positions = (0..<keyCount).map { _ in random.uniform() }
    let failing = (0..<keyCount).map { key in
      key == badKey ? 1 : min(0.5, random.exponential(mean: base))
    }
    let names = (0..<keyCount).map { "key \($0)" }
    let hashes = names.map { FirstEventPerKey.hash($0.utf8) }
    let sizes = Zipf(count: keyCount, exponent: 1.1)
    var bursts = Bursts(every: burstEvery, &random)
    for second in 0..<seconds {
      let share = ramp.last { $0.from <= second }?.share ?? ramp[0].share
      var batch = ExperimentBatch(share: share)
      var counted = ExperimentBatch.Counts(events: .zero, trials: .zero)
      var clients: [Int: ExperimentBatch.Client] = [:]
      let burst = bursts.failing(at: second, &random)
      for _ in 0..<rate {
        let key = sizes.draw(&random)
        let arm: WritableKeyPath<ByArm<Int>, Int> =
          positions[key] < share ? \.challenger : \.champion
        let own = failing[key] * (arm == \.challenger ? ratio : 1)
        let isEvent = random.isTrue(own + (1 - own) * burst)
        batch.requests[keyPath: arm] += 1
        if isEvent { batch.failures[keyPath: arm] += 1 }
        let request = keys.observe(.request, ofHash: hashes[key], share: share)
        if counts(request) { counted.trials[keyPath: arm] += 1 }
        if isEvidence(request) { batch.arrivals[keyPath: arm] += 1 }
        clients[key, default: .init(names[key], requests: .zero)].requests[keyPath: arm] += 1
        guard isEvent else { continue }
        clients[key]?.failures[keyPath: arm] += 1
        let error = keys.observe(.error, ofHash: hashes[key], share: share)
        if counts(error) { counted.events[keyPath: arm] += 1 }
        guard isEvidence(error) else { continue }
        counted.draws[keyPath: arm] += 1
        clients[key]?.draws[.errors, default: .zero][keyPath: arm] += 1
      }
      batch.counts[.errors] = counted
      batch.clients = Array(clients.values)
      judge.observe(batch, at: Double(second))
      if judge.step(at: Double(second)).kind == .rollBack {
        return Ending(judge, requests: (second + 1) * rate)
      }
    }
    return Ending(judge, requests: seconds * rate)
  }

  private func counts(_ novelty: FirstEventPerKey.Novelty) -> Bool {
    evidence == .all || novelty != .known
  }

  private func isEvidence(_ novelty: FirstEventPerKey.Novelty) -> Bool {
    switch evidence {
    case .newKeys: novelty == .new
    case .newUnderSplit: novelty != .known
    case .all: true
    }
  }
}
