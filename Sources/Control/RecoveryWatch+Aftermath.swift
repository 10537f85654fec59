import Domain
import Statistics

/// After a recovery: its figures grow sharper, and it is taken back where it did not last.
extension RecoveryWatch {
  /// Seconds since the act for which its requests go on being counted, unless another act comes first.
  package static let aftermath = 900.0
  /// Seconds of a look, more where they bring too few requests. Two bad ones in succession take a recovery back.
  static let lookLength = 60.0
  /// A look is bad by at least so many bad requests, and by its interval of 99.9 %: of a service that is exactly at its objective
  /// two in succession are then found in fewer than one proof in a hundred.
  private static let leastBad: Int64 = 3
  private static let strictness = 3.290527

  /// Requests since the recovery, a look at a time.
  struct Aftermath: Sendable, Equatable {
    var counts = Counts()
    var begun: Double
    var wasBad = false
    /// Whether anything was judged at all.
    var isJudged = false
  }

  /// - Parameter counts: of requests since the last call, counted in `self.counts` already.
  mutating func lookOn(_ counts: Counts, elapsed: Double) {
    guard var look = after else { return }
    look.counts += counts
    let isOver = elapsed >= Self.aftermath
    if look.counts.requests >= Self.leastRequests,
      isOver || elapsed - look.begun >= Self.lookLength
    {
      let reason = reason(look.counts)
      if let reason, look.wasBad {
        recovery.status = .relapsed(seconds: (elapsed * 10).rounded() / 10, reason: reason)
        after = nil
        return refine()
      }
      look = Aftermath(begun: elapsed, wasBad: reason != nil, isJudged: true)
    }
    // At each doubling: figures that somebody reads stand still in between.
    if isOver || self.counts.requests >= 2 * recovery.requests { refine() }
    // What was bad at last, or was not asked at all, is not said to hold.
    if isOver, look.isJudged, !look.wasBad, holdsByLabels {
      recovery.heldFor = (elapsed * 10).rounded() / 10
    }
    after = isOver ? nil : look
  }

  /// Another act has come: what is counted from now on proves nothing about this one.
  package mutating func supersede() { after = nil }

  /// What proved it, where labels did.
  private var holdsByLabels: Bool {
    guard recovery.isProvenByLabels, let wrong = recovery.wrong, let before = recovery.wrongBefore
    else { return true }
    return wrong.high < before.low
  }

  /// Why a look is bad; nil where it is not.
  private func reason(_ counts: Counts) -> String? {
    func isBad(_ count: Int64, of total: Int64, allowed: Double) -> Bool {
      count >= Self.leastBad
        && WilsonInterval(successes: count, trials: total, z: Self.strictness).low > allowed
    }
    let allowed = 1 - (objective?.availability ?? 0.999)
    if isBad(counts.errors, of: counts.requests, allowed: allowed) {
      let share = Double(counts.errors) / Double(counts.requests)
      return "errors at \(percent(share)), the objective allows \(percent(allowed))"
    }
    if let objective,
      isBad(counts.slow, of: counts.timed, allowed: 1 - objective.latencyObjective)
    {
      let share = Double(counts.slow) / Double(counts.timed)
      return "slow answers at \(percent(share)), the objective allows "
        + percent(1 - objective.latencyObjective)
    }
    guard recovery.isProvenByLabels, counts.judged >= Self.leastLabels,
      let before = recovery.wrongBefore
    else { return nil }
    let wrong = Double(counts.wrong) / Double(counts.judged)
    return wrong >= before.share
      ? "wrong predictions at \(percent(wrong)), \(percent(before.share)) before the act" : nil
  }
}
