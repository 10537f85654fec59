import Domain
import Statistics
import Storage

/// One pairing of champion and challenger: what each second counted goes to the judge, and what it says comes out.
///
/// The judge does not act: what it would have done is told.
struct ExperimentWatch: Sendable {
  /// What is kept over a restart.
  struct Memory: Sendable, Equatable, Codable {
    var champion: String
    var challenger: String
    var since: Timestamp
    var judge: ExperimentJudge
    var keys: FirstEventPerKey?
    /// The challenger's share under each revision of the deployment, the newest few.
    var shares: [Int64: Double] = [:]
    /// Nil in what an older Vigia kept.
    var lately: Lately?
    /// How each guardrail's effect went, by its name; nil in what an older Vigia kept.
    var paths: [String: ExperimentEffects.Path]?
    /// The champion's p99 when the comparison began, in microseconds: what a model without a latency objective is judged
    /// by. Nil for others, until it is known, and in what an older Vigia kept.
    var slowLimit: Double?
    /// Nil before the first verdict, and in what an older Vigia kept.
    var recording: VerdictRecording?
  }

  /// What was counted beside the judge's evidence.
  struct Lately: Sendable, Equatable, Codable {
    var latency = LatencyBySplit()
    var recent = ByArm(
      champion: MinuteHistory(minutes: 60), challenger: MinuteHistory(minutes: 60))
    /// The challenger's; nil in what an older Vigia kept.
    var due: DueLabels? = DueLabels()
    /// Whose requests failed at the challenger.
    var suspects = RecentFailures()
    /// Answers and labels that wait until both arms have some.
    var given = GivenTrials()
    /// The model's latency objective in microseconds, as it was last told.
    var objective: Double?
    /// Where routing sticks to a key; nil until the first request.
    var keyless: KeylessRequests?
  }

  var memory: Memory
  var lately = Lately()
  /// As of the last seconds: not kept over a restart.
  var crowd = LaneCrowd()
  /// Likewise.
  var draws = UnsettledDraws()

  private static let sharesKept = 64
  /// Chance that a challenger that is no worse than the margins forgive is rolled back by proof.
  private static let alpha = 0.05

  /// Goes on from what was kept.
  init(_ memory: Memory) {
    self.memory = memory
    lately = memory.lately ?? Lately()
    self.memory.lately = nil
    if memory.recording == nil {
      self.memory.recording = VerdictRecording(recorded: memory.judge.verdict)
    }
  }

  /// What is to be kept.
  var remembered: Memory {
    var remembered = memory
    remembered.lately = lately
    return remembered
  }

  init(
    champion: String, challenger: String, since: Timestamp, isSticky: Bool
  ) {
    let policy = Self.policy(isSticky: isSticky, hasLabels: false)
    memory = Memory(
      champion: champion, challenger: challenger, since: since,
      judge: ExperimentJudge(policy: policy), keys: isSticky ? FirstEventPerKey() : nil)
  }

  /// What is watched. Without labels, a part is left for wrong predictions, which are watched from the first label on.
  ///
  /// - Parameter hasLimit: false where there is nothing by which slow requests could be counted.
  static func policy(
    isSticky: Bool, hasLimit: Bool = true, hasLabels: Bool
  ) -> ExperimentPolicy {
    var policy = ExperimentPolicy()
    policy.unitIsKey = isSticky
    policy.rules = [GuardrailRule(.errors)]
    if hasLimit { policy.rules.append(GuardrailRule(.slowRequests)) }
    let count = Double(policy.rules.count)
    policy.alpha = hasLabels ? alpha : alpha * count / (count + 1)
    if hasLabels { policy.rules.append(GuardrailRule(.wrongPredictions)) }
    return policy
  }

  /// Whether routing sticks to a key, and keys are what is counted.
  var isSticky: Bool { memory.keys != nil }

  /// Whether this is the comparison that a deployment makes, or will go on with when its pin is lifted.
  func isOf(_ deployment: Deployment) -> Bool {
    deployment.champion == memory.champion
      && deployment.challenger?.version == memory.challenger
  }

