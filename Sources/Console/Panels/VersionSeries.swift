import Domain
import TextUI

extension ConsoleState {
  /// A model's series as lines of a chart over the span that is shown: one a version, in its colour, with its part in the
  /// traffic; a version without a value has none.
  func versionSeries(
    _ result: SeriesResult, of model: ModelSnapshot, _ look: Look
  ) -> [LineChart.Series] {
    let span = chartSpan
    let names = model.versions.map(\.version)
    return result.lines.compactMap { line in
      guard line.values.contains(where: { $0 != nil }) else { return nil }
      let name = line.version?.version ?? "all"
      let role = model.deployment.variant(of: name)?.name(isShort: false)
      let index = names.firstIndex(of: name) ?? 0
      return LineChart.Series(
        role.map { "\(name) \($0)" } ?? name, short: name,
        span.values(of: line.values, in: result.window),
        style: look.theme.series(index), number: index)
    }
  }
}
