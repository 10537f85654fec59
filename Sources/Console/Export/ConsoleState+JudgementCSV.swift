import Domain

/// The data behind one feature, and one guardrail, while it is open.
extension ConsoleState {
  /// A row a bin: numeric ones have the edges between which they lie, the outer two but one.
  var cellsTable: String {
    var table = CSVText([
      "model", "version", "window_from", "window_to", "feature", "above", "up_to", "level",
      "rows_reference", "rows_current",
    ])
    guard let feature = shownFeature, let version = judgedVersion,
      case .known(let distribution, let window) = distribution(of: feature)
    else { return table.text }
    func append(_ cell: FeatureDistribution.Cell, above: Double? = nil, upTo: Double? = nil) {
      table.append([
        .text(selected?.model.name ?? ""), .text(version), utc(window.from), utc(window.to),
        .text(feature.name), .number(above), .number(upTo), .text(cell.label),
        .count(Int64(cell.reference)), .count(Int64(cell.current)),
      ])
    }
    let edges = distribution.edges
    for (index, cell) in distribution.bins.enumerated() {
      append(
        cell, above: index > 0 && index <= edges.count ? edges[index - 1] : nil,
        upTo: index < edges.count ? edges[index] : nil)
    }
    for cell in distribution.specials { append(cell) }
    return table.text
  }

  /// A row a point of the confidence sequence.
  var effectsTable: String {
    var table = CSVText([
      "time", "model", "champion", "challenger", "guardrail", "difference", "low", "high",
    ])
    guard let guardrail = shownGuardrail, let effects = shownEffects else { return table.text }
    for point in effects.paths[guardrail.name]?.points ?? [] {
      table.append([
        utc(point.time), .text(selected?.model.name ?? ""), .text(effects.champion),
        .text(effects.challenger), .text(guardrail.name), .number(point.value),
        .number(point.low), .number(point.high),
      ])
    }
    return table.text
  }
}
