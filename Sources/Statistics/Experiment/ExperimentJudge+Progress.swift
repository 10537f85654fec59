import Glibc

/// What an experiment says while nothing is wrong.
extension ExperimentJudge {
  func progress(at now: Double, _ context: ExperimentContext) -> ExperimentVerdict {
    if case .collecting(let answers, let needed)? = context.slowLimit,
      policy.rules.contains(where: { $0.guardrail == .slowRequests })
    {
      return .init(
        .collecting, Sentence.limitCollecting(answers, of: needed), guardrail: .slowRequests)
    }
    let wanting = guardrails.compactMap { evidence in
      shortage(of: evidence, at: now).map { (evidence, $0) }
    }.max { $0.1.timeLeft ?? .infinity < $1.1.timeLeft ?? .infinity }
    if let (evidence, shortage) = wanting {
      let silence = silence(of: evidence, at: now)
      return .init(
        .collecting,
        Sentence.collecting(
          evidence.rule.guardrail, shortage, silence, unitIsKey: policy.unitIsKey),
        guardrail: evidence.rule.guardrail)
    }
    for evidence in guardrails {
      if let obstacle = obstacle(evidence, at: now, context) {
        return .init(.keep, obstacle, guardrail: evidence.rule.guardrail)
      }
    }
    if let latency = context.latency, let low = latency.low,
      low > ExperimentPolicy.latencyMargin * latency.champion
    {
      return .init(.keep, Sentence.slower(context.slowLimit))
    }
    // Both may fail alike: then nothing was compared that anybody would want.
    if let errors = guardrails.first(where: { $0.rule.guardrail == .errors }),
      let rate = errors.rates?.challenger, rate >= HardLimit.failingShare
    {
      return .init(
        .keep, Sentence.bothFail(errors, unitIsKey: policy.unitIsKey), guardrail: .errors)
    }
    return .init(.promote, Sentence.promote(guardrails, policy, isProven: isProven))
  }

  /// How much is there of what is needed before anything is said.
  struct Shortage: Sendable, Equatable {
    enum Unit { case trials, events }
    var unit: Unit
    var count: Int
    var needed: Int
    /// In seconds, as fast as it came so far; nil: nothing came.
    var timeLeft: Double?
  }

  private func shortage(of evidence: GuardrailEvidence, at now: Double) -> Shortage? {
    let trials = evidence.trials.challenger
    if trials < policy.leastTrials {
      return shortage(.trials, trials, of: policy.leastTrials, evidence, at: now)
    }
    guard evidence.events.total < policy.leastEvents, trials < policy.plannedTrials else {
      return nil
    }
    let events = shortage(.events, evidence.events.total, of: policy.leastEvents, evidence, at: now)
    let planned = shortage(.trials, trials, of: policy.plannedTrials, evidence, at: now)
    return (events.timeLeft ?? .infinity) < (planned.timeLeft ?? .infinity) ? events : planned
  }

  private func shortage(
    _ unit: Shortage.Unit, _ count: Int, of needed: Int, _ evidence: GuardrailEvidence,
    at now: Double
  ) -> Shortage {
    let passed = evidence.firstAt.map { now - $0 } ?? 0
    let left = count > 0 && passed > 0 ? passed / Double(count) * Double(needed - count) : nil
    return Shortage(unit: unit, count: count, needed: needed, timeLeft: left)
  }

  /// Seconds since the arm that has been silent longer had a trial; nil: within the policy's patience.
  private func silence(of evidence: GuardrailEvidence, at now: Double) -> (
    Double, isChallenger: Bool
  )? {
    guard let last = evidence.lastAt else { return nil }
    let isChallenger = last.challenger <= last.champion
    let seconds = now - min(last.challenger, last.champion)
    return seconds > policy.patience ? (seconds, isChallenger) : nil
  }

  /// Why a guardrail does not let the challenger be promoted; nil: it does.
  private func obstacle(
    _ evidence: GuardrailEvidence, at now: Double, _ context: ExperimentContext
  ) -> String? {
    let guardrail = evidence.rule.guardrail
    if let silence = silence(of: evidence, at: now) { return Sentence.silent(guardrail, silence) }
    if guardrail == .wrongPredictions, let completeness = context.labelCompleteness,
      completeness < 0.95
    {
      return Sentence.labelsIncomplete(completeness)
    }
    guard !isProven(evidence) else { return nil }
    let trials = evidence.trials.challenger
    guard trials >= policy.plannedTrials else {
      return Sentence.notYet(
        evidence, policy, shortage(.trials, trials, of: policy.plannedTrials, evidence, at: now))
    }
    guard let interval = evidence.interval, interval.high < evidence.rule.differenceMargin else {
      return Sentence.mayBeWorse(evidence, unitIsKey: policy.unitIsKey)
    }
    return nil
  }

  /// Whether the challenger is shown to be no worse than the promotion margin, by more than one client.
  private func isProven(_ evidence: GuardrailEvidence) -> Bool {
    let threshold = -log(policy.alpha)
    return evidence.notWorseLogE >= threshold
      && evidence.notWorseLogEWithoutOne(of: crowd, unitIsKey: policy.unitIsKey) >= threshold
  }
}
