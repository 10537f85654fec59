/// One row of the hash-chained ledger: who wished what, when, why, and what came of it. Refusals too.
package struct AuditEntry: Codable, Sendable, Equatable, Identifiable {
  /// From 1, without a gap.
  package var sequence: Int64
  package var time: Timestamp
  package var principal: Principal
  package var origin: Command.Origin
  package var commandID: CommandID?
  /// A command's action name, or an event of Vigia's own: `seed`, `start`, `recovered`, `clock-jump` ...
  package var action: String
  package var model: String?
  /// The version that traffic left, and its file's SHA-256 in hexadecimal.
  package var fromVersion: String?
  package var fromSHA256: String?
  package var toVersion: String?
  package var toSHA256: String?
  package var reason: String
  package var outcome: Outcome
  /// One line for a person: what changed, or why it was refused.
  package var summary: String
  /// JSON, or empty: the counts and windows that the decision stood on.
  package var evidence: String
  /// Hexadecimal SHA-256 over the previous row's hash and this row's fields. Empty until it is stored.
  package var hash: String

  package var id: Int64 { sequence }

  package init(
    sequence: Int64 = 0, time: Timestamp, principal: Principal, origin: Command.Origin,
    commandID: CommandID? = nil, action: String, model: String? = nil, fromVersion: String? = nil,
    fromSHA256: String? = nil, toVersion: String? = nil, toSHA256: String? = nil, reason: String,
    outcome: Outcome, summary: String, evidence: String = "", hash: String = ""
  ) {
    self.sequence = sequence
    self.time = time
    self.principal = principal
    self.origin = origin
    self.commandID = commandID
    self.action = action
    self.model = model
    self.fromVersion = fromVersion
    self.fromSHA256 = fromSHA256
    self.toVersion = toVersion
    self.toSHA256 = toSHA256
    self.reason = reason
    self.outcome = outcome
    self.summary = summary
    self.evidence = evidence
    self.hash = hash
  }

  /// Of the event that ends a stretch which nobody served: rows were scored after the event, live traffic begins.
  package static let backfillAction = "backfill"

  /// Of the event that tells the hash of a file which no act has told: that of a version which the configuration put in force.
  package static let fileNotedAction = "file-noted"

  /// Of the event that answers of a version were found to be perhaps wrong, after they were given.
  package static let doubtAction = "answers-doubtful"

  /// Whether it changed what answers a model's requests, how many of them, or what may be changed: the first thing to look
  /// at when the model is ill.
  package var concernsServing: Bool {
    if action == "seed" { return true }
    guard outcome == .done || outcome == .breakGlass else { return false }
    return Self.servingActions.contains(action)
  }

  /// Names of `Command.Action`.
  private static let servingActions: Set<String> = [
    "promote", "rollback", "set-weight", "set-shadow", "release", "load", "unload", "pin", "unpin",
    "limit", "shed", "eject", "undo", "freeze", "unfreeze",
  ]

  /// Whether an outage may come of it: all that concerns serving but what only forbids or allows promotions.
  package var mayBreak: Bool {
    concernsServing && !isRoutine && !["freeze", "unfreeze"].contains(action)
  }

  /// Whether it is one of the events that each first start, or each hour, brings: nobody looks for the cause of an outage there.
  package var isRoutine: Bool {
    outcome == .event
      && ["seed", "reference", Self.backfillAction, Self.fileNotedAction].contains(action)
  }

  package enum Outcome: String, Codable, Sendable, CaseIterable {
    case done, refused
    /// An event that nobody commanded.
    case event
    /// Performed without a synced row, and imported later.
    case breakGlass = "break_glass"
    /// Stored, but too late to be performed.
    case withdrawn
  }
}
