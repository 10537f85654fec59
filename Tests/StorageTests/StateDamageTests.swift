import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

struct StateDamageTests {
  @Test func `a damaged file that still shows its deployments serves them, and takes no change`()
    throws
  {
    let folder = try Self.folder(rows: 60)
    try Self.damage(folder, "audit")
    let store = try StateStore(directory: folder.path)
    guard case .damaged = store.problem else {
      Issue.record("found \(String(describing: store.problem))")
      return
    }
    #expect(try store.deployments()["electricity"]?.revision == 60)
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("state.db")))
    for change in [
      { _ = try store.append(.sample()) },
      { _ = try store.importBreakGlass(now: .noon) },
      { try store.store(judges: ["a": "{}"], budgets: [:], oldestDay: 0) },
      { try store.store(NotificationPlan(send: [.sample()]), now: .noon) },
      { try store.store(.sample(), now: .noon) },
    ] as [() throws -> Void] {
      // A rescue that waits is refused with the rest; without one there is nothing to import.
      try BreakGlassFile(directory: folder.path).append(.sample("rollback"), deployment: nil)
      #expect(throws: StorageError.self) { try change() }
    }
    store.close()
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("state.db"))) == before)
  }

  @Test func `a file without readable deployments serves those of the chain`() throws {
    let folder = try Self.folder(rows: 60)
    try Self.damage(folder, "deployment")
    try FileManager.default.removeItem(atPath: folder.file(DeploymentMirror.fileName))
    let store = try StateStore(directory: folder.path)
    guard case .damaged = store.problem else {
      Issue.record("found \(String(describing: store.problem))")
      return
    }
    #expect(try store.deployments()["electricity"]?.revision == 60)
    #expect(throws: StorageError.self) { try store.append(.sample()) }
  }

  @Test(arguments: 1...100)
  func `a byte flipped anywhere is served or refused, never a crash, and can be repaired`(
    seed: UInt64
  ) throws {
    let folder = try Self.template.get().folder.copy()
    var generator = SplitMix(state: seed)
    try flip(folder.file("state.db"), &generator)
    do {
      let store = try StateStore(directory: folder.path)
      #expect(try store.deployments()["electricity"]?.revision == 60)
      _ = try? store.entries(AuditQuery(limit: 100))
      // What is not what was written is not read, whether it is told at the opening or not.
      let content = Content(store)
      let written = try Content.written
      #expect(content.isWithin(written))
      if store.problem == nil { #expect(content == written) }
      let appended = Result { try store.append(.sample()) }
      if store.problem?.blocksChanges == true {
        #expect(throws: StorageError.self) { try appended.get() }
      }
      store.close()
    } catch {
      // Refused: only what may as well be a later Vigia's file.
      guard case StorageError.newerSchema = error else { throw error }
    }
    if let repair = try StateRepair.prepare(
      directory: folder.path, by: Self.ada, reason: "a flip", now: .noon)
    {
      try repair.install()
      #expect(FileManager.default.fileExists(atPath: folder.file(repair.report.damagedFile)))
    }
    #expect(try StateStore.verify(directory: folder.path).isSound)
    let repaired = try StateStore(directory: folder.path)
    #expect(repaired.problem == nil)
    #expect(try repaired.deployments()["electricity"]?.revision == 60)
    try repaired.append(.sample())
    for name in folder.names { #expect(try folder.mode(name) == 0o600, "\(name)") }
  }

  @Test func `a repair keeps the sound part of the chain, and its row says what was lost`()
    throws
  {
    let folder = try Self.folder(rows: 8)
    let queue = try DatabaseQueue(path: folder.file("state.db"))
    try queue.write { try $0.execute(sql: "UPDATE audit SET reason = 'x' WHERE sequence = 6") }
    try queue.close()
    let repair = try #require(
      try StateRepair.prepare(
        directory: folder.path, by: Self.ada, reason: "tampered", now: .noon))
    #expect(repair.report.rowsKept == 5)
    #expect(repair.report.rowsKnown == 8)
    #expect(repair.report.description.contains("lost: audit rows 6 to 8"))
    // Until it is installed nothing has changed.
    guard case .changed(sequence: 6, _, _) = try StateStore.verify(directory: folder.path).problem
    else {
      Issue.record("the damaged chain is gone")
      return
    }
    try repair.install()
    let store = try StateStore(directory: folder.path)
    let row = try #require(try store.entry(6))
    #expect(row.action == "repair" && row.principal == Self.ada && row.reason == "tampered")
    #expect(
      row.summary
        == "ledger repaired: 5 rows kept, rows 6 to 8 lost; the damaged file is "
        + repair.report.damagedFile)
    let told = try JSONDecoder().decode(
      StateRepair.Report.self, from: Data(row.evidence.utf8))
    #expect(told == repair.report)
    #expect(store.head.sequence == 6)
    #expect(try store.deployments()["electricity"]?.revision == 8)
    let command = try #require(CommandID("command-8"))
    #expect(try store.outcome(of: command) != nil)
    #expect(try store.judges() == ["drift:electricity@1": "{}"])
    #expect(try store.ruleMemories() == ["rules.yaml;serving": "{}"])
    #expect(try store.silences() == [.sample])
    #expect(try store.acknowledgements().count == 1)
    #expect(
      try store.dueNotifications(for: "pager", now: .noon, limit: 9).map(\.notification)
        == [.sample()])
    #expect(try store.incidents() == IncidentChange.sample().incidents)
    #expect(try store.entries(of: IncidentID(1)) == IncidentChange.sample().entries.map(\.entry))
    #expect(try store.verify().isSound)
    #expect(
      try StateRepair.prepare(
        directory: folder.path, by: Self.ada, reason: "", now: .noon) == nil)
  }

  @Test(arguments: ["deployment", "judge", "silence", "budget", "incident_entry"])
  func `a table that cannot be read costs a repair neither the chain nor the others`(
    table: String
  ) throws {
    let folder = try Self.folder(rows: 8)
    try Self.damage(folder, table)
    #expect(try StateStore.verify(directory: folder.path).count == 8)
    let repair = try #require(
      try StateRepair.prepare(directory: folder.path, by: Self.ada, reason: "", now: .noon))
    #expect(repair.report.rowsKept == 8)
    try repair.install()
    let store = try StateStore(directory: folder.path)
    #expect(try store.deployments()["electricity"]?.revision == 8)
    #expect(try store.outcome(of: try #require(CommandID("command-8"))) != nil)
    #expect(try store.incidents() == IncidentChange.sample().incidents)
    #expect(try store.judges().isEmpty == (table == "judge"))
    #expect(try store.silences().isEmpty == (table == "silence"))
    #expect(try store.verify().isSound)
  }

  @Test func `a repair that is not wanted leaves no trace`() throws {
    let folder = try Self.folder(rows: 3)
    try FileManager.default.removeItem(atPath: folder.file("audit.head"))
    let names = folder.names
    let repair = try #require(
      try StateRepair.prepare(directory: folder.path, by: Self.ada, reason: "", now: .noon))
    repair.discard()
    #expect(folder.names.filter { !$0.hasSuffix("-shm") && !$0.hasSuffix("-wal") } == names)
  }

  @Test func `a file that is none any more begins anew with the row that says so`() throws {
    let folder = try Self.folder(rows: 3)
    try FileManager.default.removeItem(atPath: folder.file(DeploymentMirror.fileName))
    try Data(repeating: 0xa5, count: 8_192).write(
      to: URL(fileURLWithPath: folder.file("state.db")))
    let repair = try #require(
      try StateRepair.prepare(directory: folder.path, by: Self.ada, reason: "", now: .noon))
    #expect(repair.report.rowsKept == 0 && repair.report.rowsKnown == 3)
    #expect(repair.report.description.contains("look at its champion first"))
    try repair.install()
    let store = try StateStore(directory: folder.path)
    #expect(store.problem == nil && store.head.sequence == 1)
    #expect(try store.deployments().isEmpty)
  }

  @Test(arguments: [
    ("command", "outcome = replace(outcome, 'done', 'DONE')"), ("imported", "sequence = 7"),
    ("judge", "json = '[]'"), ("budget", "day = 86400"), ("alert_rule", "key = 'another'"),
    ("silence", "json = replace(json, 'ada', 'eve')"), ("acknowledgement", "json = '{}'"),
    ("notification", "due = due + 1"), ("notification", "kept = 0"), ("incident", "closed = 1"),
    ("incident_entry", "incident = 2"), ("drift_reference", "version = '9'"),
    ("drift_reference", "checksum = NULL"),
  ])
  func `a value changed behind the back of the store is damage, and its row is left out`(
    table: String, change: String
  ) throws {
    let folder = try Self.template.get().folder.copy()
    let queue = try DatabaseQueue(path: folder.file("state.db"))
    try queue.write { db in
      try db.execute(sql: "UPDATE \(table) SET \(change)")
      #expect(db.changesCount > 0)
    }
    try queue.close()
    let store = try StateStore(directory: folder.path)
    let words = try #require(store.problem).description
    #expect(words.contains("of \(table)") && words.contains("not what was written"), "\(words)")
    let content = Content(store)
    let written = try Content.written
    #expect(content.isWithin(written) && (table == "imported" || content != written))
    #expect(throws: StorageError.self) { try store.append(.sample()) }
    store.close()
    #expect(try StateStore.verify(directory: folder.path).problem == store.problem)

    let repair = try #require(
      try StateRepair.prepare(directory: folder.path, by: Self.ada, reason: "", now: .noon))
    #expect(repair.report.description.contains("damaged: \(table)"))
    try repair.install()
    #expect(try StateStore.verify(directory: folder.path).isSound)
  }

  @Test func `whatever becomes of a notification its row stays sealed`() throws {
    let folder = try Self.template.get().folder.copy()
    let store = try StateStore(directory: folder.path)
    let waiting = try store.dueNotifications(for: "pager", now: .noon, limit: 9).map(\.id)
    try #require(!waiting.isEmpty)
    try store.postponeNotifications(waiting, until: .noon.adding(seconds: 5))
    #expect(try store.verify().isSound)
    try store.store(NotificationPlan(forget: [AlertNotification.sample().key]), now: .noon)
    #expect(try store.verify().isSound)
    try store.store(NotificationPlan(send: [.sample()]), now: .noon)
    let later = try store.dueNotifications(
      for: "pager", now: .noon.adding(seconds: 9), limit: 9)
    try store.endNotifications(later.map(\.id))
    #expect(try store.verify().isSound)
    #expect(try store.toldNotifications() == [.sample()])
  }

  /// Made once, and only copied from then on.
  private struct Template: @unchecked Sendable {
    // @unchecked Sendable: nobody changes the folder.
    let folder: TemporaryFolder
    let content: Content

    init() throws {
      folder = try StateDamageTests.folder(rows: 60)
      try BreakGlassFile(directory: folder.path).append(.sample("rollback"), deployment: nil)
      let store = try StateStore(directory: folder.path)
      defer { store.close() }
      _ = try store.importBreakGlass(now: .noon)
      content = Content(store)
    }
  }

  private static let template = Result { try Template() }

  private static let ada = Principal(name: "ada", role: .admin, proof: "uid 1")

  /// A closed store with a deployment a row and a little of everything else.
  private static func folder(rows: Int) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    for number in 1...rows {
      try store.append(
        .sample(command: "command-\(number)"), deployment: .sample(revision: Int64(number))
      ) { .done(sequence: $0.sequence, revision: nil, summary: "") }
    }
    try store.store(
      judges: ["drift:electricity@1": "{}"], budgets: ["electricity": [0: "{}"]], oldestDay: 0)
    try store.store(ruleMemories: ["rules.yaml;serving": "{}"])
    try store.store(.sample)
    try store.store(Acknowledgement(by: "ada", at: .noon), of: AlertID(["alertname": "Down"]))
    try store.store(NotificationPlan(send: [.sample()]), now: .noon)
    try store.store(.sample(), now: .noon)
    try store.store(FeatureFolderTests.reference(id: 1))
    store.close()
    return folder
  }

  /// What is not in the chain.
  private struct Content: Equatable {
    var outcomes: [Int: CommandOutcome]
    var judges: [String: String]
    var budgets: [String: [Int64: String]]
    var rules: [String: String]
    var silences: [Silence]
    var acknowledgements: [AlertID: Acknowledgement]
    var told: [AlertNotification]
    var due: [AlertNotification]
    var incidents: [Incident]
    var entries: [IncidentEntry]
    var references: [FrozenReference]

    /// As far as they can be read.
    init(_ store: StateStore) {
      outcomes = (1...60).reduce(into: [:]) { all, number in
        all[number] = CommandID("command-\(number)").flatMap { try? store.outcome(of: $0) }
      }
      judges = (try? store.judges()) ?? [:]
      budgets = (try? store.budgets()) ?? [:]
      rules = (try? store.ruleMemories()) ?? [:]
      silences = (try? store.silences()) ?? []
      acknowledgements = (try? store.acknowledgements()) ?? [:]
      told = (try? store.toldNotifications()) ?? []
      due =
        (try? store.dueNotifications(for: "pager", now: .noon, limit: 10).map(\.notification))
        ?? []
      incidents = (try? store.incidents()) ?? []
      entries = (try? store.entries(of: IncidentID(1))) ?? []
      references = (try? store.references()) ?? []
    }

    static var written: Content {
      get throws { try template.get().content }
    }

    /// Whether all of it stands in `other` as well.
    func isWithin(_ other: Content) -> Bool {
      outcomes.allSatisfy { other.outcomes[$0.key] == $0.value }
        && judges.allSatisfy { other.judges[$0.key] == $0.value }
        && budgets.allSatisfy { other.budgets[$0.key] == $0.value }
        && rules.allSatisfy { other.rules[$0.key] == $0.value }
        && silences.allSatisfy(other.silences.contains)
        && acknowledgements.allSatisfy { other.acknowledgements[$0.key] == $0.value }
        && told.allSatisfy(other.told.contains) && due.allSatisfy(other.due.contains)
        && incidents.allSatisfy(other.incidents.contains)
        && entries.allSatisfy(other.entries.contains)
        && references.allSatisfy(other.references.contains)
    }
  }

  /// Overwrites the cells of a table's first leaf.
  private static func damage(_ folder: TemporaryFolder, _ table: String) throws {
    let queue = try DatabaseQueue(path: folder.file("state.db"))
    let (page, size) = try queue.read { db in
      (
        try Int.fetchOne(
          db, sql: "SELECT rootpage FROM sqlite_schema WHERE name = ?", arguments: [table]) ?? 0,
        try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
      )
    }
    try queue.close()
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: folder.file("state.db")))
    try file.seek(toOffset: UInt64((page - 1) * size + 8))
    try file.write(contentsOf: Data(repeating: 0xa5, count: size / 2))
    try file.close()
  }
}

/// Turns over one bit or more of one byte, anywhere in a file.
func flip(_ path: String, _ generator: inout SplitMix) throws {
  let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
  let offset = UInt64.random(in: 0..<(try file.seekToEnd()), using: &generator)
  try file.seek(toOffset: offset)
  let byte = try #require(try file.read(upToCount: 1)?.first)
  try file.seek(toOffset: offset)
  try file.write(contentsOf: Data([byte ^ UInt8.random(in: 1...255, using: &generator)]))
  try file.close()
}
