/// The score interval of a proportion: honest near 0 and 1 and for few trials, where the textbook's `p ± z s` is not.
///
/// ```swift
/// let errors = WilsonInterval(successes: 3, trials: 120)   // 0.0085 ... 0.0709
/// ```
///
/// It is a statement for one look at the data; looked at every second it errs more often than 5 %.
/// Invariant: 0 <= `low` <= successes / trials <= `high` <= 1.
///
/// Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22(158),
/// doi:10.1080/01621459.1927.10502953.
package struct WilsonInterval: Sendable, Equatable {
  package let low: Double
  package let high: Double

  /// - Parameters:
  ///   - successes: 0 through `trials`.
  ///   - trials: with none, nothing is known: 0 through 1.
  ///   - z: the normal quantile of the confidence; 95 % unless told.
  /// - Complexity: O(1).
  package init(successes: Int64, trials: Int64, z: Double = 1.959964) {
    precondition(
      successes >= 0 && successes <= trials, "there are no more successes than trials")
    guard trials > 0 else {
      low = 0
      high = 1
      return
    }
    let n = Double(trials)
    let share = Double(successes) / n
    let scale = 1 + z * z / n
    let middle = (share + z * z / (2 * n)) / scale
    let margin = z / scale * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    low = successes == 0 ? 0 : Swift.max(0, middle - margin)
    high = successes == trials ? 1 : Swift.min(1, middle + margin)
  }
}
