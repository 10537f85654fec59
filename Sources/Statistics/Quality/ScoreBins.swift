import Glibc

/// The frozen bins that scores of all models are counted in, so that any two windows merge by adding counts.
///
/// Each of the 15 equal bins of calibration (k/15 through (k + 1)/15, the upper edge inside) is cut into 8 equal parts;
/// the first and the last of them, where rare classes keep all their scores, into 24 parts that narrow towards 0 and 1,
/// down to 1e-6. A score of exactly 0 has a bin of its own: 153 in all.
package enum ScoreBins {
  /// Bins of the expected calibration error.
  package static let calibrationBins = 15
  private static let innerParts = 8
  private static let outerParts = 24
  private static let narrowest = 1e-6

  /// Upper edges, ascending from 0 through 1; a bin holds what is above the edge before it, and its own edge.
  package static let edges: [Double] = {
    let width = 1 / Double(calibrationBins)
    let ratio = pow(width / narrowest, 1 / Double(outerParts - 1))
    let outer = (0..<outerParts - 1).map { narrowest * pow(ratio, Double($0)) }
    var edges = [0.0] + outer + [width]
    for bin in 1..<calibrationBins - 1 {
      for part in 1..<innerParts {
        edges.append((Double(bin) + Double(part) / Double(innerParts)) / Double(calibrationBins))
      }
      edges.append(Double(bin + 1) / Double(calibrationBins))
    }
    return edges + outer.reversed().map { 1 - $0 } + [1]
  }()

  /// The bin of each score from 0 through 1.
  ///
  /// - Complexity: O(log bins).
  package static func bin(of score: Double) -> Int {
    let edges = edges
    var (low, high) = (0, edges.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if score <= edges[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The calibration bin that a bin is part of.
  package static func calibrationBin(ofBin bin: Int) -> Int {
    if bin <= outerParts { return 0 }
    return min(1 + (bin - outerParts - 1) / innerParts, calibrationBins - 1)
  }
}
