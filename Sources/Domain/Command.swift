/// A wish to change something, from whichever face: keyboard, command line, HTTP, a release job.
///
/// Control performs or refuses it, and leaves an `AuditEntry` either way. The same id sent twice is done once.
package struct Command: Codable, Sendable, Equatable, Identifiable {
  package var id: CommandID
  package var action: Action
  package var reason: String
  package var origin: Origin
  /// What the sender saw when it decided; refused when that is no longer so.
  package var expected: Expectation?
  /// Acts although somebody else was about to; see `Intention`. Nil: no.
  package var takesOver: Bool?

  package init(
    id: CommandID, action: Action, reason: String, origin: Origin, expected: Expectation? = nil,
    takesOver: Bool? = nil
  ) {
    self.id = id
    self.action = action
    self.reason = reason
    self.origin = origin
    self.expected = expected
    self.takesOver = takesOver
  }

  package enum Action: Codable, Sendable, Equatable {
    /// Traffic back to `Deployment.rollbackTarget`; the version it leaves goes into quarantine.
    /// `breakGlass` performs it although the audit row could not be synced.
    case rollBack(model: String, breakGlass: Bool)
    case promote(model: String, version: String, verification: Verification)
    /// Makes `version` the challenger with this share of the traffic, 0 through 1. Where that is more than it has, it is
    /// looked at as before a promotion; `verification` is `required` where it is nil.
    case setWeight(
      model: String, version: String, weight: Double, verification: Verification? = nil)
    /// Copies of the traffic to `version`; nil ends it.
    case setShadow(model: String, version: String?)
    case freeze(model: String, until: Timestamp)
    case unfreeze(model: String)
    /// Ends the quarantine of a version that was rolled back.
    case release(model: String, version: String)
    /// Brings a version into memory, or all that the model has; traffic stays where it is.
    case load(model: String, version: String?)
    /// Takes a version out of memory, or all of them. `pinned` takes those out, too, that serve or that a rollback
    /// would need: their requests are refused until they are loaded again.
    case unload(model: String, version: String?, pinned: Bool)
    /// All of the model's traffic to one version, whatever the split says, until it is lifted. One that is neither the
    /// champion nor where a rollback goes is looked at as before a promotion.
    case pin(model: String, version: String, verification: Verification? = nil)
    case unpin(model: String)
    /// At most `rate` requests a second; nil lifts the bound. `burst`, how many may come at once, is the requests of one
    /// second where it is nil.
    case limit(model: String, scope: TrafficLimit.Scope, rate: Double?, burst: Double?)
    /// Refuses a share of the requests; 0 lifts it.
    case shed(model: String, scope: TrafficLimit.Scope, share: Double)
    /// Leaves out one of the servers behind a remote version for so many seconds; 0 brings it back.
    case eject(model: String, version: String, upstream: String, seconds: Double)
    /// The sender has the alert in hand, until then or, where that is nil, until it is over. The reason is the note beside it.
    case acknowledge(alert: AlertID, until: Timestamp?)
    case unacknowledge(alert: AlertID)
    /// Alerts that fit page nobody until then. The command's id becomes the silence's, the reason its comment.
    case silence(matchers: [AlertMatcher], until: Timestamp)
    case expireSilence(id: Silence.ID)
    /// Sends a page that says that it is a test, through all of the ways in which somebody is told.
    ///
    /// Of this severity, `info` where there is none: receivers and routes may tell by it whom they tell.
    case testPage(severity: Alert.Severity? = nil)
    /// Opens an incident that no page has; refused while one of the model is open.
    case openIncident(model: String?, title: String)
    /// The reason says how it ended.
    case closeIncident(incident: IncidentID)
    /// Writes the reason into the incident's timeline: into this one, or into the model's open one. Where it has none the
    /// note stands in the ledger alone.
    case note(incident: IncidentID?, model: String?)
    /// A step of a page is done, or is not after all. `text`: as the page has it.
    case tickStep(incident: IncidentID, runbook: String, step: String, text: String, isDone: Bool)
    /// Takes a row of the ledger back, whoever made it: performed as the command that this comes to.
    case undo(model: String, row: Int64)
    /// Ends the server: not ready, drain, flush, exit.
    case stop
  }

  package enum Verification: String, Codable, Sendable, CaseIterable {
    /// Refused unless the preflight passes.
    case required
    /// The operator was told that the preflight did not pass, and went on.
    case waived
  }

  package enum Origin: String, Codable, Sendable, CaseIterable {
    case console, cli, api, job
  }

  /// Each part that is given must still hold.
  package struct Expectation: Codable, Sendable, Equatable {
    package var revision: Int64?
    package var champion: String?
    /// A prefix, of at least 8 hexadecimal digits, of the SHA-256 of the champion's model file.
    package var championSHA256: String?
    /// Likewise of the version that the command would bring in.
    package var targetSHA256: String?

    package init(
      revision: Int64? = nil, champion: String? = nil, championSHA256: String? = nil,
      targetSHA256: String? = nil
    ) {
      self.revision = revision
      self.champion = champion
      self.championSHA256 = championSHA256
      self.targetSHA256 = targetSHA256
    }
  }
}

