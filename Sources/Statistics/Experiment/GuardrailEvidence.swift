import Glibc

/// What has been seen on one guardrail, and how strongly it speaks.
package struct GuardrailEvidence: Sendable, Equatable, Codable {
  /// Counts under one share of the traffic.
  package struct Split: Sendable, Equatable, Codable {
    package let share: Double
    package var events: ByArm<Int>
    package var trials: ByArm<Int>
  }

  /// A difference of rates, the challenger's minus the champion's, at 95 %.
  package struct Interval: Sendable, Equatable, Codable {
    package let low: Double
    package let high: Double
    /// Whether it is the exact one, wide, for want of events.
    package let isExact: Bool
  }

  /// Shares that are remembered apart.
  private static let splitsMax = 64

  package let rule: GuardrailRule
  /// Counts of those splits that gave both arms a share: the others compare nothing.
  package private(set) var events = ByArm<Int>.zero
  package private(set) var trials = ByArm<Int>.zero
  private var splits: [Split] = []
  private var worse: EventArmEProcess
  private var notWorse: EventArmEProcess
  private var worseClusters: ClusterCorrection?
  private var notWorseClusters: ClusterCorrection?
  private var suspects: HeavyClients
  private var witnesses: HeavyClients
  /// The smallest share under which the challenger, and the largest under which the champion had an event.
  private var leastShare: Double?
  private var greatestShare: Double?
  private var peakLogE = 0.0
  /// When the first and the last trials of both arms came, in seconds since 1970.
  private(set) var firstAt: Double?
  private(set) var lastAt: ByArm<Double>?

  init(_ rule: GuardrailRule, promotionMargin: Double) {
    self.rule = rule
    worse = EventArmEProcess(margin: rule.margin, alternative: .worse)
    notWorse = EventArmEProcess(margin: promotionMargin, alternative: .notWorse)
    if rule.isClustered {
      worseClusters = ClusterCorrection(process: worse)
      notWorseClusters = ClusterCorrection(process: notWorse)
    }
    suspects = HeavyClients(process: worse)
    witnesses = HeavyClients(process: notWorse)
  }

  mutating func observe(_ batch: ExperimentBatch, at now: Double) {
    let (share, guardrail) = (batch.share, rule.guardrail)
    for client in batch.clients {
      let draws = client.draws[guardrail] ?? .zero
      suspects.observe(
        client.name, draws, of: .challenger, requests: client.requests, share: share,
        split: batch.split ?? share, holdsOthers: client.holdsOthers)
      witnesses.observe(
        client.name, draws, of: .champion, requests: client.requests, share: share,
        split: batch.split ?? share, holdsOthers: client.holdsOthers)
    }
    let trials = batch.counts[guardrail]?.trials ?? .zero
    let repeated = batch.repeated[guardrail] ?? .zero
    noteTimes(
      ByArm(
        champion: trials.champion + repeated.champion,
        challenger: trials.challenger + repeated.challenger), at: now)
    guard let counts = batch.counts[guardrail] else { return }
    count(counts, share: batch.split ?? share)
    let (challenger, champion) = (counts.draws.challenger, counts.draws.champion)
    guard counts.draws.total > 0, share > 0, share < 1 else { return }
    worse.observe(challenger: challenger, champion: champion, share: share)
    notWorse.observe(challenger: challenger, champion: champion, share: share)
    worseClusters?.observe(counts.draws, share: share)
    notWorseClusters?.observe(counts.draws, share: share)
    if challenger > 0 { leastShare = min(leastShare ?? share, share) }
    if champion > 0 { greatestShare = max(greatestShare ?? share, share) }
    peakLogE = max(peakLogE, logE)
  }

  private mutating func noteTimes(_ came: ByArm<Int>, at now: Double) {
    guard came.total > 0 else { return }
    let first = firstAt ?? now
    firstAt = first
    var last = lastAt ?? ByArm(champion: first, challenger: first)
    if came.champion > 0 { last.champion = now }
    if came.challenger > 0 { last.challenger = now }
    lastAt = last
  }

  /// Moves the times at which trials came with a clock that was set.
  mutating func clockMoved(by seconds: Double) {
    firstAt = firstAt.map { $0 + seconds }
    lastAt = lastAt.map {
      ByArm(champion: $0.champion + seconds, challenger: $0.challenger + seconds)
    }
  }

  private mutating func count(_ counts: ExperimentBatch.Counts, share: Double) {
    guard share > 0, share < 1 else { return }
    events += counts.events
    trials += counts.trials
    guard counts.trials.total > 0 || counts.events.total > 0 else { return }
    let index = splits.lastIndex { $0.share == share } ?? splits.count
    if index == splits.count {
      if splits.count == Self.splitsMax { splits.removeFirst() }
      splits.append(Split(share: share, events: .zero, trials: .zero))
    }
    let last = splits.indices.last ?? index
    splits[min(index, last)].events += counts.events
    splits[min(index, last)].trials += counts.trials
  }

  /// The logarithm of the evidence that the challenger's rate is above the margin.
  package var logE: Double { corrected(worse) }
  /// The smallest 1/E of all looks so far.
  package var p: Double { exp(-peakLogE) }
  /// The logarithm of the evidence that the challenger's rate is at most the promotion margin.
  package var notWorseLogE: Double { corrected(notWorse) }

  private func corrected(_ process: EventArmEProcess) -> Double {
    let clusters = process.alternative == .worse ? worseClusters : notWorseClusters
    return clusters?.logE(of: process) ?? process.logE
  }

  /// `logE` without the client, or the key, that it rests on most.
  ///
  /// - Parameter crowd: by which one that is nearly all the traffic is not left out.
  func logEWithoutOne(of crowd: Crowd, unitIsKey: Bool) -> (logE: Double, client: String?) {
    withoutOne(of: worse, suspects, crowd, .challenger, unitIsKey ? leastShare : nil)
  }

  /// `notWorseLogE` without the client, or the key, that it rests on most.
  func notWorseLogEWithoutOne(of crowd: Crowd, unitIsKey: Bool) -> Double {
    withoutOne(of: notWorse, witnesses, crowd, .champion, unitIsKey ? greatestShare : nil).logE
  }

  /// - Parameter keyShare: under which the most telling key had its event; nil: clients alone are left out.
  private func withoutOne(
    of process: EventArmEProcess, _ clients: HeavyClients, _ crowd: Crowd, _ arm: Arm,
    _ keyShare: Double?
  ) -> (logE: Double, client: String?) {
    var least: (logE: Double, client: String?) = (corrected(process), nil)
    for (name, client) in clients.clients {
      if client.isOwnControl, crowd.maySpeakForAll(name, events: client.events, arm) { continue }
      let rest = corrected(process.without(client.whole))
      if rest < least.logE || rest == least.logE && name < least.client ?? "" {
        least = (rest, name)
      }
    }
    if let keyShare {
      var key = EventArmEProcess(margin: process.margin, alternative: process.alternative)
      key.observe(isChallenger: process.alternative == .worse, share: keyShare)
      let rest = corrected(process.without(key))
      if rest < least.logE { least = (rest, nil) }
    }
    return least
  }

  /// Both rates, the champion's weighted as the challenger's trials lie over the splits: raw totals of different splits
  /// compare different hours.
  package var rates: ByArm<Double>? {
    var expected = 0.0
    var (events, trials) = (0, 0)
    for split in splits where split.trials.champion > 0 && split.trials.challenger > 0 {
      events += split.events.challenger
      trials += split.trials.challenger
      expected +=
        Double(split.events.champion) / Double(split.trials.champion)
        * Double(split.trials.challenger)
    }
    guard trials > 0 else { return nil }
    return ByArm(
      champion: expected / Double(trials), challenger: Double(events) / Double(trials))
  }

  /// Under the split with most of the challenger's trials: never over several.
  package var interval: Interval? {
    let split = splits.filter { $0.trials.champion > 0 && $0.trials.challenger > 0 }
      .max { $0.trials.challenger < $1.trials.challenger }
    guard let split else { return nil }
    guard AsymptoticConfidenceSequence.isDrawable(events: split.events, trials: split.trials) else {
      let champion = BernoulliConfidenceSequence(
        events: split.events.champion, trials: split.trials.champion, alpha: 0.025)
      let challenger = BernoulliConfidenceSequence(
        events: split.events.challenger, trials: split.trials.challenger, alpha: 0.025)
      return Interval(
        low: challenger.low - champion.high, high: challenger.high - champion.low, isExact: true)
    }
    let sequence = AsymptoticConfidenceSequence(
      champion: .init(events: split.events.champion, trials: split.trials.champion),
      challenger: .init(events: split.events.challenger, trials: split.trials.challenger))
    return Interval(low: sequence.low, high: sequence.high, isExact: false)
  }
}
