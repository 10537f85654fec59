import Domain
import Statistics

/// The classes of one minute's rows whose labels are in.
struct LabelledMinute: Sendable, Equatable {
  var start: Int64
  var rows: Int64
  var correct: Int64
  var baselines: LabelBaselines

  /// Seconds that are remembered of a version.
  static let kept: Int64 = 3_600

  init(_ window: LabelWindow) {
    start = window.start
    rows = window.labelled
    correct = max(0, window.labelled - Int64(window.loss.rounded()))
    baselines = window.baselines ?? LabelBaselines()
  }
}

extension ChampionAccuracy {
  /// What is compared, at least: one stretch of the label's own time for both. With too few rows in it an hour.
  private static let stretches: [Int64] = [900, LabelledMinute.kept]
  /// A minute's rows may all be of one hour of the day, or of one client.
  private static let leastMinutes = 3
  /// As the experiment's margin is for a challenger: a champion with up to so many times the errors of another version is one
  /// that may be replaced, not one that is broken.
  static let margin = 1.5

  /// - Parameters:
  ///   - champion: of the version that answers, ascending.
  ///   - rivals: likewise of the others that are in memory.
  /// - Returns: nil with fewer labels than a block needs.
  init?(champion: (String, [LabelledMinute]), rivals: [(String, [LabelledMinute])]) {
    var best: Self?
    for rival in rivals {
      guard let newest = Self.newest(champion.1, rival.1),
        let one = Self.stretches.lazy.compactMap({ seconds -> Self? in
          Self.compared(champion, rival, from: newest - seconds, to: newest)
        }).first
      else { continue }
      if one.rival?.accuracy ?? 0 > best?.rival?.accuracy ?? -1 { best = one }
    }
    guard let compared = best ?? Self.alone(champion) else { return nil }
    self = compared
  }

  /// The end of the newest minute that both have labels of, or the nearest before it.
  private static func newest(_ one: [LabelledMinute], _ other: [LabelledMinute]) -> Int64? {
    guard let first = one.last?.start, let second = other.last?.start else { return nil }
    return min(first, second) + 60
  }

  private static func compared(
    _ champion: (String, [LabelledMinute]), _ rival: (String, [LabelledMinute]), from: Int64,
    to: Int64
  ) -> Self? {
    func within(_ minutes: [LabelledMinute]) -> [LabelledMinute] {
      minutes.filter { $0.start >= from && $0.start < to }
    }
    // Where one of them was not asked yet the other's rows would be those of another time.
    let (own, others) = (within(champion.1), within(rival.1))
    let common = Set(own.map(\.start)).intersection(others.map(\.start))
    func shared(_ minutes: [LabelledMinute]) -> [LabelledMinute] {
      minutes.filter { common.contains($0.start) }
    }
    guard let (score, majority) = scored(champion.0, shared(own)),
      let (other, otherMajority) = scored(rival.0, shared(others))
    else { return nil }
    return Self(
      champion: score, majority: majority, rival: other, isBelowMajority: score.high < majority,
      isBelowRival: score.high < other.low && 1 - score.high > margin * (1 - other.low),
      isRivalBelowMajority: other.high < otherMajority)
  }

  private static func alone(_ champion: (String, [LabelledMinute])) -> Self? {
    guard let newest = champion.1.last.map({ $0.start + 60 }) else { return nil }
    return stretches.lazy.compactMap { seconds -> Self? in
      let minutes = champion.1.filter { $0.start >= newest - seconds }
      guard let (score, majority) = scored(champion.0, minutes) else { return nil }
      return Self(champion: score, majority: majority, isBelowMajority: score.high < majority)
    }.first
  }

  /// With what the commonest class would have scored on the same rows; nil for too few.
  private static func scored(
    _ version: String, _ minutes: [LabelledMinute]
  ) -> (Score, majority: Double)? {
    let share = BlockedProportion(minutes.map { .init(count: $0.correct, total: $0.rows) })
    var baselines = LabelBaselines()
    for minute in minutes { baselines.merge(following: minute.baselines) }
    guard minutes.count >= leastMinutes, share.total >= ConceptDriftJudge.leastRows,
      let majority = baselines.majorityAccuracy
    else { return nil }
    let interval = share.interval
    return (
      Score(
        version: version, labelled: Int(share.total), accuracy: share.share, low: interval.low,
        high: interval.high), majority
    )
  }
}
