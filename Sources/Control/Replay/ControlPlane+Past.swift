import Domain
import Inference
import Storage

/// What a past moment is made of beside telemetry.
struct PastFacts: Sendable {
  var ledger: LedgerPast
  /// The server as it is now: whose past it is.
  var server: ServerInfo
  /// By model.
  var objectives: [String: ServiceObjective]
  var now: Timestamp
  /// In the order in which the present tells them.
  var models: [String]
  /// In the repository now and not loaded since, by model: what had no traffic is in no store.
  var versions: [String: Set<String>]
  /// Those in force now.
  var references: [ModelVersion: FrozenReference]
}

extension ControlPlane {
  func facts(of moment: Timestamp) async throws(StorageError) -> PastFacts {
    let incidents = book.incidents(IncidentQuery(limit: .max)).reversed()
    let ledger = try await ledger.past(at: moment, deployments, Array(incidents))
    return PastFacts(
      ledger: ledger, server: settings.server,
      objectives: charters.reduce(into: [:]) { $0[$1.name] = $1.objective },
      now: settings.clock(), models: modelNames,
      versions: modelNames.reduce(into: [:]) { $0[$1] = versions(of: $1, at: moment) },
      references: board.references)
  }

  /// One that this server loaded after the moment was not there, or not known.
  private func versions(of model: String, at moment: Timestamp) -> Set<String> {
    Set(
      dataPlane.versions(of: model).filter { version in
        let loadedAt = dataPlane.status(of: ModelVersion(model: model, version: version)).loadedAt
        return moment < settings.server.startedAt || loadedAt.map { $0 <= moment } ?? true
      })
  }
}
