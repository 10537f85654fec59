import Foundation
import Statistics
import Testing

/// A script of an experiment: seconds that go by, each with its counts.
struct ExperimentScript {
  var judge: ExperimentJudge
  var now = 1_000_000.0
  var context = ExperimentContext()

  init(_ change: (inout ExperimentPolicy) -> Void = { _ in }) {
    var policy = ExperimentPolicy()
    policy.rules = [GuardrailRule(.errors)]
    change(&policy)
    judge = ExperimentJudge(policy: policy)
  }

  /// `seconds` seconds, in each of them so many requests and errors of both arms.
  @discardableResult
  mutating func pass(
    _ seconds: Int = 1, share: Double = 0.5, requests: ByArm<Int>, errors: ByArm<Int> = .zero,
    clients: [ExperimentBatch.Client] = []
  ) -> ExperimentVerdict {
    var verdict = judge.step(at: now, context)
    for _ in 0..<seconds {
      var batch = ExperimentBatch(share: share)
      batch.arrivals = requests
      batch.requests = requests
      batch.failures = errors
      batch.counts[.errors] = .init(events: errors, trials: requests)
      batch.clients = clients
      now += 1
      judge.observe(batch, at: now)
      verdict = judge.step(at: now, context)
    }
    return verdict
  }
}

private func arms(_ champion: Int, _ challenger: Int) -> ByArm<Int> {
  ByArm(champion: champion, challenger: challenger)
}

