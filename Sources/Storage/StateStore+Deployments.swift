package import Domain
import Foundation
import GRDB

/// What is in force, and what proves it.
extension StateStore {
  /// By model. With a `problem` that blocks changes: what was in force last as far as it is known, see `standing`.
  package func deployments() throws(StorageError) -> [String: Deployment] {
    if let standing { return standing.deployments }
    return try use { db in try Self.deployments(db, path: path) }
  }

  static func deployments(_ db: Database, path: String) throws -> [String: Deployment] {
    var deployments: [String: Deployment] = [:]
    for json in try String.fetchAll(db, sql: "SELECT json FROM deployment") {
      let deployment = try decode(Deployment.self, from: json, path: path)
      deployments[deployment.model] = deployment
    }
    return deployments
  }

  /// The table's rows by their key, also those that cannot be read.
  static func storedDeployments(_ db: Database) throws -> [String: StoredDeployment] {
    let rows = try Row.fetchAll(db, sql: "SELECT model, revision, json FROM deployment")
    return rows.reduce(into: [:]) { stored, row in
      // A key of another type is none that anybody asks for.
      guard let model = try? row.checked(0, as: String.self) else { return }
      let json = try? row.checked(2, as: String.self)
      stored[model] = StoredDeployment(
        revision: try? row.checked(1),
        deployment: json.flatMap {
          try? JSONDecoder().decode(Deployment.self, from: Data($0.utf8))
        })
    }
  }

  /// What the chain's newest row of each model holds.
  ///
  /// - Returns: only what stands in rows whose hash is right, and what is wrong with the first other.
  static func provenDeployments(
    _ db: Database, path: String
  ) throws -> (deployments: [String: ProvenDeployment], problem: AuditVerification.Problem?) {
    guard try db.has("deployments", in: "audit") else { return ([:], nil) }
    let newest = try Row.fetchAll(
      db,
      sql: """
        SELECT model, max(sequence) FROM audit WHERE deployments IS NOT NULL
        GROUP BY model ORDER BY 2
        """)
    var proven: [String: ProvenDeployment] = [:]
    var problem: AuditVerification.Problem?
    for row in newest {
      let model: String? = try row.checkedIfPresent(0)
      let sequence: Int64 = try row.checked(1)
      var sound: AuditRow?
      let walked = try walk(db, from: sequence - 1, through: sequence) { row, _ in sound = row }
      if let sound {
        try proven.learn(sound, path: path)
      } else {
        problem = problem ?? walked.problem
        // What older rows say is not in force any more; a row without a model is about them all.
        if let model { proven[model] = nil } else { proven = [:] }
      }
    }
    return (proven, problem)
  }

  /// Whether the deployments are those of the chain.
  static func problemOfDeployments(
    _ db: Database, path: String
  ) throws -> AuditVerification.Problem? {
    let (proven, problem) = try provenDeployments(db, path: path)
    if let problem { return problem }
    let stored = try storedDeployments(db)
    guard !proven.isEmpty else {
      // A chain from before it held them proves none: see `seal`.
      let unreadable = stored.filter { $0.value.deployment == nil }.keys.min()
      return unreadable.map { .damaged(detail: "the deployment of \($0) cannot be read") }
    }
    let differences = Set(proven.keys).union(stored.keys).sorted().compactMap { model in
      if let expected = proven[model], stored[model]?.isSame(as: expected.deployment) ?? false {
        return nil as DeploymentDifference?
      }
      return DeploymentDifference(model: model, expected: proven[model], found: stored[model])
    }
    return differences.isEmpty ? nil : .deploymentsChanged(differences)
  }

  /// Whether there are deployments from before the chain held them.
  static func isUnsealed(_ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM deployment)
          AND NOT EXISTS (SELECT 1 FROM audit WHERE deployments IS NOT NULL)
        """) ?? false
  }

  /// Brings deployments from before the chain held them into it, in a row of their own.
  static func seal(_ db: Database, path: String) throws -> AuditEntry {
    let deployments = try deployments(db, path: path).values.sorted { $0.model < $1.model }
    let words = deployments.map { "\($0.model) \($0.shortly)" }.joined(separator: ", ")
    // As of the last row: nothing has changed since.
    let time = try Int64.fetchOne(db, sql: "SELECT time FROM audit ORDER BY sequence DESC LIMIT 1")
    let entry = AuditEntry(
      time: Timestamp(microseconds: time ?? 0),
      principal: Principal(name: "vigia", role: .admin, proof: "process"), origin: .job,
      action: "seal", reason: "", outcome: .event,
      summary: "the ledger holds the deployments from here on: \(words)")
    return try insert(entry, deployments: deployments, into: db, path: path)
  }
}

extension [String: ProvenDeployment] {
  /// What a row holds is in force from it on.
  mutating func learn(_ row: AuditRow, path: String) throws {
    guard let json = row.deployments else { return }
    for deployment in try StateStore.decode([Deployment].self, from: json, path: path) {
      self[deployment.model] = ProvenDeployment(sequence: row.sequence, deployment: deployment)
    }
  }
}
