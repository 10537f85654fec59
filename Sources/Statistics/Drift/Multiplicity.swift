/// Judging many features at once.
package enum Multiplicity {
  /// Benjamini–Hochberg adjusted p-values: those at most q reject at a false discovery rate of q.
  ///
  /// - Parameter p: in 0...1, in any order.
  /// - Returns: in the same order, each at least its p and at most 1.
  /// - Complexity: O(n log n).
  ///
  /// Source: Benjamini, Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.
  package static func benjaminiHochberg(_ p: [Double]) -> [Double] {
    var adjusted = p
    var least = 1.0
    let descending = p.indices.sorted { p[$0] > p[$1] }
    for (position, index) in descending.enumerated() {
      let rank = p.count - position
      least = min(least, p[index] * Double(p.count) / Double(rank))
      adjusted[index] = least
    }
    return adjusted
  }
}
