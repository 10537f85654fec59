/// What a verdict says to people.
enum DriftWords {
  static func sentence(
    _ reference: FeatureReference, _ window: FeatureWindow, _ comparison: DriftComparison?,
    _ seasonal: DriftComparison?, _ cause: DriftCause
  ) -> String {
    let rows = PlainNumber.count(window.rows ?? window.counts?.total ?? 0)
    switch cause {
    case .windowTooSmall:
      return "collecting \(rows)/\(FeatureReference.rowsMin) rows"
    case .referenceTooSmall:
      return "no verdict: the reference has \(PlainNumber.count(reference.rows)) rows, "
        + "\(FeatureReference.rowsMin) are the least"
    case .levelsTooRare:
      return "no verdict: \(PlainNumber.percent(reference.unseenShare)) of the reference's "
        + "\(PlainNumber.count(reference.present)) values are of levels too rare to compare"
    case .vanished:
      let before = PlainNumber.percent(
        Double(reference.present) / Double(max(1, reference.counts.total)))
      return window.counts == nil
        ? "the feature is not sent any more"
        : "no value in \(rows) rows; in the reference \(before) had one"
    case .changedType:
      let share = window.counts.map { Double($0.wrongType) / Double($0.total) } ?? 0
      let (now, before) =
        reference.kind == .numeric ? ("text", "numbers") : ("numbers", "names")
      return
        "\(PlainNumber.percent(share)) of \(rows) values are \(now), where the reference has \(before)"
    case .constantChanged:
      return constantChanged(reference, window, rows)
    case .seasonal:
      return "as usual at this hour: PSI \(psi(seasonal)) against the same hour of other weeks"
    case .shift:
      return comparison.map { shift(reference, $0, rows) } ?? "drift"
    case .negligible:
      let (psi, threshold) = (psi(comparison), psi(comparison, \.psiThreshold))
      return "a real shift, too small to matter: PSI \(psi), below \(threshold)"
    case .noise:
      return "within what chance does to \(rows) rows: PSI \(psi(comparison))"
    case .none:
      return "as in the reference"
    }
  }

  private static func psi(
    _ comparison: DriftComparison?, _ figure: KeyPath<DriftComparison, Double> = \.psi
  ) -> String {
    comparison.map { PlainNumber.decimals($0[keyPath: figure], 3) } ?? "-"
  }

  private static func constantChanged(
    _ reference: FeatureReference, _ window: FeatureWindow, _ rows: String
  ) -> String {
    guard let counts = window.counts else { return "was constant" }
    let share = Double(reference.differing(in: counts) ?? 0) / Double(counts.total)
    guard reference.present > 0 else {
      return "was always missing; now \(PlainNumber.percent(share)) of \(rows) rows have a value"
    }
    let value =
      switch reference.kind {
      case .numeric: PlainNumber.short(reference.spread?.min ?? 0)
      case .categorical: "\"\(reference.bins.levels.first ?? "")\""
      }
    return "was always \(value); now \(PlainNumber.percent(share)) of \(rows) values differ"
  }

  private static func shift(
    _ reference: FeatureReference, _ comparison: DriftComparison, _ rows: String
  ) -> String {
    let lead = comparison.lead
    let what = cell(lead.cell, reference.bins, comparison.resolution)
    return "\(PlainNumber.percent(lead.currentShare)) of \(rows) values are \(what), "
      + "\(PlainNumber.percent(lead.referenceShare)) in the reference"
  }

  /// `above 0.81`, `between 0.2 and 0.31`, `"NSW"`, `missing`.
  private static func cell(
    _ cell: Int, _ bins: FrozenBins, _ resolution: BinResolution
  ) -> String {
    switch cell {
    case FrozenBins.missingCell: return "missing"
    case FrozenBins.nonFiniteCell: return "not finite"
    case FrozenBins.unseenCell: return "of levels never seen before"
    case FrozenBins.wrongTypeCell: return "of another type"
    default: break
    }
    let bin = cell - FrozenBins.specialCount
    guard bins.kind == .numeric else {
      return bin < bins.levels.count ? "\"\(bins.levels[bin])\"" : "of rare levels"
    }
    let edges = bins.edges(at: resolution)
    guard let first = edges.first, let last = edges.last else { return "numbers" }
    if bin == 0 { return "at most \(PlainNumber.short(first))" }
    if bin == edges.count { return "above \(PlainNumber.short(last))" }
    let (low, high) = (PlainNumber.short(edges[bin - 1]), PlainNumber.short(edges[bin]))
    return low == high ? high : "between \(low) and \(high)"
  }

  /// `drift in 4 of 23 features, the worst nswprice (PSI 0.61)`.
  static func summary(_ features: [FeatureDrift]) -> String {
    let answers = features.filter { $0.feature.role != .feature }
    let inputs = features.filter { $0.feature.role == .feature }
    var parts: [String] = []
    for answer in answers where answer.verdict.isDrift {
      parts.append("the model's \(answer.name) has drifted\(psi(answer))")
    }
    let drifted = DriftReport(features: inputs.filter { $0.verdict.isDrift }, sentence: "").ranked
    let collecting = features.count { $0.verdict == .collecting }
    let incomparable = features.count { $0.verdict == .noVerdict }
    let judged = inputs.count(where: \.verdict.isJudged)
    if let worst = drifted.first {
      let all =
        inputs.count == 1 ? "the one feature" : "\(drifted.count) of \(inputs.count) features"
      parts.append("drift in \(all), the worst \(worst.name)\(psi(worst))")
    } else if judged > 0 {
      parts.append("no drift in \(judged) \(judged == 1 ? "feature" : "features")")
    } else if parts.isEmpty, answers.contains(where: \.verdict.isJudged) {
      parts.append("no drift")
    }
    if collecting > 0 {
      let isOfReference = features.allSatisfy {
        $0.verdict != .collecting || $0.cause == .referenceTooSmall
      }
      let reason = isOfReference ? "too few rows in the reference" : "too few rows"
      parts.append(
        collecting == features.count
          ? "no verdict: \(reason)" : "\(collecting) without a verdict: \(reason)")
    }
    if incomparable > 0 {
      parts.append(
        incomparable == features.count
          ? "no verdict: levels too rare to compare"
          : "\(incomparable) without a verdict: levels too rare to compare")
    }
    return parts.joined(separator: "; ")
  }

  private static func psi(_ drift: FeatureDrift) -> String {
    guard drift.cause == .shift, let comparison = drift.comparison else {
      return " (\(drift.sentence))"
    }
    return " (PSI \(PlainNumber.decimals(comparison.psi, 2)))"
  }
}
