package import Domain
import TextUI

/// A page that is read: which, and where in it the hand is.
package struct RunbookReading: Sendable, Equatable {
  package var query: RunbookQuery
  /// Of the page's targets; nil before one was chosen, and while the page is only scrolled.
  package var focus: Int?
  package var firstLine = 0
  /// Whether the first thing to do has had the focus once.
  var isSettled = false

  package init(_ query: RunbookQuery) { self.query = query }
}

/// The list of pages, and the one that is open.
package struct RunbookPanelState: Sendable, Equatable {
  /// By id; nil is the first of the list.
  package var selected: String?
  package var reading: RunbookReading?
  /// Where Esc goes back to.
  package var origin: PanelID?
  /// The alert that the page was opened for.
  package var alert: AlertID?
}

extension ConsoleState {
  /// What is read on the panel shown.
  package var reading: RunbookReading? {
    get {
      switch panel {
      case .runbooks: runbooks.reading
      case .alerts: alertList.isOpen ? alertList.reading : nil
      default: nil
      }
    }
    set {
      switch panel {
      case .runbooks: runbooks.reading = newValue
      case .alerts: alertList.reading = newValue
      default: break
      }
    }
  }

  /// The page of what is read, as it came last.
  package var readPage: Runbook? { reading.flatMap { board.runbooks(.runbook($0.query))?.page } }

  /// The alert that the page is read for: what its steps and actions are about.
  package var readAlert: Alert? {
    switch panel {
    case .alerts: return regardedAlert
    case .runbooks:
      guard let id = runbooks.alert else { return nil }
      return shown?.alerts.first { $0.id == id }
    default: return nil
    }
  }

  /// What can be read at once of a page; steps of scrolling.
  private var pageStep: Int { max(1, runbookPane.height - 2) }

  /// Keys while a page is read; false passes the key on.
  mutating func takeInPage(_ intent: Intent, by key: Key, at instant: ContinuousClock.Instant)
    -> [Effect]?
  {
    guard let reading, readPage != nil, panel != .alerts || alertList.isReading else { return nil }
    switch intent {
    case .down: moveFocus(by: 1)
    case .up: moveFocus(by: -1)
    case .pageDown: scrollPage(by: pageStep)
    case .pageUp: scrollPage(by: -pageStep)
    case .first: scrollPage(by: -10_000)
    case .last: scrollPage(by: 10_000)
    case .open:
      guard let focus = reading.focus else {
        guard panel == .alerts else { return nil }
        say("nothing is chosen: \(self.key(.down)) goes to the first step", .quiet)
        return []
      }
      return use(target: focus, by: key, at: instant)
    case .tick: return tick()
    default: return nil
    }
    return []
  }

  /// To the next target; where there is none, or it is further than a page, the text moves.
  private mutating func moveFocus(by step: Int) {
    guard var reading, let page = readPage else { return }
    let targets = document(of: page).targets
    let placement = placement(of: reading)
    guard !targets.isEmpty else { return scrollPage(by: step) }
    let next: Int
    if let focus = reading.focus {
      next = focus + step
    } else {
      let inSight = placement.targets
      next = (step > 0 ? inSight.first : inSight.last) ?? (step > 0 ? 0 : targets.count - 1)
    }
    guard targets.indices.contains(next) else { return scrollPage(by: step) }
    reading.focus = next
    let moved = self.placement(of: reading).firstLine
    if abs(moved - placement.firstLine) > pageStep {
      // It would leap over text that nobody has read.
      return scrollPage(by: step * pageStep)
    }
    reading.firstLine = moved
    self.reading = reading
  }

  private mutating func scrollPage(by lines: Int) {
    guard var reading else { return }
    let before = placement(of: reading)
    reading.firstLine = min(
      max(0, before.firstLine + lines), max(0, before.lineCount - runbookPane.height))
    reading.focus = nil
    // The focus stays as long as it is in sight.
    if let focus = self.reading?.focus, placement(of: reading).targets.contains(focus) {
      var kept = reading
      kept.focus = focus
      if placement(of: kept).firstLine == reading.firstLine { reading = kept }
    }
    self.reading = reading
  }

  private func placement(of reading: RunbookReading) -> MarkdownView.Placement {
    guard let page = readPage else {
      return MarkdownView.Placement(firstLine: 0, lineCount: 0, targets: [])
    }
    let pane = runbookPane
    return MarkdownView(document(of: page), focus: reading.focus, firstLine: reading.firstLine)
      .placement(in: Size(width: pane.width, height: pane.height))
  }

