import Domain
import TextUI

/// A line a feature: a mark for each finished window over time, and the figures of the one shown.
struct FeatureTable {
  private let state: ConsoleState
  private let layout: DriftLayout
  private let span: ChartSpan

  init(_ state: ConsoleState, _ layout: DriftLayout) {
    self.state = state
    self.layout = layout
    span = state.chartSpan
  }

  func draw(
    _ features: [FeatureVerdict], in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let legend = features.count + 3 <= rect.height
    let parts = rect.rows([.rest, .fixed(legend ? 1 : 0)])
    let background = background(look)
    let selected = state.shownFeature?.key
    Table(
      columns: [
        Table.Column("FEATURE", .fixed(layout.nameWidth)),
        Table.Column(axis, .fixed(layout.stripColumns)),
        Table.Column("PSI", .fixed(DriftLayout.psiWidth), align: .right),
        Table.Column("P", .fixed(DriftLayout.pWidth), align: .right, dropOrder: 1),
        Table.Column("VERDICT", .fixed(DriftLayout.verdictWidth)),
      ],
      rows: features.map { feature in
        Table.Row([
          name(feature, look), strip(feature, over: background, look),
          feature.psi.map { look.text(Figures.index($0)) } ?? look.text("-", .quiet),
          feature.adjustedP.map { look.text(Figures.probability($0), .quiet) }
            ?? look.text("-", .quiet),
          feature.verdict.status(look),
        ])
      }, selection: features.firstIndex { $0.key == selected }, gap: layout.gap
    ).draw(in: parts[0], on: &grid, look: look)
    if legend { drawLegend(in: parts[1].inset(left: 1), on: &grid, look: look) }
  }

  private func name(_ feature: FeatureVerdict, _ look: Look) -> StyledText {
    feature.subject == .feature
      ? look.text(feature.name) : look.text("answer ", .quiet) + look.text(feature.name)
  }

  /// The ends of the strip's time, as its title.
  private var axis: String {
    let from = state.wall.minute(span.from)
    let to = state.wall.minute(span.to)
    let middle = state.cursor.map { state.wall.minute($0) } ?? ""
    let room = max(1, span.columnCount * cellsPerColumn - from.count - to.count)
    return from + middle.padded(to: room, align: .center) + to
  }

  /// A wide strip gives each step of time more than one cell.
  private var cellsPerColumn: Int { max(1, layout.stripColumns / max(1, span.columnCount)) }

  private typealias Strip = [(character: Character, style: Style)]

  /// What lies behind every feature's marks: the time that finished windows cover, and the changes.
  private func background(_ look: Look) -> Strip {
    var strip = Strip(repeating: (" ", .plain), count: span.columnCount)
    for window in state.driftHistory?.windows ?? [] {
      guard let last = span.column(of: window.to - 1) else { continue }
      for column in (span.column(of: window.from) ?? 0)...max(last, 0) where column <= last {
        strip[column] = (look.glyphs.horizontal, look.theme.faint)
      }
    }
    for entry in state.timelineEntries where entry.isMark && entry.model == model {
      guard let column = span.column(of: entry.time.seconds) else { continue }
      strip[column] = (look.glyphs.markLine, look.theme.warn)
    }
    return strip
  }

  private var model: String? { state.selected?.model.name }

  private func strip(
    _ feature: FeatureVerdict, over background: Strip, _ look: Look
  ) -> StyledText {
    var strip = background
    let covered = background.map { $0.character == look.glyphs.horizontal }
    var gravest = [Int](repeating: -1, count: strip.count)
    for mark in state.driftHistory?.marks(of: feature.key) ?? [] {
      guard let column = span.column(of: mark.to - 1), mark.verdict.gravity > gravest[column]
      else { continue }
      gravest[column] = mark.verdict.gravity
      strip[column] = (mark.verdict.glyph(look), look.style(mark.verdict.tone))
    }
    if let column = state.cursor.flatMap(span.column(of:)) {
      strip[column].style = strip[column].style.reverse
    }
    let more = cellsPerColumn - 1
    return strip.enumerated().reduce(into: StyledText()) { text, next in
      text += StyledText(String(next.element.character), next.element.style)
      guard more > 0 else { return }
      let isCovered = covered[next.offset]
      text += StyledText(
        String(repeating: isCovered ? look.glyphs.horizontal : " ", count: more),
        look.theme.faint)
    }
  }

  private func drawLegend(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let verdicts: [FeatureVerdict.Verdict] = [
      .ok, .drift, .major, .missing, .constantChanged, .collecting,
    ]
    let words = verdicts.map { verdict in
      look.text(String(verdict.glyph(look)), verdict.tone)
        + look.text(" \(verdict.word)", .quiet)
    }
    grid.write(
      StyledText.joined(words, separator: "  ") + look.text("   one mark a window", .quiet),
      in: rect, ellipsis: look.glyphs.ellipsis)
  }
}
