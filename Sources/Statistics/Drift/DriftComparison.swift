/// How far a window of a feature is from its reference: the test that decides, and the effect sizes beside it.
package struct DriftComparison: Sendable, Equatable {
  package let resolution: BinResolution
  /// The population stability index on the bins, special cells included.
  package let psi: Double
  /// What `psi` has to reach before it is more than chance.
  package let psiThreshold: Double
  /// Decides, together with `psi`.
  package let chiSquared: TwoSampleChiSquared
  /// Jensen–Shannon distance to base 2, 0 through 1, on the same cells.
  package let js: Double
  /// Kolmogorov–Smirnov's statistic of the finite values: exact from samples, else at the bins' edges, so never too large.
  /// Nil for a categorical feature, and without a finite value on both sides.
  package let ks: Double?
  /// Of samples only.
  package let ksP: Double?
  /// Wasserstein's distance in standard deviations of the reference: exact from samples, else with each bin's mass at its
  /// mean, so that what lies beyond the reference's range counts as at its ends. Nil as `ks`, and on bins of a constant.
  package let w1OverStandardDeviation: Double?
  /// Where the window differs most.
  let lead: Lead

  /// The cell that adds most to the index.
  struct Lead: Sendable, Equatable {
    /// Of the merged cells.
    let cell: Int
    let referenceShare: Double
    let currentShare: Double
  }

  /// - Parameters:
  ///   - current: counted on the reference's bins.
  ///   - distances: of the samples themselves, where they are at hand.
  /// - Returns: nil when either side is empty.
  /// - Complexity: O(cells).
  package init?(
    reference: FeatureReference, current: BinCounts, distances: SampleDistances? = nil
  ) {
    let n = reference.counts.total
    let m = current.total
    guard n > 0, m > 0 else { return nil }
    let resolution = BinResolution(rows: m)
    let expected = reference.counts(besides: current)
    let p = reference.bins.merged(expected, to: resolution)
    let q = reference.bins.merged(current, to: resolution)
    let contributions = PopulationStability.contributions(reference: p, current: q)
    let chiSquared = TwoSampleChiSquared(reference: p, current: q)
    self.resolution = resolution
    self.chiSquared = chiSquared
    psi = contributions.reduce(0, +)
    psiThreshold = PopulationStability.threshold(
      cells: chiSquared.degreesOfFreedom + 1, n: n, m: m)
    js = JensenShannon.distance(reference: p, current: q)
    let cell = Self.leadingCell(contributions, p, q, n: n, m: m)
    lead = Lead(
      cell: cell, referenceShare: Double(p[cell]) / Double(n),
      currentShare: Double(q[cell]) / Double(m))
    if let distances {
      ks = distances.kolmogorovSmirnov.statistic
      ksP = distances.kolmogorovSmirnov.p
      w1OverStandardDeviation = reference.spread.map { distances.wasserstein / Self.scale(of: $0) }
    } else {
      let gaps = Self.gaps(reference, current)
      ks = gaps?.map(\.magnitude).max() ?? (gaps == nil ? nil : 0)
      ksP = nil
      w1OverStandardDeviation = gaps.flatMap { Self.wasserstein($0, reference) }
    }
  }

  /// Where the index grows most, a cell that gained before one that lost: of a shift the new side is told.
  private static func leadingCell(
    _ contributions: [Double], _ p: [Int64], _ q: [Int64], n: Int64, m: Int64
  ) -> Int {
    let most = contributions.max() ?? 0
    let gained = contributions.indices.filter {
      Double(q[$0]) / Double(m) > Double(p[$0]) / Double(n)
    }
    let best = gained.max { contributions[$0] < contributions[$1] }
    if let best, contributions[best] >= most / 2 { return best }
    return contributions.firstIndex(of: most) ?? 0
  }

  /// A constant has no spread of its own: then a thousandth of a unit, as Evidently has it.
  private static func scale(of spread: FeatureReference.Spread) -> Double {
    spread.standardDeviation > 0 ? spread.standardDeviation : 0.001
  }

  /// By edge, how much more of the reference than of the window lies up to it, of the finite values.
  private static func gaps(_ reference: FeatureReference, _ current: BinCounts) -> [Double]? {
    guard reference.kind == .numeric else { return nil }
    let n = Double(reference.counts.bins.reduce(0, +))
    let m = Double(current.bins.reduce(0, +))
    guard n > 0, m > 0 else { return nil }
    var below: (Int64, Int64) = (0, 0)
    return zip(reference.counts.bins, current.bins).dropLast().map { p, q in
      below = (below.0 + p, below.1 + q)
      return Double(below.0) / n - Double(below.1) / m
    }
  }

  private static func wasserstein(_ gaps: [Double], _ reference: FeatureReference) -> Double? {
    guard let spread = reference.spread, spread.standardDeviation > 0 else { return nil }
    let steps = zip(spread.binMeans, spread.binMeans.dropFirst()).map { $1 - $0 }
    return zip(gaps, steps).reduce(0) { $0 + abs($1.0) * $1.1 } / spread.standardDeviation
  }
}

extension FeatureReference {
  /// The counts that a window is held against: what the window has less of unseen levels and more of rare ones is the same
  /// kind of row, counted where it is known by name.
  ///
  /// How many unseen rows a fresh sample has is an estimate (`FrozenBins.ofLevels`) that does not hold for rows which the
  /// reference was made of: there a name that came once is known. Seen again is no drift; more that is unseen stays one.
  func counts(besides window: BinCounts) -> BinCounts {
    let (unseen, rare) = (FrozenBins.unseenCell, counts.counts.count - 1)
    guard kind == .categorical, counts.counts[unseen] > 0, window.total > 0 else { return counts }
    func scaled(_ cell: Int) -> Double {
      Double(window.counts[cell]) / Double(window.total) * Double(counts.total)
    }
    let gone = Double(counts.counts[unseen]) - scaled(unseen)
    let gained = scaled(rare) - Double(counts.counts[rare])
    let moved = Int64(max(0, min(gone, gained)).rounded())
    guard moved > 0 else { return counts }
    var result = counts
    result.add(unseen, count: -moved)
    result.add(rare, count: moved)
    return result
  }
}
