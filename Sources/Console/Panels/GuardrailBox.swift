import Domain
import TextUI

/// What must not get worse: counts and rates of both arms, the difference with its interval on one scale for
/// all, and how far the evidence of harm is from what decides.
struct GuardrailBox {
  private let experiment: ExperimentSummary
  private let selected: Int

  init(_ experiment: ExperimentSummary, selected: Int) {
    self.experiment = experiment
    self.selected = selected
  }

  /// Frame, header, a line or two each, the scale, air, and what follows the table.
  static func height(_ experiment: ExperimentSummary, isDouble: Bool) -> Int {
    7 + (isDouble ? 2 : 1) * max(1, experiment.guardrails.count)
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let unit = experiment.unit == .keys ? "keys, not requests; " : ""
    let inner = Panel("guardrails", detail: "\(unit)challenger minus champion, 95 % interval").draw(
      in: rect, on: &grid, look: look)
    guard !experiment.guardrails.isEmpty else {
      EmptyState(
        experiment.unit == .keys ? "not a key is compared yet" : "not a request is compared yet",
        hints: [Hint("S", "share of the challenger")]
      ).draw(in: inner, on: &grid, look: look)
      return
    }
    let isWide = inner.width >= 110
    let count = experiment.guardrails.count
    let isDouble = inner.height >= 2 * count + 5
    // The split and the latency are worth more than the ends of the scale.
    let hasAxis =
      inner.height >= count + 4 && experiment.guardrails.contains { $0.difference != nil }
    let table = (isDouble ? 2 * count : count) + (hasAxis ? 2 : 1)
    let parts = inner.rows([
      .fixed(min(inner.height, table)), .fixed(inner.height > table + 2 ? 1 : 0), .rest,
    ])
    drawTable(
      isWide: isWide, isDouble: isDouble, hasAxis: hasAxis, in: parts[0], on: &grid, look: look)
    for (index, line) in [latency(look), ratio(look)].enumerated()
    where index < parts[2].height {
      grid.write(line, in: parts[2].row(index).inset(left: 1), ellipsis: look.glyphs.ellipsis)
    }
  }

  /// - Parameter isDouble: whether each guardrail has a second line for counts and limits.
  private func drawTable(
    isWide: Bool, isDouble: Bool, hasAxis: Bool, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let rate = isWide ? 15 : isDouble ? 9 : 7
    let name = isWide ? 17 : 6
    let evidence = isWide ? 10 : 8
    let others = name + 2 * rate + 10 + evidence + 11 + 6 * (isWide ? 2 : 1)
    let strip = max(11, min(61, rect.width - 1 - others - 1) / 2 * 2 + 1)
    let scale = Self.scale(experiment.guardrails)
    var rows: [Table.Row] = []
    for (index, guardrail) in experiment.guardrails.enumerated() {
      var line = row(guardrail, scale, strip, evidence, isWide: isWide, look)
      line.item = index
      rows.append(line)
      if isDouble { rows.append(details(guardrail, isWide: isWide, look)) }
    }
    if hasAxis {
      rows.append(Table.Row(["", "", "", "", Self.axis(scale, strip, look)]))
    }
    Table(
      columns: [
        Table.Column("", .fixed(name)),
        Table.Column(isWide ? "CHAMPION" : "CHAMP", .fixed(rate), align: .right),
        Table.Column(isWide ? "CHALLENGER" : "CHALL", .fixed(rate), align: .right),
        Table.Column("DIFFERENCE", .fixed(10), align: .right), Table.Column("", .fixed(strip)),
        Table.Column("EVIDENCE", .fixed(evidence)), Table.Column("HARM", .fixed(11)),
      ], rows: rows, selection: isDouble ? 2 * selected : selected, gap: isWide ? 2 : 1
    ).draw(in: rect, on: &grid, look: look)
  }

  private func row(
    _ guardrail: ExperimentSummary.Guardrail, _ scale: Double, _ strip: Int, _ bar: Int,
    isWide: Bool, _ look: Look
  ) -> Table.Row {
    let harm = Self.harm(guardrail, isEarly: experiment.verdict == .collecting)
    let part =
      guardrail.needed > 1
      ? ValueAxis(.logarithmic, from: 1, to: guardrail.needed).fraction(guardrail.evidence) : 0
    let tone: Tone = part >= 1 ? .critical : part >= 0.5 ? .warn : .accent
    return Table.Row([
      StyledText(Self.name(guardrail.name, isShort: !isWide), look.theme.text.bold),
      rate(guardrail.champion, look), rate(guardrail.challenger, look),
      guardrail.difference.map { Figures.points($0.value).styled(look) } ?? look.text("-", .quiet),
      Self.interval(guardrail.difference, scale, strip, harm.tone, look),
      Figures.bar(part, width: bar, tone, look), Figures.status(harm, look),
    ])
  }

  /// What the line before was made of.
  private func details(
    _ guardrail: ExperimentSummary.Guardrail, isWide: Bool, _ look: Look
  ) -> Table.Row {
    func counts(_ arm: ExperimentSummary.Arm) -> StyledText {
      let pair = [arm.events, arm.trials].map {
        isWide ? Format.count(Int($0)) : Format.compact(Double($0))
      }
      return look.text(pair.joined(separator: "/"), .quiet)
    }
    let limits = guardrail.difference.map {
      "\(Figures.points($0.low).number) to \(Figures.points($0.high).number)"
    }
    return Table.Row([
      guardrail.limit.map { Self.limit($0, isWide: isWide, look) } ?? "",
      counts(guardrail.champion), counts(guardrail.challenger), "",
      look.text(limits ?? "not drawn yet", .quiet),
      look.text(
        "\(Self.evidence(guardrail.evidence))/\(Self.evidence(guardrail.needed))", .quiet),
    ])
  }

