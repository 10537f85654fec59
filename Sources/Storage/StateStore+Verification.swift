import Foundation
import GRDB

extension StateStore {
  /// Walks the whole chain, on a connection of its own: commands need not wait.
  ///
  /// - Complexity: O(rows).
  package func verify() throws(StorageError) -> AuditVerification {
    if let directory { return try Self.verify(directory: directory) }
    return try use { db in
      var verification = try Self.walk(db)
      if verification.isSound {
        verification.problem = try Self.problemOfDeployments(db, path: path)
      }
      return verification
    }
  }

  /// Walks the chain in `directory`, read-only, also beside a running server or after one was killed.
  package static func verify(directory: String) throws(StorageError) -> AuditVerification {
    let path = "\(directory)/\(fileName)"
    guard FileManager.default.fileExists(atPath: path) else {
      throw .cannotOpen(path: path, reason: "there is no such file")
    }
    if let damage = emptied(directory) ?? DatabaseHeader.damage(ofOpen: path) {
      return AuditVerification(count: 0, head: .empty, problem: .damaged(detail: damage))
    }
    let headFile = AuditHeadFile(directory: directory)
    let before = Result { () throws(AuditVerification.Problem) in try headFile.read() }
    var verification: AuditVerification
    do {
      verification = try verify(path, headFile: before)
    } catch {
      guard case .corrupt(_, let detail) = error else { throw error }
      return AuditVerification(count: 0, head: .empty, problem: .damaged(detail: detail))
    }
    if case .mirrorAhead = verification.problem, (try? headFile.read()) ?? nil != nil {
      // A server that has just begun wrote both after the chain was read.
      verification.problem = nil
    }
    if case .headBehind = verification.problem {
      // A server may have gone on while the chain was walked: then its head has passed the row by now.
      let after = try? headFile.read()
      if let after, after.sequence + 1 >= verification.head.sequence { verification.problem = nil }
    }
    return verification
  }

  static func verify(
    _ path: String, headFile: Result<AuditHead?, AuditVerification.Problem>
  ) throws(StorageError) -> AuditVerification {
    try StorageError.translating(path) {
      try looking(at: path) { db in
        let version = try Schema.state.check(db, path: path)
        var verification = walkDamaged(db, path: path)
        if verification.problem == nil, let damage = try schemaDamage(db, version: version) {
          verification.problem = .damaged(detail: damage)
        }
        if verification.problem == nil, let damage = try damage(db) {
          verification.problem = .damaged(detail: damage)
        }
        if verification.problem == nil {
          verification.problem = try problem(
            db, path: path, stored: verification.head, headFile: headFile)
        }
        return verification
      }
    }
  }

  /// The state of the chain's end, from the last two rows and those that hold deployments.
  static func opening(
    _ db: Database, path: String, headFile: AuditHeadFile?
  ) throws -> (head: AuditHead, problem: AuditVerification.Problem?) {
    let last = try lastRow(db)
    let head = AuditHead(
      sequence: last?.sequence ?? 0, hash: (last?.hash ?? AuditChain.origin).hexadecimal)
    let tail = try walk(db, from: head.sequence - 1)
    if let problem = tail.problem { return (head, problem) }
    let found = Result { () throws(AuditVerification.Problem) in
      headFile == nil ? head : try headFile?.read()
    }
    return (head, try problem(db, path: path, stored: head, headFile: found))
  }

  /// What the head file and the deployments say against a chain that is sound in itself.
  private static func problem(
    _ db: Database, path: String, stored: AuditHead,
    headFile: Result<AuditHead?, AuditVerification.Problem>
  ) throws -> AuditVerification.Problem? {
    var ofHead = try problem(db, stored: stored, headFile: headFile)
    if (try? headFile.get()) ?? nil == nil {
      // Another witness of how many rows there were.
      let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
      if let mirror = DeploymentMirror(directory: directory), mirror.sequence > stored.sequence {
        ofHead = .mirrorAhead(stored: stored.sequence, mirror: mirror.sequence)
      }
    }
    if let ofHead, ofHead.blocksChanges { return ofHead }
    return try problemOfDeployments(db, path: path) ?? ofHead
  }

  /// What the head file says against a chain that is sound in itself.
  private static func problem(
    _ db: Database, stored: AuditHead, headFile: Result<AuditHead?, AuditVerification.Problem>
  ) throws -> AuditVerification.Problem? {
    let known: AuditHead?
    switch headFile {
    case .failure(let problem): return problem
    case .success(let head): known = head
    }
    guard let known else {
      // The first row is committed before the first head is written.
      return stored.sequence <= 1 ? nil : .headMissing(stored: stored.sequence)
    }
    if known.sequence > stored.sequence {
      return .tailMissing(stored: stored.sequence, head: known.sequence)
    }
    let hash =
      try Data.fetchOne(
        db, sql: "SELECT hash FROM audit WHERE sequence = ?", arguments: [known.sequence])
      ?? AuditChain.origin
    guard hash.hexadecimal == known.hash else {
      return .rewritten(
        sequence: known.sequence, expected: known.hash, found: hash.hexadecimal)
    }
    return stored.sequence > known.sequence + 1
      ? .headBehind(stored: stored.sequence, head: known.sequence) : nil
  }

  /// As far as the file can be read.
  private static func walkDamaged(_ db: Database, path: String) -> AuditVerification {
    var verification = AuditVerification(count: 0, head: .empty)
    do {
      return try walk(db) { row, hash in
        verification.count += 1
        verification.head = AuditHead(sequence: row.sequence, hash: hash.hexadecimal)
      }
    } catch {
      verification.problem = .damaged(detail: StorageError(error, path: path).detail)
      return verification
    }
  }

  /// Recomputes every hash from the row after `first` on, through row `last`; the hash of row `first` itself is taken as
  /// it stands.
  ///
  /// - Parameter onRow: called with each row that is sound, and its hash.
  static func walk(
    _ db: Database, from first: Int64 = 0, through last: Int64 = .max,
    onRow: (AuditRow, Data) -> Void = { _, _ in }
  ) throws -> AuditVerification {
    let first = max(first, 0)
    var previous =
      try Data.fetchOne(db, sql: "SELECT hash FROM audit WHERE sequence = ?", arguments: [first])
      ?? AuditChain.origin
    var count: Int64 = 0
    var head = AuditHead(sequence: first, hash: previous.hexadecimal)
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT \(try AuditRow.chained(db)) FROM audit WHERE sequence > ? AND sequence <= ?
        ORDER BY sequence
        """, arguments: [first, last])
    while let stored = try rows.next() {
      let row = try AuditRow(stored)
      let found = try stored.checked(AuditRow.hashIndex, as: Data.self)
      guard row.sequence == head.sequence + 1 else {
        return AuditVerification(
          count: count, head: head,
          problem: .misplaced(expected: head.sequence + 1, found: row.sequence))
      }
      let expected = AuditChain.hash(of: row, after: previous)
      guard expected == found else {
        return AuditVerification(
          count: count, head: head,
          problem: .changed(
            sequence: row.sequence, expected: expected.hexadecimal, found: found.hexadecimal))
      }
      previous = expected
      count += 1
      head = AuditHead(sequence: row.sequence, hash: expected.hexadecimal)
      onRow(row, expected)
    }
    return AuditVerification(count: count, head: head)
  }
}
