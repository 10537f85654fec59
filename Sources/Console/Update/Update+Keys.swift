package import Domain
import TextUI

extension ConsoleState {
  /// A key while no dialog is open.
  mutating func take(_ key: Key, at instant: ContinuousClock.Instant, keymap: Keymap) -> [Effect] {
    guard let binding = keymap.binding(for: key, in: panel) else {
      if case .character = key { say("\(key.label) has no meaning here; ? lists the keys", .quiet) }
      return []
    }
    if help != nil {
      takeInHelp(binding.intent)
      return []
    }
    if timeline.isOpen, takeInEntry(binding.intent) { return [] }
    if panel == .drift, drift.isOpen, takeInFeature(binding.intent) { return [] }
    status = nil
    switch binding.intent {
    case .show(let next):
      panel = next
      timeline.isOpen = false
      drift.isOpen = false
    case .missing(let name): say("\(name) is not in this build", .quiet)
    case .help: help = 0
    case .quit: quit(at: instant)
    case .up, .down, .pageUp, .pageDown, .first, .last, .previousModel, .nextModel, .open, .back:
      move(binding.intent)
    case .pause, .goLive, .earlier, .later, .previousMark, .nextMark, .zoomIn, .zoomOut,
      .nextVersion:
      moveInTime(binding.intent)
    case .switchZone:
      isUTC.toggle()
      say(isUTC ? "times are UTC" : "times are local, \(wall.zone)")
    case .rollBack, .promote, .setWeight, .shadow, .freeze, .release:
      return act(binding.intent, at: instant)
    }
    return []
  }

  private mutating func move(_ intent: Intent) {
    if panel == .timeline {
      moveInTimeline(intent)
      return
    }
    if panel == .drift, moveInFeatures(intent) { return }
    guard let shown else { return }
    let walksVersions = panel == .overview || panel == .models
    let before = selection.model
    func rows(_ count: Int) {
      if walksVersions {
        selection.move(by: count, in: shown, allVersions: panel == .models)
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
    case .back: panel = .overview
    default: break
    }
    if selection.model != before {
      latencyVersion = nil
      drift = DriftState()
    }
  }

  private mutating func moveInTimeline(_ intent: Intent) {
    let entries = timelineEntries
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
    case .back: panel = .overview
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

  private mutating func takeInHelp(_ intent: Intent) {
    let line = help ?? 0
    switch intent {
    case .down: help = min(line + 1, 200)
    case .up: help = max(0, line - 1)
    case .pageDown: help = min(line + 10, 200)
    case .pageUp: help = max(0, line - 10)
    case .first: help = 0
    default: help = nil
    }
  }

  private mutating func quit(at instant: ContinuousClock.Instant) {
    if configuration.hostsServer, live != nil {
      dialog = .quit(QuitDialog(inputGuard: InputGuard(openedAt: instant)))
    } else {
      exit = .detach
    }
  }
}

extension ConsoleState {
  /// The audit entries known so far, newest first; while paused, those up to the pause.
  package var timelineEntries: [AuditEntry] {
    let entries = board.audit ?? []
    guard let pause else { return entries }
    return entries.filter { $0.time <= pause.at }
  }
}
