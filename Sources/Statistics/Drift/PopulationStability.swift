import Glibc

/// The population stability index: how far two rows of shares lie apart, 0 for the same.
///
/// The sum over cells of (q - p) ln(q / p), Jeffreys' divergence; by custom 0.1 is a shift and 0.25 a large one. Shares are
/// at least 1e-4, so that an empty cell has a logarithm, and not scaled again afterwards.
///
/// Source: Lewis 1994, "An introduction to credit scoring"; Yurdakul 2018, "Statistical properties of population stability
/// index" (its distribution without drift).
package enum PopulationStability {
  package static let shareMin = 1e-4
  /// By custom.
  package static let notable = 0.1
  package static let major = 0.25

  /// - Precondition: both are counted on the same cells, and neither is empty.
  /// - Complexity: O(cells).
  package static func index(reference: [Int64], current: [Int64]) -> Double {
    contributions(reference: reference, current: current).reduce(0, +)
  }

  /// What each cell adds to the index; never negative.
  static func contributions(reference: [Int64], current: [Int64]) -> [Double] {
    precondition(reference.count == current.count, "both are counted on the same cells")
    let n = Double(reference.reduce(0, +))
    let m = Double(current.reduce(0, +))
    precondition(n > 0 && m > 0, "shares are of something")
    return zip(reference, current).map { r, c in
      let p = max(Double(r) / n, shareMin)
      let q = max(Double(c) / m, shareMin)
      return (q - p) * log(q / p)
    }
  }

  /// The index from which on a shift is more than chance, and large enough to matter: the 99 % quantile of what it is
  /// without drift, chi-squared of cells - 1 degrees times (1/n + 1/m), and at least 0.1.
  ///
  /// - Parameters:
  ///   - cells: that are not empty on both sides.
  ///   - n: rows of the reference, above 0.
  ///   - m: rows of the window, above 0.
  package static func threshold(cells: Int, n: Int64, m: Int64) -> Double {
    guard cells > 1 else { return notable }
    let spread = 1 / Double(n) + 1 / Double(m)
    return max(notable, ChiSquared.quantile(0.99, degreesOfFreedom: cells - 1) * spread)
  }
}
