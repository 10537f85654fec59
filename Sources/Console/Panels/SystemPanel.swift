import Domain
import TextUI

/// How near the machine, the server and its stores are to their limits: a bar each, what is nearest on the border.
struct SystemPanel {
  private let state: ConsoleState
  private let snapshot: SystemSnapshot
  private let history: SystemHistory

  init(_ state: ConsoleState, _ snapshot: SystemSnapshot) {
    self.state = state
    self.snapshot = snapshot
    history = SystemHistory(state)
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    if state.showsPast {
      drawPast(in: rect, on: &grid, look: look)
      return
    }
    let limits = SystemLimits.all(snapshot).map(history.pointed)
    let inner = Panel(
      "system", detail: snapshot.server.host + (isPointed ? "  \(state.pointedTime)" : ""),
      hotkey: PanelID.system.key,
      value: nearest(limits, look), isFocused: true
    ).draw(in: rect, on: &grid, look: look)
    let isMeasured = snapshot.saturation?.machine != nil
    // How a source stands is of now, or of the pause.
    let sources = SourcesBox(isPointed ? [] : snapshot.sources, now: state.shownTime)
    let notes = notes(inner, look)
    let parts = inner.inset(top: isMeasured ? 0 : 2)
      .rows([.rest, .fixed(min(sources.height(look), inner.height / 3)), .fixed(notes.count)])
    sources.draw(in: parts[1], on: &grid, look: look)
    for (index, note) in notes.enumerated() where index < parts[2].height {
      grid.write(note, in: parts[2].row(index).inset(left: 1), ellipsis: look.glyphs.ellipsis)
    }
    if !isMeasured {
      grid.write(
        look.text(
          snapshot.saturation == nil
            ? "this server does not measure its machine: it is of an older version"
            : "the machine is being measured: it takes two looks, a second apart", .quiet),
        in: inner.row(0).inset(left: 1), ellipsis: look.glyphs.ellipsis)
    }
    let own = Self.isLow(inner) || isPointed ? [] : SystemLimits.console(state.cost)
    drawBody(limits + own, in: parts[0], on: &grid, look: look)
  }

  /// Whether the figures are of the step under the cursor.
  private var isPointed: Bool { state.cursorStep(in: state.chartSpan) != nil }

  /// What was measured over time, and what of the rest is not recorded.
  private func drawPast(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let inner = Panel(
      "system", detail: snapshot.server.host, hotkey: PanelID.system.key, isFocused: true
    ).draw(in: rect, on: &grid, look: look)
    let words =
      "the limits themselves are not recorded, nor are silences, alerts that only waited, and memory and files of versions"
    let note = look.text(words, .quiet).wrapped(to: inner.width - 2)
    let parts = inner.inset(left: 1, right: 1).rows([.rest, .fixed(note.count)])
    history.draw(in: parts[0], on: &grid, look: look)
    for (index, line) in note.enumerated() where index < parts[1].height {
      grid.write(line, in: parts[1].row(index))
    }
  }

  private static func isLow(_ rect: Rect) -> Bool { rect.height < 28 }

  /// The lines below: why there is no past where no chart says it, the console's own cost where its rows would be out of
  /// sight, and what a crash would take.
  private func notes(_ rect: Rect, _ look: Look) -> [StyledText] {
    var notes: [StyledText] = []
    if let absence = history.absence, rect.width < 130 {
      notes.append(look.text(absence.words, absence.tone))
    }
    if Self.isLow(rect), !isPointed, let cost = state.cost { notes.append(own(cost, look)) }
    return notes + [LossBound.line(snapshot.store, now: state.shownTime, width: rect.width, look)]
  }

  private func own(_ cost: ConsoleCost, _ look: Look) -> StyledText {
    var parts = [
      Format.percent(cost.processor).styled(look) + look.text(" of a core", .quiet),
      Format.bytes(Double(cost.residentBytes)).styled(look),
      amount(cost.bytesPerSecond, .bytesPerSecond).styled(look),
      look.text(Format.decimal(cost.wakeupsPerSecond, places: 1)) + look.text(" wakeups/s", .quiet),
    ]
    if let frame = cost.frame {
      parts.append(
        look.text("picture ", .quiet) + Format.latency(microseconds: frame.mean).styled(look))
    }
    return look.text("console ", .quiet) + StyledText.joined(parts, separator: ", ")
  }

