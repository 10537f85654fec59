import Domain

/// After a recovery: its figures grow sharper, and it is taken back where it did not last.
extension RecoveryWatch {
  /// Seconds since the act for which its requests go on being counted, unless another act comes first.
  package static let aftermath = 900.0
  /// Seconds of a look. Two bad ones in succession take a recovery back: of a service that is exactly at its objective
  /// less than one proof in a hundred.
  static let lookLength = 60.0

  /// Requests since the recovery, a look at a time.
  struct Aftermath: Sendable, Equatable {
    var counts = Counts()
    var begun: Double
    var wasBad = false
  }

  /// - Parameter counts: of requests since the last call, counted in `self.counts` already.
  mutating func lookOn(_ counts: Counts, elapsed: Double) {
    guard var look = after else { return }
    look.counts += counts
    let isOver = elapsed >= Self.aftermath
    if isOver || elapsed - look.begun >= Self.lookLength {
      let isBad =
        look.counts.requests >= Self.leastRequests
        && Self.isBad(look.counts, objective: objective)
      if isBad && look.wasBad {
        recovery.status = .relapsed(
          seconds: (elapsed * 10).rounded() / 10, reason: reason(look.counts))
        after = nil
        return refine()
      }
      look = Aftermath(begun: elapsed, wasBad: isBad)
    }
    // At each doubling: figures that somebody reads stand still in between.
    if isOver || self.counts.requests >= 2 * recovery.requests { refine() }
    if isOver { recovery.heldFor = (elapsed * 10).rounded() / 10 }
    after = isOver ? nil : look
  }

  /// Another act has come: what is counted from now on proves nothing about this one.
  package mutating func supersede() { after = nil }

  private func reason(_ counts: Counts) -> String {
    let errors = Self.proportion(counts.errors, counts.requests)
    let allowed = 1 - (objective?.availability ?? 0.999)
    if errors.low > allowed {
      return "errors at \(percent(errors.share)), the objective allows \(percent(allowed))"
    }
    let slow = Self.proportion(counts.slow, counts.timed)
    return "slow answers at \(percent(slow.share)), the objective allows "
      + percent(1 - (objective?.latencyObjective ?? 0))
  }
}
