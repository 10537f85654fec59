/// What is kept of the labelled rows of one version in one stretch of time, in a form for the store.
///
/// Merging loses nothing, in any order.
package enum QualitySketch: Sendable, Equatable {
  case binary(BinaryQuality)
  case multiclass(MulticlassQuality)
  case regression(RegressionQuality)

  package var rows: Int64 {
    switch self {
    case .binary(let quality): quality.rows
    case .multiclass(let quality): quality.rows
    case .regression(let quality): quality.rows
    }
  }

  /// Adds all that `other` has counted. Rows without scores are of either kind of classifier: on a busy server the scores of
  /// some are looked at only.
  ///
  /// - Returns: false, and nothing is added, when the other is of another kind of model.
  package mutating func merge(_ other: QualitySketch) -> Bool {
    switch (self, other) {
    case (.binary(var mine), .binary(let others)):
      mine.merge(others)
      self = .binary(mine)
    case (.multiclass(var mine), .multiclass(let others)):
      mine.merge(others)
      self = .multiclass(mine)
    case (.regression(var mine), .regression(let others)):
      mine.merge(others)
      self = .regression(mine)
    case (.binary(var mine), .multiclass(let others)) where others.scored == 0:
      mine.addUnscored(rows: others.unscored, correct: others.correct)
      self = .binary(mine)
    case (.multiclass(let mine), .binary(var others)) where mine.scored == 0:
      others.addUnscored(rows: mine.unscored, correct: mine.correct)
      self = .binary(others)
    default: return false
    }
    return true
  }
}

extension QualitySketch {
  package typealias DecodingFailure = SealedBytes.Failure

  private static let formatVersion: UInt8 = 2
  /// Without the confidences of several classes.
  private static let firstFormatVersion: UInt8 = 1

  private enum Kind: UInt64 {
    case binary, multiclass, regression
  }

  /// The sketch as bytes: 180 to 370 for a hundred rows of a binary model, below 800 for 100,000; 24 of a regression.
  ///
  /// Format, within `SealedBytes`: varint kind (0 binary, 1 multiclass, 2 regression), then
  /// binary: varints correct and unscored, numbers log-loss sum and Brier sum, varint number of bins that are not
  /// empty, for each the varint distance from the bin before it (the first: from bin 0), varint negatives, varint
  /// positives, and the number sum of the scores of each calibration bin that is not empty;
  /// multiclass: varints correct, scored, unscored, numbers log-loss sum and Brier sum, for each of 15 bins of confidence
  /// varints rows and right ones and, where there are rows, the number sum;
  /// regression: varints scored and unscored, numbers sum of absolute and of squared distances.
  ///
  /// - Complexity: O(bins).
  package func serialized() -> [UInt8] {
    var writer = SealedBytes.Writer(version: Self.formatVersion, capacity: 256)
    switch self {
    case .binary(let quality):
      writer.append(Kind.binary.rawValue)
      quality.write(to: &writer)
    case .multiclass(let quality):
      writer.append(Kind.multiclass.rawValue)
      writer.append(count: quality.correct)
      writer.append(count: quality.scored)
      writer.append(count: quality.unscored)
      writer.append(quality.logLossSum)
      writer.append(quality.brierSum)
      quality.confidence.write(to: &writer)
    case .regression(let quality):
      writer.append(Kind.regression.rawValue)
      writer.append(count: quality.scored)
      writer.append(count: quality.unscored)
      writer.append(quality.absoluteSum)
      writer.append(quality.squareSum)
    }
    return writer.sealed()
  }

