import Domain
import TextUI

/// How right the answers are, block by block, against what two simple answers would have scored.
struct ConceptBox {
  private let state: ConsoleState
  private let model: ModelSnapshot
  private let version: String

  init(_ state: ConsoleState, _ model: ModelSnapshot, _ version: String) {
    self.state = state
    self.model = model
    self.version = version
  }

  /// Columns from which there is room for charts.
  static let chartWidth = 110

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    guard let summary = known else {
      drawUnjudged(in: rect, on: &grid, look: look)
      return
    }
    let inner = Panel(
      isRegression(summary) ? "mean error" : "accuracy",
      detail: course(in: rect) == nil ? "by block" : "by version",
      value: Figures.status(summary.health, look)
    ).draw(in: rect, on: &grid, look: look)
    guard rect.width >= ConceptBox.chartWidth, inner.height >= 6 else {
      TextPage(facts(summary, look, isShort: true)).draw(in: inner, on: &grid, look: look)
      return
    }
    let isWidest = rect.width >= 160
    let parts = inner.columns(
      isWidest
        ? [.share(4), .share(3), .fixed(56)] : [.share(1), .fixed(0), .fixed(54)], gap: 2)
    drawScores(summary, course(in: rect), in: parts[0], on: &grid, look: look)
    if isWidest { drawEvidence(in: parts[1], on: &grid, look: look) }
    TextPage(facts(summary, look, isShort: false)).draw(in: parts[2], on: &grid, look: look)
  }

  private func drawUnjudged(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let course = course(in: rect)
    let inner = Panel(
      model.unjudgedMeasure(of: version) == .absoluteError ? "mean error" : "accuracy",
      detail: course == nil ? "" : "by version"
    ).draw(in: rect, on: &grid, look: look)
    let words =
      state.showsPast ? "no block of labelled predictions was judged by then" : noSummary
    guard let course else {
      EmptyState(words).draw(in: inner, on: &grid, look: look)
      return
    }
    let parts = inner.columns([.share(1), .fixed(54)], gap: 2)
    drawCourse(course, in: parts[0], on: &grid, look: look)
    TextPage([TextPage.Paragraph(look.text(words))]).draw(in: parts[1], on: &grid, look: look)
  }

  /// Where labels have come that nobody has judged yet, it is not said that there are none.
  private var known: ConceptSummary? {
    var summary = model.judgement?.concept(of: version)
    if summary?.state == .noLabels, arrived != nil { summary?.state = .collecting }
    return summary
  }

  private var noSummary: String {
    arrived ?? "no labels yet: they are sent to /vigia/v1/models/\(model.name)/labels"
  }

  /// Labels that came, though the judge has not seen them; nil where there are none.
  private var arrived: String? {
    guard !state.showsPast, let labels = model.version(version)?.recent.labels, labels > 0 else {
      return nil
    }
    return "\(Format.count(Int(labels))) labels in the last 15 min, not judged yet"
  }

  private var slot: QueryBoard.Slot {
    .judgements(.quality, model: model.name, version: version)
  }

  private var blocks: [QualityBlock] {
    state.board.judgements(.quality, model: model.name, version: version)?.blocks ?? []
  }

  private func isRegression(_ summary: ConceptSummary) -> Bool {
    summary.last?.absoluteError != nil || model.unjudgedMeasure(of: version) == .absoluteError
  }

  // MARK: Facts

  private func facts(
    _ summary: ConceptSummary, _ look: Look, isShort: Bool
  ) -> [TextPage.Paragraph] {
    let tone = summary.health.tone
    let since =
      summary.openSince.map {
        look.text("since \(state.wall.short($0, now: state.shownTime))  ", tone)
      } ?? ""
    var lines = [
      TextPage.Paragraph(since + look.text(words(summary), tone == .critical ? tone : .normal))
    ]
    if let compared = model.judgement?.championAccuracy(of: version), let words = compared.sentence
    {
      lines.insert(TextPage.Paragraph(look.status(compared.health.tone, words)), at: 0)
    }
    if !isShort { lines.append(.gap) }
    if let last = summary.last {
      lines.append(TextPage.Paragraph(scores(last, look)))
      if !isShort, let more = calibration(last, look) { lines.append(TextPage.Paragraph(more)) }
    }
    let progress = progress(summary, look)
    lines +=
      isShort
      ? [TextPage.Paragraph(StyledText.joined(progress, separator: "   "))]
      : progress.map { TextPage.Paragraph($0) }
    return lines
  }

  private func words(_ summary: ConceptSummary) -> String {
    model.judgement?.concept(of: version)?.state == .noLabels
      ? arrived ?? summary.words : summary.words
  }

  private func scores(_ block: QualityBlock, _ look: Look) -> StyledText {
    let time = "\(state.wall.minute(block.from)) to \(state.wall.minute(block.to))  "
    var parts: [StyledText] = []
    if let accuracy = block.accuracy {
      parts.append(look.text("accuracy ", .quiet) + look.text(Format.score(accuracy)))
    }
    if let error = block.absoluteError {
      parts.append(look.text("mean error ", .quiet) + look.text(Figures.magnitude(error)))
    }
    if let noChange = block.noChange {
      parts.append(look.text("no-change ", .quiet) + look.text(Format.score(noChange)))
    }
    if let majority = block.majority {
      parts.append(look.text("majority ", .quiet) + look.text(Format.score(majority)))
    }
    return look.text(time, .quiet) + StyledText.joined(parts, separator: "  ")
  }

  private func calibration(_ block: QualityBlock, _ look: Look) -> StyledText? {
    let figures: [(String, Double?)] = [
      ("log-loss", block.logLoss), ("Brier", block.brier), ("ECE", block.ece), ("AUC", block.auc),
    ]
    let parts = figures.compactMap { label, value in
      value.map { look.text("\(label) ", .quiet) + look.text(Format.score($0)) }
    }
    return parts.isEmpty ? nil : StyledText.joined(parts, separator: "  ")
  }

  /// How many labels came, and how near the alarm is.
  private func progress(_ summary: ConceptSummary, _ look: Look) -> [StyledText] {
    var parts: [StyledText] = []
    if let completeness = summary.completeness {
      parts.append(
        look.text("labels for ", .quiet) + Format.wholePercent(completeness).styled(look)
          + look.text(" of the open block", .quiet))
    }
    if let evidence = summary.evidence {
      let tone: Tone = evidence >= 1 ? .critical : evidence >= 0.5 ? .warn : .accent
      parts.append(
        look.text("evidence ", .quiet)
          + Figures.bar(evidence, width: 10, tone, look)
          + look.text(" \(Figures.ofOne(evidence))")
          + look.text(" of 1", .quiet))
    }
    return parts.isEmpty ? [look.text("no block is judged yet", .quiet)] : parts
  }

  // MARK: Charts

  /// How right each version was about the rows of each step, by those that have their label: what there is to see before a
  /// block is judged, and tells when all fell. Nil where there is nothing of it, and no room.
  private func course(in rect: Rect) -> SeriesResult? {
    guard rect.width >= ConceptBox.chartWidth, let measure = model.unjudgedMeasure(of: version),
      blocks.isEmpty,
      let result = state.board.series(.series(measure, model: model.name)),
      result.lines.contains(where: { $0.values.contains { $0 != nil } })
    else { return nil }
    return result
  }

  private func drawCourse(
    _ result: SeriesResult, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let isError = model.unjudgedMeasure(of: version) == .absoluteError
    LineChart(
      series: state.versionSeries(result, of: model, look),
      axis: isError ? nil : ValueAxis(.linear, from: 0, to: 1),
      time: state.timeAxis(model: model.name, chart: rect.width),
      label: { isError ? Figures.magnitude($0) : Format.score($0) }
    ).draw(in: rect, on: &grid, look: look)
  }

  private func drawScores(
    _ summary: ConceptSummary, _ course: SeriesResult?, in rect: Rect, on grid: inout CellGrid,
    look: Look
  ) {
    let blocks = blocks
    guard !blocks.isEmpty else {
      if let course {
        drawCourse(course, in: rect, on: &grid, look: look)
      } else {
        empty(summary).draw(in: rect, on: &grid, look: look)
      }
      return
    }
    let isRegression = isRegression(summary)
    let lines: [(String, Style, (QualityBlock) -> Double?)] =
      isRegression
      ? [("mean error", look.theme.series(0), \.absoluteError)]
      : [
        ("majority", look.theme.dim, \.majority), ("no-change", look.theme.series(1), \.noChange),
        ("accuracy", look.theme.series(0), \.accuracy),
      ]
    let series = lines.compactMap { name, style, value -> LineChart.Series? in
      let values = steps(blocks, value)
      guard values.contains(where: { $0 != nil }) else { return nil }
      return LineChart.Series(name, values, style: style)
    }
    let all = series.flatMap { $0.values.compactMap(\.self) }
    let low = ((all.min() ?? 0) * 10 - 0.2).rounded(.down) / 10
    let high = ((all.max() ?? 1) * 10 + 0.2).rounded(.up) / 10
    LineChart(
      series: series,
      axis: isRegression ? nil : ValueAxis(.linear, from: max(0, low), to: min(1, high)),
      time: state.timeAxis(model: model.name, chart: rect.width),
      label: { isRegression ? Figures.magnitude($0) : Format.score($0) }
    ).draw(in: rect, on: &grid, look: look)
  }

  private func drawEvidence(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let values = steps(blocks, \.evidence)
    guard values.contains(where: { $0 != nil }) else {
      EmptyState("no evidence yet: it is weighed when a block ends").draw(
        in: rect, on: &grid, look: look)
      return
    }
    let top = max(1.2, (values.compactMap(\.self).max() ?? 1) * 1.05)
    LineChart(
      series: [LineChart.Series("evidence of more errors", values, style: look.theme.series(0))],
      axis: ValueAxis(.linear, from: 0, to: min(top, 10)),
      levels: [PlotLevel(1, label: "alarm", tone: .critical)],
      time: state.timeAxis(model: model.name, chart: rect.width),
      label: { Format.decimal($0, places: 1) }
    ).draw(in: rect, on: &grid, look: look)
  }

  /// A value in every column that its block covers.
  private func steps(
    _ blocks: [QualityBlock], _ value: (QualityBlock) -> Double?
  ) -> [Double?] {
    let span = state.chartSpan
    var values = [Double?](repeating: nil, count: span.columnCount)
    for block in blocks {
      guard let found = value(block), block.to > span.from, block.from < span.to else { continue }
      let first = span.column(of: max(block.from, span.from)) ?? 0
      let last = span.column(of: min(block.to, span.to) - 1) ?? first
      for column in first...max(first, last) { values[column] = found }
    }
    return values
  }

  private func empty(_ summary: ConceptSummary) -> EmptyState {
    if let failure = state.board.failure(slot) {
      return EmptyState(
        "the blocks cannot be read: \(failure). Asked again every 5 s.", tone: .warn)
    }
    if state.board.judgements(.quality, model: model.name, version: version) == nil {
      return EmptyState(state.waiting(slot) ?? "reading the blocks")
    }
    if summary.state == .noLabels {
      return EmptyState("no labels came: how right the answers are is not known")
    }
    if summary.last == nil { return EmptyState("no block of labelled predictions is judged yet") }
    return EmptyState(
      "no block was judged in the last \(state.panelSpan.name)", hints: [Hint("-", "longer span")])
  }
}

extension ModelSnapshot {
  /// How right its versions are, by the labels that came, whatever kind of model it is; nil without labels.
  private var qualityMeasure: SeriesQuery.Measure? {
    let recent = versions.map(\.recent)
    if recent.contains(where: { $0.absoluteError != nil }) { return .absoluteError }
    return recent.contains { $0.accuracy != nil } ? .accuracy : nil
  }

  /// The same while no block of the version has been judged.
  func unjudgedMeasure(of version: String) -> SeriesQuery.Measure? {
    judgement?.concept(of: version)?.last == nil ? qualityMeasure : nil
  }
}
