/// How far two samples are from each other whose values are at hand as such, and not only counted on bins.
package struct SampleDistances: Sendable, Equatable {
  package let kolmogorovSmirnov: KolmogorovSmirnov
  /// The first Wasserstein distance, in the values' own unit: how far values have to be moved, on average, to make one
  /// sample of the other. The area between the two distribution functions.
  package let wasserstein: Double

  /// - Parameters:
  ///   - reference: finite values, ascending.
  ///   - current: likewise. Values that are equal across the two are stepped over together.
  /// - Returns: nil when either is empty.
  /// - Complexity: O(n + m), and O(n m) where Kolmogorov–Smirnov's p is exact.
  package init?(sortedReference reference: [Double], current: [Double]) {
    guard let first = reference.first, let other = current.first else { return nil }
    let (n, m) = (reference.count, current.count)
    var walk = Walk(last: min(first, other))
    while walk.i < n, walk.j < m {
      let (a, b) = (reference[walk.i], current[walk.j])
      walk.reach(min(a, b), n, m)
      // Without a branch: which one is next is as good as drawn.
      walk.i += a <= b ? 1 : 0
      walk.j += b <= a ? 1 : 0
    }
    while walk.i < n {
      walk.reach(reference[walk.i], n, m)
      walk.i += 1
    }
    while walk.j < m {
      walk.reach(current[walk.j], n, m)
      walk.j += 1
    }
    kolmogorovSmirnov = KolmogorovSmirnov(gap: walk.widest, n, m)
    wasserstein = walk.area / (Double(n) * Double(m))
  }

  /// Along both distribution functions at once, gaps in units of 1 / (n m).
  private struct Walk {
    var i = 0
    var j = 0
    var last: Double
    var widest = 0
    var area = 0.0

    /// Takes in the stretch from the value before to this one, of width 0 where they are equal.
    @inline(__always)
    mutating func reach(_ value: Double, _ n: Int, _ m: Int) {
      let gap = abs(i * m - j * n)
      area += Double(gap) * (value - last)
      widest = max(widest, value > last ? gap : 0)
      last = value
    }
  }
}