struct ExperimentJudgeTests {
  @Test func `too little data is said, with how much there is and how long it takes`() {
    var script = ExperimentScript()
    #expect(
      script.pass(0, requests: .zero).why == "not enough data: 0 of 200 requests of the challenger")
    let verdict = script.pass(60, share: 0.1, requests: arms(18, 2))
    #expect(verdict.kind == .collecting)
    #expect(
      verdict.why == "not enough data: 120 of 200 requests of the challenger, about 39 s left")
    let quiet = script.pass(140, share: 0.1, requests: arms(18, 2))
    #expect(quiet.kind == .collecting, "no event, and the planned sample is far")
    #expect(
      quiet.why == "not enough data: 400 of 5000 requests of the challenger, about 38 min left")
    #expect(!quiet.pages)
  }

  @Test func `a challenger that fails more often is rolled back with both rates and the evidence`()
  {
    var script = ExperimentScript()
    script.pass(20, share: 0.1, requests: arms(90, 10))
    var verdict = script.pass(share: 0.1, requests: arms(90, 10), errors: arms(1, 0))
    while verdict.kind != .rollBack, script.now < 1_000_200 {
      verdict = script.pass(share: 0.1, requests: arms(90, 10), errors: arms(0, 1))
    }
    #expect(verdict.kind == .rollBack)
    #expect(verdict.guardrail == .errors)
    #expect(verdict.pages)
    #expect(verdict.why == "challenger fails more often: 1.3 % against 0.046 %, e-value 37.2")
    #expect(
      verdict.wouldHave(at: "03:12")
        == "would have rolled back at 03:12, because challenger fails more often: 1.3 % against 0.046 %, e-value 37.2"
    )
  }

  @Test func `a rollback stays said, with its reason and its time, whatever comes later`() {
    var script = ExperimentScript()
    let verdict = script.pass(60, share: 0.5, requests: arms(10, 10), errors: arms(0, 3))
    #expect(verdict.kind == .rollBack)
    let later = script.pass(3_000, share: 0.5, requests: arms(10, 10), errors: arms(1, 0))
    #expect(later == verdict)
    #expect(later.since < 1_000_060)
  }

  @Test func `equal rates keep the split, and are promoted at the planned sample`() {
    var script = ExperimentScript()
    let keep = script.pass(500, requests: arms(5, 5), errors: .zero)
    #expect(keep.kind == .collecting)
    for _ in 0..<3 { script.pass(requests: arms(5, 5), errors: arms(2, 2)) }
    let kept = script.pass(requests: arms(5, 5))
    #expect(kept.kind == .keep)
    #expect(
      kept.why
        == "keep: nothing shows that the challenger fails more often (0.24 % against 0.24 %); 2520 of 5000 requests of the challenger before it may be promoted, about 8 min left"
    )
    let promoted = script.pass(600, requests: arms(5, 5))
    #expect(promoted.kind == .promote)
    #expect(promoted.why.hasPrefix("promote: no guardrail shown worse at the planned sample"))
  }

  @Test func `a challenger without one error is promoted at the planned sample, not before`() {
    var script = ExperimentScript()
    #expect(script.pass(499, requests: arms(10, 10)).kind == .collecting)
    let verdict = script.pass(requests: arms(10, 10))
    #expect(verdict.kind == .promote)
    #expect(verdict.why.contains("errors 0 % against 0 %, at most 0.081 % more"))
  }

  @Test func `proof that it is no worse promotes, in words that say what was proven`() {
    var script = ExperimentScript()
    let verdict = script.pass(300, requests: arms(10, 10), errors: arms(2, 1))
    #expect(verdict.kind == .promote)
    #expect(
      verdict.why == "promote: no guardrail worse by more than 10 % (errors 10 % against 20 %)")
  }

  @Test func `at the planned sample a difference that may be harm keeps the split`() {
    var script = ExperimentScript { $0.plannedTrials = 1_000 }
    for second in 0..<400 {
      script.pass(requests: arms(5, 5), errors: second % 5 == 0 ? arms(1, 1) : .zero)
    }
    let verdict = script.pass(requests: arms(5, 5))
    #expect(verdict.kind == .keep)
    #expect(verdict.why.hasPrefix("keep: the challenger may still have up to 1.9 %"))
    #expect(verdict.why.hasSuffix("more errors (4 % against 4 %); promotion needs less than 0.5 %"))
  }

  @Test func `a wrong split freezes the comparison and rolls nothing back`() {
    var script = ExperimentScript()
    let verdict = script.pass(100, share: 0.5, requests: arms(15, 5), errors: arms(0, 0))
    #expect(verdict.kind == .sampleRatioMismatch)
    #expect(verdict.pages)
    #expect(
      verdict.why.hasPrefix(
        "the split is not what it is said to be: challenger has 500 of 2000 (25 %), expected 50 % (p below 0.000001)"
      ))
    let worse = script.pass(60, share: 0.5, requests: arms(15, 5), errors: arms(0, 1))
    #expect(worse.kind == .sampleRatioMismatch)
  }

  /// Said 5 %, in truth 25 %: events come to the challenger as if it failed five times as often.
  @Test func `a wrong split is found before it looks like harm`() {
    for seed in 1...50 {
      var random = SplitMix(state: UInt64(seed))
      var script = ExperimentScript()
      for _ in 0..<400 {
        var (requests, errors) = (ByArm<Int>.zero, ByArm<Int>.zero)
        for _ in 0..<10 {
          let isChallenger = Double.random(in: 0..<1, using: &random) < 0.25
          let arm: WritableKeyPath<ByArm<Int>, Int> = isChallenger ? \.challenger : \.champion
          requests[keyPath: arm] += 1
          if Double.random(in: 0..<1, using: &random) < 0.02 { errors[keyPath: arm] += 1 }
        }
        script.pass(share: 0.05, requests: requests, errors: errors)
      }
      #expect(script.judge.verdict?.kind == .sampleRatioMismatch)
    }
  }

  @Test func `the strongest of several guardrails is named, and alpha is shared`() {
    var policy = ExperimentPolicy()
    policy.rules = [
      GuardrailRule(.errors, weight: 2), GuardrailRule(.slowRequests),
      GuardrailRule(.wrongPredictions),
    ]
    let sum = policy.rules.reduce(0) { $0 + exp(-policy.logThreshold($1)) }
    #expect(abs(sum - 0.05) < 1e-12)
    #expect(abs(exp(-policy.logThreshold(policy.rules[0])) - 0.025) < 1e-12)
    var judge = ExperimentJudge(policy: policy)
    var verdict = judge.step(at: 0)
    for second in 0..<20 {
      var batch = ExperimentBatch(share: 0.5)
      batch.arrivals = arms(10, 10)
      batch.requests = batch.arrivals
      batch.counts[.errors] = .init(events: arms(0, 0), trials: batch.requests)
      batch.counts[.slowRequests] = .init(events: arms(0, 2), trials: batch.requests)
      judge.observe(batch, at: Double(second))
      verdict = judge.step(at: Double(second))
    }
    #expect(verdict.kind == .rollBack)
    #expect(verdict.guardrail == .slowRequests)
    #expect(verdict.why.hasPrefix("challenger is slow more often: 20 % against 0 %, e-value "))
  }

  @Test func `a guardrail without data is waited for, however well the others stand`() {
    var script = ExperimentScript { $0.rules.append(GuardrailRule(.wrongPredictions)) }
    let verdict = script.pass(1_000, requests: arms(10, 10))
    #expect(verdict.kind == .collecting)
    #expect(verdict.guardrail == .wrongPredictions)
    #expect(verdict.why == "not enough data: 0 of 200 labels of the challenger")
    var keys = ExperimentScript {
      $0.rules.append(GuardrailRule(.wrongPredictions))
      $0.unitIsKey = true
    }
    #expect(
      keys.pass(1_000, requests: arms(10, 10)).why
        == "not enough data: wrong predictions: 0 of 200 labelled keys of the challenger")
  }

  @Test func `a guardrail that comes later leaves the others' thresholds where they were`() {
    var script = ExperimentScript { $0.alpha = 0.025 }
    let before = script.judge.policy.logThreshold(script.judge.policy.rules[0])
    script.judge.watch(GuardrailRule(.wrongPredictions), alpha: 0.05)
    #expect(abs(script.judge.policy.logThreshold(script.judge.policy.rules[0]) - before) < 1e-12)
    #expect(script.judge.guardrails.count == 2)
    let verdict = script.pass(1_000, requests: arms(10, 10))
    #expect(verdict.guardrail == .wrongPredictions)
  }

  @Test func `labels that are not there keep the split`() {
    var script = ExperimentScript {
      $0.rules = [GuardrailRule(.wrongPredictions, differenceMargin: 0.1)]
    }
    script.context.labelCompleteness = 0.63
    var batch = ExperimentBatch(share: 0.5)
    batch.counts[.wrongPredictions] = .init(events: arms(600, 600), trials: arms(6_000, 6_000))
    script.judge.observe(batch, at: script.now)
    let verdict = script.judge.step(at: script.now, script.context)
    #expect(verdict.kind == .keep)
    #expect(verdict.why == "keep: only 63 % of the due labels have come; promotion needs 95 %")
    script.context.labelCompleteness = 0.96
    #expect(script.judge.step(at: script.now, script.context).kind == .promote)
  }

  @Test func `an arm that fell silent is not promoted`() {
    var script = ExperimentScript()
    #expect(script.pass(600, requests: arms(10, 10)).kind == .promote)
    let verdict = script.pass(400, requests: arms(10, 0))
    #expect(verdict.kind == .sampleRatioMismatch)
    var quiet = ExperimentScript()
    quiet.pass(600, requests: arms(10, 10))
    let silent = quiet.judge.step(at: quiet.now + 400)
    #expect(silent.kind == .keep)
    #expect(silent.why == "no requests of the challenger for 7 min")
  }
}

