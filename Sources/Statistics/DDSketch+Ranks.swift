import Glibc

extension DDSketch {
  /// What is known of the value at a rank: the edges of its bucket, within `min` through `max`.
  ///
  /// - Parameter rank: from 1, the smallest value, through `count`.
  /// - Complexity: O(buckets).
  package func bounds(ofRank rank: Int64) -> ClosedRange<Double> {
    precondition(rank >= 1 && rank <= count, "a rank is that of a value")
    guard let min, let max, rank > zeros else { return 0...Swift.min(Self.smallest, self.max ?? 0) }
    var seen = zeros
    var position = -1
    while seen < rank {
      position += 1
      seen += counts[position]
    }
    let upper = Self.upperEdge(of: firstIndex + position)
    let low = Swift.min(Swift.max(upper / Self.gamma, min), max)
    return low...Swift.max(low, Swift.min(upper, max))
  }

  /// The upper edge of the bucket in which the quantile lies: `count(above:through:)` is exact there, in each sketch.
  ///
  /// - Returns: nil while the sketch is empty.
  package func bucketEdge(aboveQuantile q: Double) -> Double? {
    guard let value = quantile(q) else { return nil }
    return value > Self.smallest ? Self.upperEdge(of: Self.index(of: value)) : Self.smallest
  }

  static func upperEdge(of index: Int) -> Double { exp(Double(index) * logGamma) }
}
