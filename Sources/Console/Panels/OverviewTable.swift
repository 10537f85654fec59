import Domain
import TextUI

/// The table of the overview. Its columns are chosen for the width, so that nothing is cut: how a version does, its latency,
/// errors and accuracy stay longest.
struct OverviewTable {
  private let state: ConsoleState
  private let snapshot: SystemSnapshot
  private let width: Int
  private let isSpaced: Bool
  private let health: VersionHealth

  init(_ state: ConsoleState, _ snapshot: SystemSnapshot, width: Int, isSpaced: Bool) {
    self.state = state
    self.snapshot = snapshot
    health = VersionHealth(snapshot)
    self.width = width
    self.isSpaced = isSpaced
  }

  private var isNarrow: Bool { width < 100 }
  private var isWide: Bool { width >= 160 }
  private var sparkWidth: Int { isNarrow ? 7 : isWide ? 30 : 8 }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    var rows: [Table.Row] = []
    var selectedRow: Int?
    let listed = state.listedVersions(snapshot)
    guard !listed.isEmpty else {
      EmptyState("no row passes the filter", hints: [Hint("Esc", "clears")])
        .draw(in: rect, on: &grid, look: look)
      return
    }
    for model in snapshot.models {
      let names = listed.filter { $0.model == model.name }.map(\.version)
      if isSpaced, !rows.isEmpty, !names.isEmpty { rows.append(.gap) }
      for (index, name) in names.enumerated() {
        if state.selected?.model.name == model.name, state.selected?.version == name {
          selectedRow = rows.count
        }
        var line = row(model, name, isFirst: index == 0, look)
        line.item = listed.firstIndex(of: ModelVersion(model: model.name, version: name))
        rows.append(line)
      }
    }
    Table(
      columns: columns, rows: rows, selection: selectedRow,
      headerGap: rows.count + 2 <= rect.height && isSpaced ? 1 : 0, gap: isNarrow ? 1 : 2
    ).draw(in: rect, on: &grid, look: look)
  }

  private var columns: [Table.Column] {
    var columns = [
      Table.Column("MODEL", .flexible(minimum: 11), keepsEnds: true),
      Table.Column("STATUS", .fixed(isNarrow ? 8 : isWide ? 10 : 9)),
      Table.Column("VERSION", .fixed(isNarrow ? 9 : isWide ? 14 : 13)),
      Table.Column("SHARE", .fixed(5), align: .right, dropOrder: 8),
      Table.Column("REQ/S", .fixed(isNarrow ? 5 : 6), align: .right, dropOrder: 7),
      Table.Column(
        isWide ? "LAST \(state.span.name)".uppercased() : state.span.name, .fixed(sparkWidth),
        dropOrder: 9),
    ]
    if isWide { columns.append(Table.Column("P50", .fixed(7), align: .right)) }
    columns.append(
      isNarrow || isWide
        ? Table.Column("P99", .fixed(7), align: .right)
        : Table.Column("P50/P99", .fixed(12), align: .right))
    if isWide {
      columns.append(Table.Column("SLO", .fixed(7), align: .right, dropOrder: 4))
      columns.append(Table.Column("SLOW", .fixed(7), align: .right, dropOrder: 5))
    }
    columns.append(Table.Column("ERRORS", .fixed(7), align: .right))
    if !isNarrow { columns.append(Table.Column("DRIFT", .fixed(9), dropOrder: 1)) }
    columns.append(Table.Column("ACCURACY", .fixed(8), align: .right))
    if isWide {
      columns.append(Table.Column("NO-CHANGE", .fixed(9), align: .right, dropOrder: 6))
      columns.append(Table.Column("LABELS", .fixed(8), align: .right, dropOrder: 7))
    }
    if !isNarrow {
      columns.append(Table.Column("BUDGET", .fixed(7), align: .right, dropOrder: 2))
    }
    return columns
  }

  private func row(
    _ model: ModelSnapshot, _ name: String, isFirst: Bool, _ look: Look
  ) -> Table.Row {
    let title = isFirst ? StyledText(model.name, look.theme.text.bold) : ""
    guard let version = model.version(name) else {
      return Table.Row([
        title, look.status(.critical, isNarrow ? "missing" : "not found"), look.text(name),
      ])
    }
    let health = health.of(version, in: model)
    let concept = model.judgement?.concept(of: name)
    var cells = [
      title, Figures.status(health, look), label(version, look),
      Figures.share(version, look), Figures.rate(version, look),
      sparkline(model, version, health, look),
    ]
    if isWide { cells.append(Figures.latency(version.recent.p50, look)) }
    cells.append(
      isNarrow || isWide
        ? Figures.p99(version, model.objective, look)
        : Figures.latencies(version, model.objective, look))
    if isWide {
      cells.append(Figures.latency(model.objective?.latency, look, .quiet))
      cells.append(version.recent.slowShare.map { Format.percent($0).styled(look) } ?? "")
    }
    cells.append(Figures.errors(version, model.objective, look))
    if !isNarrow { cells.append(drift(model, name, look)) }
    cells.append(Figures.quality(version.recent, model.judgement?.accuracyHealth(of: name), look))
    if isWide {
      cells.append(
        concept?.last?.noChange.map { look.text(Format.score($0), .quiet) }
          ?? look.text("-", .quiet))
      cells.append(look.text(Format.count(Int(version.recent.labels)), .quiet))
    }
    if !isNarrow { cells.append(isFirst ? Figures.budget(model.judgement, look) : "") }
    return Table.Row(cells, isAlarm: health.tone == .critical)
  }

  private func drift(_ model: ModelSnapshot, _ name: String, _ look: Look) -> StyledText {
    model.judgement?.drift(of: name).map { Figures.status($0.health, look) }
      ?? look.text("-", .quiet)
  }

  private func label(_ version: VersionSnapshot, _ look: Look) -> StyledText {
    look.text(version.version + " ")
      + look.text(version.variant?.name(isShort: isNarrow) ?? "", .quiet)
  }

  private func sparkline(
    _ model: ModelSnapshot, _ version: VersionSnapshot, _ health: Health, _ look: Look
  ) -> StyledText {
    let slot = QueryBoard.Slot.sparkline(model: model.name)
    guard let result = state.board.series(slot) else { return "" }
    let span = state.sparklineSpan
    func values(_ line: SeriesResult.Line) -> [Double?] {
      let whole = span.values(of: line.values, in: result.window)
      if sparkWidth >= 2 * whole.count { return whole.flatMap { [$0, $0] } }
      return OverviewTable.joined(whole, by: whole.count / max(1, sparkWidth))
    }
    let top = result.lines.flatMap { $0.values.compactMap(\.self) }.max().map { $0 * 1.25 }
    guard let line = result.lines.first(where: { $0.version?.version == version.version }) else {
      return ""
    }
    let style =
      switch health.tone {
      case .critical, .warn: look.style(health.tone)
      default: version.variant == .champion ? look.theme.accent : look.theme.info
      }
    return Sparkline(values(line), maximum: top, style: style).text(
      width: sparkWidth, glyphs: look.glyphs)
  }

  /// The largest of every `size` values, in groups that begin at the left edge of the page.
  private static func joined(_ values: [Double?], by size: Int) -> [Double?] {
    guard size > 1 else { return values }
    return stride(from: 0, to: values.count, by: size).map { start in
      values[start..<min(start + size, values.count)].compactMap(\.self).max()
    }
  }
}