struct ExperimentHardLimitTests {
  @Test func `a challenger of which half the latest requests fail is rolled back at once`() {
    var script = ExperimentScript()
    script.pass(30, share: 0.05, requests: arms(19, 1))
    let verdict = script.pass(20, share: 0.05, requests: arms(19, 1), errors: arms(0, 1))
    #expect(verdict.kind == .rollBack)
    #expect(verdict.since <= script.now - 8)
  }

  /// An e-process of two events in a hundred says nothing yet; ten failures of twenty do.
  @Test func `absolute harm needs no comparison`() {
    var script = ExperimentScript { $0.rules = [GuardrailRule(.errors, margin: 30)] }
    script.pass(10, share: 0.5, requests: arms(10, 10))
    let verdict = script.pass(2, share: 0.5, requests: arms(10, 10), errors: arms(0, 6))
    #expect(verdict.kind == .rollBack)
    #expect(
      verdict.why == "challenger failed 12 of its last 20 requests, champion 0 of 20")
  }

  @Test func `an outage of both is paged for and not rolled back`() {
    var script = ExperimentScript()
    script.pass(60, share: 0.1, requests: arms(18, 2))
    let verdict = script.pass(30, share: 0.1, requests: arms(18, 2), errors: arms(14, 2))
    #expect(verdict.kind == .withheld)
    #expect(verdict.withholding == .sharedOutage)
    #expect(verdict.pages)
    #expect(verdict.why.hasSuffix("a rollback would not help"))
    let after = script.pass(200, share: 0.1, requests: arms(18, 2))
    #expect(after.kind != .withheld && after.kind != .rollBack)
  }

  @Test func `one client's failures alone are named and roll nothing back`() {
    var script = ExperimentScript { $0.unitIsKey = true }
    script.pass(60, share: 0.1, requests: arms(18, 2))
    var noisy = ExperimentBatch.Client("acme", requests: arms(0, 3))
    noisy.failures = arms(0, 3)
    var verdict = script.pass(0, requests: .zero)
    for _ in 0..<30 {
      var batch = ExperimentBatch(share: 0.1)
      batch.requests = arms(18, 5)
      batch.failures = arms(0, 3)
      batch.clients = [noisy]
      script.now += 1
      script.judge.observe(batch, at: script.now)
      verdict = script.judge.step(at: script.now)
    }
    #expect(verdict.kind == .withheld)
    #expect(verdict.withholding == .oneClient("acme"))
    #expect(
      verdict.why
        == "one client alone fails on the challenger: acme, 12 of its last 12 requests")
  }

  @Test func `a budget that burns too fast rolls back, unless the champion's does too`() {
    var script = ExperimentScript()
    script.pass(60, share: 0.5, requests: arms(10, 10))
    let calm = ExperimentContext.Burn(hour: 0.3, fiveMinutes: 0, badCount: 2)
    let hot = ExperimentContext.Burn(hour: 31.4, fiveMinutes: 50, badCount: 40)
    let few = ExperimentContext.Burn(hour: 31.4, fiveMinutes: 50, badCount: 3)
    let over = ExperimentContext.Burn(hour: 31.4, fiveMinutes: 3, badCount: 40)
    let one = ExperimentContext.Burn(
      hour: 31.4, fiveMinutes: 50, badCount: 40, worstClient: ("acme", 38))
    func verdict(_ champion: ExperimentContext.Burn, _ challenger: ExperimentContext.Burn)
      -> ExperimentVerdict
    {
      var judge = script.judge
      var context = ExperimentContext()
      context.burn = ByArm(champion: champion, challenger: challenger)
      return judge.step(at: script.now, context)
    }
    #expect(verdict(calm, hot).kind == .rollBack)
    #expect(
      verdict(calm, hot).why
        == "challenger spends its error budget 31.4 times too fast (1 h; 5 min: 50), champion 0.3")
    #expect(verdict(calm, few).kind == .collecting)
    #expect(verdict(calm, over).kind == .collecting)
    #expect(verdict(hot, hot).withholding == .sharedOutage)
    #expect(verdict(calm, one).withholding == .oneClient("acme"))
  }

  @Test func `an engine that cannot serve ends the experiment, unless both cannot`() {
    var script = ExperimentScript()
    var context = ExperimentContext()
    context.engineFault.challenger = "its outputs are not finite"
    var both = context
    both.engineFault.champion = "it does not answer"
    var other = script.judge
    let verdict = script.judge.step(at: 5, context)
    #expect(verdict.kind == .rollBack)
    #expect(verdict.why == "challenger's engine: its outputs are not finite")
    #expect(other.step(at: 5, both).withholding == .sharedOutage)
  }
}

