import Domain
import Storage

/// What a past moment is made of beside telemetry.
struct PastFacts: Sendable {
  var ledger: LedgerPast
  /// The server as it is now: whose past it is.
  var server: ServerInfo
  /// By model.
  var objectives: [String: ServiceObjective]
  var now: Timestamp
}

extension ControlPlane {
  func facts(of moment: Timestamp) async throws(StorageError) -> PastFacts {
    let incidents = book.incidents(IncidentQuery(limit: .max)).reversed()
    let ledger = try await ledger.past(at: moment, deployments, Array(incidents))
    return PastFacts(
      ledger: ledger, server: settings.server,
      objectives: charters.reduce(into: [:]) { $0[$1.name] = $1.objective },
      now: settings.clock())
  }
}
