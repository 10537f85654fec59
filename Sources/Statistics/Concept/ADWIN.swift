import Glibc

/// A window that shrinks when its older and its newer part differ in their mean.
///
/// Buckets hold the sums of 1, 2, 4, ... values, at most `maxBuckets` of a size, so a window of n values takes
/// O(log n) memory. Every `clock` values each cut between old and new is tried; if a difference exceeds
/// sqrt(2 m s² d) + 2/3 m d, with m = 1 / (n0 - 4) + 1 / (n1 - 4), s² the window's variance and d = ln(2 ln(n) / delta),
/// the oldest bucket goes, until no cut differs. The value after a detection starts an empty window.
///
/// It answers as river 0.26 does, index by index. Its bound assumes independent values: on errors that follow each other
/// it alarms far too often, so here it reads block means and is a second opinion only.
///
/// Source: Bifet, Gavaldà 2007, "Learning from time-changing data with adaptive windowing", SDM,
/// doi:10.1137/1.9781611972771.42.
package struct ADWIN: Sendable, Equatable, Codable {
  /// What a detection has seen.
  package struct Change: Sendable, Equatable, Codable {
    /// Mean of the values that were dropped.
    package let before: Double
    /// Mean of those that stay.
    package let after: Double
  }

  package let delta: Double
  package let clock: Int
  private static let maxBuckets = 5
  private static let minWindow = 5.0
  private static let grace = 10.0

  /// `rows[r]` holds buckets of 2^r values, the oldest first.
  private var rows: [[Bucket]] = [[]]
  /// The sum of squared distances from the window's mean.
  private var squares = 0.0
  private var ticks = 0
  private var hasDetected = false
  /// How many values the window holds.
  package private(set) var width = 0.0
  package private(set) var total = 0.0

  private struct Bucket: Sendable, Equatable, Codable {
    var total: Double
    var squares: Double
  }

  /// - Parameters:
  ///   - delta: above 0, below 1: the smaller, the surer.
  ///   - clock: cuts are tried at every so manieth value, at least 1.
  package init(delta: Double, clock: Int = 32) {
    precondition(delta > 0 && delta < 1, "delta is a probability")
    precondition(clock >= 1, "cuts are tried at some values")
    self.delta = delta
    self.clock = clock
  }

  /// The mean of the window; nil while it is empty.
  package var mean: Double? { width > 0 ? total / width : nil }

  /// Takes in the next value.
  ///
  /// - Parameter value: finite.
  /// - Complexity: amortized O(1), and O(log n) for each trial of the cuts.
  package mutating func add(_ value: Double) -> Change? {
    precondition(value.isFinite, "the mean of a window is finite")
    if hasDetected { self = ADWIN(delta: delta, clock: clock) }
    if width > 0 {
      let distance = value - total / width
      squares += width * distance * distance / (width + 1)
    }
    width += 1
    total += value
    rows[0].append(Bucket(total: value, squares: 0))
    compress()

    ticks += 1
    guard ticks % clock == 0, width > Self.grace else { return nil }
    let (totalBefore, widthBefore) = (total, width)
    while hasCut() {
      dropOldest()
      hasDetected = true
    }
    guard hasDetected else { return nil }
    return Change(
      before: (totalBefore - total) / (widthBefore - width), after: total / width)
  }

  /// Whether an older and a newer part of the window differ.
  private func hasCut() -> Bool {
    let logTerm = log(2 * log(width) / delta)
    let variance = squares / width
    var (olderWidth, olderTotal) = (0.0, 0.0)
    for (row, buckets) in rows.enumerated().reversed() {
      for bucket in buckets {
        olderWidth += Self.size(ofRow: row)
        olderTotal += bucket.total
        let newerWidth = width - olderWidth
        guard olderWidth >= Self.minWindow, newerWidth >= Self.minWindow else { continue }
        let difference = olderTotal / olderWidth - (total - olderTotal) / newerWidth
        let m =
          1 / (olderWidth - Self.minWindow + 1) + 1 / (newerWidth - Self.minWindow + 1)
        let bound = (2 * m * variance * logTerm).squareRoot() + 2.0 / 3 * logTerm * m
        if abs(difference) > bound { return true }
      }
    }
    return false
  }

  private mutating func dropOldest() {
    let row = rows.count - 1
    let bucket = rows[row].removeFirst()
    if rows[row].isEmpty { rows.removeLast() }
    let size = Self.size(ofRow: row)
    width -= size
    total -= bucket.total
    let distance = bucket.total / size - total / width
    squares -= bucket.squares + size * width * distance * distance / (size + width)
  }

  /// Merges the two oldest buckets of each row that is too full into one of the next.
  private mutating func compress() {
    var row = 0
    while rows[row].count > Self.maxBuckets {
      if row + 1 == rows.count { rows.append([]) }
      let (first, second) = (rows[row][0], rows[row][1])
      rows[row].removeFirst(2)
      let size = Self.size(ofRow: row)
      let distance = first.total / size - second.total / size
      rows[row + 1].append(
        Bucket(
          total: first.total + second.total,
          squares: first.squares + second.squares + size * distance * distance / 2))
      row += 1
    }
  }

  private static func size(ofRow row: Int) -> Double { Double(1 << row) }
}
