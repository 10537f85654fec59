/// How well each of several classes' probabilities ranks its own rows above all others, as counts that merge.
///
/// One class against the rest, counted on the frozen bins of `ScoreBins`, three or four of them taken together: 43 a class, or
/// a minute of ten classes would take as much of the store as all its features.
struct ClassRanks: Sendable, Equatable {
  /// Of more classes none is kept.
  static let largest = 16
  static let binCount = bins.last.map { $0 + 1 } ?? 0

  /// The bin that holds each bin of `ScoreBins`: 0 by itself, of the narrow ones at both ends three, of the others four.
  private static let bins: [Int] = {
    let (ends, last) = (24, ScoreBins.edges.count - 1)
    return (0...last).map { bin in
      if bin == 0 { return 0 }
      if bin <= ends { return 1 + (bin - 1) / 3 }
      let inner = (last - 2 * ends) / 4
      let low = 1 + ends / 3
      return bin <= last - ends
        ? low + (bin - ends - 1) / 4 : low + inner + (bin - (last - ends) - 1) / 3
    }
  }()

  /// Rows that are of the class and that are not, alternating, bin by bin, class by class: `2 * binCount` a class.
  private(set) var counts: [Int64] = []

  var classes: Int { counts.count / (2 * Self.binCount) }

  init() {}

  /// - Precondition: `counts` are of whole classes.
  init(counts: [Int64]) { self.counts = counts }

  /// Counts a row.
  ///
  /// - Parameters:
  ///   - probabilities: of all classes, with the sum 1.
  ///   - truth: the position of the true class.
  mutating func add(probabilities: [Double], truth: Int) {
    guard probabilities.count <= Self.largest else { return }
    cover(probabilities.count)
    for (position, probability) in probabilities.enumerated() {
      let bin = Self.bins[ScoreBins.bin(of: min(probability, 1))]
      counts[2 * (position * Self.binCount + bin) + (position == truth ? 0 : 1)] += 1
    }
  }

  /// - Complexity: O(classes).
  mutating func merge(_ other: ClassRanks) {
    cover(other.classes)
    for index in other.counts.indices { counts[index] += other.counts[index] }
  }

  private mutating func cover(_ classes: Int) {
    let missing = 2 * Self.binCount * classes - counts.count
    if missing > 0 { counts.append(contentsOf: repeatElement(0, count: missing)) }
  }

  /// A class's rows that are of it and that are not, by bin.
  func bins(of position: Int) -> [(negatives: Int64, positives: Int64)] {
    let first = 2 * position * Self.binCount
    return stride(from: first, to: first + 2 * Self.binCount, by: 2).map {
      (counts[$0 + 1], counts[$0])
    }
  }

  /// The mean area of the classes that have rows of theirs and of others; nil where none has.
  var area: AreaUnderCurve? {
    AreaUnderCurve(meanOf: (0..<classes).compactMap { AreaUnderCurve(bins: bins(of: $0)) })
  }
}
