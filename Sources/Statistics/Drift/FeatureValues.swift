/// The values of one feature as they come by, in bounded memory: what a reference, or an offline window, is made of.
///
/// Of a numeric feature up to `capacity` values are kept exactly, beyond that a uniform sample of so many; of a categorical
/// one the counts of the first 20,000 levels.
package struct FeatureValues: Sendable {
  package let feature: FeatureDeclaration
  /// All values added, missing ones too.
  package private(set) var rows: Int64 = 0
  private var numbers: ValueReservoir
  private var levels: [String: Int64] = [:]
  private var untracked: Int64 = 0
  private var missing: Int64 = 0
  private var nonFinite: Int64 = 0
  private var wrongType: Int64 = 0

  package static let capacity = 100_000
  private static let levelsMax = 20_000

  /// - Parameters:
  ///   - capacity: 8 bytes each.
  ///   - seed: of the sample, where there is one.
  package init(_ feature: FeatureDeclaration, capacity: Int = capacity, seed: UInt64) {
    self.feature = feature
    numbers = ValueReservoir(capacity: capacity, seed: seed)
  }

  private static let formatVersion: UInt8 = 1

  /// All that is known, as sealed bytes: 8 a kept value, and the levels' names.
  package func serialized() -> [UInt8] {
    var writer = SealedBytes.Writer(
      version: Self.formatVersion, capacity: 128 + 8 * numbers.values.count)
    for text in [feature.name, feature.kind.rawValue, feature.role.rawValue] {
      writer.append(text)
    }
    for count in [rows, missing, nonFinite, wrongType, untracked] { writer.append(count: count) }
    writer.append(UInt64(levels.count))
    for (level, count) in levels {
      writer.append(level)
      writer.append(count: count)
    }
    numbers.write(to: &writer)
    return writer.sealed()
  }

  /// Reads what `serialized` wrote, and goes on as if nothing had been.
  ///
  /// - Parameter capacity: that it had.
  package init(
    serialized bytes: [UInt8], capacity: Int = capacity
  ) throws(SealedBytes.Failure) {
    var reader = try SealedBytes.Reader(bytes, version: Self.formatVersion)
    let name = try reader.text()
    guard let kind = FeatureKind(rawValue: try reader.text()),
      let role = FeatureRole(rawValue: try reader.text())
    else { throw .malformed }
    feature = FeatureDeclaration(name: name, kind: kind, role: role)
    rows = try reader.count()
    missing = try reader.count()
    nonFinite = try reader.count()
    wrongType = try reader.count()
    untracked = try reader.count()
    let known = try reader.varint()
    guard known <= UInt64(Self.levelsMax) else { throw .malformed }
    for _ in 0..<known {
      let level = try reader.text()
      levels[level] = try reader.count()
    }
    numbers = try ValueReservoir(from: &reader, capacity: capacity)
    try reader.finish()
  }

  /// Whether all values stand in the reference, and not a sample of them.
  package var isExact: Bool { numbers.count <= Int64(numbers.capacity) && untracked == 0 }

  /// A number; for a categorical feature the level that is written so (`3`, not `3.0`).
  package mutating func add(_ value: Double) {
    guard value.isFinite else {
      rows += 1
      nonFinite += 1
      return
    }
    guard feature.kind == .numeric else {
      add(PlainNumber.exact(value))
      return
    }
    rows += 1
    numbers.add(value)
  }

  /// A level, or a number as text; an empty text is missing.
  package mutating func add(_ text: String) {
    guard !text.isEmpty else {
      addMissing()
      return
    }
    guard feature.kind == .categorical else {
      if let value = Double(text) {
        add(value)
      } else {
        rows += 1
        wrongType += 1
      }
      return
    }
    rows += 1
    let level = FrozenBins.level(text)
    if levels[level] != nil || levels.count < Self.levelsMax {
      levels[level, default: 0] += 1
    } else {
      untracked += 1
    }
  }

  package mutating func addMissing() {
    rows += 1
    missing += 1
  }

  /// The reference these values make.
  ///
  /// - Parameter windowRows: of the windows that will be compared with it: a level has a bin of its own when so many rows
  ///   hold 5 of it.
  /// - Complexity: O(n) the first time.
  package mutating func reference(
    windowRows: Int64 = FeatureReference.rowsMin
  ) -> FeatureReference {
    switch feature.kind {
    case .categorical:
      var (bins, counts) = FrozenBins.ofLevels(
        levels, untracked: untracked, windowRows: windowRows)
      addSpecial(to: &counts, share: 1)
      return FeatureReference(
        feature: feature, rows: rows, bins: bins, counts: counts, spread: nil)
    case .numeric:
      numbers.sort()
      let bins = FrozenBins(sorted: numbers.values)
      let (counts, sums) = counted(on: bins)
      return FeatureReference(
        feature: feature, rows: rows, bins: bins, counts: counts,
        spread: spread(bins, counts, sums))
    }
  }

  /// The values counted on the bins of a reference, all as a window that stands against it.
  ///
  /// - Complexity: O(n) the first time for a numeric feature, O(levels) for a categorical one.
  package mutating func counts(on bins: FrozenBins) -> BinCounts {
    switch (feature.kind, bins.kind) {
    case (.numeric, .numeric):
      numbers.sort()
      return counted(on: bins).counts
    case (.categorical, _):
      var counts = BinCounts(bins)
      for (level, count) in levels { counts.add(bins.cell(of: level), count: count) }
      counts.add(FrozenBins.unseenCell, count: untracked)
      addSpecial(to: &counts, share: 1)
      return counts
    case (.numeric, .categorical):
      var counts = BinCounts(bins)
      for value in numbers.values { counts.add(bins.cell(of: value)) }
      addSpecial(to: &counts, share: sampledShare)
      return counts
    }
  }

  /// Puts the kept values in order, so that what needs them so does not have to.
  ///
  /// - Complexity: O(n).
  package mutating func sort() { numbers.sort() }

  /// The kept finite values of a numeric feature, ascending.
  ///
  /// - Complexity: O(n) the first time.
  package mutating func sorted() -> [Double] {
    numbers.sort()
    return numbers.values
  }

  private var sampledShare: Double {
    numbers.count > 0 ? Double(numbers.values.count) / Double(numbers.count) : 1
  }

  /// What is no finite value, in proportion to the sample.
  private func addSpecial(to counts: inout BinCounts, share: Double) {
    for (cell, count) in [
      (FrozenBins.missingCell, missing), (FrozenBins.nonFiniteCell, nonFinite),
      (FrozenBins.wrongTypeCell, wrongType),
    ] where count > 0 {
      counts.add(cell, count: share < 1 ? Int64((Double(count) * share).rounded(.up)) : count)
    }
  }

  /// - Precondition: the numbers are sorted.
  private func counted(on bins: FrozenBins) -> (counts: BinCounts, sums: [Double]) {
    var counts = BinCounts(bins)
    var sums = Array(repeating: 0.0, count: bins.binCount)
    var bin = 0
    var count: Int64 = 0
    for value in numbers.values {
      while bin < bins.edges.count, bins.edges[bin] < value {
        counts.add(FrozenBins.specialCount + bin, count: count)
        count = 0
        bin += 1
      }
      count += 1
      sums[bin] += value
    }
    counts.add(FrozenBins.specialCount + bin, count: count)
    addSpecial(to: &counts, share: sampledShare)
    return (counts, sums)
  }

  /// Nil without a finite value, and where values are so large that their spread is no number.
  private func spread(
    _ bins: FrozenBins, _ counts: BinCounts, _ sums: [Double]
  ) -> FeatureReference.Spread? {
    guard numbers.count > 0, numbers.mean.isFinite, numbers.standardDeviation.isFinite else {
      return nil
    }
    let means = zip(counts.bins, sums).enumerated().map { bin, cell in
      let (count, sum) = cell
      if count > 0, sum.isFinite { return sum / Double(count) }
      let edge = bin < bins.edges.count ? bins.edges[bin] : numbers.max
      return min(max(edge, numbers.min), numbers.max)
    }
    return FeatureReference.Spread(
      mean: numbers.mean, standardDeviation: numbers.standardDeviation, min: numbers.min,
      max: numbers.max, binMeans: means)
  }
}
