/// What a feature was like when its model version was made: what later windows are compared with.
///
/// About 1 kB as JSON.
package struct FeatureReference: Sendable, Equatable, Codable {
  package let feature: FeatureDeclaration
  /// All that were seen; `counts` holds fewer when only a sample of them was kept.
  package let rows: Int64
  package let bins: FrozenBins
  package let counts: BinCounts
  /// Numeric with a finite value; else nil.
  package let spread: Spread?

  /// Of the finite values.
  package struct Spread: Sendable, Equatable, Codable {
    package let mean: Double
    /// Of the population: divided by n.
    package let standardDeviation: Double
    package let min: Double
    package let max: Double
    /// Of each bin the mean of its values, an empty one's nearest end: where its mass lies for Wasserstein's distance.
    let binMeans: [Double]
  }

  /// Rows from which on a verdict is given, of a reference and of a window.
  package static let rowsMin: Int64 = 200
  /// Rows that make a reference for live use. It should also be no shorter than one season: a day, better a week.
  package static let rowsAdvised: Int64 = 1_000

  init(
    feature: FeatureDeclaration, rows: Int64, bins: FrozenBins, counts: BinCounts, spread: Spread?
  ) {
    self.feature = feature
    self.rows = rows
    self.bins = bins
    self.counts = counts
    self.spread = spread
  }

  package var name: String { feature.name }
  package var kind: FeatureKind { feature.kind }
  package var role: FeatureRole { feature.role }

  /// What is to be said of a reference with fewer rows than live use takes; nil when there are enough.
  package var warning: String? {
    guard rows < Self.rowsAdvised else { return nil }
    let found = "the reference has \(PlainNumber.count(rows)) rows"
    return rows < Self.rowsMin
      ? "\(found); \(Self.rowsMin) are the least for a verdict"
      : "\(found); from \(PlainNumber.count(Self.rowsAdvised)) on it is steady"
  }

  /// All its values were the same.
  package var isConstant: Bool {
    switch kind {
    case .numeric: spread.map { $0.min == $0.max } ?? false
    case .categorical:
      bins.levels.count == 1 && bins.rareLevels.isEmpty && counts.bins.last == 0
        && counts.counts[FrozenBins.unseenCell] == 0
    }
  }

  /// Rows that had a value of the right type.
  var present: Int64 { counts.bins.reduce(counts.counts[FrozenBins.unseenCell], +) }

  /// Share of the present rows whose level is not kept, from above which a window cannot be compared: what is unseen there
  /// and what was unseen here look the same.
  private static let unseenShareMax = 0.5

  /// Share of the present rows that are of levels too rare to be kept by name.
  var unseenShare: Double {
    present > 0 ? Double(counts.counts[FrozenBins.unseenCell]) / Double(present) : 0
  }

  /// Whether its levels are too rare to say anything of a window.
  var isOfRareLevels: Bool { kind == .categorical && unseenShare > Self.unseenShareMax }

  /// The same feature with the counts of a part of the reference, the same hours of other weeks for instance.
  func with(_ counts: BinCounts) -> FeatureReference {
    FeatureReference(
      feature: feature, rows: counts.total, bins: bins, counts: counts, spread: spread)
  }

  private enum CodingKeys: String, CodingKey { case feature, rows, bins, counts, spread }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      feature: try container.decode(FeatureDeclaration.self, forKey: .feature),
      rows: try container.decode(Int64.self, forKey: .rows),
      bins: try container.decode(FrozenBins.self, forKey: .bins),
      counts: try container.decode(BinCounts.self, forKey: .counts),
      spread: try container.decodeIfPresent(Spread.self, forKey: .spread))
    guard counts.counts.count == bins.cellCount, bins.kind == feature.kind,
      spread.map({ $0.binMeans.count == bins.binCount }) ?? true
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .counts, in: container, debugDescription: "counts and bins belong together")
    }
  }
}