struct ExperimentClientTests {
  private func client(
    _ name: String, requests: ByArm<Int>, errors: ByArm<Int>
  ) -> ExperimentBatch.Client {
    var client = ExperimentBatch.Client(name, requests: requests)
    client.failures = errors
    client.draws[.errors] = errors
    return client
  }

  @Test func `evidence that rests on one client is withheld, with its name`() {
    var script = ExperimentScript()
    script.pass(100, share: 0.2, requests: arms(8, 2), errors: .zero)
    let acme = client("acme", requests: arms(0, 1), errors: arms(0, 1))
    let verdict = script.pass(
      8, share: 0.2, requests: arms(80, 20), errors: arms(0, 1), clients: [acme])
    #expect(verdict.kind == .withheld)
    #expect(verdict.withholding == .oneClient("acme"))
    #expect(verdict.why.hasPrefix("one client alone, acme, decides that the challenger fails more"))
    let others = (0..<8).map {
      client("client \($0)", requests: arms(4, 1), errors: arms(0, $0 % 2))
    }
    let confirmed = script.pass(
      4, share: 0.2, requests: arms(80, 20), errors: arms(0, 4), clients: others)
    #expect(confirmed.kind == .rollBack)
  }

  @Test func `a client that both arms serve is its own control and may decide`() {
    var script = ExperimentScript()
    let only = client("checkout", requests: arms(80, 20), errors: arms(0, 1))
    let verdict = script.pass(
      12, share: 0.2, requests: arms(80, 20), errors: arms(0, 1), clients: [only])
    #expect(verdict.kind == .rollBack)
  }

