/// What became of a command.
package enum CommandOutcome: Sendable, Equatable {
  /// In force, and audited under `sequence`. `summary` is one line for a person.
  case done(sequence: Int64, revision: Int64?, summary: String)
  case refused(Refusal)
  /// Sent, but no answer came back: ask again by the command's id.
  case unknown(reason: String)
}

/// On the wire and in the ledger: `{"outcome":"done","sequence":7,"revision":3,"summary":"..."}`,
/// `{"outcome":"refused","code":"frozen","message":"..."}` or `{"outcome":"unknown","reason":"..."}`.
extension CommandOutcome: Codable {
  private enum CodingKeys: String, CodingKey {
    case outcome, sequence, revision, summary, code, message, reason
  }

  private enum Kind: String, Codable { case done, refused, unknown }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(Kind.self, forKey: .outcome) {
    case .done:
      self = .done(
        sequence: try container.decode(Int64.self, forKey: .sequence),
        revision: try container.decodeIfPresent(Int64.self, forKey: .revision),
        summary: try container.decode(String.self, forKey: .summary))
    case .refused:
      self = .refused(
        Refusal(
          try container.decode(Refusal.Code.self, forKey: .code),
          try container.decode(String.self, forKey: .message)))
    case .unknown: self = .unknown(reason: try container.decode(String.self, forKey: .reason))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .done(let sequence, let revision, let summary):
      try container.encode(Kind.done, forKey: .outcome)
      try container.encode(sequence, forKey: .sequence)
      try container.encodeIfPresent(revision, forKey: .revision)
      try container.encode(summary, forKey: .summary)
    case .refused(let refusal):
      try container.encode(Kind.refused, forKey: .outcome)
      try container.encode(refusal.code, forKey: .code)
      try container.encode(refusal.message, forKey: .message)
    case .unknown(let reason):
      try container.encode(Kind.unknown, forKey: .outcome)
      try container.encode(reason, forKey: .reason)
    }
  }
}

/// Why a command was not performed: the code for programs, the message for people.
package struct Refusal: Codable, Sendable, Equatable, Error {
  package var code: Code
  /// What was expected, what was found, and what to do next.
  package var message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package enum Code: String, Codable, Sendable, CaseIterable {
    case notAllowed = "not_allowed"
    case readOnly = "read_only"
    case unknownModel = "unknown_model"
    case unknownVersion = "unknown_version"
    case stateMoved = "state_moved"
    /// Somebody else is about to act on the model; may be sent again with `takesOver`.
    case someoneActs = "someone_acts"
    case frozen
    case quarantined
    /// All traffic is pinned to another version.
    case pinned
    case noRollbackTarget = "no_rollback_target"
    case nothingToDo = "nothing_to_do"
    case invalid
    case notLoaded = "not_loaded"
    /// Promotion may be sent again with `Verification.waived`.
    case preflightFailed = "preflight_failed"
    /// The audit row could not be synced in time; a rollback may be sent again with `breakGlass`.
    case auditUnavailable = "audit_unavailable"
    case stopping
  }
}

/// Who asks, as the boundary established it: never what the sender claims.
package struct Principal: Codable, Sendable, Equatable {
  /// A token's name, or the user of the socket's peer.
  package var name: String
  package var role: Role
  /// How it was established, as `socket uid 1000` or `token`.
  package var proof: String

  package init(name: String, role: Role, proof: String) {
    self.name = name
    self.role = role
    self.proof = proof
  }

  package enum Role: String, Codable, Sendable, Comparable, CaseIterable {
    case read, operate, admin

    package static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .read: 0
      case .operate: 1
      case .admin: 2
      }
    }
  }
}