  /// The first thing that can be done has the focus as soon as the page is there. Where all that can be done may not help, the
  /// first step of the page has it, if that is in sight, so that Enter does not open what the page advises against; where nothing can be done, the
  /// first action with its reason.
  mutating func settleReading() {
    guard var reading, !reading.isSettled, let page = readPage else { return }
    reading.isSettled = true
    if let alert = readAlert {
      let actions = RunbookActions(self, page, alert)
      let first = actions.firstOpen
      let isDoubted = first == nil && actions.isDoubted
      reading.focus = document(of: page).targets.firstIndex { target in
        switch target {
        case .entry(let id) where !isDoubted:
          first.map { $0 == id } ?? (RunbookActions.word(ofEntry: id) != nil)
        case .step: isDoubted
        case .entry, .link: false
        }
      }
      // What has the focus is in sight; a step is not worth the page's first lines.
      if isDoubted, let focus = reading.focus,
        !placement(of: RunbookReading(reading.query)).targets.contains(focus)
      {
        reading.focus = nil
      }
    }
    self.reading = reading
  }

  /// What Enter means on a target.
  private mutating func use(
    target index: Int, by key: Key, at instant: ContinuousClock.Instant
  ) -> [Effect] {
    guard let page = readPage else { return [] }
    let targets = document(of: page).targets
    guard targets.indices.contains(index) else { return [] }
    switch targets[index] {
    case .step: return tick()
    case .entry(let id):
      guard let word = RunbookActions.word(ofEntry: id) else { return [] }
      return open(action: word, by: key, at: instant)
    case .link(let destination):
      follow(link: destination)
      return []
    }
  }

  /// Pages of the same folder open; the rest of the world is named.
  private mutating func follow(link: String) {
    let name = link.split(separator: "/").last.map(String.init) ?? link
    guard !link.contains("://"), name.hasSuffix(".md") else {
      say("it leads to \(link.sanitized); y copies it")
      return
    }
    readPage(.page(String(name.dropLast(3))))
  }
}

extension ConsoleState {
  /// Opens a page on its own panel.
  mutating func readPage(_ query: RunbookQuery, alert: AlertID? = nil) {
    if panel != .runbooks {
      runbooks.origin = panel
      runbooks.alert = alert
    }
    runbooks.reading = RunbookReading(query)
    panel = .runbooks
  }

  /// `b`: the page of the alert that is looked at; elsewhere of the gravest of the selected model, else of all.
  mutating func readRunbook() {
    let alert: Alert?
    switch panel {
    case .alerts: alert = regardedAlert
    case .runbooks: return
    default: alert = pressingAlert ?? shown?.pressingAlerts.first?.addressed
    }
    guard let alert else {
      panel = .runbooks
      say("no alert is open" + shownPages, .quiet)
      return
    }
    followAlert(to: .runbooks)
    readPage(.page(forAlert: alert.name, model: alert.model), alert: alert.id)
  }

  /// What stands on the panel of pages instead of an alert's; empty where nothing does yet.
  private var shownPages: String {
    if runbooks.reading != nil { return ": this page was open here; \(key(.back)) leaves it" }
    if !runbookWords.isEmpty { return ": these are the pages for \"\(runbookWords.sanitized)\"" }
    return listedRunbooks.isEmpty ? "; \(emptyRunbooksWords)" : ": these are all the pages"
  }

  /// Keys in the list of pages.
  mutating func moveInRunbooks(_ intent: Intent) {
    let ids = listedRunbooks.map(\.id)
    let at = runbooks.selected.flatMap { ids.firstIndex(of: $0) } ?? 0
    if let target = intent.target(from: at, count: ids.count) {
      guard !ids.isEmpty else { return }
      runbooks.selected = ids[min(max(target, 0), ids.count - 1)]
      return
    }
    switch intent {
    case .open:
      guard ids.indices.contains(at) else { return say(emptyRunbooksWords, .quiet) }
      runbooks.selected = ids[at]
      runbooks.alert = alert(ofPage: ids[at])?.id
      runbooks.origin = nil
      runbooks.reading = RunbookReading(.page(ids[at]))
    case .back: if !clearFilter() { panel = .overview }
    default: break
    }
  }

  /// The open alert that a page is about, by its name: of the selected model before others.
  private func alert(ofPage id: String) -> Alert? {
    let open = (shown?.openAlerts ?? []).map(\.addressed).filter { $0.name == id }
    return open.first { $0.model == selected?.model.name } ?? open.first
  }

  /// Esc on an open page: back to where it was opened.
  mutating func leavePage() {
    runbooks.reading = nil
    if let origin = runbooks.origin { panel = origin }
    runbooks.origin = nil
    runbooks.alert = nil
  }
}
