import Domain
import TextUI

extension ConsoleState {
  /// What the hand points at, as one would paste it: an alert's and a command's id, a request's id, a version as
  /// commands name it.
  package var copyable: (name: String, text: String)? {
    if let list = openRequests {
      return (list.page?.copy.id ?? selectedRequest?.id).map { ("the request's id", "\($0)") }
    }
    return switch panel {
    case .alerts: selectedAlert.map { ("the alert's id", "\($0.id)") }
    case .timeline: copyableEntry
    case .runbooks:
      focusedLink.map { ("the link", $0) } ?? readPage.map { ("the page's name", $0.id) }
    case .latency:
      slowestRequest.map { ("the slowest request's id", "\($0.id)") } ?? copyableVersion
    case .drift: shownFeature.map { ("the feature's name", $0.name) } ?? copyableVersion
    case .overview, .traffic, .experiment, .models, .business, .system: copyableVersion
    }
  }

  private var focusedLink: String? {
    guard let focus = reading?.focus, let page = readPage else { return nil }
    let targets = document(of: page).targets
    guard targets.indices.contains(focus), case .link(let link) = targets[focus] else { return nil }
    return link
  }

  private var slowestRequest: RequestSummary? {
    guard let model = selected?.model.name else { return nil }
    return board.requests(.slowest(model: model, version: latencyVersion))?.first
  }

  private var copyableVersion: (name: String, text: String)? {
    selected.map { ("the version", "\($0.model.name)@\($0.version)") }
  }

  private var copyableEntry: (name: String, text: String)? {
    let entries = listedEntries
    guard let entry = entries.first(where: { $0.sequence == timeline.selected }) ?? entries.first
    else { return nil }
    if let id = entry.commandID { return ("the command's id", id.text) }
    return ("the entry's number", "\(entry.sequence)")
  }

  mutating func copy() -> [Effect] {
    guard let (name, text) = copyable else {
      say("there is nothing to copy here", .quiet)
      return []
    }
    // What came from outside is pasted into shells: as it is shown, and no other way.
    let shown = text.sanitized
    say("sent to the clipboard, \(name): \(shown)")
    return [.signal(.copy(shown))]
  }

  mutating func takeCopy(_ isTaken: Bool) {
    if !isTaken { say("this terminal is not known to let programs copy", .warn) }
  }
}
