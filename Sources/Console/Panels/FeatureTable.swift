import Domain
import TextUI

/// A line a feature: the gravest finished window of each step of time as a mark, and the figures of the one shown.
struct FeatureTable {
  private let state: ConsoleState
  private let layout: DriftLayout
  private let span: ChartSpan
  private let history: JudgementHistory?

  init(_ state: ConsoleState, _ layout: DriftLayout) {
    self.state = state
    self.layout = layout
    span = state.chartSpan
    history = state.driftHistory
  }

  func draw(
    _ features: [FeatureVerdict], in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let legend = features.count + 3 <= rect.height
    let parts = rect.rows([.rest, .fixed(legend ? 1 : 0)])
    let selection = features.firstIndex { $0.key == state.shownFeature?.key }
    let height = max(0, parts[0].height - 1)
    let first = Scroll.offset(
      previous: 0, selection: selection, count: features.count, visible: height)
    let brush = brush(look)
    Table(
      columns: [
        Table.Column("FEATURE", .fixed(layout.nameWidth)),
        Table.Column(axis, .fixed(layout.stripColumns)),
        Table.Column("PSI", .fixed(DriftLayout.psiWidth), align: .right),
        Table.Column("P", .fixed(DriftLayout.pWidth), align: .right, dropOrder: 1),
        Table.Column("VERDICT", .fixed(DriftLayout.verdictWidth)),
      ],
      rows: features.enumerated().map { index, feature -> Table.Row in
        // A long list costs what can be seen of it.
        guard index >= first, index < first + height else { return .gap }
        var line = row(feature, brush, look)
        line.item = index
        return line
      }, selection: selection, gap: layout.gap
    ).draw(in: parts[0], on: &grid, look: look)
    if legend { drawLegend(in: parts[1].inset(left: 1), on: &grid, look: look) }
  }

  private func row(_ feature: FeatureVerdict, _ brush: Brush, _ look: Look) -> Table.Row {
    Table.Row([
      name(feature, look), strip(feature, brush),
      feature.psi.map { look.text(Figures.index($0)) } ?? look.text("-", .quiet),
      feature.adjustedP.map { look.text(Figures.probability($0), .quiet) }
        ?? look.text("-", .quiet),
      feature.verdict.status(look),
    ])
  }

  private func name(_ feature: FeatureVerdict, _ look: Look) -> StyledText {
    switch feature.subject {
    case .feature: look.text(feature.name)
    case .score: look.text("answer ", .quiet) + look.text("score")
    case .predictedClass: look.text("answer ", .quiet) + look.text("class")
    }
  }

  /// The ends of the strip's time, as its title.
  private var axis: String {
    let from = state.wall.minute(span.from)
    let to = state.wall.minute(span.to)
    let width = span.columnCount * cellsPerColumn
    var text = from + String(repeating: " ", count: max(1, width - from.count - to.count)) + to
    guard let cursor = state.cursor, let column = span.column(of: cursor) else { return text }
    // Above its column, where the ends leave room.
    let label = state.wall.minute(cursor)
    let room = (from.count + 1)...max(from.count + 1, width - to.count - label.count - 1)
    let wanted = column * cellsPerColumn - label.count / 2
    let start = text.index(
      text.startIndex, offsetBy: min(max(wanted, room.lowerBound), room.upperBound))
    let end = text.index(start, offsetBy: label.count, limitedBy: text.endIndex) ?? text.endIndex
    text.replaceSubrange(start..<end, with: label)
    return text
  }

  /// A wide strip gives each step of time more than one cell.
  private var cellsPerColumn: Int { max(1, layout.stripColumns / max(1, span.columnCount)) }

  private typealias Mark = (character: Character, style: Style)

  /// What all strips of a picture have in common, looked up once.
  private struct Brush {
    /// Behind the marks: the time that finished windows cover, and the changes.
    var background: [Mark]
    var covered: [Bool]
    /// The mark of each verdict, by its gravity.
    var marks: [Mark]
    /// Follows a mark where a step of time has more than one cell.
    var filler: Mark
    var cursor: Int?
  }

  private func brush(_ look: Look) -> Brush {
    let line: Mark = (look.glyphs.horizontal, look.theme.faint)
    var brush = Brush(
      background: [Mark](repeating: (" ", .plain), count: span.columnCount),
      covered: [Bool](repeating: false, count: span.columnCount),
      marks: FeatureVerdict.Verdict.allCases.sorted { $0.gravity < $1.gravity }.map {
        ($0.glyph(look), look.style($0.tone))
      }, filler: line, cursor: state.cursor.flatMap(span.column(of:)))
    for window in history?.windows ?? [] {
      guard let last = span.column(of: window.to - 1) else { continue }
      for column in min(span.column(of: window.from) ?? 0, last)...last {
        brush.background[column] = line
        brush.covered[column] = true
      }
    }
    let model = state.selected?.model.name
    for entry in state.timelineEntries where entry.isMark && entry.model == model {
      guard let column = span.column(of: entry.time.seconds) else { continue }
      brush.background[column] = (look.glyphs.markLine, look.theme.warn)
    }
    return brush
  }

  private func strip(_ feature: FeatureVerdict, _ brush: Brush) -> StyledText {
    var gravest = [Int](repeating: -1, count: span.columnCount)
    for mark in history?.marks(of: feature.key) ?? [] {
      guard let column = span.column(of: mark.to - 1) else { continue }
      gravest[column] = max(gravest[column], mark.verdict.gravity)
    }
    var spans: [StyledText.Span] = []
    func add(_ character: Character, _ style: Style, _ count: Int = 1) {
      guard count > 0 else { return }
      if spans.last?.style != style { spans.append(StyledText.Span("", style)) }
      for _ in 0..<count { spans[spans.count - 1].text.append(character) }
    }
    for (column, gravity) in gravest.enumerated() {
      let mark = gravity < 0 ? brush.background[column] : brush.marks[gravity]
      add(mark.character, column == brush.cursor ? mark.style.reverse : mark.style)
      let isCovered = brush.covered[column]
      add(isCovered ? brush.filler.character : " ", brush.filler.style, cellsPerColumn - 1)
    }
    return StyledText(spans)
  }

  private func drawLegend(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let verdicts: [FeatureVerdict.Verdict] = [
      .ok, .drift, .major, .missing, .constantChanged, .collecting,
    ]
    let words = verdicts.map { verdict in
      look.text(String(verdict.glyph(look)), verdict.tone)
        + look.text(" \(verdict.word)", .quiet)
    }
    let marks = StyledText.joined(words, separator: "  ") + StyledText("   ")
    let long = marks + look.text("the gravest window in each column", .quiet)
    let line = long.width <= rect.width ? long : marks + look.text("the gravest shown", .quiet)
    grid.write(line, in: rect, ellipsis: look.glyphs.ellipsis)
  }
}
