import Domain
import Foundation
import Statistics

extension ChampionAccuracy {
  /// Labelled rows that a stretch needs, at least, to be held against another.
  private static let leastRows: Int64 = 30
  /// Of the version before, in seconds before the promotion.
  private static let stretch: Int64 = 900

  /// Since when it is so wrong, and what was right until then; nil where it is not wrong, and where labels do not show it.
  ///
  /// - Parameters:
  ///   - minutes: of the champion, ascending.
  ///   - championSince: when it was promoted, in seconds since 1970.
  ///   - former: the version before it, with its minutes, ascending.
  func fall(
    of minutes: [LabelledMinute], championSince: Int64, former: (String, [LabelledMinute])?
  ) -> Fall? {
    guard isBelowMajority || isBelowRival else { return nil }
    let own = minutes.filter { $0.start + 60 > championSince }
    if let split = Self.likeliestSplit(own),
      let before = Self.score(champion.version, own[..<split]),
      let after = Self.score(champion.version, own[split...]),
      before.low > after.high, before.accuracy > majority
    {
      return Fall(since: Timestamp(seconds: own[split].start), before: before)
    }
    guard let (version, others) = former else { return nil }
    let answered = others.filter {
      $0.start < championSince && $0.start >= championSince - Self.stretch
    }
    guard let before = Self.score(version, answered[...]), before.low > champion.high,
      before.accuracy > majority
    else { return nil }
    return Fall(since: Timestamp(seconds: championSince), before: before)
  }

  private static func score(_ version: String, _ minutes: ArraySlice<LabelledMinute>) -> Score? {
    let (right, rows) = sums(minutes)
    guard rows >= leastRows else { return nil }
    let interval = WilsonInterval(successes: right, trials: rows)
    return Score(
      version: version, labelled: Int(rows), accuracy: Double(right) / Double(rows),
      low: interval.low, high: interval.high)
  }

  private static func sums(_ minutes: ArraySlice<LabelledMinute>) -> (right: Int64, rows: Int64) {
    minutes.reduce((0, 0)) { ($0.0 + $1.correct, $0.1 + $1.rows) }
  }

  /// Where two stretches of one share each explain the minutes best: the maximum-likelihood change point.
  ///
  /// - Returns: the index of the first minute after the change; nil with fewer than two minutes.
  /// - Complexity: O(n²), of the sixty minutes that are kept.
  ///
  /// Source: Hinkley and Hinkley 1970, Biometrika 57(3).
  private static func likeliestSplit(_ minutes: [LabelledMinute]) -> Int? {
    func likelihood(_ stretch: ArraySlice<LabelledMinute>) -> Double {
      let (right, rows) = sums(stretch)
      func term(_ count: Int64) -> Double {
        count > 0 ? Double(count) * log(Double(count) / Double(rows)) : 0
      }
      return term(right) + term(rows - right)
    }
    return minutes.indices.dropFirst().max {
      likelihood(minutes[..<$0]) + likelihood(minutes[$0...])
        < likelihood(minutes[..<$1]) + likelihood(minutes[$1...])
    }
  }
}