  @Test func `a client that floods both arms does not decide while the others are served well`() {
    var script = ExperimentScript()
    let flood = client("nightly", requests: arms(40, 10), errors: arms(0, 2))
    let others = client("checkout", requests: arms(40, 10), errors: .zero)
    let verdict = script.pass(
      12, share: 0.2, requests: arms(80, 20), errors: arms(0, 2), clients: [flood, others])
    #expect(verdict.kind == .withheld)
    #expect(verdict.withholding == .oneClient("nightly"))
    // The same, but it was nearly everybody: the few others could not have shown it.
    var alone = ExperimentScript()
    let nearlyAll = client("nightly", requests: arms(80, 20), errors: arms(0, 2))
    let decided = alone.pass(
      12, share: 0.2, requests: arms(82, 21), errors: arms(0, 2), clients: [nearlyAll])
    #expect(decided.kind == .rollBack)
  }

  /// Most events are one client's: those it had of the champion say nothing of what the other had of the challenger.
  @Test(arguments: [(arms(1, 2), true), (arms(2, 1), false)])
  func `of two clients the smaller confirms what the larger shows, or does not`(
    _ errors: ByArm<Int>, _ isConfirmed: Bool
  ) {
    var script = ExperimentScript()
    let checkout = client("checkout", requests: arms(52, 22), errors: arms(3, 4))
    let wallet = client("wallet", requests: arms(18, 8), errors: errors)
    let sum = arms(3 + errors.champion, 4 + errors.challenger)
    let verdict = script.pass(
      120, share: 0.3, requests: arms(70, 30), errors: sum, clients: [checkout, wallet])
    #expect(verdict.kind == (isConfirmed ? .rollBack : .withheld))
    #expect(verdict.withholding == (isConfirmed ? nil : .oneClient("checkout")))
  }

  /// What others had for its sake is no comparison of its own: the champion's stays in, and counts against the evidence.
  @Test func `of a client that holds others' events one arm's are left out`() {
    var script = ExperimentScript()
    var checkout = client("checkout", requests: arms(52, 22), errors: arms(3, 4))
    checkout.holdsOthers = true
    let wallet = client("wallet", requests: arms(18, 8), errors: arms(1, 2))
    let verdict = script.pass(
      120, share: 0.3, requests: arms(70, 30), errors: arms(4, 6), clients: [checkout, wallet])
    #expect(verdict.withholding == .oneClient("checkout"))
  }

