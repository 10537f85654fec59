/// Decides which features of a window have drifted from their references.
///
/// Drift is called when two-sample chi-squared rejects at 0.01, adjusted by Benjamini and Hochberg over the model's
/// features, and the stability index reaches what chance alone does not: so many rows do not make a small shift an alarm,
/// and few rows do not make noise one. Score and predicted class are judged each at 0.01, outside of that family. Where the
/// same hours of other weeks are known, a window must differ from those as well.
///
/// A statement for one window; windows that overlap, or one judged again as it grows, err more often. `DriftPersistence`
/// decides over time.
package enum DriftJudge {
  package static let alpha = 0.01
  /// Share of rows from which on values of a wrong type are a changed type.
  private static let changedTypeShare = 0.5

  /// - Parameters:
  ///   - references: of all features of one model version.
  ///   - windows: one for each.
  /// - Complexity: O(cells) and O(features log features).
  package static func judge(
    _ references: [FeatureReference], _ windows: [FeatureWindow]
  ) -> DriftReport {
    precondition(references.count == windows.count, "each reference has a window")
    let findings = zip(references, windows).map(Finding.init)
    let adjusted = adjust(findings, \.comparison)
    let seasonal = adjust(findings, \.seasonal)
    let features = findings.indices.map { index in
      findings[index].judged(adjustedP: adjusted[index], seasonalP: seasonal[index])
    }
    let order = FeatureRole.judgingOrder.flatMap { role in
      features.filter { $0.feature.role == role }
    }
    return DriftReport(features: order, sentence: DriftWords.summary(order))
  }

  /// Of each the adjusted p; nil where there is no test.
  private static func adjust(
    _ findings: [Finding], _ comparison: KeyPath<Finding, DriftComparison?>
  ) -> [Double?] {
    var adjusted = findings.map { finding in
      finding.cause == .none ? finding[keyPath: comparison]?.chiSquared.p : nil
    }
    let family = findings.indices.filter {
      findings[$0].reference.role == .feature && adjusted[$0] != nil
    }
    let together = Multiplicity.benjaminiHochberg(family.compactMap { adjusted[$0] })
    for (index, p) in zip(family, together) { adjusted[index] = p }
    return adjusted
  }

  /// A feature before it is known how many others there are.
  private struct Finding {
    let reference: FeatureReference
    let window: FeatureWindow
    let comparison: DriftComparison?
    let seasonal: DriftComparison?
    /// Anything but `none` decides without a test.
    let cause: DriftCause

    init(_ reference: FeatureReference, _ window: FeatureWindow) {
      self.reference = reference
      self.window = window
      cause = Self.untested(reference, window)
      // Its figures would be those of no drift.
      let isComparable = cause != .levelsTooRare
      comparison = window.counts.flatMap {
        isComparable
          ? DriftComparison(reference: reference, current: $0, distances: window.distances) : nil
      }
      seasonal = window.counts.flatMap { counts in
        guard isComparable, let seasonal = window.seasonal,
          seasonal.total >= FeatureReference.rowsMin
        else {
          return nil
        }
        return DriftComparison(reference: reference.with(seasonal), current: counts)
      }
    }

    private static func untested(
      _ reference: FeatureReference, _ window: FeatureWindow
    ) -> DriftCause {
      guard reference.counts.total >= FeatureReference.rowsMin else { return .referenceTooSmall }
      let total = window.counts?.total ?? 0
      guard window.counts == nil || total >= FeatureReference.rowsMin else {
        return .windowTooSmall
      }
      // What never had a value cannot lose it.
      guard reference.present > 0 else { return .none }
      guard let counts = window.counts else { return .vanished }
      if counts.missing == total { return .vanished }
      let wrong = Double(counts.wrongType) / Double(total)
      if wrong >= changedTypeShare { return .changedType }
      return reference.isOfRareLevels ? .levelsTooRare : .none
    }

    func judged(adjustedP: Double?, seasonalP: Double?) -> FeatureDrift {
      let (verdict, cause) = conclusion(adjustedP: adjustedP, seasonalP: seasonalP)
      return FeatureDrift(
        feature: reference.feature, referenceRows: reference.rows,
        currentRows: window.rows ?? window.counts?.total ?? 0, comparison: comparison,
        seasonal: seasonal, adjustedP: adjustedP, verdict: verdict, cause: cause,
        sentence: DriftWords.sentence(
          reference, window, comparison, seasonal, cause))
    }

    private func conclusion(
      adjustedP: Double?, seasonalP: Double?
    ) -> (DriftVerdict, DriftCause) {
      switch cause {
      case .windowTooSmall, .referenceTooSmall: return (.collecting, cause)
      case .vanished, .changedType: return (.missing, cause)
      case .levelsTooRare: return (.noVerdict, cause)
      default: break
      }
      guard let comparison else { return (.ok, .none) }
      guard Self.hasDrifted(comparison, adjustedP) else {
        if (adjustedP ?? 1) <= alpha { return (.ok, .negligible) }
        return (.ok, comparison.psi >= PopulationStability.notable ? .noise : .none)
      }
      if let seasonal, !Self.hasDrifted(seasonal, seasonalP) { return (.ok, .seasonal) }
      if reference.constantHasChanged(in: window.counts) {
        return (.constantChanged, .constantChanged)
      }
      let psi = min(comparison.psi, seasonal?.psi ?? .infinity)
      return (psi >= PopulationStability.major ? .major : .drift, .shift)
    }

    private static func hasDrifted(_ comparison: DriftComparison, _ p: Double?) -> Bool {
      (p ?? 1) <= alpha && comparison.psi >= comparison.psiThreshold
    }
  }
}

extension FeatureRole {
  /// What the model answered comes first.
  static let judgingOrder: [FeatureRole] = [.score, .predictedClass, .feature]
}

extension FeatureReference {
  /// How many of a window's values are not the one that the reference always had; nil when it had several.
  func differing(in counts: BinCounts) -> Int64? {
    if present == 0 { return counts.total - counts.missing }
    guard isConstant else { return nil }
    switch kind {
    case .numeric:
      return zip(self.counts.bins, counts.bins).reduce(0) { $1.0 == 0 ? $0 + $1.1 : $0 }
    case .categorical: return counts.counts[FrozenBins.unseenCell]
    }
  }

  /// Whether it is such values, rather than missing ones, that a shift is made of.
  func constantHasChanged(in counts: BinCounts?) -> Bool {
    guard let counts, let differing = differing(in: counts) else { return false }
    let newlyMissing =
      Double(counts.missing) / Double(counts.total)
      - Double(self.counts.missing) / Double(self.counts.total)
    return Double(differing) / Double(counts.total) > newlyMissing
  }
}
