import Glibc

extension SplitMix64 {
  /// How many of `trials` happen, each with probability `p` on its own.
  ///
  /// By inversion where few are expected, else by transformed rejection: both exact.
  ///
  /// - Precondition: `trials` is not negative, `p` is 0 through 1.
  /// - Complexity: O(1) on average.
  ///
  /// Source: Hörmann 1993, "The generation of binomial random variates", doi:10.1080/00949659308811496 (BTRS);
  /// Kachitvichyanukul, Schmeiser 1988, doi:10.1145/42372.42381 (inversion).
  package mutating func binomial(_ trials: Int64, _ p: Double) -> Int64 {
    precondition(trials >= 0 && p >= 0 && p <= 1, "trials happen with a probability")
    guard trials > 0, p > 0 else { return 0 }
    guard p < 1 else { return trials }
    guard p <= 0.5 else { return trials - binomial(trials, 1 - p) }
    return Double(trials) * p < 10 ? inverted(trials, p) : rejected(trials, p)
  }

  private mutating func inverted(_ trials: Int64, _ p: Double) -> Int64 {
    let n = Double(trials)
    let odds = p / (1 - p)
    while true {
      var left = uniform()
      var chance = pow(1 - p, n)
      for k in 0...min(trials, 200) {
        guard left > chance else { return k }
        left -= chance
        chance *= (n - Double(k)) / Double(k + 1) * odds
      }
      // Rounding left a remainder beyond all that can be.
    }
  }

  private mutating func rejected(_ trials: Int64, _ p: Double) -> Int64 {
    let n = Double(trials)
    let deviation = (n * p * (1 - p)).squareRoot()
    let b = 1.15 + 2.53 * deviation
    let a = -0.0873 + 0.0248 * b + 0.01 * p
    let alpha = (2.83 + 5.1 / b) * deviation
    let mode = floor((n + 1) * p)
    let atMode = lgamma(mode + 1).0 + lgamma(n - mode + 1).0
    while true {
      let u = uniform() - 0.5
      let v = uniform()
      let edge = 0.5 - abs(u)
      let k = floor((2 * a / edge + b) * u + n * p + 0.5)
      if edge >= 0.07, v <= 0.92 - 4.2 / b { return Int64(k) }
      guard k >= 0, k <= n else { continue }
      let chance =
        atMode - lgamma(k + 1).0 - lgamma(n - k + 1).0 + (k - mode) * log(p / (1 - p))
      if log(v * alpha / (a / (edge * edge) + b)) <= chance { return Int64(k) }
    }
  }

  /// Draws so many values from the distribution that counts are of, and counts them by the same cells.
  ///
  /// - Precondition: the counts are not all zero.
  /// - Complexity: O(cells).
  package mutating func multinomial(_ trials: Int64, from counts: [Int64]) -> [Int64] {
    var rest = counts.reduce(0, +)
    precondition(rest > 0, "a distribution is of something")
    var left = trials
    return counts.map { count in
      guard left > 0, count > 0 else { return 0 }
      let drawn = binomial(left, Double(count) / Double(rest))
      rest -= count
      left -= drawn
      return drawn
    }
  }
}
