import Domain
import TextUI

/// The selected feature in one window: both sides in rows, the distances, and what it means.
struct FeatureBox {
  private let state: ConsoleState
  private let summary: DriftSummary

  init(_ state: ConsoleState, _ summary: DriftSummary) {
    self.state = state
    self.summary = summary
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard let feature = state.shownFeature else {
      let inner = Panel("feature").draw(in: rect, on: &grid, look: look)
      EmptyState("its figures stand here after the first window")
        .draw(in: inner, on: &grid, look: look)
      return
    }
    let inner = Panel("feature", detail: feature.name, value: feature.verdict.status(look))
      .draw(in: rect, on: &grid, look: look)
    let isShort = inner.height < 8
    let lines = isShort ? short(feature, look) : tall(feature, inner.width >= 46, look)
    let chart = inner.height >= 20 ? inner.height - 16 : 0
    let parts = inner.rows([.rest, .fixed(min(chart, 14))])
    let width = inner.width - 2
    let wrapped = lines.flatMap { paragraph in
      let room = max(1, width - paragraph.marker.width)
      let blank = StyledText(String(repeating: " ", count: paragraph.marker.width))
      return paragraph.text.wrapped(to: room).enumerated().map { index, line in
        (index == 0 ? paragraph.marker : blank) + line
      }
    }
    for (index, line) in wrapped.prefix(parts[0].height).enumerated() {
      grid.write(line, in: parts[0].row(index).inset(left: 1), ellipsis: look.glyphs.ellipsis)
    }
    if chart > 0 { drawPath(feature, in: parts[1], on: &grid, look: look) }
  }

  /// The stability index over time, where a feature has had one.
  private func drawPath(
    _ feature: FeatureVerdict, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let span = state.chartSpan
    var values = [Double?](repeating: nil, count: span.columnCount)
    for mark in state.driftHistory?.marks(of: feature.key) ?? [] {
      guard let psi = mark.psi, let last = span.column(of: mark.to - 1) else { continue }
      let first = min(span.column(of: mark.from) ?? 0, last)
      for column in first...last { values[column] = max(values[column] ?? psi, psi) }
    }
    guard values.contains(where: { $0 != nil }) else { return }
    LineChart(
      series: [LineChart.Series("PSI in nats", values, style: look.theme.series(0))],
      time: state.timeAxis(model: state.selected?.model.name ?? "", chart: rect.width),
      label: { Format.decimal($0, places: 2) }
    ).draw(in: rect, on: &grid, look: look)
  }

  private var window: String {
    guard let window = state.shownWindow else { return "the last window" }
    return "\(state.wall.minute(window.from)) to \(state.wall.minute(window.to))"
  }

  private func short(_ feature: FeatureVerdict, _ look: Look) -> [TextPage.Paragraph] {
    [
      TextPage.Paragraph(look.text(feature.words, feature.words.isEmpty ? .quiet : .normal)),
      TextPage.Paragraph(
        StyledText.joined(
          distances(feature).map { look.text("\($0.label) ", .quiet) + $0.value.styled(look) },
          separator: "  ")),
      TextPage.Paragraph(rows(feature, look)),
    ].filter { !$0.text.isEmpty }
  }

  private func tall(
    _ feature: FeatureVerdict, _ hasMeanings: Bool, _ look: Look
  ) -> [TextPage.Paragraph] {
    func row(_ label: String, _ text: StyledText) -> TextPage.Paragraph {
      TextPage.Paragraph(text, marker: look.text(label.padded(to: 11), .quiet))
    }
    var lines = [
      TextPage.Paragraph(look.text(feature.words)), .gap,
      row(
        "rows", look.text(Format.count(feature.current)) + look.text("  \(window)", .quiet)),
      row(
        "reference",
        look.text(Format.count(feature.reference)) + look.text(" rows", .quiet)), .gap,
    ]
    lines += distances(feature).map { distance in
      row(
        distance.label,
        distance.value.styled(look)
          + look.text(hasMeanings ? "  \(distance.meaning)" : "", .quiet))
    }
    let marks = state.driftHistory?.marks(of: feature.key) ?? []
    if !marks.isEmpty {
      let drifted = marks.count { $0.verdict.isDrift }
      lines += [
        .gap,
        row(
          "windows",
          look.text("\(drifted) of \(marks.count)")
            + look.text(" drifted", .quiet)),
      ]
    }
    return lines
  }

