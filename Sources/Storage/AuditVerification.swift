/// The newest row of the audit chain: how many rows there must be, and the hash that stands for all of them.
package struct AuditHead: Codable, Sendable, Equatable {
  /// 0 for a chain without rows.
  package var sequence: Int64
  /// Hexadecimal SHA-256; 64 zeros for a chain without rows.
  package var hash: String

  package init(sequence: Int64, hash: String) {
    self.sequence = sequence
    self.hash = hash
  }

  package static let empty = AuditHead(sequence: 0, hash: String(repeating: "0", count: 64))
}

/// What walking the whole audit chain found.
package struct AuditVerification: Codable, Sendable, Equatable {
  /// Rows whose hash was right, from the first.
  package var count: Int64
  /// The last of them.
  package var head: AuditHead
  /// The first thing that is wrong; nil when the chain is whole.
  package var problem: Problem?

  package init(count: Int64, head: AuditHead, problem: Problem? = nil) {
    self.count = count
    self.head = head
    self.problem = problem
  }

  package var isSound: Bool { problem == nil }

  package enum Problem: Codable, Sendable, Equatable {
    /// The database itself is damaged; what of it can still be read can be used.
    case damaged(detail: String)
    /// A row's hash is not that of its content and the rows before it: it, or one before it, was changed.
    case changed(sequence: Int64, expected: String, found: String)
    /// A row is missing, stands twice or in the wrong place.
    case misplaced(expected: Int64, found: Int64)
    /// The stored deployments are others than the chain's rows hold.
    case deploymentsChanged([DeploymentDifference])
    /// `audit.head` knows rows that the database does not have: the tail was cut off.
    case tailMissing(stored: Int64, head: Int64)
    /// `audit.head` cannot say how many rows there were, and `deployment.mirror` was written after one that the database does
    /// not have.
    case mirrorAhead(stored: Int64, mirror: Int64)
    /// `audit.head` and the row of its number differ: the chain was rewritten.
    case rewritten(sequence: Int64, expected: String, found: String)
    /// Rows were added behind the back of `audit.head`; one may be, after a crash.
    case headBehind(stored: Int64, head: Int64)
    /// Rows, but no `audit.head` to hold them against.
    case headMissing(stored: Int64)
    /// `audit.head` is there and cannot be read.
    case headUnreadable(detail: String)

    /// Whether rows were changed or lost, or may be. The others say only that `audit.head` proves less than it should.
    package var blocksChanges: Bool {
      switch self {
      case .damaged, .changed, .misplaced, .deploymentsChanged, .tailMissing, .mirrorAhead,
        .rewritten:
        true
      case .headBehind, .headMissing, .headUnreadable: false
      }
    }
  }
}

extension AuditVerification.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .damaged(let detail):
      "the database is damaged (\(detail))"
    case .changed(let sequence, let expected, let found):
      "audit row \(sequence) was changed: its content gives hash \(expected.prefix(12))..., "
        + "stored is \(found.prefix(12))..."
    case .misplaced(let expected, let found):
      "audit row \(expected) was expected, row \(found) was found"
    case .deploymentsChanged(let differences):
      differences.map(\.description).joined(separator: "; ")
    case .tailMissing(let stored, let head):
      "audit rows \(stored + 1) to \(head) are missing: audit.head knows \(head) rows, "
        + "the database has \(stored)"
    case .mirrorAhead(let stored, let mirror):
      "audit rows \(stored + 1) to \(mirror) are missing: deployment.mirror was written after row "
        + "\(mirror), the database has \(stored), and there is no audit.head that can be read"
    case .rewritten(let sequence, let expected, let found):
      "audit row \(sequence) is another than when audit.head was written: expected hash "
        + "\(expected.prefix(12))..., found \(found.prefix(12))..."
    case .headBehind(let stored, let head):
      "audit.head knows \(head) rows, the database has \(stored): rows were added past it"
    case .headMissing(let stored):
      "audit.head is missing, the database has \(stored) rows"
    case .headUnreadable(let detail):
      "audit.head cannot be read: \(detail)"
    }
  }
}

extension AuditVerification: CustomStringConvertible {
  package var description: String {
    if let problem { return "broken: \(problem). \(count) rows before it are sound." }
    return "ok: \(count) rows, head \(head.hash)"
  }
}