  @Test func `most of a flood's requests fail, and the others are served: nothing is rolled back`()
  {
    var script = ExperimentScript()
    script.pass(60, share: 0.2, requests: arms(8, 2), errors: .zero)
    let flood = client("nightly", requests: arms(80, 30), errors: arms(0, 29))
    let verdict = script.pass(
      10, share: 0.2, requests: arms(120, 40), errors: arms(0, 29), clients: [flood])
    #expect(verdict.withholding == .oneClient("nightly"))
  }

  /// A thousand clients with one error each, among which one with many: more than the judge can hold by name.
  @Test func `a client among more than are held is still left out`() {
    var script = ExperimentScript()
    var verdict = script.pass(0, requests: .zero)
    for second in 0..<40 {
      var clients = [client("noisy", requests: arms(0, 1), errors: arms(0, second < 8 ? 1 : 0))]
      for other in 0..<20 {
        clients.append(
          client("c\(second)-\(other)", requests: arms(1, 0), errors: arms(1, 0)))
      }
      let errors = arms(20, second < 8 ? 1 : 0)
      verdict = script.pass(
        share: 0.01, requests: arms(99, 1), errors: errors, clients: clients)
      #expect(verdict.kind != .rollBack)
    }
    #expect(verdict.withholding == .oneClient("noisy") || verdict.kind != .withheld)
  }

  @Test func `one key cannot decide, however small the challenger's share`() {
    var script = ExperimentScript { $0.unitIsKey = true }
    #expect(
      script.pass(share: 0.0001, requests: arms(100, 0), errors: arms(0, 1)).kind == .collecting)
    let second = script.pass(share: 0.0001, requests: arms(100, 0), errors: arms(0, 1))
    #expect(second.withholding == .oneClient(nil))
    #expect(second.why.hasPrefix("one key alone decides"))
    let third = script.pass(share: 0.0001, requests: arms(100, 0), errors: arms(0, 1))
    #expect(third.kind == .rollBack)
  }
}

struct ExperimentRestartTests {
  /// A random experiment with ramps, clients, several guardrails, and a judge that is encoded now and then.
  @Test(arguments: 1...8)
  func `a judge goes on after a restart as if nothing had been`(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    func draw(_ trials: Int, _ share: Double) -> Int {
      (0..<trials).count { _ in Double.random(in: 0..<1, using: &random) < share }
    }
    var policy = ExperimentPolicy()
    policy.rules = [GuardrailRule(.errors), GuardrailRule(.slowRequests, weight: 2)]
    policy.unitIsKey = seed % 2 == 0
    var judge = ExperimentJudge(policy: policy)
    var restarted = judge
    for second in 0..<300 {
      var batch = ExperimentBatch(share: [0.05, 0.25, 0.5][second / 100])
      let challenger = draw(20, batch.share)
      batch.arrivals = arms(20 - challenger, challenger)
      batch.requests = batch.arrivals
      batch.failures = arms(draw(20 - challenger, 0.1), draw(challenger, 0.1))
      batch.counts[.errors] = .init(events: batch.failures, trials: batch.requests)
      batch.counts[.slowRequests] = .init(
        events: arms(draw(20 - challenger, 0.05), draw(challenger, 0.05)), trials: batch.requests)
      var client = ExperimentBatch.Client("c\(second % 50)", requests: batch.requests)
      client.failures = batch.failures
      client.draws[.errors] = batch.failures
      batch.clients = [client]
      judge.observe(batch, at: Double(second))
      restarted.observe(batch, at: Double(second))
      #expect(judge.step(at: Double(second)) == restarted.step(at: Double(second)))
      if second % 37 == 0 {
        let bytes = try JSONEncoder().encode(restarted)
        restarted = try JSONDecoder().decode(ExperimentJudge.self, from: bytes)
        #expect(bytes.count < 200_000)
      }
    }
    #expect(judge == restarted)
  }
}