  /// From now on requests of this revision are under this share.
  mutating func noteShare(_ share: Double, revision: Int64) {
    if memory.shares.max(by: { $0.key < $1.key })?.value != share { lately.suspects.splitChanged() }
    memory.shares[revision] = share
    if memory.shares.count > Self.sharesKept, let oldest = memory.shares.keys.min() {
      memory.shares[oldest] = nil
    }
  }

  /// The wall clock was set to `now`.
  mutating func clockMoved(by seconds: Double, to now: Int64) {
    lately.recent.champion.clockSet(to: now)
    lately.recent.challenger.clockSet(to: now)
    memory.judge.clockMoved(by: seconds)
    memory.recording?.clockMoved(by: Int64(seconds.rounded()))
    draws.clockMoved(to: now)
    lately.due?.clockMoved(by: Int64(seconds.rounded()))
    for name in (memory.paths ?? [:]).keys {
      memory.paths?[name]?.clockMoved(by: Int64(seconds.rounded()))
    }
  }

  // MARK: Observing

  /// Above what an answer is slow: what was frozen stays, whatever is configured later.
  var slowLimit: SlowLimit {
    if let frozen = memory.slowLimit { return .championP99(frozen) }
    if let objective = lately.objective { return .objective(objective) }
    return SlowLimit(championOf: lately.latency.champion)
  }

  /// By which of its counts a batch says what was slow; nil: it cannot.
  enum SlowCount { case objective, frozen }

  private func slowCount(_ batch: SecondBatch, _ model: String) -> SlowCount? {
    guard let frozen = memory.slowLimit else { return lately.objective == nil ? nil : .objective }
    return batch.slowLimits[model] == frozen ? .frozen : nil
  }

  /// What an older Vigia began without a latency objective is watched for slow requests from now on.
  private mutating func watchLatency() {
    let rules = memory.judge.policy.rules
    guard !rules.contains(where: { $0.guardrail == .slowRequests }) else { return }
    let hasLabels = rules.contains { $0.guardrail == .wrongPredictions }
    let policy = Self.policy(isSticky: memory.keys != nil, hasLabels: hasLabels)
    memory.judge.watch(GuardrailRule(.slowRequests), alpha: policy.alpha)
  }

  /// Takes in a batch while a version is pinned: late answers and labels of what was routed before count, what the pin
  /// routes does not, and no arm was silent meanwhile.
  mutating func pause(_ batch: SecondBatch, model: String, objective: Double?) {
    observe(batch, model: model, objective: objective)
    memory.judge.clockMoved(by: Double(batch.to - batch.from))
  }

  /// Whether all of it was routed under splits of this comparison: not by a pin, nor while one of the versions was not in
  /// memory.
  private func isOfSplits(_ rollup: SecondRollup) -> Bool {
    rollup.byRevision.allSatisfy { memory.shares[$0] != nil && $1.outside == 0 }
  }

