import Statistics

/// Latencies of one version: all of them up to a bound, and past it an even sample of all that were seen.
///
/// Source: Vitter 1985, ACM TOMS 11(1), algorithm R.
package struct LatencySample: Sendable {
  package static let capacity = 262_144

  private var values: [UInt32] = []
  private var seen = 0
  private var generator = SplitMix64(seed: 7)

  package init() {}

  package mutating func add(microseconds: Double) {
    seen += 1
    let value = UInt32(min(max(microseconds.rounded(), 0), 4e9))
    if values.count < Self.capacity {
      values.append(value)
    } else {
      let slot = Int.random(in: 0..<seen, using: &generator)
      if slot < Self.capacity { values[slot] = value }
    }
  }

  /// By nearest rank: the smallest value that at least this share of the values do not exceed.
  ///
  /// - Returns: in the order of `shares`; nil when there are no values.
  /// - Complexity: O(n log n).
  package func quantiles(_ shares: [Double]) -> [Double?] {
    let sorted = values.sorted()
    return shares.map { share in
      guard !sorted.isEmpty else { return nil }
      let rank = Int((share * Double(sorted.count)).rounded(.up))
      return Double(sorted[min(max(rank, 1), sorted.count) - 1])
    }
  }
}
