import Domain
import TextUI

/// Requests as rows, wherever they are listed.
struct RequestRows {
  private let wall: Wall
  private let objective: ServiceObjective?

  init(_ state: ConsoleState, objective: ServiceObjective?) {
    wall = state.wall
    self.objective = objective
  }

  func table(
    _ requests: [RequestSummary], selection: Int? = nil, in inner: Rect, look: Look
  ) -> Table {
    let isNarrow = inner.width < 60
    return Table(
      columns: [
        Table.Column("TIME", .fixed(isNarrow ? 8 : 12)),
        Table.Column("TOTAL", .fixed(7), align: .right),
        Table.Column(
          isNarrow ? "VER" : "VERSION", .fixed(isNarrow ? 3 : 14), dropOrder: isNarrow ? 1 : 0),
        Table.Column("OUTCOME", .fixed(11)),
        Table.Column("QUEUE", .fixed(7), align: .right, dropOrder: 4),
        Table.Column("COMPUTE", .fixed(7), align: .right, dropOrder: 3),
        Table.Column("ROWS", .fixed(5), align: .right, dropOrder: 5),
        Table.Column("REQUEST", .fixed(13), dropOrder: 6),
        Table.Column("INPUTS", .fixed(6), dropOrder: 7),
        Table.Column("CLIENT", .flexible(minimum: 10), dropOrder: 2),
      ],
      rows: requests.enumerated().map { row($1, item: $0, isNarrow: isNarrow, look) },
      selection: selection, gap: isNarrow ? 1 : 2)
  }

  private func row(
    _ request: RequestSummary, item: Int, isNarrow: Bool, _ look: Look
  ) -> Table.Row {
    let isSlow = request.total > (objective?.latency ?? .infinity)
    let role = isNarrow ? "" : " \(request.variant.name(isShort: false))"
    return Table.Row(
      [
        look.text(isNarrow ? wall.time(request.time) : wall.precise(request.time), .quiet),
        Figures.latency(request.total, look, isSlow ? .critical : .normal),
        look.text(request.version.version) + look.text(role, .quiet),
        look.status(request.outcome.tone, request.outcome.word),
        Figures.latency(request.queue, look), Figures.latency(request.compute, look),
        look.text(Format.count(request.rows)),
        look.text(
          request.id.description.shortened(to: 13, ellipsis: look.glyphs.ellipsis), .quiet),
        look.text(inputs(request), .quiet), look.text(request.client, .quiet),
      ], item: item)
  }

  /// Whether they can be looked at and run again; empty where that is not known yet.
  private func inputs(_ request: RequestSummary) -> String {
    request.isKept.map { $0 ? "kept" : "-" } ?? ""
  }
}
