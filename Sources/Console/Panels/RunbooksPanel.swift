import Domain
import TextUI

/// All pages as a list that a search narrows, and the one that is open.
struct RunbooksPanel {
  private let state: ConsoleState

  init(_ state: ConsoleState) { self.state = state }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    if let reading = state.runbooks.reading {
      RunbookPane(state, reading, hotkey: "7").draw(in: rect, on: &grid, look: look)
      return
    }
    let rows = state.listedRunbooks
    let inner = Panel("runbooks", hotkey: "7", value: counts(look), isFocused: true)
      .draw(in: rect, on: &grid, look: look)
    guard !rows.isEmpty else {
      empty.draw(in: inner, on: &grid, look: look)
      return
    }
    let problems = state.board.runbooks(.runbookList)?.problems ?? []
    let parts = inner.rows([.rest, .fixed(problems.isEmpty ? 0 : 2)])
    table(rows, look).draw(in: parts[0], on: &grid, look: look)
    if let first = problems.first {
      let rest = problems.count > 1 ? ", and \(problems.count - 1) more" : ""
      grid.write(
        look.status(.warn, first + rest), in: parts[1].row(1).inset(left: 1),
        ellipsis: look.glyphs.ellipsis)
    }
  }

  private func counts(_ look: Look) -> StyledText {
    let entries = state.runbookEntries
    let broken = entries.count { $0.problems > 0 }
    return look.text(entries.count == 1 ? "1 page" : "\(entries.count) pages", .quiet)
      + (broken == 0 ? "" : look.text("  \(broken) with problems", .warn))
  }

  private func table(_ rows: [RunbookRow], _ look: Look) -> Table {
    let selected =
      state.runbooks.selected.flatMap { id in rows.firstIndex { $0.id == id } } ?? 0
    let isSearch = !state.runbookWords.isEmpty
    let order = state.runbookOrder
    return Table(
      columns: [
        Table.Column("PAGE", .flexible(minimum: 20, weight: 3, maximum: 34)),
        Table.Column("ALERT", .fixed(7), dropOrder: 1),
        Table.Column("TESTED", .fixed(8), align: .right, dropOrder: 2),
        Table.Column(
          isSearch ? "FOUND" : "FIRST ACTION", .flexible(minimum: 26, weight: 4)),
      ],
      rows: rows.enumerated().map { row($1, $0, order, look) }, selection: selected,
      gap: 2)
  }

  private func row(
    _ row: RunbookRow, _ index: Int, _ order: RunbookOrder, _ look: Look
  ) -> Table.Row {
    let entry = row.entry
    let place = entry.flatMap(order.place)
    let isOpen = place?.standing == .firing
    let days = entry?.lastTested.map { max(0, RunbookDate(state.shownTime).days - $0.days) }
    let found = row.snippet.reduce(StyledText()) { text, part in
      text + (part.isMatch ? StyledText(part.text, look.theme.accent.bold) : look.text(part.text))
    }
    let broken = (entry?.problems ?? 0) > 0
    return Table.Row(
      [
        StyledText(row.id, isOpen ? look.theme.text.bold : look.theme.text)
          + (broken ? look.text(" !", .warn) : ""),
        place.map { place in
          place.standing.word.map { look.text($0, .quiet) }
            ?? Figures.status(place.alert.health, look)
        } ?? look.text("-", .quiet),
        days.map { look.text($0 == 0 ? "today" : "\($0) d", $0 > 90 ? .warn : .quiet) }
          ?? look.text("never", .warn),
        row.snippet.isEmpty ? look.text(entry?.firstAction ?? entry?.title ?? "", .quiet) : found,
      ], item: index)
  }

  private var empty: EmptyState {
    let isList = state.runbookWords.isEmpty
    if let failure = isList ? state.board.failure(.runbookList) : state.searchFailure {
      if state.board.entries[isList ? .runbookList : .runbookSearch]?.isMissing == true {
        return EmptyState("there are no runbooks: \(failure)", hints: [Hint("6", "alerts")])
      }
      return EmptyState("cannot be read: \(failure). Asked again every 5 s.", tone: .warn)
    }
    guard isList else {
      return state.isSearchingPages
        ? EmptyState(state.waiting(.runbookSearch) ?? "searching")
        : EmptyState("no page has these words", hints: [Hint("Esc", "clears")])
    }
    guard let list = state.board.runbooks(.runbookList) else {
      return EmptyState(state.waiting(.runbookList) ?? "reading")
    }
    let problem = list.problems.first.map { ": \($0)" } ?? ""
    return EmptyState(
      "there is no page in the folder of runbooks\(problem); a page is a file NAME.md, named for its alert",
      hints: [Hint("6", "alerts")])
  }
}
