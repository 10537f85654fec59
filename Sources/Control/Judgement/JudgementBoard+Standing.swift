import Domain

/// What a moment of the past is told of an experiment by: its figures move on while its verdict stays.
extension JudgementBoard {
  /// How an experiment stood when it was last looked at for the store.
  struct Standing: Sendable {
    /// Seconds since 1970.
    var lookedAt: Int64
    var writtenAt: Int64
    var summary: ExperimentSummary
    /// The challenger's share and the pinned version, as they were configured.
    var share: Double
    var pinned: String?

    fileprivate static let pace: Int64 = 60
    /// Written although nothing has changed: the past does not look back further than a day.
    fileprivate static let rest: Int64 = 3_600

    /// Asked first: a summary has intervals, and each is a search. What was configured anew is told at once.
    fileprivate func isDue(_ now: Int64, _ share: Double, _ pinned: String?) -> Bool {
      now - lookedAt >= Self.pace || self.share != share || self.pinned != pinned
    }

    mutating func clockMoved(by seconds: Int64) {
      lookedAt += seconds
      writtenAt += seconds
    }
  }
}

extension JudgementBoard.Model {
  /// - Returns: what is to be stored, when it is due and another than before.
  mutating func noteStanding(
    now: Int64, share: Double, pinned: String? = nil
  ) -> ExperimentSummary? {
    guard standing?.isDue(now, share, pinned) ?? true,
      let summary = experiment?.summary(share: share, pinned: pinned)
    else { return nil }
    if let standing, standing.summary == summary,
      now - standing.writtenAt < JudgementBoard.Standing.rest
    {
      self.standing?.lookedAt = now
      return nil
    }
    noteVerdict(summary, now: now, share: share, pinned: pinned)
    return summary
  }

  /// A verdict is stored with its figures.
  mutating func noteVerdict(
    _ summary: ExperimentSummary, now: Int64, share: Double, pinned: String? = nil
  ) {
    standing = JudgementBoard.Standing(
      lookedAt: now, writtenAt: now, summary: summary, share: share, pinned: pinned)
  }
}