struct GuardrailEvidenceTests {
  /// Simpson's paradox: the challenger got its traffic in the bad hours, and is as good as the champion in each.
  @Test func `rates of different splits are compared within each, never pooled`() throws {
    var script = ExperimentScript()
    script.pass(100, share: 0.1, requests: arms(90, 10), errors: .zero)
    script.pass(100, share: 0.9, requests: arms(1, 9), errors: .zero)
    var batch = ExperimentBatch(share: 0.9)
    batch.counts[.errors] = .init(events: arms(10, 90), trials: .zero)
    script.judge.observe(batch, at: script.now)
    let rates = try #require(script.judge.guardrails[0].rates)
    #expect(abs(rates.challenger - 90 / 1_900) < 1e-12)
    #expect(abs(rates.champion - 0.1 * 900 / 1_900) < 1e-12)
    #expect(script.judge.step(at: script.now).kind != .rollBack)
  }

  @Test func `the interval is exact while events are few, and of one split alone`() throws {
    var script = ExperimentScript()
    script.pass(100, share: 0.1, requests: arms(90, 10), errors: .zero)
    let few = try #require(script.judge.guardrails[0].interval)
    #expect(few.isExact && few.low < 0 && few.high > 0)
    script.pass(100, share: 0.5, requests: arms(20, 20), errors: arms(1, 1))
    let many = try #require(script.judge.guardrails[0].interval)
    #expect(!many.isExact)
    let alone = AsymptoticConfidenceSequence(
      champion: .init(events: 100, trials: 2_000), challenger: .init(events: 100, trials: 2_000))
    #expect(many.low == alone.low && many.high == alone.high)
  }
}

struct ClusteredGuardrailTests {
  private func judge() -> ExperimentJudge {
    var policy = ExperimentPolicy()
    policy.rules = [GuardrailRule(.slowRequests)]
    return ExperimentJudge(policy: policy)
  }

  private func second(_ slow: ByArm<Int>) -> ExperimentBatch {
    var batch = ExperimentBatch(share: 0.5)
    batch.arrivals = arms(50, 50)
    batch.requests = batch.arrivals
    batch.counts[.slowRequests] = .init(events: slow, trials: batch.requests)
    return batch
  }

  @Test func `a stall that holds half a second's requests is one event, not twenty-five`() {
    var judge = judge()
    var process = EventArmEProcess(margin: 1.25, alternative: .worse)
    for now in 0..<100 {
      let slow = now == 40 || now == 70 ? arms(0, 25) : now % 10 == 0 ? arms(1, 1) : .zero
      judge.observe(second(slow), at: Double(now))
      process.observe(challenger: slow.challenger, champion: slow.champion, share: 0.5)
      #expect(judge.step(at: Double(now)).kind != .rollBack)
      #expect(judge.guardrails[0].logE <= process.logE)
    }
    #expect(process.logE > 10, "which counted one by one would have been proof")
  }

  @Test func `requests that are slow second after second are proof, though many come at once`() {
    var judge = judge()
    var seconds = 0
    while judge.step(at: Double(seconds)).kind != .rollBack, seconds < 100 {
      judge.observe(second(arms(1, 6)), at: Double(seconds))
      seconds += 1
    }
    #expect(seconds < 30)
  }

  @Test func `slow seconds of both arms at once are no clusters`() {
    var judge = judge()
    var process = EventArmEProcess(margin: 1.1, alternative: .notWorse)
    for now in 0..<2_000 {
      let slow = now % 10 == 0 ? arms(20, 19) : .zero
      judge.observe(second(slow), at: Double(now))
      process.observe(challenger: slow.challenger, champion: slow.champion, share: 0.5)
    }
    #expect(process.logE > 3)
    #expect(judge.guardrails[0].notWorseLogE > 0.8 * process.logE)
  }
}

struct LatencyWordsTests {
  /// A thousand and more values around each of these, in microseconds.
  private static func words(champion: Double, challenger: Double, count: Int = 20_000) -> String {
    func sketch(_ latency: Double) -> DDSketch {
      var sketch = DDSketch()
      for index in 0..<count { sketch.add(latency * (1 + Double(index % 100) / 200)) }
      return sketch
    }
    var script = ExperimentScript()
    script.context.latency = QuantileDifference(
      ByArm(champion: sketch(champion), challenger: sketch(challenger)), q: 0.99)
    return script.pass(20, requests: arms(50, 50), errors: arms(1, 1)).why
  }