extension Command.Action {
  /// The word that audit rows, reports and the timeline use.
  package var name: String {
    switch self {
    case .rollBack: "rollback"
    case .promote: "promote"
    case .setWeight: "set-weight"
    case .setShadow: "set-shadow"
    case .freeze: "freeze"
    case .unfreeze: "unfreeze"
    case .release: "release"
    case .load: "load"
    case .unload: "unload"
    case .pin: "pin"
    case .unpin: "unpin"
    case .limit: "limit"
    case .shed: "shed"
    case .eject: "eject"
    case .acknowledge: "acknowledge"
    case .unacknowledge: "unacknowledge"
    case .silence: "silence"
    case .expireSilence: "expire-silence"
    case .testPage: "test-page"
    case .openIncident: "open-incident"
    case .closeIncident: "close-incident"
    case .note: "note"
    case .tickStep(_, _, _, _, let isDone): isDone ? "tick" : "untick"
    case .undo: "undo"
    case .stop: "stop"
    }
  }

  package var model: String? {
    switch self {
    case .rollBack(let model, _), .promote(let model, _, _), .setWeight(let model, _, _, _),
      .setShadow(let model, _), .freeze(let model, _), .unfreeze(let model),
      .release(let model, _), .load(let model, _), .unload(let model, _, _),
      .pin(let model, _, _), .unpin(let model), .limit(let model, _, _, _), .shed(let model, _, _),
      .eject(let model, _, _, _), .undo(let model, _):
      model
    case .silence(let matchers, _):
      matchers.first { $0.name == "model" && $0.isEqual && !$0.isRegex }?.value
    case .openIncident(let model, _), .note(_, let model): model
    case .acknowledge, .unacknowledge, .expireSilence, .testPage, .closeIncident, .tickStep, .stop:
      nil
    }
  }
}

extension Command.Action {
  /// It changes no deployment, and needs none.
  package var isWithoutDeployment: Bool {
    switch self {
    case .load, .unload, .eject, .silence, .acknowledge, .unacknowledge, .expireSilence, .testPage:
      true
    default: isOfIncident
    }
  }
}

extension Command.Action {
  /// Whose deployment, traffic or memory it changes; nil for what is said of alerts and incidents.
  package var modelThatChanges: String? {
    if case .silence = self { nil } else { isOfIncident ? nil : model }
  }
}

extension Command.Action {
  /// It is about an incident's own story, not about the system.
  package var isOfIncident: Bool {
    switch self {
    case .openIncident, .closeIncident, .note, .tickStep: true
    default: false
    }
  }
}

/// Drawn by the sender, at random: 8 to 64 characters of `A-Z a-z 0-9 - _`.
package struct CommandID: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package init?(_ text: String) {
    let allowed = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard allowed, (8...64).contains(text.utf8.count) else { return nil }
    self.text = text
  }

  package init(random: (UInt64, UInt64)) {
    text = "\(RequestID(high: random.0, low: random.1))"
  }

  package var description: String { text }
}

extension CommandID: TextCoded {
  package static let wireForm = "a command id, 8 to 64 characters of A-Z a-z 0-9 - _"
}
