import Statistics

/// Rollbacks and promotions by `ExperimentJudge`.
enum RolloutScenarios {
  static var all: [Scenario] { falseRollbacks + otherErrors + delays + comparisons }

  private static let alpha = 0.05
  /// As the chapters of the documentation have them: a base rate of 2 %, a split of 5 %, one guardrail.
  private static let errors = policy(.errors)

  private static func policy(_ guardrails: Guardrail...) -> ExperimentPolicy {
    var policy = ExperimentPolicy()
    policy.rules = guardrails.map { GuardrailRule($0) }
    return policy
  }

  private static let half = [(from: 0, share: 0.5)]
  /// Many small steps: a key that fails would be counted under each.
  private static let stairs = (0..<8).map {
    (from: $0 * 250, share: [0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7][$0])
  }

  private static func rollbacks(
    _ name: String, part: Double = 1,
    _ run: @escaping @Sendable (inout SplittableRandom) -> Ending
  ) -> Scenario {
    Scenario(name: "false rollbacks: \(name)", bound: .share(atMost: alpha), part: part) {
      random in
      run(&random).requestsUntilRollback.map { _ in 1 }
    }
  }

  private static var falseRollbacks: [Scenario] {
    [
      rollbacks("equal arms, 5 % split") { Traffic().run(errors, &$0) },
      rollbacks("equal arms, ramp 1 to 50 %") {
        Traffic(ramp: Traffic.rampUp).run(errors, &$0)
      },
      rollbacks("ramp, shared outages") {
        Traffic(ramp: Traffic.rampUp, burstEvery: 300).run(errors, &$0)
      },
      rollbacks("50 % split, shared outages") {
        Traffic(ramp: half, burstEvery: 300).run(errors, &$0)
      },
      rollbacks("95 % split, shared outages") {
        Traffic(ramp: [(0, 0.95)], burstEvery: 300).run(errors, &$0)
      },
      rollbacks("20 % errors, ramp") {
        Traffic(ramp: Traffic.rampUp, base: 0.2).run(errors, &$0)
      },
      rollbacks("ratio 1.2 inside of the margin 1.25") {
        Traffic(ramp: half, base: 0.05, ratio: 1.2).run(errors, &$0)
      },
      rollbacks("ratio 1.25 at the margin") {
        Traffic(ramp: half, base: 0.05, ratio: 1.25).run(errors, &$0)
      },
      rollbacks("three guardrails, ramp") {
        Traffic(ramp: Traffic.rampUp)
          .run(policy(.errors, .slowRequests, .wrongPredictions), &$0)
      },
      rollbacks("slow requests, each arm's own stalls, 50 % split") {
        Traffic(ramp: half, base: 0.01, stallEvery: 60).run(policy(.slowRequests), &$0)
      },
      rollbacks("slow requests, each arm's own stalls, ramp") {
        Traffic(ramp: Traffic.rampUp, base: 0.01, stallEvery: 60)
          .run(policy(.slowRequests), &$0)
      },
      rollbacks("slow requests, each arm's own stalls, 200 a second") {
        Traffic(rate: 200, seconds: 500, ramp: half, base: 0.01, stallEvery: 30)
          .run(policy(.slowRequests), &$0)
      },
      rollbacks("labels 5 minutes late, ramp") {
        Traffic(ramp: Traffic.rampUp, base: 0.2, labelDelay: 300)
          .run(policy(.wrongPredictions), &$0)
      },
      rollbacks("one bad client, routing by request") {
        Traffic(ramp: Traffic.rampUp, badClientShare: 0.1).run(errors, &$0)
      },
      rollbacks("Zipf-sized sticky keys, ramp", part: 0.5) { KeyedTraffic().run(errors, &$0) },
      rollbacks("Zipf-sized sticky keys, shared outages", part: 0.5) {
        KeyedTraffic(burstEvery: 300).run(errors, &$0)
      },
      rollbacks("sticky keys, one of the 20 largest bad", part: 0.5) {
        let bad = Int($0.next() % 20)
        return KeyedTraffic(badKey: bad).run(errors, &$0)
      },
      rollbacks("sticky keys, one bad, shared outages", part: 0.5) {
        let bad = Int($0.next() % 20)
        return KeyedTraffic(badKey: bad, burstEvery: 300).run(errors, &$0)
      },
    ]
  }

  private static var otherErrors: [Scenario] {
    [
      Scenario(name: "false mismatches: ramp", bound: .share(atMost: SampleRatioTest.threshold)) {
        Traffic(ramp: Traffic.rampUp).run(errors, &$0).isMismatch ? 1 : nil
      },
      Scenario(
        name: "false mismatches: sticky keys, ramp",
        bound: .share(atMost: SampleRatioTest.threshold)
      ) {
        KeyedTraffic(ramp: stairs, keyCount: 500).run(errors, &$0).isMismatch ? 1 : nil
      },
      Scenario(
        name: "false promotions: ratio 1.5, 50 % split", bound: .share(atMost: alpha)
      ) {
        let ending = Traffic(ramp: half, ratio: 1.5).run(errors, &$0)
        return ending.verdict?.kind == .promote ? 1 : nil
      },
    ]
  }

  private static func delay(
    _ name: String, atMost requests: Double,
    _ run: @escaping @Sendable (inout SplittableRandom) -> Ending
  ) -> Scenario {
    Scenario(
      name: "requests until rollback: \(name)", bound: .median(atMost: requests, of: 0.99)
    ) { random in
      run(&random).requestsUntilRollback.map(Double.init)
    }
  }

  private static var delays: [Scenario] {
    [
      delay("ratio 5, 5 % split", atMost: 1_500) { Traffic(ratio: 5).run(errors, &$0) },
      delay("ratio 25, 5 % split", atMost: 120) { Traffic(ratio: 25).run(errors, &$0) },
      delay("ratio 5, 50 % split", atMost: 500) { Traffic(ramp: half, ratio: 5).run(errors, &$0) },
      delay("ratio 2, 50 % split", atMost: 7_000) {
        Traffic(ramp: half, ratio: 2).run(errors, &$0)
      },
      delay("slow requests, ratio 5, 5 % split", atMost: 6_000) {
        Traffic(base: 0.01, ratio: 5).run(policy(.slowRequests), &$0)
      },
      delay("slow requests, ratio 5, 50 % split, stalls", atMost: 4_000) {
        Traffic(ramp: half, base: 0.01, ratio: 5, stallEvery: 60)
          .run(policy(.slowRequests), &$0)
      },
      delay("ratio 5, sticky keys, 25 % split", atMost: 4_000) {
        KeyedTraffic(ramp: [(0, 0.25)], ratio: 5).run(errors, &$0)
      },
    ]
  }

  /// What happens where an assumption does not hold.
  private static var comparisons: [Scenario] {
    [
      Scenario(
        name: "compare: mismatches, a sticky key counted again under each split", bound: .none
      ) {
        KeyedTraffic(ramp: stairs, keyCount: 500, evidence: .newUnderSplit)
          .run(errors, &$0).isMismatch ? 1 : nil
      }
    ]
  }
}