  /// Takes in a batch, a part for each revision.
  ///
  /// - Parameter objective: the model's for latency, in microseconds, if it has one.
  mutating func observe(_ batch: SecondBatch, model: String, objective: Double?) {
    lately.objective = objective
    watchLatency()
    let slowCount = slowCount(batch, model)
    let now = Double(batch.time.seconds)
    var due = lately.due ?? DueLabels()
    var batches: [Int64: ExperimentBatch] = [:]
    var areClientsKnown = true
    var batch = batch
    for rollup in batch.rollups where rollup.version.model == model {
      guard let arm = arm(rollup.version.version, rollup.variant) else { continue }
      // A second in which the split changed is of none.
      if rollup.byRevision.count == 1, let revision = rollup.byRevision.keys.first,
        let share = memory.shares[revision], isOfSplits(rollup)
      {
        lately.latency.add(rollup.latency, arm, share: share)
      }
      if arm == .challenger { due.predict(rollup.counters.predicted, at: rollup.second) }
      if isOfSplits(rollup) {
        lately.recent[arm].add(MinuteCounts(rollup.counters, at: rollup.second))
      } else {
        // They are of all revisions together.
        batch.clients = []
        areClientsKnown = false
      }
      for (revision, counts) in rollup.byRevision {
        add(counts, arm, revision: revision, slowCount, to: &batches)
        if memory.keys == nil {
          let came = Int(counts.drawn - counts.drawnEarlier)
          draws.add(came, arm, revision: revision, second: rollup.second)
        }
      }
    }
    for draw in batch.draws where draw.version.model == model { add(draw) }
    for label in batch.labels where label.version.model == model {
      guard let arm = arm(label.version.version, label.variant) else { continue }
      if arm == .challenger { due.label(label.counts.rows, at: label.second) }
    }
    for rollup in batch.quality where rollup.version.model == model {
      guard arm(rollup.version.version, rollup.variant) != nil else { continue }
      due.add(delay: rollup.row.delay)
    }
    lately.due = due
    for rollup in batch.revisionLabels where rollup.version.model == model {
      guard let arm = arm(rollup.version.version, rollup.variant) else { continue }
      addLabels(rollup, arm)
    }
    crowd.observe(
      batch.clients.filter { $0.version.model == model }.compactMap { count in
        arm(ofVersion: count.version.version).map { (count, $0) }
      }, seconds: batch.to - batch.from)
    var draws: ClientDraws = [:]
    for rollup in batch.keyed where rollup.version.model == model {
      guard let arm = arm(rollup.version.version, rollup.variant) else { continue }
      addKeyed(rollup, arm, slowCount, to: &batches, &draws)
    }
    let labelled = newestLabelled(batch, model: model)
    if let newest = batches.keys.max() ?? labelled, var one = self.batch(newest, in: batches) {
      var clients = clients(batch, model: model, slowCount, keyed: draws)
      if memory.keys == nil { give(&clients, batch, model: model, answered: newest) }
      one.clients = clients
      batches[newest] = one
    }
    let served = batch.clients.filter { $0.version.model == model }.compactMap { count in
      arm(count.version.version, count.variant).map { (count, $0) }
    }
    lately.suspects.add(served, to: batch.to, crowder: crowd.crowder.challenger)
    for revision in batches.keys.sorted() {
      guard var one = batches[revision] else { continue }
      one.areClientsKnown = areClientsKnown
      memory.judge.observe(one, at: now)
    }
    for one in lately.given.take(splits: memory.shares) { memory.judge.observe(one, at: now) }
    if case .championP99(let limit) = slowLimit { memory.slowLimit = limit }
  }

  func arm(_ version: String, _ variant: Variant) -> Arm? {
    switch variant {
    case .champion: version == memory.champion ? .champion : nil
    case .challenger: version == memory.challenger ? .challenger : nil
    case .shadow, .direct: nil
    }
  }

  /// Whoever routed to it.
  private func arm(ofVersion version: String) -> Arm? {
    version == memory.champion
      ? .champion : version == memory.challenger ? .challenger : nil
  }

  /// What a revision's requests are added to; nil where it is of no split of this comparison.
  func batch(
    _ revision: Int64, in batches: [Int64: ExperimentBatch]
  ) -> ExperimentBatch? {
    batches[revision] ?? memory.shares[revision].map { ExperimentBatch(share: $0) }
  }

  private mutating func add(
    _ counts: RevisionCounts, _ arm: Arm, revision: Int64, _ slowCount: SlowCount?,
    to batches: inout [Int64: ExperimentBatch]
  ) {
    guard counts.routed > 0, var one = batch(revision, in: batches) else { return }
    one.requests[arm] += Int(counts.routed)
    one.failures[arm] += Int(counts.routedErrors)
    if memory.keys == nil {
      one.count(.errors, arm, events: counts.routedErrors, trials: counts.routed)
      if let slowCount {
        let answered = counts.routed - counts.routedErrors
        let slow = slowCount == .frozen ? counts.above : counts.slow
        lately.given.add(
          .slowRequests, arm, revision: revision, events: min(slow, answered), trials: answered)
      }
    } else {
      var keyless = lately.keyless ?? KeylessRequests()
      keyless.count += Int(counts.keyless)
      keyless.total += Int(counts.routed)
      lately.keyless = keyless
    }
    batches[revision] = one
  }