  /// Reads what `serialized` wrote.
  ///
  /// - Complexity: O(bytes).
  package init(serialized bytes: [UInt8]) throws(DecodingFailure) {
    var reader = try SealedBytes.Reader(
      bytes, versions: Self.firstFormatVersion...Self.formatVersion)
    guard let kind = Kind(rawValue: try reader.varint()) else { throw .malformed }
    switch kind {
    case .binary: self = .binary(try BinaryQuality(from: &reader))
    case .multiclass:
      var quality = MulticlassQuality()
      quality.correct = try reader.count()
      quality.scored = try reader.count()
      quality.unscored = try reader.count()
      quality.logLossSum = try reader.double()
      quality.brierSum = try reader.double()
      if reader.version > Self.firstFormatVersion {
        quality.confidence = try CalibrationBins(from: &reader)
      }
      let (rows, overflow) = quality.scored.addingReportingOverflow(quality.unscored)
      guard !overflow, quality.correct <= rows else { throw .malformed }
      self = .multiclass(quality)
    case .regression:
      var quality = RegressionQuality()
      quality.scored = try reader.count()
      quality.unscored = try reader.count()
      quality.absoluteSum = try reader.double()
      quality.squareSum = try reader.double()
      self = .regression(quality)
    }
    try reader.finish()
  }
}

extension CalibrationBins {
  fileprivate func write(to writer: inout SealedBytes.Writer) {
    for bin in 0..<Self.count {
      writer.append(count: rows[bin])
      guard rows[bin] > 0 else { continue }
      writer.append(count: right[bin])
      writer.append(sums[bin])
    }
  }

  fileprivate init(from reader: inout SealedBytes.Reader) throws(SealedBytes.Failure) {
    self.init()
    var all: Int64 = 0
    for bin in 0..<Self.count {
      rows[bin] = try reader.count()
      guard rows[bin] > 0 else { continue }
      right[bin] = try reader.count()
      sums[bin] = try reader.double()
      let (sum, overflow) = all.addingReportingOverflow(rows[bin])
      guard !overflow, right[bin] <= rows[bin] else { throw .malformed }
      all = sum
    }
  }
}

extension BinaryQuality {
  fileprivate func write(to writer: inout SealedBytes.Writer) {
    writer.append(count: correct)
    writer.append(count: unscored)
    writer.append(logLossSum)
    writer.append(brierSum)
    let filled = negatives.indices.filter { negatives[$0] + positives[$0] > 0 }
    writer.append(UInt64(filled.count))
    var previous = 0
    for bin in filled {
      writer.append(UInt64(bin - previous))
      writer.append(count: negatives[bin])
      writer.append(count: positives[bin])
      previous = bin
    }
    for group in Self.groups(of: filled) { writer.append(scoreSums[group]) }
  }

  fileprivate init(from reader: inout SealedBytes.Reader) throws(SealedBytes.Failure) {
    self.init()
    let correct = try reader.count()
    let unscored = try reader.count()
    let logLossSum = try reader.double()
    let brierSum = try reader.double()
    var (negatives, positives, scoreSums) = (negatives, positives, scoreSums)
    var filled: [Int] = []
    var (bin, rows) = (0, unscored)
    for position in 0..<(try reader.varint()) {
      let distance = try reader.varint()
      guard distance < UInt64(negatives.count - bin), position == 0 || distance > 0 else {
        throw .malformed
      }
      bin += Int(distance)
      for isPositive in [false, true] {
        let count = try reader.count()
        let (sum, overflow) = rows.addingReportingOverflow(count)
        guard !overflow else { throw .malformed }
        rows = sum
        if isPositive { positives[bin] = count } else { negatives[bin] = count }
      }
      filled.append(bin)
    }
    guard correct <= rows else { throw .malformed }
    for group in Self.groups(of: filled) { scoreSums[group] = try reader.double() }
    self.init(
      correct: correct, unscored: unscored, negatives: negatives, positives: positives,
      scoreSums: scoreSums, logLossSum: logLossSum, brierSum: brierSum)
  }

  /// The calibration bins of ascending bins, each once.
  private static func groups(of bins: [Int]) -> [Int] {
    bins.map(ScoreBins.calibrationBin(ofBin:)).reduce(into: []) { groups, group in
      if groups.last != group { groups.append(group) }
    }
  }
}
