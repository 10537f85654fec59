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
    self.init(
      share: trials > 0 ? Double(successes) / Double(trials) : 0, trials: Double(trials), z: z)
  }

  /// - Parameters:
  ///   - share: 0 through 1.
  ///   - trials: not necessarily whole, where it stands for events that depend on each other.
  package init(share: Double, trials n: Double, z: Double = 1.959964) {
    precondition((0...1).contains(share) && n >= 0, "a share is no more than all")
    guard n > 0 else {
      low = 0
      high = 1
      return
    }
    let scale = 1 + z * z / n
    let middle = (share + z * z / (2 * n)) / scale
    let margin = z / scale * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    low = share == 0 ? 0 : Swift.max(0, middle - margin)
    high = share == 1 ? 1 : Swift.min(1, middle + margin)
  }
}
