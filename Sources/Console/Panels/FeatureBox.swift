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
    guard inner.height >= 8 else {
      drawLines(short(feature, width: inner.width - 2, look), in: inner, on: &grid, look: look)
      return
    }
    let lines = wrapped(
      tall(feature, isHigh: inner.height >= 26, inner.width >= 46, look), to: inner.width - 2)
    let rest = inner.height - min(lines.count, inner.height / 2)
    let path = rest >= 22 ? min(14, rest / 2) : 0
    let parts = inner.rows([.fixed(inner.height - rest), .rest, .fixed(path)])
    drawLines(lines, in: parts[0], on: &grid, look: look)
    DistributionChart(state, feature).draw(in: parts[1], on: &grid, look: look)
    if path > 0 { drawPath(feature, in: parts[2], on: &grid, look: look) }
  }

  private func wrapped(_ lines: [TextPage.Paragraph], to width: Int) -> [StyledText] {
    lines.flatMap { paragraph in
      let room = max(1, width - paragraph.marker.width)
      let blank = StyledText(String(repeating: " ", count: paragraph.marker.width))
      return paragraph.text.wrapped(to: room).enumerated().map { index, line in
        (index == 0 ? paragraph.marker : blank) + line
      }
    }
  }

  private func drawLines(
    _ lines: [StyledText], in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    for (index, line) in lines.prefix(rect.height).enumerated() {
      grid.write(line, in: rect.row(index).inset(left: 1), ellipsis: look.glyphs.ellipsis)
    }
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
    state.shownWindow.map { state.span(of: $0) } ?? "the last window"
  }

  /// Three lines: the words, and both sides as a row of bars each.
  private func short(_ feature: FeatureVerdict, width: Int, _ look: Look) -> [StyledText] {
    let words = look.text(feature.words, feature.words.isEmpty ? .quiet : .normal)
    let figures = distanceLine(feature, look)
    guard case .known(let distribution, let window) = state.distribution(of: feature) else {
      return [words, figures, rows(feature, look)].filter { !$0.isEmpty }
    }
    let bars = distribution.rows(look, tone: feature.verdict.chartTone, width: min(20, width / 3))
    let labelled = [
      look.text("reference ", .quiet) + bars.reference,
      look.text("live      ", .quiet) + bars.current,
    ]
    let column = (labelled.map(\.width).max() ?? 0) + 3
    let counts = [distribution.referenceRows, distribution.currentRows].map(Format.count)
    let digits = counts.map(\.count).max() ?? 0
    let numbers = counts.map { String(repeating: " ", count: digits - $0.count) + "\($0) rows  " }
    let sides = [
      look.text(numbers[0], .quiet) + figures,
      look.text(
        numbers[1] + "\(state.span(of: window)), "
          + Figures.ago(Timestamp(seconds: window.to), state.shownTime), .quiet),
    ]
    let special = look.text(distribution.specialWords.map { "  \($0)" }.joined())
    let last = column + sides[1].width + special.width <= width ? special : ""
    return [words]
      + zip(labelled, [sides[0], sides[1] + last]).map { line, side in
        line + StyledText(String(repeating: " ", count: column - line.width)) + side
      }
  }

  /// - Parameter isHigh: whether each distance has a line of its own.
  private func tall(
    _ feature: FeatureVerdict, isHigh: Bool, _ hasMeanings: Bool, _ look: Look
  ) -> [TextPage.Paragraph] {
    func row(_ label: String, _ text: StyledText) -> TextPage.Paragraph {
      TextPage.Paragraph(text, marker: look.text(label.padded(to: 11), .quiet))
    }
    var lines = [TextPage.Paragraph(look.text(feature.words))]
    if isHigh {
      lines += [
        .gap,
        row("rows", look.text(Format.count(feature.current)) + look.text("  \(window)", .quiet)),
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
    } else {
      lines.append(TextPage.Paragraph(distanceLine(feature, look)))
    }
    let marks = state.driftHistory?.marks(of: feature.key) ?? []
    if !marks.isEmpty {
      let drifted = marks.count { $0.verdict.isDrift }
      lines.append(
        row(
          "windows",
          look.text("\(drifted) of \(marks.count)") + look.text(" drifted", .quiet)))
    }
    return lines + [.gap]
  }

  private func distanceLine(_ feature: FeatureVerdict, _ look: Look) -> StyledText {
    StyledText.joined(
      distances(feature).map { distance in
        look.text("\(distance.label) ", .quiet)
          + look.text(distance.value.number + (distance.label == "W1" ? " sd" : ""))
      }, separator: "  ")
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
