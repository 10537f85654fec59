import Domain
import TextUI

/// How near the machine, the server and its stores are to their limits: a bar each, what is nearest on the border.
struct SystemPanel {
  private let state: ConsoleState
  private let snapshot: SystemSnapshot

  init(_ state: ConsoleState, _ snapshot: SystemSnapshot) {
    self.state = state
    self.snapshot = snapshot
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    if state.isPast {
      let inner = Panel(
        "system", detail: snapshot.server.host, hotkey: PanelID.system.key, isFocused: true
      ).draw(in: rect, on: &grid, look: look)
      EmptyState(
        "limits of machine, server and stores are not recorded, nor are silences, alerts that only waited, and "
          + "memory, files and queues of versions: of the past they are not known"
      ).draw(in: inner, on: &grid, look: look)
      return
    }
    let limits = SystemLimits.all(snapshot)
    let inner = Panel(
      "system", detail: snapshot.server.host, hotkey: PanelID.system.key,
      value: nearest(limits, look), isFocused: true
    ).draw(in: rect, on: &grid, look: look)
    let isMeasured = snapshot.saturation?.machine != nil
    let sources = SourcesBox(snapshot.sources, now: state.shownTime)
    let parts = inner.inset(top: isMeasured ? 0 : 2)
      .rows([.rest, .fixed(min(sources.height(look), inner.height / 3))])
    let body = parts[0]
    sources.draw(in: parts[1], on: &grid, look: look)
    if !isMeasured {
      grid.write(
        look.text(
          snapshot.saturation == nil
            ? "this server does not measure its machine: it is of an older version"
            : "the machine is being measured: it takes two looks, a second apart", .quiet),
        in: inner.row(0).inset(left: 1), ellipsis: look.glyphs.ellipsis)
    }
    guard body.width >= 130 else {
      drawGroups(SystemLimit.Group.allCases, limits, in: body, on: &grid, look: look)
      return
    }
    let halves = body.columns([.share(1), .share(1)], gap: 3)
    drawGroups([.machine, .process], limits, in: halves[0], on: &grid, look: look)
    drawGroups([.engine, .store], limits, in: halves[1], on: &grid, look: look)
  }

  /// What would be used up first.
  private func nearest(_ limits: [SystemLimit], _ look: Look) -> StyledText {
    guard let worst = limits.max(by: { ($0.share ?? 0) < ($1.share ?? 0) }), let share = worst.share
    else { return "" }
    return look.text("nearest: \(worst.name) ", .quiet)
      + Format.wholePercent(share).styled(
        look, worst.health.tone == .ok ? .normal : worst.health.tone)
  }

  private func drawGroups(
    _ groups: [SystemLimit.Group], _ limits: [SystemLimit], in rect: Rect,
    on grid: inout CellGrid, look: Look
  ) {
    let barWidth = max(8, min(40, rect.width - 62))
    var rows = self.rows(groups, limits, barWidth, look)
    // Too low: one line for all cores, and no air between the groups.
    if rows.count > rect.height - 1 {
      rows = self.rows(groups, SystemLimits.withCoresJoined(limits), barWidth, look)
      rows.removeAll { $0.cells.isEmpty }
    }
    Table(
      columns: [
        Table.Column("", .fixed(8)), Table.Column("WHAT", .flexible(minimum: 14, maximum: 30)),
        Table.Column("STATUS", .fixed(7)), Table.Column("", .fixed(barWidth), dropOrder: 1),
        Table.Column("USED", .fixed(9), align: .right),
        Table.Column("OF", .fixed(9), align: .right),
      ], rows: rows, gap: 1
    ).draw(in: rect, on: &grid, look: look)
  }

  private func rows(
    _ groups: [SystemLimit.Group], _ limits: [SystemLimit], _ barWidth: Int, _ look: Look
  ) -> [Table.Row] {
    var rows: [Table.Row] = []
    for group in groups {
      let own = limits.filter { $0.group == group }
      if !rows.isEmpty, !own.isEmpty { rows.append(.gap) }
      for (index, limit) in own.enumerated() {
        let title = index == 0 ? StyledText(group.rawValue, look.theme.title) : ""
        rows.append(Table.Row([title] + row(limit, barWidth, look)))
      }
    }
    return rows
  }

  private func row(_ limit: SystemLimit, _ barWidth: Int, _ look: Look) -> [StyledText] {
    let tone = limit.health.tone
    let bar = limit.share.map {
      Figures.bar($0, width: barWidth, tone == .ok ? .accent : tone, look)
    }
    return [
      look.text(limit.name), limit.share == nil ? "" : Figures.status(limit.health, look),
      bar ?? "", amount(limit.used, limit.unit).styled(look),
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
    }
  }
}
