import Domain
import TextUI

/// Taking a row of the ledger back.
extension ConsoleState {
  /// The row that is selected on the timeline.
  var selectedEntry: AuditEntry? {
    guard panel == .timeline else { return nil }
    let entries = listedEntries
    return timeline.selected.map { id in entries.first { $0.sequence == id } } ?? entries.first
  }

  /// Opens the question, or says why there is none.
  mutating func undo(by key: Key, at instant: ContinuousClock.Instant) -> [Effect] {
    if let obstacle = obstacle(to: .undo) {
      say(obstacle, .warn)
      return []
    }
    guard let live, let entry = selectedEntry, let model = entry.model.flatMap(live.model) else {
      return []
    }
    // Rows come meanwhile: the hand stays on this one.
    timeline.selected = entry.sequence
    var asking = ActDialog(
      .undo, version: entry.fromVersion ?? model.deployment.champion, model: model,
      server: live.server, now: now, openedAt: instant)
    asking.entry = entry
    if entry.fromVersion != nil, live.server.isProduction {
      asking.fields.insert(
        ActDialog.Field(
          kind: .typedVersion, label: "type", text: "", hint: "\(asking.version) to confirm"), at: 0
      )
    }
    asking.opener = key
    dialog = .act(asking)
    status = nil
    return []
  }

  /// Why the selected row cannot be taken back; nil when it may be tried: the server knows whether it is in force.
  func undoObstacle() -> String? {
    guard panel == .timeline else { return "9 shows the timeline; there a row can be taken back" }
    guard let entry = selectedEntry else { return "there is no row to take back" }
    guard let name = entry.model, let model = live?.model(name) else {
      return "this row is about no model that is served"
    }
    guard entry.outcome == .done || entry.outcome == .breakGlass, entry.commandID != nil else {
      return "this \(entry.action) changed nothing: there is nothing to take back"
    }
    guard AuditEntry.undoable.contains(entry.action) else {
      return "\(entry.action) is nothing that can be taken back"
    }
    if entry.action == "rollback", let left = entry.fromVersion,
      model.deployment.quarantine[left] != nil
    {
      return
        "\(PanelID.models.key), then \(key(.release)) releases \(name) \(left) first: it is in quarantine since it was rolled back"
    }
    return nil
  }
}

extension AuditEntry {
  /// Actions of which the ledger says what was before.
  static let undoable: Set<String> = [
    "promote", "rollback", "set-weight", "set-shadow", "pin", "unpin", "freeze", "unfreeze",
    "limit",
    "shed",
  ]
}

extension ActDialog {
  /// As the timeline names the row: a ledger's number stands on no screen.
  var undoWords: String { "take the \(entry?.action ?? "change") of \(model) back" }
}

extension ActDialogView {
  func undone(_ look: Look) -> [TextUI.Dialog.Row] {
    guard let entry = asking.entry else { return [] }
    return [
      .pair("was", look.text(entry.summary)),
      .pair(
        "by",
        look.text(
          "\(entry.principal.name), \(state.wall.dateAndTime(entry.time)): \(entry.reason)")),
    ]
  }
}