  private func drawBody(
    _ limits: [SystemLimit], in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    guard rect.width >= 130 else {
      drawGroups(SystemLimit.Group.allCases, limits, in: rect, on: &grid, look: look)
      return
    }
    let left: [SystemLimit.Group] = [.machine, .process, .console]
    let right: [SystemLimit.Group] = [.engine, .store]
    let needed =
      max(rows(left, limits, 8, 8, look).count, rows(right, limits, 8, 8, look).count) + 1
    let charts = rect.height - needed - 1
    let parts = rect.rows([.rest, .fixed(charts >= 16 ? charts : 0)])
    let halves = parts[0].columns([.share(1), .share(1)], gap: 3)
    drawGroups(left, limits, in: halves[0], on: &grid, look: look)
    drawGroups(right, limits, in: halves[1], on: &grid, look: look)
    if charts >= 16 { history.draw(in: parts[1].inset(left: 1), on: &grid, look: look) }
  }

  /// What would be used up first.
  private func nearest(_ limits: [SystemLimit], _ look: Look) -> StyledText {
    let all = SystemLimits.withCoresTogether(limits)
    guard let worst = all.max(by: { $0.urgency < $1.urgency }), let share = worst.share else {
      return ""
    }
    return look.text("nearest: \(worst.name) ", .quiet)
      + Format.wholePercent(share).styled(
        look, worst.health.tone == .ok ? .normal : worst.health.tone)
  }

  private func drawGroups(
    _ groups: [SystemLimit.Group], _ limits: [SystemLimit], in rect: Rect,
    on grid: inout CellGrid, look: Look
  ) {
    // Names whole, then the past: how full something is stands in figures beside it.
    let pastWidth = max(8, min(SystemLayout.past, rect.width - 65))
    let barWidth = max(8, min(40, rect.width - 66 - pastWidth))
    var rows = self.rows(groups, limits, barWidth, pastWidth, look)
    // Too low: one line for all cores, and no air between the groups.
    if rows.count > rect.height - 1 {
      rows = self.rows(groups, SystemLimits.withCoresJoined(limits), barWidth, pastWidth, look)
      rows.removeAll { $0.cells.isEmpty }
    }
    Table(
      columns: [
        Table.Column("", .fixed(8)), Table.Column("WHAT", .flexible(minimum: 24, maximum: 30)),
        Table.Column("STATUS", .fixed(7)), Table.Column("", .fixed(barWidth), dropOrder: 2),
        Table.Column("LAST \(state.panelSpan.name)".uppercased(), .fixed(pastWidth), dropOrder: 1),
        Table.Column("USED", .fixed(9), align: .right),
        Table.Column("OF", .fixed(9), align: .right),
      ], rows: rows, gap: 1
    ).draw(in: rect, on: &grid, look: look)
  }

  private func rows(
    _ groups: [SystemLimit.Group], _ limits: [SystemLimit], _ barWidth: Int, _ pastWidth: Int,
    _ look: Look
  ) -> [Table.Row] {
    var rows: [Table.Row] = []
    for group in groups {
      let own = limits.filter { $0.group == group }
      if !rows.isEmpty, !own.isEmpty { rows.append(.gap) }
      for (index, limit) in own.enumerated() {
        let title = index == 0 ? StyledText(group.rawValue, look.theme.title) : ""
        rows.append(Table.Row([title] + row(limit, barWidth, pastWidth, look)))
      }
    }
    return rows
  }

  private func row(
    _ limit: SystemLimit, _ barWidth: Int, _ pastWidth: Int, _ look: Look
  ) -> [StyledText] {
    let tone = limit.health.tone
    let bar = limit.share.map {
      Figures.bar($0, width: barWidth, tone == .ok ? .accent : tone, look)
    }
    return [
      look.text(limit.name), limit.share == nil ? "" : Figures.status(limit.health, look),
      bar ?? "", history.sparkline(of: limit, width: pastWidth, look),
      limit.isKnown ? amount(limit.used, limit.unit).styled(look) : look.text("not kept", .quiet),
      limit.limit.map { amount($0, limit.unit).styled(look, .quiet) } ?? look.text("-", .quiet),
    ]
  }

  private func amount(_ value: Double, _ unit: SystemLimit.Unit) -> Quantity {
    switch unit {
    case .share: Format.percent(value)
    case .bytes: Format.bytes(value)
    case .microseconds: Format.latency(microseconds: value)
    case .cores: Quantity(Format.decimal(value, places: 2))
    case .files, .threads, .requests: Quantity(Format.count(Int(value)))
    case .bytesPerSecond:
      Quantity(Format.bytes(value).number, Format.bytes(value).unit + "/s")
    case .perSecond: Quantity(Format.decimal(value, places: 1), "/s")
    }
  }
}
