import Domain
package import TextUI

/// What is typed into the palette, and which of what was found is chosen.
package struct PaletteState: Sendable, Equatable {
  package var input = TextInput()
  package var selected = 0
}

extension ConsoleState {
  /// More than fits any screen.
  private static let foundMax = 50

  package typealias Found = (entry: PaletteEntry, positions: [Int])

  /// What fits the letters typed, best first, each with the places of the letters in its title; the last one looks for them
  /// in the runbooks.
  package var paletteFound: [Found] {
    guard let palette else { return [] }
    let query = palette.input.text
    let entries = paletteEntries + actEntries(naming: query)
    let found = entries.enumerated().compactMap { index, entry in
      PaletteMatch(query, entry).map { (index: index, entry: entry, match: $0) }
    }
    // Stable: what stands first in the list stands first among equals.
    let ordered = found.sorted {
      $0.match < $1.match || !($1.match < $0.match) && $0.index < $1.index
    }
    let search = searchEntry(for: query).map { [($0, [Int]())] } ?? []
    return ordered.prefix(ConsoleState.foundMax).map { ($0.entry, $0.match.positions) } + search
  }

  mutating func takeInPalette(_ key: Key, at instant: ContinuousClock.Instant) -> [Effect] {
    guard var palette else { return [] }
    switch key {
    case .escape, .control("c"):
      self.palette = nil
      return []
    case .enter: return doFound(at: instant)
    case .down, .tab: palette.selected += 1
    case .up, .backTab: palette.selected -= 1
    case .pageDown: palette.selected += 10
    case .pageUp: palette.selected -= 10
    default: if palette.input.handle(key) { palette.selected = 0 }
    }
    self.palette = palette
    palette.selected = min(max(0, palette.selected), max(0, paletteFound.count - 1))
    self.palette = palette
    return []
  }

  /// Does what is chosen. An act opens its question, as its key would; nothing here performs one.
  private mutating func doFound(at instant: ContinuousClock.Instant) -> [Effect] {
    let found = paletteFound
    guard let palette, found.indices.contains(palette.selected) else { return [] }
    let entry = found[palette.selected].entry
    if let obstacle = entry.obstacle {
      say(obstacle, .warn)
      return []
    }
    self.palette = nil
    status = nil
    switch entry.deed {
    case .intent(let intent): return take(intent, by: .enter, at: instant)
    case .show(let place, let key, let title):
      let effects = take(.show(place), by: .enter, at: instant)
      say("now on \(place.name), where \(key) does it: \(title)", .quiet)
      return effects
    case .act(let intent, let version): return goAndAsk(intent, on: version, at: instant)
    case .theme(let name): choose(theme: name)
    case .search(let words):
      let effects = take(.show(.runbooks), by: .enter, at: instant)
      filters[.runbooks] = TextInput(words)
      runbooks.selected = nil
      board.hurry()
      return effects
    case .replay(let id): ask(for: id)
    case .model(let name):
      go(to: Selection(model: name), in: panel.isAboutOneModel ? panel : .overview)
    case .version(let version):
      go(to: Selection(model: version.model, version: version.version), in: .models)
    case .feature(let version, let key):
      go(to: Selection(model: version.model, version: version.version), in: .drift)
      drift.selected = key
    case .alert(let id):
      panel = .alerts
      filters[.alerts] = nil
      timeline.isOpen = false
      alertList = AlertListState(selected: id)
    }
    return []
  }

  mutating func go(to next: Selection, in place: PanelID) {
    selection = next
    panel = place
    filters[place] = nil
    timeline.isOpen = false
    alertList.isOpen = false
    latencyVersion = nil
    drift = DriftState()
  }
}

extension PanelID {
  fileprivate var isAboutOneModel: Bool {
    switch self {
    case .latency, .traffic, .drift, .experiment, .models, .overview: true
    case .alerts, .runbooks, .timeline, .business, .system: false
    }
  }
}
