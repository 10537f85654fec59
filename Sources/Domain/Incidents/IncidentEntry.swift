/// One line of an incident's timeline.
package struct IncidentEntry: Codable, Sendable, Equatable {
  package var time: Timestamp
  /// Who: `vigia` for what nobody did.
  package var actor: String
  /// For a person: what happened, or what was written.
  package var text: String
  package var kind: Kind

  package init(time: Timestamp, actor: String, text: String, kind: Kind) {
    self.time = time
    self.actor = actor
    self.text = text
    self.kind = kind
  }

  package enum Kind: Codable, Sendable, Equatable {
    case opened
    case alertFired(id: AlertID, name: String)
    case alertResolved(id: AlertID, name: String)
    /// By a person; `isTakenBack` when the alert is in nobody's hand again.
    case acknowledged(id: AlertID, isTakenBack: Bool)
    case silenced(id: Silence.ID, isEnded: Bool)
    case stepTicked(runbook: String, step: String, isDone: Bool)
    case action(act: Act)
    /// The proof of an act: counts of requests admitted after the switch, against those of the minute before.
    case recovery(proof: Recovery)
    /// Promotions of the model are refused, or free again.
    case freeze(isOn: Bool)
    case note
    case configuration
    /// Seconds that the clock moved; back where it is negative.
    case clock(seconds: Double)
    case closed
  }

  /// A command and what it came to.
  package struct Act: Codable, Sendable, Equatable {
    package var commandID: CommandID
    /// The command's word: `rollback`, `limit` ...
    package var name: String
    package var outcome: AuditEntry.Outcome
    package var from: String?
    package var to: String?
    /// As the ledger has it: JSON with the window and the counts that it was decided on, or empty.
    package var evidence: String

    package init(
      commandID: CommandID, name: String, outcome: AuditEntry.Outcome, from: String? = nil,
      to: String? = nil, evidence: String = ""
    ) {
      self.commandID = commandID
      self.name = name
      self.outcome = outcome
      self.from = from
      self.to = to
      self.evidence = evidence
    }
  }
}
