import Domain
import TextUI

/// What each version had to do in the last minute, and how it did it: queue, batches and cache.
struct VersionTraffic {
  private let state: ConsoleState
  private let model: ModelSnapshot

  init(_ state: ConsoleState, _ model: ModelSnapshot) {
    self.state = state
    self.model = model
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    // The step under the cursor is another time.
    let at = state.cursor == nil ? "" : ", to \(state.wall.time(state.shownTime))"
    let inner = Panel("last minute", detail: "by version\(at)").draw(
      in: rect, on: &grid, look: look)
    let isNarrow = inner.width < 100
    Table(
      columns: [
        Table.Column("VERSION", .fixed(isNarrow ? 14 : 22)),
        Table.Column("SHARE", .fixed(6), align: .right),
        Table.Column("REQ/S", .fixed(6), align: .right),
        Table.Column("REQUESTS", .fixed(8), align: .right, dropOrder: 4),
        Table.Column("FAILED", .fixed(6), align: .right),
        Table.Column("ERRORS", .fixed(6), align: .right),
        Table.Column("SHED/S", .fixed(6), align: .right, dropOrder: 2),
        Table.Column("SLOW", .fixed(6), align: .right),
        Table.Column("QUEUE", .fixed(5), align: .right, dropOrder: 1),
        Table.Column("ROWS/RUN", .fixed(8), align: .right, dropOrder: 3),
        Table.Column("CACHE", .fixed(10), align: .right, dropOrder: 5),
      ], rows: model.measured.map { row($0, look) }, gap: isNarrow ? 1 : 2
    ).draw(in: inner, on: &grid, look: look)
  }

  private func row(_ version: VersionSnapshot, _ look: Look) -> Table.Row {
    let name = version.version
    let index = model.versions.firstIndex { $0.version == name } ?? 0
    let shed = state.board.series(.series(.shedRate, model: model.name))
    let shedRate = shed?.lines.first { $0.version?.version == name }?.values.last ?? nil
    let recent = version.recent
    let unknown = look.text("-", .quiet)
    return Table.Row([
      look.mark(ofSeries: index) + look.text(" \(name) ")
        + look.text(version.variant?.name(isShort: false) ?? "", .quiet),
      Figures.share(version, look), Figures.rate(version, look),
      look.text(Format.count(Int(recent.requests))), look.text(Format.count(Int(recent.errors))),
      Figures.errors(version, model.objective, look),
      shedRate.map { look.text(Format.rate($0, unit: "").number) } ?? unknown,
      recent.slowShare.map { Format.percent($0).styled(look) } ?? unknown,
      look.text("\(version.queueDepth)"),
      version.executionFigures?.rowsPerRun.map {
        look.text(Format.decimal($0, places: $0 < 9.95 ? 1 : 0))
      } ?? unknown,
      version.executionFigures.map { cache($0.cache, look) } ?? unknown,
    ])
  }

  private func cache(_ cache: ExecutionFigures.Cache, _ look: Look) -> StyledText {
    switch cache {
    case .off: look.text("off", .quiet)
    case .refused: look.text("refused", .warn)
    case .on(_, _, let hits, let misses):
      hits + misses == 0
        ? look.text("unused", .quiet)
        : Format.percent(Double(hits) / Double(hits + misses)).styled(look)
          + look.text(" hit", .quiet)
    }
  }
}
