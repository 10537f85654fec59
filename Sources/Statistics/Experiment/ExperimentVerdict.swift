/// What an `ExperimentJudge` says, and why.
package struct ExperimentVerdict: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable {
    /// Too little is known: the split stays as it is.
    case collecting
    /// Nothing speaks against the challenger, and not enough for it.
    case keep
    case promote
    case rollBack = "roll_back"
    /// The split is not what it is said to be: nothing is concluded until somebody knows why.
    case sampleRatioMismatch = "sample_ratio_mismatch"
    /// Something is wrong that a rollback would not mend, or that one client alone says: a person is to look.
    case withheld
  }

  package enum Withholding: Sendable, Equatable, Codable {
    case sharedOutage
    /// Nil: a key whose name is not kept.
    case oneClient(String?)
  }

  package let kind: Kind
  /// A sentence without a full stop. Names of clients in it are as they came: a face makes them safe.
  package internal(set) var why: String
  /// On whose account; nil: on no single one's.
  package let guardrail: Guardrail?
  /// Set where `kind` is `withheld`.
  package let withholding: Withholding?
  /// Since when the kind has been this one, in seconds since 1970.
  package internal(set) var since: Double

  init(
    _ kind: Kind, _ why: String, guardrail: Guardrail? = nil, withholding: Withholding? = nil,
    since: Double = 0
  ) {
    self.kind = kind
    self.why = why
    self.guardrail = guardrail
    self.withholding = withholding
    self.since = since
  }

  /// Whether somebody is to be told now.
  package var pages: Bool {
    kind == .rollBack || kind == .sampleRatioMismatch || kind == .withheld
  }

  /// What a judge that only watches says of a rollback: "would have rolled back at 03:12, because ...".
  ///
  /// - Parameter time: `since`, as the reader's clock shows it.
  /// - Returns: nil for other kinds.
  package func wouldHave(at time: String) -> String? {
    kind == .rollBack ? "would have rolled back at \(time), because \(why)" : nil
  }
}
