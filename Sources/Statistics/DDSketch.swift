import Glibc

/// A mergeable summary of non-negative values whose quantiles are within 1 % of the true ones.
///
/// A value falls into the bucket `ceil(log(value) / log(gamma))`, so each bucket's values lie within a factor of
/// `gamma` of each other, and the middle it reports is at most `alpha` from any of them. Two sketches merge by adding
/// counts: merging loses nothing, in any order.
///
/// ```swift
/// var latency = DDSketch()
/// latency.add(1_830)
/// latency.quantile(0.99)
/// ```
///
/// Invariants: `counts` begins and ends with a bucket that is not empty; `count` is the sum of all buckets and
/// of `zeros`. The domain is fixed, at most 1,729 buckets: unlike the paper's bounded store it never collapses buckets,
/// so the error bound holds for every quantile of values from `smallest` through `largest`.
/// It does not take negative values: they would need a second store, and latencies have none.
///
/// Source: Masson, Rim, Lee 2019, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
/// guarantees", PVLDB 12(12), doi:10.14778/3352063.3352135.
package struct DDSketch: Sendable, Equatable {
  /// The largest relative error of a quantile.
  package static let alpha = 0.01
  /// The ratio of a bucket's edges, 1.0202...
  package static let gamma = (1 + alpha) / (1 - alpha)
  /// Values up to this count as zero.
  package static let smallest = 1e-3
  /// Values above this count as this.
  package static let largest = 1e12

  static let logGamma = log(gamma)
  static let lowestIndex = Int(ceil(log(smallest) / logGamma))
  static let highestIndex = Int(ceil(log(largest) / logGamma))

  package private(set) var count: Int64 = 0
  package private(set) var sum: Double = 0
  /// The exact extremes; nil while the sketch is empty.
  package private(set) var min: Double?
  package private(set) var max: Double?

  private(set) var zeros: Int64 = 0
  private(set) var firstIndex = 0
  private(set) var counts: [Int64] = []

  package init() {}

  /// - Precondition: the invariants.
  init(
    count: Int64, zeros: Int64, firstIndex: Int, counts: [Int64], sum: Double, min: Double?,
    max: Double?
  ) {
    self.count = count
    self.zeros = zeros
    self.firstIndex = firstIndex
    self.counts = counts
    self.sum = sum
    self.min = min
    self.max = max
  }

  package var isEmpty: Bool { count == 0 }

  /// Counts `value` `count` times. A negative value counts as zero; one that is not a number is ignored.
  ///
  /// - Precondition: `count` is not negative.
  /// - Complexity: O(1), but for the growth of the store: O(buckets) when a value lies outside of all before it.
  package mutating func add(_ value: Double, count added: Int64 = 1) {
    precondition(added >= 0, "a sketch only grows")
    guard added > 0, !value.isNaN else { return }
    let value = Swift.min(Swift.max(value, 0), .greatestFiniteMagnitude)
    count += added
    sum += value * Double(added)
    min = Swift.min(min ?? value, value)
    max = Swift.max(max ?? value, value)
    guard value > Self.smallest else {
      zeros += added
      return
    }
    let index = Self.index(of: value)
    cover(index...index)
    counts[index - firstIndex] += added
  }

  /// Adds all that `other` has counted.
  ///
  /// - Complexity: O(buckets).
  package mutating func merge(_ other: DDSketch) {
    guard let otherMin = other.min, let otherMax = other.max else { return }
    count += other.count
    sum += other.sum
    min = Swift.min(min ?? otherMin, otherMin)
    max = Swift.max(max ?? otherMax, otherMax)
    zeros += other.zeros
    guard !other.counts.isEmpty else { return }
    cover(other.firstIndex...(other.firstIndex + other.counts.count - 1))
    let offset = other.firstIndex - firstIndex
    for (position, added) in other.counts.enumerated() { counts[offset + position] += added }
  }

  /// The value below which a share of `q` of the values lies, within a relative error of `alpha`.
  ///
  /// Rank rule: of n values in ascending order, the one at the zero-based rank floor(q * (n - 1)), as in the paper.
  /// The answer never leaves `min` through `max`, so `quantile(0)` and `quantile(1)` are exact.
  ///
  /// - Parameter q: 0 through 1; anything outside is taken as the nearer of them.
  /// - Returns: nil while the sketch is empty.
  /// - Complexity: O(buckets).
  package func quantile(_ q: Double) -> Double? {
    guard let min, let max else { return nil }
    let share = Swift.min(Swift.max(q, 0), 1)
    if share == 0 { return min }
    if share == 1 { return max }
    return value(atRank: Int64((share * Double(count - 1)).rounded(.down)), min, max)
  }

  /// The least value that a share of `q` of all values does not exceed, within a relative error of `alpha`: the one at the
  /// rank ceil(q * n), counted from 1, of n values in ascending order (the nearest rank, as HdrHistogram and wrk count). Of 1,000 values the
  /// 99.9 % lies at the 999th, of 100 at the largest.
  ///
  /// - Parameter q: 0 through 1; anything outside is taken as the nearer of them.
  /// - Returns: nil while the sketch is empty.
  /// - Complexity: O(buckets).
  package func nearestRank(_ q: Double) -> Double? {
    guard let min, let max else { return nil }
    let share = Swift.min(Swift.max(q, 0), 1)
    // Less what the product of a decimal share may be too large by: 0.07 * 100 is above 7.
    let place = Int64((share * Double(count) * (1 - 1e-12)).rounded(.up))
    if place <= 1 { return min }
    if place >= count { return max }
    return value(atRank: place - 1, min, max)
  }

  /// - Parameter rank: counted from 0.
  private func value(atRank rank: Int64, _ min: Double, _ max: Double) -> Double {
    guard rank >= zeros else { return min }
    var seen = zeros
    for (position, bucket) in counts.enumerated() {
      seen += bucket
      if seen > rank {
        return Swift.min(Swift.max(Self.middle(of: firstIndex + position), min), max)
      }
    }
    return max
  }

  /// The bucket that holds `value`, which is above `smallest`.
  static func index(of value: Double) -> Int {
    Int(ceil(log(Swift.min(value, largest)) / logGamma))
  }

  /// What a bucket reports: at most `alpha` away from both of its edges.
  static func middle(of index: Int) -> Double { middles[index - lowestIndex] }

  /// Of all buckets of the domain: 14 kB, so that a heatmap need not compute a power a bucket.
  private static let middles: [Double] = (lowestIndex...highestIndex).map { index in
    2 * exp(Double(index) * logGamma) / (gamma + 1)
  }

  /// Widens the store so that it holds all of `indices`.
  private mutating func cover(_ indices: ClosedRange<Int>) {
    guard !counts.isEmpty else {
      firstIndex = indices.lowerBound
      counts = Array(repeating: 0, count: indices.count)
      return
    }
    let missingBelow = firstIndex - indices.lowerBound
    if missingBelow > 0 {
      counts.insert(contentsOf: repeatElement(0, count: missingBelow), at: 0)
      firstIndex = indices.lowerBound
    }
    let missingAbove = indices.upperBound - (firstIndex + counts.count - 1)
    if missingAbove > 0 { counts.append(contentsOf: repeatElement(0, count: missingAbove)) }
  }
}
