import Statistics

/// Made-up traffic of an experiment whose routing draws for each request.
struct Traffic {
  /// Requests a second.
  var rate = 20
  var seconds = 2_000
  /// The challenger's share from a second on, ascending.
  var ramp: [(from: Int, share: Double)] = [(0, 0.05)]
  /// The champion's share of events.
  var base = 0.02
  /// The challenger's over the champion's.
  var ratio = 1.0
  /// Outages of whatever both arms stand on: mean seconds between two of them.
  var burstEvery: Double?
  /// Stalls of one arm's own engine, which make a half of a second's requests slow: mean seconds between two of an arm.
  var stallEvery: Double?
  /// Seconds from a request to its label, for `Guardrail.wrongPredictions`.
  var labelDelay = 0
  /// The share of the traffic of a client whose requests all fail, whoever answers.
  var badClientShare = 0.0

  static let rampUp = [(0, 0.01), (400, 0.05), (800, 0.1), (1_200, 0.25), (1_600, 0.5)].map {
    (from: $0.0, share: $0.1)
  }

  func share(at second: Int) -> Double {
    ramp.last { $0.from <= second }?.share ?? ramp[0].share
  }
}

/// How an experiment ended.
struct Ending {
  var verdict: ExperimentVerdict?
  /// Requests of both arms when it was rolled back.
  var requestsUntilRollback: Int?
  var isMismatch: Bool

  init(_ judge: ExperimentJudge, requests: Int) {
    verdict = judge.verdict
    isMismatch = judge.sampleRatio.isMismatch
    requestsUntilRollback = judge.verdict?.kind == .rollBack ? requests : nil
  }
}

extension Traffic {
  /// One experiment, stepped once a second, until it is rolled back or over.
  func run(_ policy: ExperimentPolicy, _ random: inout SplittableRandom) -> Ending {
    var judge = ExperimentJudge(policy: policy)
    var bursts = Bursts(every: burstEvery, &random)
    var labels: [ExperimentBatch] = []
    for second in 0..<seconds {
      let burst = bursts.failing(at: second, &random)
      var batch = requests(at: second)
      batch.arrivals.challenger = random.binomial(rate, batch.share)
      batch.arrivals.champion = rate - batch.arrivals.challenger
      batch.requests = batch.arrivals
      for rule in policy.rules {
        let events = events(rule.guardrail, of: batch.requests, burst, &random)
        batch.counts[rule.guardrail] = .init(events: events, trials: batch.requests)
        if rule.guardrail == .errors { batch.failures = events }
      }
      addBadClient(to: &batch, &random)
      if labelDelay > 0 {
        var label = ExperimentBatch(share: batch.share)
        label.counts[.wrongPredictions] = batch.counts.removeValue(forKey: .wrongPredictions)
        labels.append(label)
        if second >= labelDelay { judge.observe(labels[second - labelDelay], at: Double(second)) }
      }
      judge.observe(batch, at: Double(second))
      if judge.step(at: Double(second)).kind == .rollBack {
        return Ending(judge, requests: (second + 1) * rate)
      }
    }
    return Ending(judge, requests: seconds * rate)
  }

  private func requests(at second: Int) -> ExperimentBatch {
    ExperimentBatch(share: share(at: second))
  }

  private func events(
    _ guardrail: Guardrail, of requests: ByArm<Int>, _ burst: Double,
    _ random: inout SplittableRandom
  ) -> ByArm<Int> {
    let outage = guardrail == .errors ? burst : 0
    var events = ByArm(
      champion: random.binomial(requests.champion, base + (1 - base) * outage),
      challenger: random.binomial(requests.challenger, base * ratio + (1 - base * ratio) * outage))
    if let stallEvery {
      if random.isTrue(1 / stallEvery) {
        events.champion = max(events.champion, requests.champion / 2)
      }
      if random.isTrue(1 / stallEvery) {
        events.challenger = max(events.challenger, requests.challenger / 2)
      }
    }
    return events
  }

  /// Some of the requests are that client's: more come, and all of them fail.
  private func addBadClient(to batch: inout ExperimentBatch, _ random: inout SplittableRandom) {
    guard badClientShare > 0 else { return }
    let count = random.binomial(rate, badClientShare)
    let challenger = random.binomial(count, batch.share)
    let requests = ByArm(champion: count - challenger, challenger: challenger)
    var client = ExperimentBatch.Client("bad", requests: requests)
    client.failures = requests
    client.draws[.errors] = requests
    batch.clients = [client]
    batch.arrivals.champion += requests.champion
    batch.arrivals.challenger += requests.challenger
    batch.requests = batch.arrivals
    batch.failures.champion += requests.champion
    batch.failures.challenger += requests.challenger
    batch.counts[.errors] = .init(events: batch.failures, trials: batch.requests)
  }
}
