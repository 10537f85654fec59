import Glibc

/// Compares a challenger with the champion while both serve, and says what to do: a value that is stepped once a second.
///
/// ```swift
/// var judge = ExperimentJudge(policy: ExperimentPolicy())
/// judge.observe(batch, at: now)          // any number a second, each under one share
/// let verdict = judge.step(at: now)      // "challenger fails more often: 2.1 % against 0.4 %, e-value 312"
/// ```
///
/// In this order: a rollback once said stays said. Absolute harm rolls back without a comparison, unless the champion is
/// ill too. A sample ratio mismatch freezes what compares. Proof of more harm than a guardrail's margin forgives rolls
/// back, unless it rests on one client. Too little data holds the split, and is never a pass. Promotion needs each
/// guardrail, its data fresh and its labels complete. Drift is no input: it is not harm.
///
/// However often it is asked, a challenger that is no worse than the margins forgive is rolled back by proof with a chance
/// of at most `policy.alpha`, which the guardrails share.
///
/// It may be encoded at any moment, and goes on from there as if nothing had been.
package struct ExperimentJudge: Sendable, Equatable, Codable {
  package private(set) var policy: ExperimentPolicy
  /// In the order of the policy's rules.
  package private(set) var guardrails: [GuardrailEvidence]
  package private(set) var sampleRatio = SampleRatioTest()
  /// Units that routing drew for, by arm.
  package private(set) var arrivals = ByArm<Int>.zero
  /// The challenger's share under which the latest requests were routed.
  package private(set) var share: Double?
  package private(set) var verdict: ExperimentVerdict?
  private var expectedOfChallenger = 0.0
  private var hardLimit = HardLimit()

  /// - Precondition: the policy has a rule, and each guardrail once.
  package init(policy: ExperimentPolicy) {
    precondition(
      !policy.rules.isEmpty && Set(policy.rules.map(\.guardrail)).count == policy.rules.count,
      "each guardrail has one rule")
    self.policy = policy
    guardrails = policy.rules.map {
      GuardrailEvidence($0, promotionMargin: policy.promotionMargin)
    }
  }

  /// Watches a further guardrail from now on.
  ///
  /// - Parameter alpha: of all together. With what the others had times the growth of the weights, their thresholds stay.
  /// - Precondition: it is not watched yet.
  package mutating func watch(_ rule: GuardrailRule, alpha: Double) {
    precondition(
      !policy.rules.contains { $0.guardrail == rule.guardrail }, "each guardrail has one rule")
    policy.alpha = alpha
    policy.rules.append(rule)
    guardrails.append(GuardrailEvidence(rule, promotionMargin: policy.promotionMargin))
  }

  /// Counts a batch.
  ///
  /// - Parameter now: seconds since 1970.
  /// - Complexity: O(guardrails + clients).
  package mutating func observe(_ batch: ExperimentBatch, at now: Double) {
    precondition(batch.share >= 0 && batch.share <= 1, "a share is between nothing and all")
    for index in guardrails.indices { guardrails[index].observe(batch, at: now) }
    hardLimit.observe(batch)
    let (challenger, champion) = (batch.arrivals.challenger, batch.arrivals.champion)
    sampleRatio.observe(challenger: challenger, champion: champion, share: batch.share)
    if batch.share > 0, batch.share < 1 {
      arrivals += batch.arrivals
      expectedOfChallenger += batch.share * Double(challenger + champion)
    }
    if batch.requests.total > 0 || batch.arrivals.total > 0 { share = batch.share }
  }

  /// What is to be done, from all that was observed.
  ///
  /// - Parameter now: seconds since 1970.
  @discardableResult
  package mutating func step(
    at now: Double, _ context: ExperimentContext = ExperimentContext()
  ) -> ExperimentVerdict {
    if let verdict, verdict.kind == .rollBack { return verdict }
    var next = judgement(at: now, context)
    let isSame = verdict?.kind == next.kind && verdict?.withholding == next.withholding
    next.since = isSame ? verdict?.since ?? now : now
    verdict = next
    return next
  }

  private func judgement(at now: Double, _ context: ExperimentContext) -> ExperimentVerdict {
    let absolute = absoluteHarm(context)
    if let absolute, absolute.kind == .rollBack { return absolute }
    if sampleRatio.isMismatch { return mismatch }
    let relative = relativeHarm
    if let relative, relative.kind == .rollBack { return relative }
    return absolute ?? relative ?? progress(at: now, context)
  }

  // MARK: Harm

  private func absoluteHarm(_ context: ExperimentContext) -> ExperimentVerdict? {
    if let fault = context.engineFault.challenger {
      guard context.engineFault.champion == nil else {
        return .init(.withheld, Sentence.bothEngines(fault), withholding: .sharedOutage)
      }
      return .init(.rollBack, Sentence.engine(fault))
    }
    switch hardLimit.finding {
    case .harm(let failures, let requests):
      return .init(.rollBack, Sentence.failing(failures, requests), guardrail: .errors)
    case .sharedOutage(let failures, let requests):
      return .init(
        .withheld, Sentence.shared(failures, requests), guardrail: .errors,
        withholding: .sharedOutage)
    case .oneClient(let client, let failures, let requests):
      return .init(
        .withheld, Sentence.oneClient(client, failures: failures, requests: requests),
        guardrail: .errors, withholding: .oneClient(client))
    case nil: return context.burn.flatMap(burning)
    }
  }

  /// A version that spends its error budget so fast that it is paged for, while the other does not.
  private func burning(_ burn: ByArm<ExperimentContext.Burn>) -> ExperimentVerdict? {
    let challenger = burn.challenger
    guard
      challenger.hour >= BurnLimit.page, challenger.fiveMinutes >= BurnLimit.page,
      challenger.badCount >= BurnLimit.leastBad
    else { return nil }
    guard burn.champion.hour < BurnLimit.page / 6 else {
      return .init(
        .withheld, Sentence.bothBurn(burn), guardrail: .errors, withholding: .sharedOutage)
    }
    if let client = challenger.worstClient {
      let others = challenger.badCount - client.badCount
      let hour = challenger.hour * Double(others) / Double(challenger.badCount)
      guard hour >= BurnLimit.page, others >= BurnLimit.leastBad else {
        return .init(
          .withheld, Sentence.oneClientBurns(client.name, client.badCount, challenger.badCount),
          guardrail: .errors, withholding: .oneClient(client.name))
      }
    }
    return .init(.rollBack, Sentence.burns(burn), guardrail: .errors)
  }

  private enum BurnLimit {
    /// Of a 30-day budget, 2 % in an hour. Source: The Site Reliability Workbook, chapter 5.
    static let page = 14.4
    /// With little traffic a single error would be a page.
    static let leastBad = 10
  }

  /// The guardrail with the strongest proof, if there is one.
  private var relativeHarm: ExperimentVerdict? {
    let proven = guardrails.filter { $0.logE >= policy.logThreshold($0.rule) }
      .max { $0.logE - policy.logThreshold($0.rule) < $1.logE - policy.logThreshold($1.rule) }
    guard let proven else { return nil }
    let (rest, client) = proven.logEWithoutOne(unitIsKey: policy.unitIsKey)
    let guardrail = proven.rule.guardrail
    guard rest >= policy.logThreshold(proven.rule) else {
      return .init(
        .withheld, Sentence.restsOnOne(proven, client), guardrail: guardrail,
        withholding: .oneClient(client))
    }
    return .init(.rollBack, Sentence.worse(proven), guardrail: guardrail)
  }

  private var mismatch: ExperimentVerdict {
    .init(
      .sampleRatioMismatch,
      Sentence.mismatch(arrivals, expected: expectedOfChallenger, p: sampleRatio.p))
  }

  // MARK: Progress

  private func progress(at now: Double, _ context: ExperimentContext) -> ExperimentVerdict {
    let wanting = guardrails.compactMap { evidence in
      shortage(of: evidence, at: now).map { (evidence, $0) }
    }.max { $0.1.timeLeft ?? .infinity < $1.1.timeLeft ?? .infinity }
    if let (evidence, shortage) = wanting {
      let silence = silence(of: evidence, at: now)
      return .init(
        .collecting, Sentence.collecting(evidence.rule.guardrail, shortage, silence),
        guardrail: evidence.rule.guardrail)
    }
    for evidence in guardrails {
      if let obstacle = obstacle(evidence, at: now, context) {
        return .init(.keep, obstacle, guardrail: evidence.rule.guardrail)
      }
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
      return Sentence.mayBeWorse(evidence)
    }
    return nil
  }

  /// Whether the challenger is shown to be no worse than the promotion margin, by more than one client.
  private func isProven(_ evidence: GuardrailEvidence) -> Bool {
    let threshold = -log(policy.alpha)
    return evidence.notWorseLogE >= threshold
      && evidence.notWorseLogEWithoutOne(unitIsKey: policy.unitIsKey) >= threshold
  }
}