  private mutating func addLabels(_ rollup: RevisionLabels, _ arm: Arm) {
    let trials = rollup.counts.correct + rollup.counts.wrong
    guard trials > 0, memory.keys == nil, memory.shares[rollup.revision] != nil else { return }
    watchPredictions()
    lately.given.add(
      .wrongPredictions, arm, revision: rollup.revision, events: rollup.counts.wrong,
      trials: trials)
  }

  /// A guardrail without data blocks a promotion: predictions are watched from the first label on.
  mutating func watchPredictions() {
    guard !memory.judge.policy.rules.contains(where: { $0.guardrail == .wrongPredictions }) else {
      return
    }
    memory.judge.watch(GuardrailRule(.wrongPredictions), alpha: Self.alpha)
  }

  // MARK: Judging

  /// - Parameters:
  ///   - objective: of the model.
  ///   - faults: why an engine cannot serve.
  ///   - keyHeader: the header that carries what routing sticks to; nil: it sticks to nothing.
  /// - Returns: the verdict when it changed.
  mutating func step(
    now: Timestamp, objective: Domain.ServiceObjective?, faults: ByArm<String?>,
    keyHeader: String? = nil
  ) -> ExperimentVerdict? {
    var context = ExperimentContext()
    context.engineFault = faults
    context.latency = lately.latency.difference
    context.slowLimit = slowLimit
    context.keyless = lately.keyless
    context.keyless?.header = keyHeader
    context.strays = memory.keys?.strays
    context.labelCompleteness = lately.due?.completeness(now: now.seconds)
    if let objective {
      context.burn = ByArm(
        champion: burn(lately.recent.champion, objective, now: now.seconds),
        challenger: burn(lately.recent.challenger, objective, now: now.seconds))
      context.burn?.challenger.worstClient = lately.suspects.worst(of: 3_600, before: now.seconds)
    }
    let before = memory.judge.verdict?.kind
    let verdict = memory.judge.step(at: Double(now.seconds), context)
    return verdict.kind == before ? nil : verdict
  }

  /// Whether the verdict has stood for so long that the ledger is to have it, and has it not yet.
  ///
  /// - Parameter now: seconds since 1970.
  mutating func recordsVerdict(now: Int64) -> Bool {
    guard let verdict = memory.judge.verdict else { return false }
    var recording = memory.recording ?? VerdictRecording()
    defer { memory.recording = recording }
    return recording.step(verdict.kind, now: now)
  }

  /// Takes down where each guardrail's effect stands, about once a minute.
  ///
  /// - Returns: the course so far, when a point was added to it.
  mutating func noteEffects(now: Int64) -> ExperimentEffects? {
    let paths = paths(at: now)
    guard paths != memory.paths ?? [:] else { return nil }
    memory.paths = paths
    return ExperimentEffects(
      champion: memory.champion, challenger: memory.challenger, since: memory.since, paths: paths)
  }

  private func burn(
    _ history: MinuteHistory, _ objective: Domain.ServiceObjective, now: Int64
  ) -> ExperimentContext.Burn {
    func rate(_ seconds: Int64) -> (burn: Double, bad: Int64) {
      let sum = history.sum(seconds, before: now)
      let total = sum.ok + sum.serverErrors
      let share = total > 0 ? Double(sum.serverErrors) / Double(total) : 0
      return (share / (1 - objective.availability), sum.serverErrors)
    }
    let hour = rate(3_600)
    return ExperimentContext.Burn(
      hour: hour.burn, fiveMinutes: rate(300).burn, badCount: Int(hour.bad))
  }
}
