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
/// guardrail, its data fresh and its labels complete, and a p99 that is not beyond doubt `latencyMargin` slower. Drift is
/// no input: it is not harm.
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
  /// How many of them should be the challenger's.
  package private(set) var expectedOfChallenger = 0.0
  /// The challenger's share under which the latest requests were routed.
  package private(set) var share: Double?
  package private(set) var verdict: ExperimentVerdict?
  private(set) var hardLimit = HardLimit()
  /// Nil in what an older Vigia kept.
  private var clientRequests: Crowd?
  var crowd: Crowd { clientRequests ?? Crowd() }

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
    clientRequests = clientRequests ?? Crowd()
    if batch.areClientsKnown {
      clientRequests?.observe(batch.clients.map { ($0.name, $0.requests) }, of: batch.requests)
    }
    observe(arrivals: batch.arrivals, share: batch.share)
    if batch.requests.total > 0 || batch.arrivals.total > 0 { share = batch.share }
  }

  /// Counts what routing drew for, where it is known apart from what became of it.
  ///
  /// A request is drawn when it comes: where it counts once it is answered, an arm that answers later than the other has too
  /// few for as long, and is flagged for it.
  ///
  /// - Parameter drawn: all of both arms in some stretch of time.
  package mutating func observe(arrivals drawn: ByArm<Int>, share: Double) {
    sampleRatio.observe(
      challenger: drawn.challenger, champion: drawn.champion, share: share)
    guard share > 0, share < 1 else { return }
    arrivals += drawn
    expectedOfChallenger += share * Double(drawn.total)
  }

  /// The clock behind `now` was set by so many seconds: nobody was silent for longer or shorter, and nothing comes sooner or
  /// later, for it.
  package mutating func clockMoved(by seconds: Double) {
    for index in guardrails.indices { guardrails[index].clockMoved(by: seconds) }
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
    if next.isOfTheDifference, let latency = context.latency.flatMap(Sentence.latency) {
      next.why += "; \(latency)"
    }
    if next.isOfSlowRequests, let limit = context.slowLimit.flatMap(Sentence.limit) {
      next.why += "; \(limit)"
    }
    if next.isOfTheDifference, let words = share.flatMap(Sentence.onlyOne) {
      next.why += "; \(words)"
    }
    if policy.unitIsKey, let words = context.keysInWords { next.why += "; \(words)" }
    let isSame = verdict?.kind == next.kind && verdict?.withholding == next.withholding
    next.since = isSame ? verdict?.since ?? now : now
    verdict = next
    return next
  }

  private func judgement(at now: Double, _ context: ExperimentContext) -> ExperimentVerdict {
    let absolute = absoluteHarm(context)
    if let absolute, absolute.kind == .rollBack { return absolute }
    if let mismatch { return mismatch }
    let relative = relativeHarm
    if let relative, relative.kind == .rollBack { return relative }
    return absolute ?? relative ?? progress(at: now, context)
  }
}

extension ExperimentVerdict {
  /// Whether it says how the two compare, and not that something is broken.
  fileprivate var isOfTheDifference: Bool {
    switch kind {
    case .collecting, .keep, .promote: true
    case .rollBack, .withheld: guardrail == .slowRequests
    case .sampleRatioMismatch: false
    }
  }

  /// Whether it rests on what was counted as slow.
  fileprivate var isOfSlowRequests: Bool { kind == .promote || guardrail == .slowRequests }
}

extension ExperimentContext {
  /// How requests without a key, and keys at both arms, were treated; nil: there is nothing to say of them.
  package var keysInWords: String? {
    var parts: [String] = []
    if let keyless, keyless.areMany { parts.append(Sentence.keyless(keyless)) }
    if let strays, strays.mixed > 0 { parts.append(Sentence.mixed(strays)) }
    if let strays, strays.moved > 0 { parts.append(Sentence.moved(strays.moved)) }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}
