package import Domain
import TextUI

extension ConsoleState {
  /// A key while no dialog is open.
  mutating func take(_ key: Key, at instant: ContinuousClock.Instant) -> [Effect] {
    if palette != nil { return takeInPalette(key, at: instant) }
    if help?.isSearching ?? false {
      searchHelp(key)
      return []
    }
    if beginsHelpSearch(key) {
      help?.isSearching = true
      searchHelp(key)
      return []
    }
    if isFiltering {
      takeInFilter(key)
      return []
    }
    guard let binding = keymap.binding(for: key, in: panel) else {
      explain(key)
      return []
    }
    return take(binding.intent, by: key, at: instant)
  }

  /// What a key, a row of the palette or a click stands for.
  mutating func take(
    _ intent: Intent, by key: Key, at instant: ContinuousClock.Instant
  ) -> [Effect] {
    if help != nil {
      takeInHelp(intent, by: key)
      return []
    }
    if let effects = takeInPage(intent, by: key, at: instant) { return effects }
    if panel == .runbooks, runbooks.reading != nil, intent == .back || intent == .open {
      if intent == .back { leavePage() }
      return []
    }
    if let effects = takeInRequests(intent) { return effects }
    if timeline.isOpen, takeInEntry(intent) { return [] }
    if panel == .drift, drift.isOpen, takeInFeature(intent) { return [] }
    if panel == .alerts, alertList.isOpen, takeInAlert(intent) { return [] }
    status = nil
    switch intent {
    case .show(let next):
      followAlert(to: next)
      panel = next
      alertList.isOpen = false
      runbooks.reading = nil
      runbooks.origin = nil
      requestList = nil
      holdAlert()
      timeline.isOpen = false
      drift.isOpen = false
      experiment.isOpen = false
    case .runbook: readRunbook()
    case .tick: say("open a runbook and put the focus on a step to tick it", .quiet)
    case .help: help = HelpState()
    case .palette: palette = PaletteState()
    case .filter: beginFilter()
    case .nextTheme: nextTheme()
    case .export: return [.export(screenExport)]
    case .exportIncident: return exportIncident()
    case .copy: return copy()
    case .quit: quit(at: instant)
    case .up, .down, .pageUp, .pageDown, .first, .last, .previousModel, .nextModel, .open, .back:
      move(intent)
    case .pause, .goLive, .earlier, .later, .previousMark, .nextMark, .zoomIn, .zoomOut,
      .nextVersion, .faster, .slower, .replayStart, .replayEnd:
      moveInTime(intent)
    case .switchZone:
      isUTC.toggle()
      say(isUTC ? "times are UTC" : "times are local, \(wall.zone(at: shownTime))")
    case .undo: return undo(by: key, at: instant)
    case .rollBack, .promote, .setWeight, .shadow, .freeze, .release, .pin, .limit, .shed, .eject,
      .acknowledge, .silence, .note:
      return act(intent, by: key, at: instant)
    }
    return []
  }

  /// Where a key that does nothing here works.
  private mutating func explain(_ key: Key) {
    let panels = keymap.panels(for: key)
    if !panels.isEmpty {
      let names = panels.map { "\($0.key) \($0.name)" }
      let list = names.dropLast().joined(separator: ", ")
      say(
        "\(key.label) works on \(list.isEmpty ? "" : list + " and ")\(names[names.count - 1])",
        .quiet)
    } else if case .character = key {
      say("\(key.label) has no meaning; ? lists the keys", .quiet)
    }
  }

  private mutating func move(_ intent: Intent) {
    if panel == .timeline {
      moveInTimeline(intent)
      return
    }
    if panel == .alerts {
      moveInAlerts(intent)
      return
    }
    if panel == .runbooks {
      moveInRunbooks(intent)
      return
    }
    if panel == .latency, moveInCells(intent) { return }
    if panel == .traffic, moveInFailing(intent) { return }
    if panel == .latency || panel == .traffic, intent == .open { return listRequests() }
    if panel == .drift, moveInFeatures(intent) { return }
    if panel == .experiment, moveInGuardrails(intent) { return }
    if panel == .overview, intent == .back, absence != nil {
      absence = nil
      return
    }
    guard let shown else { return }
    let walksVersions = panel == .overview || panel == .models
    let before = selection.model
    func rows(_ count: Int) {
      if walksVersions {
        selection.move(by: count, in: shown, among: listedVersions(shown), panel == .models)
      } else {
        selection.moveModel(by: count, in: shown)
      }
    }
    switch intent {
    case .up: rows(-1)
    case .down: rows(1)
    case .pageUp: rows(-10)
    case .pageDown: rows(10)
    case .first: rows(-10_000)
    case .last: rows(10_000)
    case .previousModel: selection.moveModel(by: -1, in: shown)
    case .nextModel: selection.moveModel(by: 1, in: shown)
    case .open: panel = .latency
    case .back: if !clearFilter() { panel = .overview }
    default: break
    }
    if selection.model != before {
      latencyVersion = nil
      latencyBucket = nil
      failing = nil
      drift = DriftState()
      experiment = ExperimentState()
    }
  }

  private mutating func moveInTimeline(_ intent: Intent) {
    let entries = listedEntries
    let at = timeline.selected.flatMap { id in entries.firstIndex { $0.sequence == id } } ?? 0
    func select(_ index: Int) {
      guard !entries.isEmpty else { return }
      let next = min(max(index, 0), entries.count - 1)
      timeline.selected = next == 0 ? nil : entries[next].sequence
    }
    if let target = intent.target(from: at, count: entries.count) { return select(target) }
    switch intent {
    case .open:
      guard !entries.isEmpty else { return }
      timeline.selected = entries[at].sequence
      timeline.isOpen = true
      timeline.scroll = 0
    case .back: if !clearFilter() { panel = .overview }
    default: break
    }
  }

  /// Keys while one entry of the timeline is open; false passes the key on.
  private mutating func takeInEntry(_ intent: Intent) -> Bool {
    switch intent {
    case .back, .open: timeline.isOpen = false
    case .down: timeline.scroll += 1
    case .up: timeline.scroll = max(0, timeline.scroll - 1)
    case .pageDown: timeline.scroll += 10
    case .pageUp: timeline.scroll = max(0, timeline.scroll - 10)
    default: return false
    }
    timeline.scroll = min(timeline.scroll, 200)
    return true
  }

  mutating func quit(at instant: ContinuousClock.Instant) {
    if configuration.hostsServer, newest != nil {
      dialog = .quit(QuitDialog(inputGuard: InputGuard(openedAt: instant)))
    } else {
      exit = .detach
    }
  }
}

extension ConsoleState {
  /// The audit entries known so far, newest first; while paused or in a replay, those up to then.
  package var timelineEntries: [AuditEntry] {
    let entries = board.audit ?? []
    guard let pause, replay != nil || !configuration.isReplay else { return entries }
    return entries.filter { $0.time <= pause.at }
  }

  /// Those of them that the timeline lists.
  package var listedEntries: [AuditEntry] {
    timelineEntries.filter {
      passesFilter(
        of: .timeline,
        [
          $0.summary, $0.action, $0.model ?? "", $0.reason, $0.principal.name, $0.origin.rawValue,
          $0.health.word,
        ])
    }
  }
}
