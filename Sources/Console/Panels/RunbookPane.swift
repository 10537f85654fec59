import Domain
import TextUI

/// A page with its live values, in whatever room there is.
struct RunbookPane {
  private let state: ConsoleState
  private let reading: RunbookReading
  private let hotkey: Character
  private let isFocused: Bool

  init(_ state: ConsoleState, _ reading: RunbookReading, hotkey: Character, isFocused: Bool = true)
  {
    self.state = state
    self.reading = reading
    self.hotkey = hotkey
    self.isFocused = isFocused
  }

  func draw(in rect: Rect, on grid: inout CellGrid, look: Look) {
    let page = state.readPage
    let inner = Panel(
      "runbook", detail: page?.id ?? reading.query.id ?? reading.query.alert ?? "",
      hotkey: hotkey, value: page.map { standing($0, look) } ?? "", isFocused: isFocused
    ).draw(in: rect, on: &grid, look: look)
    guard let page else {
      missing.draw(in: inner, on: &grid, look: look)
      return
    }
    var body = inner
    if let first = page.diagnostics.first {
      let rest = page.diagnostics.count - 1
      let text = "\(first)" + (rest > 0 ? ", and \(rest) more" : "")
      grid.write(
        look.status(.warn, text), in: inner.row(0).inset(left: 1), ellipsis: look.glyphs.ellipsis)
      body = inner.inset(top: 1)
    }
    MarkdownView(
      state.document(of: page, look), focus: isFocused ? reading.focus : nil,
      firstLine: reading.firstLine, highlights: words
    ).draw(in: body, on: &grid, look: look)
  }

  /// What a search found is marked.
  private var words: [String] {
    guard state.panel == .runbooks else { return [] }
    return state.runbookWords.split { !($0.isLetter || $0.isNumber) }.map(String.init)
  }

  private func standing(_ page: Runbook, _ look: Look) -> StyledText {
    let matter = page.frontMatter
    let steps = page.steps
    let done = state.tickedSteps(of: page)
    let count = steps.count { $0.isDone || done.contains($0.id) }
    var parts = [look.text("\(count) of \(steps.count) done", count > 0 ? .ok : .quiet)]
    if steps.isEmpty { parts = [] }
    guard let tested = matter.lastTested else {
      return StyledText.joined(parts + [look.text("never tested", .warn)], separator: "  ")
    }
    let days = max(0, RunbookDate(state.shownTime).days - tested.days)
    parts.append(
      look.text(
        days == 0 ? "tested today" : "tested \(days) d ago", days > 90 ? .warn : .quiet))
    return StyledText.joined(parts, separator: "  ")
  }

  private var missing: EmptyState {
    let slot = QueryBoard.Slot.runbook(reading.query)
    if let failure = state.board.failure(slot) {
      return EmptyState("no page: \(failure)", tone: .warn)
    }
    guard state.board.runbooks(slot) != nil else {
      return EmptyState(state.waiting(slot) ?? "reading")
    }
    let name = reading.query.alert ?? reading.query.id ?? ""
    return EmptyState(
      "no page says what to do about \(name.sanitized): write \(name.sanitized).md into the folder of runbooks",
      hints: [Hint("7", "all pages")], tone: .warn)
  }
}

extension ConsoleState {
  /// Where the text of a page stands on this screen; nothing while none is read.
  var runbookPane: Rect {
    let body = Frame(size, notices: Notices.lines(self).count).body
    let rect =
      switch panel {
      case .alerts: AlertPageLayout(self, in: body).runbook
      default: body
      }
    guard rect.width > 4, rect.height > 2 else { return Rect(x: 0, y: 0, width: 0, height: 0) }
    let inner = Panel.content(of: rect)
    return readPage?.diagnostics.isEmpty ?? true ? inner : inner.inset(top: 1)
  }
}
