import Domain
import TextUI

/// What was done, by whom, why, and what came of it: the audit ledger as a list, and one entry in full.
struct TimelinePanel {
  private let state: ConsoleState

  init(_ state: ConsoleState) { self.state = state }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let entries = state.listedEntries
    let selected =
      state.timeline.selected.flatMap { id in entries.firstIndex { $0.sequence == id } } ?? 0
    if state.timeline.isOpen, entries.indices.contains(selected) {
      drawEntry(entries[selected], in: rect, on: &grid, look: look)
      return
    }
    let count =
      entries.isEmpty ? StyledText() : look.text("\(selected + 1) of \(entries.count)", .quiet)
    let inner = Panel(
      "timeline", detail: "newest first", hotkey: "9", value: count, isFocused: true
    )
    .draw(in: rect, on: &grid, look: look)
    guard !entries.isEmpty else {
      empty.draw(in: inner, on: &grid, look: look)
      return
    }
    drawList(entries, selected, in: inner, on: &grid, look: look)
  }

  private var empty: EmptyState {
    if !state.timelineEntries.isEmpty {
      return EmptyState("no entry passes the filter", hints: [Hint("Esc", "clears")])
    }
    if let failure = state.board.failure(.audit) {
      return EmptyState(
        "the timeline cannot be read: \(failure). Asked again every 5 s.", tone: .warn)
    }
    if state.board.audit == nil {
      return EmptyState(state.waiting(.audit) ?? "reading the timeline")
    }
    return EmptyState("nothing has changed yet: promotions, rollbacks and refusals will stand here")
  }

  private func drawList(
    _ entries: [AuditEntry], _ selected: Int, in rect: Rect, on grid: inout CellGrid, look: Look
  ) {
    let isWide = rect.width >= 150
    let rows = entries.enumerated().map { index, entry -> Table.Row in
      let time =
        isWide
        ? state.wall.dateAndTime(entry.time) : state.wall.short(entry.time, now: state.shownTime)
      return Table.Row(
        [
          look.text(time, .quiet),
          Figures.status(entry.health, look), look.text(entry.action),
          look.text(entry.model ?? "", .accent), look.text(what(entry, isWide: isWide)),
          look.text(entry.reason, .quiet), look.text(entry.principal.name, .quiet),
          look.text(entry.origin.rawValue, .quiet),
        ], item: index)
    }
    Table(
      columns: [
        Table.Column("TIME", .fixed(isWide ? 19 : 11)),
        Table.Column("OUTCOME", .fixed(isWide ? 13 : 9)),
        Table.Column("ACTION", .fixed(10), dropOrder: 2),
        Table.Column("MODEL", .flexible(minimum: 11, weight: 0), dropOrder: 3, keepsEnds: true),
        Table.Column("WHAT", .flexible(minimum: 40, weight: 3), flowsOver: true),
        Table.Column("WHY", .flexible(minimum: 18, weight: 2), dropOrder: 1),
        Table.Column("WHO", .flexible(minimum: 8, weight: 0)),
        Table.Column("FROM", .fixed(7), dropOrder: 4),
      ], rows: rows, selection: selected
    ).draw(in: rect, on: &grid, look: look)
  }

  /// With the model, where its column has no room.
  private func what(_ entry: AuditEntry, isWide: Bool) -> String {
    state.reading(isWide ? entry.summary : entry.named)
  }

  private func drawEntry(_ entry: AuditEntry, in rect: Rect, on grid: inout CellGrid, look: Look) {
    let inner = Panel(
      "timeline", detail: "entry \(entry.sequence)", hotkey: "9",
      value: Figures.status(entry.health, look), isFocused: true
    ).draw(in: rect, on: &grid, look: look)
    let fields: [(String, String)] = [
      ("what", state.reading(entry.summary)),
      ("why", entry.reason.isEmpty ? "no reason given" : entry.reason),
      ("when", "\(state.wall.dateAndTime(entry.time)) \(state.wall.zone(at: entry.time))"),
      (
        "who", "\(entry.principal.name), \(entry.principal.role.rawValue), \(entry.principal.proof)"
      ),
      ("through", entry.origin.rawValue), ("action", entry.action), ("model", entry.model ?? "-"),
      ("from", version(entry.fromVersion, entry.fromSHA256)),
      ("to", version(entry.toVersion, entry.toSHA256)),
      ("evidence", entry.evidence.isEmpty ? "-" : entry.evidence),
      ("command", entry.commandID?.text ?? "-"), ("row", "\(entry.sequence)"),
      ("row hash", entry.hash.isEmpty ? "-" : entry.hash),
    ]
    TextPage(
      fields.map { label, value in
        TextPage.Paragraph(
          look.text(value, label == "what" ? .normal : value == "-" ? .quiet : .normal),
          marker: look.text(label.padded(to: 10), .quiet))
      }, firstLine: state.timeline.scroll
    ).draw(in: inner, on: &grid, look: look)
  }

  private func version(_ version: String?, _ sha256: String?) -> String {
    guard let version else { return "-" }
    return sha256.map { "\(version)  sha256 \($0)" } ?? version
  }
}
