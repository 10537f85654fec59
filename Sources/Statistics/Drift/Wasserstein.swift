/// The first Wasserstein distance: how far values have to be moved, on average, to make one sample of the other.
///
/// In the values' own unit. The area between the two distribution functions.
package enum Wasserstein {
  /// - Parameters:
  ///   - reference: at least one finite value, ascending.
  ///   - current: likewise.
  /// - Complexity: O(n + m).
  package static func distance(sortedReference reference: [Double], current: [Double]) -> Double {
    precondition(!reference.isEmpty && !current.isEmpty, "a sample has a value")
    let (n, m) = (reference.count, current.count)
    var i = 0
    var j = 0
    var last = min(reference[0], current[0])
    var area = 0.0
    while i < n || j < m {
      let value: Double
      if i < n, j < m {
        value = min(reference[i], current[j])
      } else {
        value = i < n ? reference[i] : current[j]
      }
      // Where the distribution functions stand between the value before and this one.
      area += abs(Double(i) / Double(n) - Double(j) / Double(m)) * (value - last)
      last = value
      while i < n, reference[i] == value { i += 1 }
      while j < m, current[j] == value { j += 1 }
    }
    return area
  }
}
