extension Intent {
  /// How the configuration calls it under `keys:`; nil for what has no key of its own to change.
  package var name: String? {
    switch self {
    case .show(let panel): panel.name
    case .up: "up"
    case .down: "down"
    case .pageUp: "page_up"
    case .pageDown: "page_down"
    case .first: "first"
    case .last: "last"
    case .previousModel: "previous_model"
    case .nextModel: "next_model"
    case .open: "open"
    case .back: "back"
    case .help: "help"
    case .quit: "quit"
    case .pause: "pause"
    case .goLive: "live"
    case .earlier: "earlier"
    case .later: "later"
    case .previousMark: "previous_mark"
    case .nextMark: "next_mark"
    case .zoomIn: "zoom_in"
    case .zoomOut: "zoom_out"
    case .nextVersion: "next_version"
    case .slower: "replay_slower"
    case .faster: "replay_faster"
    case .replayStart: "replay_start"
    case .replayEnd: "replay_end"
    case .switchZone: "zone"
    case .nextTheme: "theme"
    case .export: "export"
    case .copy: "copy"
    case .palette: "palette"
    case .filter: "filter"
    case .rollBack: "roll_back"
    case .promote: "promote"
    case .setWeight: "split"
    case .shadow: "shadow"
    case .freeze: "freeze"
    case .release: "release"
    case .undo: "undo"
    case .pin: "pin"
    case .limit: "limit"
    case .shed: "shed"
    case .eject: "eject"
    case .acknowledge: "acknowledge"
    case .silence: "silence"
    case .runbook: "runbook"
    case .tick: "tick"
    case .note: "note"
    case .exportIncident: "export_incident"
    }
  }

  /// Whether it opens the question before an act.
  package var isAct: Bool {
    switch self {
    case .rollBack, .promote, .setWeight, .shadow, .freeze, .release, .undo, .pin, .limit, .shed,
      .eject,
      .acknowledge, .silence, .note:
      true
    default: false
    }
  }
}
