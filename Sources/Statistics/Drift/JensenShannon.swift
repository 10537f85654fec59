import Glibc

/// The Jensen–Shannon distance of two rows of counts, logarithms to base 2: 0 for the same shares, 1 for no cell in common.
///
/// The square root of the divergence; it is a metric. Biased upwards by noise, the more the more cells there are: an
/// effect size, no test.
///
/// Source: Lin 1991, doi:10.1109/18.61115; Endres, Schindelin 2003, doi:10.1109/TIT.2003.813506.
package enum JensenShannon {
  /// - Precondition: both are counted on the same cells, and neither is empty.
  /// - Complexity: O(cells).
  package static func distance(reference: [Int64], current: [Int64]) -> Double {
    precondition(reference.count == current.count, "both are counted on the same cells")
    let n = Double(reference.reduce(0, +))
    let m = Double(current.reduce(0, +))
    precondition(n > 0 && m > 0, "shares are of something")
    var sum = 0.0
    for (r, c) in zip(reference, current) where r > 0 || c > 0 {
      let p = Double(r) / n
      let q = Double(c) / m
      let middle = (p + q) / 2
      if p > 0 { sum += p * log2(p / middle) }
      if q > 0 { sum += q * log2(q / middle) }
    }
    return max(0, min(1, sum / 2)).squareRoot()
  }
}
