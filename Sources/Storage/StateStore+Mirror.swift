import Domain
import GRDB

/// The deployments outside the database, after each change of one.
extension StateStore {
  /// Writes the mirror when one of these rows changed deployments. The commit stands, whatever becomes of it.
  func mirrorRows(_ db: Database, from first: Int64, through last: Int64) {
    let changes = try? Bool.fetchOne(
      db,
      sql: "SELECT EXISTS (SELECT 1 FROM audit WHERE sequence >= ? AND deployments IS NOT NULL)",
      arguments: [first])
    guard changes ?? true, let deployments = try? Self.deployments(db, path: path) else { return }
    mirror(DeploymentMirror(sequence: last, deployments: deployments))
  }

  /// A crash between a commit and its mirror leaves an older one.
  func mirrorOpened(_ db: Database) throws {
    guard let directory else { return }
    let deployments = try Self.deployments(db, path: path)
    let newest =
      try Int64.fetchOne(
        db, sql: "SELECT max(sequence) FROM audit WHERE deployments IS NOT NULL") ?? 0
    let found = DeploymentMirror(directory: directory)
    if let found, found.deployments == deployments,
      (newest...max(newest, head.sequence)).contains(found.sequence)
    {
      return
    }
    guard found != nil || !deployments.isEmpty else { return }
    mirror(DeploymentMirror(sequence: head.sequence, deployments: deployments))
  }

  private func mirror(_ mirror: DeploymentMirror) {
    guard let directory else { return }
    do throws(StorageError) { try mirror.write(to: directory) } catch {
      // An older one stays, and says as of which row it is.
      if case .full = error, reserve?.giveUp() == true { try? mirror.write(to: directory) }
    }
  }
}
