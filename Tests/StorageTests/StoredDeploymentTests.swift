import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

/// What is in force is proven by the chain: a row of `deployment` that says something else is damage.
struct StoredDeploymentTests {
  private static let ada = Principal(name: "ada", role: .admin, proof: "uid 1")

  /// Champion 2 was promoted in row 2, and rows came after it.
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    try store.append(.sample("seed"), deployment: .sample(revision: 1, champion: "1"))
    try store.append(.sample(), deployment: promoted)
    for _ in 0..<3 { try store.append(.sample("note")) }
    store.close()
    return folder
  }

  private static let promoted: Deployment = {
    var deployment = Deployment.sample(revision: 2, champion: "2")
    deployment.formerChampions = [
      .init(version: "1", since: .noon, until: .noon, ending: .replaced)
    ]
    return deployment
  }()

  private static func execute(_ sql: String, _ folder: TemporaryFolder) throws {
    let queue = try DatabaseQueue(path: folder.file("state.db"))
    try queue.writeWithoutTransaction { db in try db.execute(sql: sql) }
    try queue.close()
  }

  private static let otherChampion =
    #"UPDATE deployment SET json = replace(json, '"champion":"2"', '"champion":"1"')"#

  @Test(arguments: [
    (otherChampion, "expected champion 2, rollback to 1, found champion 1, no rollback target"),
    (
      "UPDATE deployment SET revision = 3",
      "expected champion 2 at revision 2, found the same as revision 3"
    ),
    (
      #"UPDATE deployment SET json = replace(json, '"champion"', '"chbmpion"')"#,
      "expected champion 2 at revision 2, found a row that cannot be read"
    ),
    ("DELETE FROM deployment", "expected champion 2 at revision 2, found none"),
    (
      #"UPDATE deployment SET json = replace(json, '"until"', '"vntil"')"#,
      "found a row that cannot be read"
    ),
    (
      #"UPDATE deployment SET json = replace(json, '"formerChampions":[{', '"formerChampions":[{"a":1,')"#,
      nil
    ),
  ])
  func `a deployment that is stored otherwise is told, and what the chain says serves`(
    _ sql: String, _ words: String?
  ) throws {
    let folder = try Self.folder()
    try Self.execute(sql, folder)
    let verification = try StateStore.verify(directory: folder.path)
    guard let words else {
      // What is read is the same.
      #expect(verification.isSound)
      return
    }
    let sentence = "the deployment of electricity is not what audit row 2 says: "
    #expect(verification.description.contains(sentence))
    #expect(verification.description.contains(words), "\(verification)")

    let store = try StateStore(directory: folder.path)
    #expect(store.problem == verification.problem)
    #expect(try store.deployments() == ["electricity": Self.promoted])
    #expect(store.standing?.description.contains("Served is what the audit rows say") == true)
    #expect(throws: StorageError.self) { try store.append(.sample()) }
    #expect(try StateStore.readDeployments(in: folder.path) == ["electricity": Self.promoted])
    store.close()

    let repair = try #require(
      try StateRepair.prepare(directory: folder.path, by: Self.ada, reason: "r", now: .noon))
    #expect(
      repair.report.description.contains(
        "the deployment of electricity restored from audit row 2: champion 2 at revision 2"))
    try repair.install()
    let repaired = try StateStore(directory: folder.path)
    #expect(repaired.problem == nil)
    #expect(try repaired.deployments() == ["electricity": Self.promoted])
    #expect(try repaired.entry(6)?.summary.contains("restored from audit row 2") == true)
    try repaired.append(.sample())
    #expect(try repaired.verify().isSound)
  }

  @Test func `a deployment that no row holds is told, left out, and gone after the repair`() throws
  {
    let folder = try Self.folder()
    try Self.execute(
      "INSERT INTO deployment SELECT 'electricitz', revision, json FROM deployment", folder)
    let store = try StateStore(directory: folder.path)
    #expect(
      store.problem?.description
        == "the deployment of electricitz is not what the audit rows say: expected none, found "
        + "champion 2 at revision 2")
    #expect(try store.deployments().keys.sorted() == ["electricity"])
    store.close()
    let repair = try #require(
      try StateRepair.prepare(directory: folder.path, by: Self.ada, reason: "r", now: .noon))
    try repair.install()
    #expect(try StateStore.verify(directory: folder.path).isSound)
    #expect(try StateStore.readDeployments(in: folder.path)?.keys.sorted() == ["electricity"])
  }

  @Test func `a row that changes while the server runs is found by the next walk`() throws {
    let folder = try Self.folder()
    let store = try StateStore(directory: folder.path)
    try store.use { db in try db.execute(sql: Self.otherChampion) }
    #expect(store.problem == nil)
    guard case .deploymentsChanged(let differences) = try store.verifyAgain().problem else {
      Issue.record("not found")
      return
    }
    #expect(differences.map(\.model) == ["electricity"])
    #expect(throws: StorageError.self) { try store.append(.sample()) }
  }

  @Test func `the row that holds a deployment is proven itself when it is opened`() throws {
    let folder = try Self.folder()
    try Self.execute(
      #"""
      UPDATE audit SET deployments = replace(deployments, '"champion":"2"', '"champion":"1"')
      WHERE sequence = 2
      """#, folder)
    let store = try StateStore(directory: folder.path)
    guard case .changed(sequence: 2, _, _) = store.problem else {
      Issue.record("found \(String(describing: store.problem))")
      return
    }
    #expect(try store.deployments() == ["electricity": Self.promoted])
  }

  @Test func `a deployment from before the chain held it that cannot be read is damage`() throws {
    let folder = try Self.olderFolder()
    try Self.execute("UPDATE deployment SET json = '{}' WHERE model = 'digits'", folder)
    let damage = AuditVerification.Problem.damaged(
      detail: "the deployment of digits cannot be read")
    #expect(try StateStore.verify(directory: folder.path).problem == damage)
    let store = try StateStore(directory: folder.path)
    #expect(store.problem == damage)
    #expect(try store.deployments() == ["electricity": Self.promoted])
    store.close()
    let repair = try StateRepair.prepare(
      directory: folder.path, by: Self.ada, reason: "r", now: .noon)
    try #require(repair).install()
    #expect(try StateStore(directory: folder.path).problem == nil)
  }

  /// Of schema 4.
  private static func olderFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let queue = try DatabaseQueue(path: folder.file("state.db"))
    try queue.writeWithoutTransaction { db in
      let older = Schema(
        applicationID: Schema.state.applicationID, steps: Array(Schema.state.steps.prefix(4)))
      try older.migrate(db, path: "state.db")
      try StateStore.store(Self.promoted, in: db)
      try StateStore.store(
        Deployment(model: "digits", revision: 4, champion: "7", championSince: .noon), in: db)
      for _ in 0..<3 { _ = try StateStore.insert(.sample(), into: db, path: "state.db") }
    }
    try queue.close()
    return folder
  }

  @Test func `deployments from before the chain held them are brought into it, once`() throws {
    let folder = try Self.olderFolder()
    let store = try StateStore(directory: folder.path)
    let sealed = try #require(try store.entry(4))
    #expect(sealed.action == "seal" && sealed.outcome == .event && sealed.model == nil)
    #expect(sealed.summary.contains("digits champion 7 at revision 4, electricity champion 2"))
    #expect(store.head.sequence == 4)
    var next = Self.promoted
    next.revision = 3
    try store.append(.sample(), deployment: next)
    #expect(try store.verify().isSound)
    store.close()
    let again = try StateStore(directory: folder.path)
    #expect(again.problem == nil && again.head.sequence == 5)
    again.close()
    try Self.execute("UPDATE deployment SET revision = 5 WHERE model = 'digits'", folder)
    guard case .deploymentsChanged(let differences) = try StateStore(directory: folder.path).problem
    else {
      Issue.record("not found")
      return
    }
    #expect(differences.map(\.sequence) == [4])
  }

  @Test func `a row with deployments has the second format, and its vector`() {
    let row = AuditRow(.sample(), sequence: 1, deployments: "[]")
    let canonical = AuditChain.canonical(row)
    #expect(canonical.first == 2)
    #expect(canonical.suffix(6).hexadecimal == "000000025b5d")
    var without = row
    without.deployments = nil
    #expect(AuditChain.canonical(without).dropFirst() == canonical.dropFirst().dropLast(6))
  }
}
