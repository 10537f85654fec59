extension QualitySketch {
  package typealias DecodingFailure = SealedBytes.Failure

  private static let formatVersion: UInt8 = 3
  /// Without the ranks of several classes; the first without their confidences.
  private static let secondFormatVersion: UInt8 = 2
  private static let firstFormatVersion: UInt8 = 1

  private enum Kind: UInt64 {
    case binary, multiclass, regression
  }

  /// The sketch as bytes: 180 to 370 for a hundred rows of a binary model, below 800 for 100,000; of several classes about
  /// 200 and up to 200 a class; 24 of a regression.
  ///
  /// Format, within `SealedBytes`: varint kind (0 binary, 1 multiclass, 2 regression), then
  /// binary: varints correct and unscored, numbers log-loss sum and Brier sum, varint number of bins that are not
  /// empty, for each the varint distance from the bin before it (the first: from bin 0), varint negatives, varint
  /// positives, and the number sum of the scores of each calibration bin that is not empty;
  /// multiclass: varints correct, scored, unscored, numbers log-loss sum and Brier sum, for each of 15 bins of confidence
  /// varints rows and right ones and, where there are rows, the number sum, and varint classes of `ClassRanks`, for each
  /// bins, negatives and positives as of a binary one;
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
      quality.ranks.write(to: &writer)
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
      if reader.version > Self.secondFormatVersion {
        quality.ranks = try ClassRanks(from: &reader, rows: quality.scored)
      }
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

extension ClassRanks {
  fileprivate func write(to writer: inout SealedBytes.Writer) {
    writer.append(UInt64(classes))
    for position in 0..<classes { RankBins.write(bins(of: position), to: &writer) }
  }

  /// - Parameter rows: that a class can have at most.
  fileprivate init(
    from reader: inout SealedBytes.Reader, rows: Int64
  ) throws(SealedBytes.Failure) {
    let classes = try reader.varint()
    guard classes <= UInt64(Self.largest) else { throw .malformed }
    var counts: [Int64] = []
    counts.reserveCapacity(2 * Self.binCount * Int(classes))
    for _ in 0..<classes {
      let bins = try RankBins.read(Self.binCount, from: &reader, rowsBefore: 0)
      guard bins.rows <= rows else { throw .malformed }
      for bin in bins.all { counts += [bin.positives, bin.negatives] }
    }
    self.init(counts: counts)
  }
}

/// Rows of a class and of others by bin of their score, of which most are empty.
private enum RankBins {
  typealias Bin = (negatives: Int64, positives: Int64)

  static func write(_ bins: [Bin], to writer: inout SealedBytes.Writer) {
    let filled = bins.indices.filter { bins[$0].negatives + bins[$0].positives > 0 }
    writer.append(UInt64(filled.count))
    var previous = 0
    for bin in filled {
      writer.append(UInt64(bin - previous))
      writer.append(count: bins[bin].negatives)
      writer.append(count: bins[bin].positives)
      previous = bin
    }
  }

  /// - Returns: all bins, those that are not empty, and their rows with those before.
  static func read(
    _ count: Int, from reader: inout SealedBytes.Reader, rowsBefore: Int64
  ) throws(SealedBytes.Failure) -> (all: [Bin], filled: [Int], rows: Int64) {
    var bins = [Bin](repeating: (0, 0), count: count)
    var filled: [Int] = []
    var (bin, rows) = (0, rowsBefore)
    for position in 0..<(try reader.varint()) {
      let distance = try reader.varint()
      guard distance < UInt64(count - bin), position == 0 || distance > 0 else { throw .malformed }
      bin += Int(distance)
      bins[bin] = (try reader.count(), try reader.count())
      for count in [bins[bin].negatives, bins[bin].positives] {
        let (sum, overflow) = rows.addingReportingOverflow(count)
        guard !overflow else { throw .malformed }
        rows = sum
      }
      filled.append(bin)
    }
    return (bins, filled, rows)
  }
}

extension BinaryQuality {
  fileprivate func write(to writer: inout SealedBytes.Writer) {
    writer.append(count: correct)
    writer.append(count: unscored)
    writer.append(logLossSum)
    writer.append(brierSum)
    let bins = zip(negatives, positives).map { (negatives: $0, positives: $1) }
    RankBins.write(bins, to: &writer)
    let filled = bins.indices.filter { bins[$0].negatives + bins[$0].positives > 0 }
    for group in Self.groups(of: filled) { writer.append(scoreSums[group]) }
  }

  fileprivate init(from reader: inout SealedBytes.Reader) throws(SealedBytes.Failure) {
    self.init()
    let correct = try reader.count()
    let unscored = try reader.count()
    let logLossSum = try reader.double()
    let brierSum = try reader.double()
    let bins = try RankBins.read(negatives.count, from: &reader, rowsBefore: unscored)
    guard correct <= bins.rows else { throw .malformed }
    var scoreSums = scoreSums
    for group in Self.groups(of: bins.filled) { scoreSums[group] = try reader.double() }
    self.init(
      correct: correct, unscored: unscored, negatives: bins.all.map(\.negatives),
      positives: bins.all.map(\.positives), scoreSums: scoreSums, logLossSum: logLossSum,
      brierSum: brierSum)
  }

  /// The calibration bins of ascending bins, each once.
  private static func groups(of bins: [Int]) -> [Int] {
    bins.map(ScoreBins.calibrationBin(ofBin:)).reduce(into: []) { groups, group in
      if groups.last != group { groups.append(group) }
    }
  }
}
