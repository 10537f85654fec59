package import Domain
package import Statistics

/// Judges whether a rollback, a pin or a limit helped, from requests admitted after it and from nothing else. What a limit
/// refused is no request of these; and where it limits one client, only the others' answers may be too slow: its own may be
/// as large as they are.
///
/// Recovered means: at least `leastRequests` of them, their errors (and slow answers, where there is an objective)
/// compatible with the objective, and, where the level before was beyond the objective, below that level with the two
/// 95 % intervals apart. A few good requests are compatible with much: before `patience` is over their intervals have to lie
/// below the objective, or, from `settling` on, ten times below the level before.
///
/// Where nothing was failing and labels were coming, they decide: fewer wrong predictions than before, likewise apart, are a
/// recovery, more are none, and after `patience` it is neither. Rows that come together are alike, so their intervals are
/// those of blocks (`BlockedProportion`), and are looked at when a block is whole.
///
/// Pure: counts and elapsed time come in.
package struct RecoveryWatch: Sendable, Equatable {
  package static let leastRequests = Recovery.leastRequests
  /// Before and after, for labels to decide.
  package static let leastLabels: Int64 = 30
  /// Batches after a client's limit in whose answers the others may be slow still: clients are counted by the second of the
  /// answer, and a request may have waited for one.
  private static let oldBatches = 2
  /// Seconds after which good requests that are not enough for the objective may do.
  static let settling = 30.0
  /// Batches, of about a second each, of a block of labels; and blocks for these to decide.
  package static let blockLength = 10
  static let leastBlocks = 6
  /// Seconds until "not recovering" is said.
  package static let patience = 120.0
  /// Seconds after which requests that are too few to judge are not waited for any more.
  package static let longestPatience = 3_600.0

  package internal(set) var recovery: Recovery
  /// Of the deployment that the act made: requests admitted under it, or a later one, count.
  package let revision: Int64
  let objective: ServiceObjective?

  /// Requests of one outcome class each, of the same window.
  package struct Counts: Sendable, Equatable {
    package var requests: Int64
    package var errors: Int64
    package var slow: Int64
    /// Requests of which `slow` are slow.
    package var timed: Int64
    /// Beside `requests`: those that a limit refused.
    package var limited: Int64
    /// Labels of classes, one a request, and those that the prediction missed.
    package var judged: Int64
    package var wrong: Int64
    /// The same by stretches of time, where they are known.
    package var labelBlocks: [BlockedProportion.Block] = []

    /// - Parameter timed: nil: all of them.
    package init(
      requests: Int64 = 0, errors: Int64 = 0, slow: Int64 = 0, timed: Int64? = nil,
      limited: Int64 = 0, judged: Int64 = 0, wrong: Int64 = 0
    ) {
      self.requests = requests
      self.errors = errors
      self.slow = slow
      self.timed = timed ?? requests
      self.limited = limited
      self.judged = judged
      self.wrong = wrong
    }

    package static func += (left: inout Counts, right: Counts) {
      left.requests += right.requests
      left.errors += right.errors
      left.slow += right.slow
      left.timed += right.timed
      left.limited += right.limited
      left.judged += right.judged
      left.wrong += right.wrong
      left.labelBlocks += right.labelBlocks
    }
  }

  private(set) var counts = Counts()
  private var blocks: [BlockedProportion.Block] = []
  private var batches = 0
  /// Patience is over: what is not proven now is not.
  private var isLastLook = false
  /// Nil before the recovery, and when it is over.
  var after: Aftermath?

  package init(
    command: CommandID, model: String, from: String, to: String, limit: TrafficLimit.Scope? = nil,
    switchedAt: Timestamp, revision: Int64, objective: ServiceObjective?, before: Counts
  ) {
    self.revision = revision
    self.objective = objective
    let wasBad = Self.isBad(before, objective: objective)
    let labelsDecide = limit == nil && !wasBad && before.judged >= Self.leastLabels
    recovery = Recovery(
      commandID: command, model: model, from: from, to: to, limit: limit, switchedAt: switchedAt,
      status: .watching, requests: 0, errors: Self.proportion(0, 0),
      slow: objective == nil ? nil : Self.proportion(0, 0),
      errorsBefore: Self.proportion(before.errors, before.requests),
      slowBefore: objective == nil ? nil : Self.proportion(before.slow, before.timed),
      wrong: labelsDecide ? Self.proportion(0, 0) : nil,
      wrongBefore: labelsDecide ? Self.proportion(before) : nil,
      wasBad: wasBad)
  }

  package var isWatching: Bool { recovery.status == .watching }
  /// Whether requests are counted still.
  package var isCounting: Bool { isWatching || after != nil }

  /// - Parameters:
  ///   - counts: of requests admitted after the switch that ended since the last call.
  ///   - elapsed: seconds since the switch, on the monotonic clock.
  package mutating func step(_ counts: Counts, elapsed: Double) {
    guard isCounting else { return }
    batches += 1
    var counts = counts
    if isOfOneClient, batches <= Self.oldBatches { (counts.slow, counts.timed) = (0, 0) }
    self.counts += counts
    if (batches - 1) % Self.blockLength == 0 { blocks.append(.init(count: 0, total: 0)) }
    blocks[blocks.count - 1].count += counts.wrong
    blocks[blocks.count - 1].total += counts.judged
    guard isWatching else { return lookOn(counts, elapsed: elapsed) }
    refine()
    if let tooFew {
      if elapsed >= Self.longestPatience { recovery.status = .notRecovering(reason: tooFew) }
      return
    }
    let isOver = elapsed >= Self.patience
    isLastLook = isOver
    if let shortfall = shortfall ?? (isOver ? worsening : nil) {
      if isOver { recovery.status = .notRecovering(reason: shortfall) }
    } else if isOver || (recovery.wrong == nil ? isProven(elapsed: elapsed) : predictsBetter) {
      if predictsBetter { recovery.wasBad = true }
      recovery.status = .recovered(seconds: (elapsed * 10).rounded() / 10)
      after = Aftermath(begun: elapsed)
    }
  }

  /// The figures, of all that was counted.
  mutating func refine() {
    if recovery.limit != nil { recovery.refused = counts.limited }
    recovery.requests = counts.requests
    recovery.errors = Self.proportion(counts.errors, counts.requests)
    if objective != nil { recovery.slow = Self.proportion(counts.slow, counts.timed) }
    if recovery.wrong != nil {
      var labels = counts
      labels.labelBlocks = blocks
      recovery.wrong = Self.proportion(labels)
    }
  }

  /// Whether requests that are not short of anything are enough of them.
  private func isProven(elapsed: Double) -> Bool {
    func isEnough(
      _ after: Recovery.Proportion, _ before: Recovery.Proportion, allowed: Double
    ) -> Bool {
      if after.high <= allowed { return true }
      let wasBad = before.total > 0 && before.low > allowed
      return elapsed >= Self.settling && (!wasBad || after.high <= before.low / 10)
    }
    guard
      isEnough(
        recovery.errors, recovery.errorsBefore, allowed: 1 - (objective?.availability ?? 0.999))
    else { return false }
    guard let objective, let slow = recovery.slow, let before = recovery.slowBefore else {
      return true
    }
    return isEnough(slow, before, allowed: 1 - objective.latencyObjective)
  }

  /// Whether labels prove it.
  private var predictsBetter: Bool {
    guard let wrong = recovery.wrong, let before = recovery.wrongBefore,
      batches >= Self.leastBlocks * Self.blockLength,
      isLastLook || batches % Self.blockLength == 0
    else { return false }
    return wrong.total >= Self.leastLabels && wrong.high < before.low
  }

  /// What labels say against the act; nil where they do not.
  private var worsening: String? {
    guard let wrong = recovery.wrong, let before = recovery.wrongBefore,
      wrong.total >= Self.leastLabels, wrong.low > before.high
    else { return nil }
    return "wrong predictions at \(percent(wrong.share)), \(percent(before.share)) before"
  }

  private var isOfOneClient: Bool { if case .client? = recovery.limit { true } else { false } }

  /// Whether errors or slow answers were beyond what the objective allows.
  package static func isBad(_ counts: Counts, objective: ServiceObjective?) -> Bool {
    let errors = proportion(counts.errors, counts.requests)
    if errors.low > 1 - (objective?.availability ?? 0.999) { return true }
    guard let objective else { return false }
    return proportion(counts.slow, counts.timed).low > 1 - objective.latencyObjective
  }

  /// Why nothing can be said yet, for good or bad.
  private var tooFew: String? {
    guard counts.requests >= Self.leastRequests else {
      return "only \(counts.requests) requests since then, \(Self.leastRequests) are needed"
    }
    if isOfOneClient, objective != nil, counts.timed < Self.leastRequests {
      return
        "only \(counts.timed) answers to the others since then, \(Self.leastRequests) are needed"
    }
    return nil
  }

  /// What is still wrong; nil when the requests after the switch are good.
  private var shortfall: String? {
    let allowed = 1 - (objective?.availability ?? 0.999)
    if let wrong = Self.shortfall(
      "errors", recovery.errors, before: recovery.errorsBefore, allowed: allowed)
    {
      return wrong
    }
    guard let objective, let slow = recovery.slow, let before = recovery.slowBefore else {
      return nil
    }
    return Self.shortfall(
      "slow answers", slow, before: before, allowed: 1 - objective.latencyObjective)
  }

  private static func shortfall(
    _ what: String, _ after: Recovery.Proportion, before: Recovery.Proportion, allowed: Double
  ) -> String? {
    if after.low > allowed {
      return "\(what) at \(percent(after.share)), the objective allows \(percent(allowed))"
    }
    let wasBad = before.total > 0 && before.low > allowed
    if wasBad && after.high >= before.low {
      return
        "\(what) at \(percent(after.share)) are not yet apart from \(percent(before.share)) before"
    }
    return nil
  }

  /// Of labels, in their blocks where these are known.
  private static func proportion(_ labels: Counts) -> Recovery.Proportion {
    let interval =
      labels.labelBlocks.isEmpty
      ? WilsonInterval(successes: labels.wrong, trials: labels.judged)
      : BlockedProportion(labels.labelBlocks).interval
    return Recovery.Proportion(
      count: labels.wrong, total: labels.judged, low: rounded(interval.low),
      high: rounded(interval.high))
  }

  static func proportion(_ count: Int64, _ total: Int64) -> Recovery.Proportion {
    let interval = WilsonInterval(successes: count, trials: total)
    return Recovery.Proportion(
      count: count, total: total, low: rounded(interval.low), high: rounded(interval.high))
  }

  private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}
