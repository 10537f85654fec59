import Domain
import TextUI

/// A feature's live rows over those of its reference, as a chart, or why there is none.
struct DistributionChart {
  private let state: ConsoleState
  private let feature: FeatureVerdict

  init(_ state: ConsoleState, _ feature: FeatureVerdict) {
    self.state = state
    self.feature = feature
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    switch state.distribution(of: feature) {
    case .unknown(let reason): reason.draw(in: rect, on: &grid, look: look)
    case .known(let distribution, let window):
      let age = Figures.ago(Timestamp(seconds: window.to), state.shownTime)
      let isNarrow = rect.width < 48
      let title = look.text(
        (isNarrow ? "" : "share of rows by bin  ") + "\(state.span(of: window)), \(age)", .quiet)
      let unit = isNarrow ? "" : " rows"
      let parts = rect.rows([.fixed(1), .rest])
      grid.write(title, in: parts[0].inset(left: 1), ellipsis: look.glyphs.ellipsis)
      distribution.draw(
        in: parts[1], tone: feature.verdict.chartTone,
        names: (
          value: "live \(Format.count(distribution.currentRows))\(unit)",
          mark: "reference \(Format.count(distribution.referenceRows))\(unit)"
        ), on: &grid, look: look)
    }
  }
}

extension FeatureVerdict.Verdict {
  /// Of the live rows in a chart.
  var chartTone: Tone { isDrift ? tone : .accent }
}

extension ConsoleState {
  func span(of window: DriftWindow) -> String {
    "\(wall.minute(window.from)) to \(wall.minute(window.to))"
  }
}