  @Test func `by how much the challenger is slower, with its interval, stands in the verdict`() {
    let slower = Self.words(champion: 20_000, challenger: 45_000)
    #expect(
      slower.contains(
        /; challenger slower at p99 by 3\d(\.\d)? ms, 95 % CI 3\d(\.\d)? to \d\d(\.\d)?$/),
      "\(slower)")
    let faster = Self.words(champion: 900, challenger: 300)
    #expect(
      faster.contains(/; challenger faster at p99 by 8\d\d us, 95 % CI 8\d\d to 9\d\d$/),
      "\(faster)")
  }

  @Test func `a difference that may be none is not told`() {
    #expect(!Self.words(champion: 20_000, challenger: 20_100).contains("p99"))
    #expect(!Self.words(champion: 20_000, challenger: 45_000, count: 50).contains("p99"))
  }

  @Test func `a challenger that is slower within the objective is for a person to promote`() {
    func sketch(_ latency: Double) -> DDSketch {
      var sketch = DDSketch()
      for _ in 0..<20_000 { sketch.add(latency) }
      return sketch
    }
    func verdict(_ challenger: Double, _ limit: SlowLimit?) -> ExperimentVerdict {
      var script = ExperimentScript()
      script.context.latency = QuantileDifference(
        ByArm(champion: sketch(10_000), challenger: sketch(challenger)), q: 0.99)
      script.context.slowLimit = limit
      return script.pass(600, requests: arms(10, 10))
    }
    let slower = verdict(22_500, .objective(50_000))
    #expect(slower.kind == .keep)
    #expect(
      slower.why.hasPrefix(
        "keep: slower within the objective of 50 ms, but by more than 25 % of the champion's p99: promotion needs a person; challenger slower at p99 by 12."
      ), "\(slower.why)")
    let without = verdict(22_500, .championP99(10_100))
    #expect(without.kind == .keep)
    #expect(
      without.why.hasPrefix(
        "keep: slower by more than 25 % of the champion's p99: promotion needs a person; "),
      "\(without.why)")
    let little = verdict(12_000, .objective(50_000))
    #expect(little.kind == .promote)
    #expect(little.why.hasSuffix("; slow is above the objective of 50 ms"), "\(little.why)")
  }

  @Test func `without a limit there are no slow requests, and that is said`() {
    var script = ExperimentScript { $0.rules.append(GuardrailRule(.slowRequests)) }
    script.context.slowLimit = SlowLimit(championOf: DDSketch())
    #expect(
      script.pass(600, requests: arms(10, 10)).why
        == "not enough data: 0 of 1000 answers of the champion, whose p99 is what slow requests are counted by"
    )
  }

  @Test func `the limit is an edge of the champion's p99, in every sketch the same`() throws {
    var sketch = DDSketch()
    for value in 1...999 { sketch.add(Double(value)) }
    #expect(SlowLimit(championOf: sketch) == .collecting(answers: 999, of: 1_000))
    sketch.add(1_000)
    let limit = try #require(SlowLimit(championOf: sketch).microseconds)
    #expect(limit >= 990 && limit <= 990 * DDSketch.gamma)
    #expect(sketch.count(above: limit, through: .infinity) <= 10)
  }

  @Test func `what is broken is not explained by how slow it is`() {
    var script = ExperimentScript()
    var (fast, slow) = (DDSketch(), DDSketch())
    for _ in 0..<20_000 { fast.add(1_000) }
    for _ in 0..<20_000 { slow.add(50_000) }
    script.context.latency = QuantileDifference(ByArm(champion: fast, challenger: slow), q: 0.99)
    script.context.engineFault.challenger = "it crashed"
    let verdict = script.pass(requests: arms(50, 50))
    #expect(verdict.kind == .rollBack && !verdict.why.contains("p99"), "\(verdict.why)")
  }
}