  private func rows(_ feature: FeatureVerdict, _ look: Look) -> StyledText {
    look.text(Format.count(feature.current)) + look.text(" in \(window), ", .quiet)
      + look.text(Format.count(feature.reference)) + look.text(" in the reference", .quiet)
  }

  private func distances(
    _ feature: FeatureVerdict
  ) -> [(label: String, value: Quantity, meaning: String)] {
    var found: [(label: String, value: Quantity, meaning: String)] = []
    func add(_ label: String, _ value: Double?, _ unit: String, _ meaning: String) {
      guard let value else { return }
      found.append((label, Quantity(Figures.index(value), unit), meaning))
    }
    add("PSI", feature.psi, "nats", "stability index")
    add("KS", feature.ks, "of 1", "largest gap")
    add("W1", feature.w1, "sd", "values moved by")
    add("JS", feature.js, "bits", "divergence")
    if let p = feature.p {
      found.append(("p", Quantity(Figures.probability(p)), "chi-squared"))
    }
    if let p = feature.adjustedP {
      found.append(("adjusted p", Quantity(Figures.probability(p)), "for many features"))
    }
    return found
  }
}

/// All windows of one feature that are known, newest first.
struct FeatureHistory {
  private let state: ConsoleState
  private let feature: FeatureVerdict

  init(_ state: ConsoleState, _ feature: FeatureVerdict) {
    self.state = state
    self.feature = feature
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let windows = state.driftHistory?.windows ?? []
    let inner = Panel(
      "drift", detail: "\(state.selected?.model.name ?? "")  \(feature.name)", hotkey: "4",
      value: look.text(
        "\(windows.count) \(windows.count == 1 ? "window" : "windows"), last \(state.panelSpan.name)",
        .quiet),
      isFocused: true
    ).draw(in: rect, on: &grid, look: look)
    // Only what can be seen is made: a list may be long.
    let visible = windows.reversed().dropFirst(state.drift.scroll).prefix(max(0, inner.height - 1))
    let rows = visible.map { window -> Table.Row in
      let time = state.wall.short(Timestamp(seconds: window.to), now: state.shownTime)
      let count = look.text(Format.count(window.rows))
      guard let found = window.features.first(where: { $0.key == feature.key }) else {
        return Table.Row([look.text(time, .quiet), look.text("-", .quiet), count])
      }
      return Table.Row([
        look.text(time, .quiet), found.verdict.status(look), count, index(found.psi, look),
        index(found.ks, look), index(found.w1, look), index(found.js, look),
        look.text(found.adjustedP.map(Figures.probability) ?? "-", .quiet), look.text(found.words),
      ])
    }
    Table(
      columns: [
        Table.Column("WINDOW TO", .fixed(11)), Table.Column("VERDICT", .fixed(9)),
        Table.Column("ROWS", .fixed(6), align: .right),
        Table.Column("PSI", .fixed(6), align: .right),
        Table.Column("KS", .fixed(6), align: .right, dropOrder: 2),
        Table.Column("W1 SD", .fixed(6), align: .right, dropOrder: 3),
        Table.Column("JS", .fixed(6), align: .right, dropOrder: 4),
        Table.Column("P", .fixed(7), align: .right, dropOrder: 1),
        Table.Column("WORDS", .flexible(minimum: 20)),
      ], rows: Array(rows), gap: inner.width < 100 ? 1 : 2
    ).draw(in: inner, on: &grid, look: look)
  }

  private func index(_ value: Double?, _ look: Look) -> StyledText {
    value.map { look.text(Figures.index($0)) } ?? look.text("-", .quiet)
  }
}
