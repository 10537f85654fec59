/// How sure a model was and how often it was right, by how sure it was: the sums behind an expected calibration error.
///
/// Source: Guo, Pleiss, Sun, Weinberger 2017, "On calibration of modern neural networks", ICML, arXiv:1706.04599.
struct CalibrationBins: Sendable, Equatable {
  static let count = ScoreBins.calibrationBins

  var rows = Array(repeating: Int64(0), count: count)
  var right = Array(repeating: Int64(0), count: count)
  /// Of the confidences.
  var sums = Array(repeating: 0.0, count: count)

  /// - Parameter confidence: the probability of the class that is taken for the answer, 0 through 1.
  mutating func add(confidence: Double, isRight: Bool) {
    let bin = ScoreBins.calibrationBin(ofBin: ScoreBins.bin(of: confidence))
    rows[bin] += 1
    if isRight { right[bin] += 1 }
    sums[bin] += confidence
  }

  mutating func merge(_ other: CalibrationBins) {
    for bin in 0..<Self.count {
      rows[bin] += other.rows[bin]
      right[bin] += other.right[bin]
      sums[bin] += other.sums[bin]
    }
  }

  /// The mean distance of confidence and accuracy, bin by bin, weighted by rows; nil without rows.
  var error: Double? {
    let all = rows.reduce(0, +)
    guard all > 0 else { return nil }
    return (0..<Self.count).reduce(0.0) { $0 + abs(sums[$1] - Double(right[$1])) } / Double(all)
  }
}