  private func rate(_ arm: ExperimentSummary.Arm, _ look: Look) -> StyledText {
    guard let rate = arm.shownRate else { return look.text("-", .quiet) }
    return Format.percent(rate).styled(look)
  }

  // MARK: Words

  static func name(_ name: String, isShort: Bool) -> String {
    switch name {
    case "slow_requests": isShort ? "slow" : "slow requests"
    case "wrong_predictions": isShort ? "wrong" : "wrong predictions"
    default: name.replacing("_", with: " ")
    }
  }

  /// Above what a request is slow: the objective, or the champion's p99 when the comparison began.
  private static func limit(
    _ limit: ExperimentSummary.Limit, isWide: Bool, _ look: Look
  ) -> StyledText {
    let source = isWide && limit.source == .championP99 ? " (p99)" : ""
    return look.text(">", .quiet) + Figures.latency(limit.microseconds, look, .quiet)
      + look.text(source, .quiet)
  }

  /// What a guardrail says of the challenger. As long as data is missing, no harm says nothing.
  static func harm(_ guardrail: ExperimentSummary.Guardrail, isEarly: Bool) -> Health {
    if guardrail.evidence >= guardrail.needed { return Health(.critical, "worse") }
    guard let difference = guardrail.difference else { return Health(.quiet, "too early") }
    if isEarly, difference.low <= 0 { return Health(.quiet, "too early") }
    if difference.low > 0 { return Health(.warn, "more") }
    return difference.high < 0 ? Health(.ok, "fewer") : Health(.ok, "none seen")
  }

  /// Three digits at most: an e-value has no more to say.
  static func evidence(_ value: Double) -> String {
    if value < 0.01 { return "<0.01" }
    if value < 0.995 { return Format.decimal(value, places: 2) }
    return value > 1e6 ? ">1M" : Format.compact(value < 9.95 ? (value * 10).rounded() / 10 : value)
  }

  // MARK: Interval

  /// Half of the common scale, as a share: the farthest end of any interval, rounded up.
  static func scale(_ guardrails: [ExperimentSummary.Guardrail]) -> Double {
    let farthest =
      guardrails.compactMap(\.difference).flatMap { [$0.low, $0.high] }
      .map(\.magnitude).filter(\.isFinite).max() ?? 0
    return ValueAxis(.linear, fitting: [max(farthest, 0.000_1)]).high
  }

  /// The interval as a line with its middle marked, zero in the middle of the scale.
  static func interval(
    _ difference: ExperimentSummary.Difference?, _ scale: Double, _ width: Int, _ tone: Tone,
    _ look: Look
  ) -> StyledText {
    var cells = [(Character, Style)](
      repeating: (look.glyphs.dashed, look.theme.faint), count: width)
    let axis = ValueAxis(.linear, from: -scale, to: scale)
    func column(_ value: Double) -> Int {
      Int((axis.fraction(value) * Double(width - 1)).rounded())
    }
    if let difference {
      let style = look.style(tone == .quiet ? .accent : tone)
      for x in column(difference.low)...max(column(difference.low), column(difference.high)) {
        cells[x] = (look.glyphs.line, style)
      }
      cells[column(0)] = (look.glyphs.vertical, look.theme.dim)
      cells[column(difference.value)] = (look.glyphs.ok, style.bold)
    } else {
      cells[column(0)] = (look.glyphs.vertical, look.theme.dim)
    }
    return cells.reduce(into: StyledText()) { $0 += StyledText(String($1.0), $1.1) }
  }

  /// The ends and the middle of the common scale.
  static func axis(_ scale: Double, _ width: Int, _ look: Look) -> StyledText {
    let end = Format.decimal(scale * 100, places: scale >= 0.1 ? 0 : scale >= 0.001 ? 1 : 2)
    let left = "-\(end) pp"
    let right = "+\(end) pp"
    let before = String(repeating: " ", count: max(1, width / 2 - left.count))
    let after = String(repeating: " ", count: max(1, width / 2 - right.count))
    return look.text("\(left)\(before)0\(after)\(right)", .quiet)
  }

  // MARK: Below the table

  private func latency(_ look: Look) -> StyledText {
    let label = look.text("p99     ", .quiet)
    guard let latency = experiment.latency else {
      return label + look.text("too few requests to compare latencies", .quiet)
    }
    let signed = Figures.difference(microseconds:)
    let health =
      latency.low > 0
      ? Health(.warn, "slower") : latency.high < 0 ? Health(.ok, "faster") : Health(.ok, "as fast")
    return label + Figures.status(health, look)
      + look.text("  challenger \(signed(latency.value))")
      + look.text(" (95 % \(signed(latency.low)) to \(signed(latency.high)))", .quiet)
  }

  private func ratio(_ look: Look) -> StyledText {
    let label = look.text("split   ", .quiet)
    guard let p = experiment.ratioP else {
      return label + look.text("too few requests to compare yet", .quiet)
    }
    let health = p < 0.001 ? Health(.warn, "mismatch") : Health(.ok, "as configured")
    return label + Figures.status(health, look) + look.text("  p \(Figures.probability(p))")
      + look.text(", a mismatch of the sample ratio is told below 0.001", .quiet)
  }
}
