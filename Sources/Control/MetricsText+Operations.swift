import Domain

/// What was done to the server since its start, counted for the rules.
struct OperationCounts: Sendable {
  private struct Key: Hashable {
    var model: String
    var action: String
    var outcome: String
  }

  private var commands: [Key: Int] = [:]
  private var failures: [ModelVersion: Int] = [:]
  private var failed: Set<ModelVersion> = []
  var clockJumps = 0

  private static let outcomes = ["done", "refused", "failed", "unknown"]
  /// Counted from 0 for each model, so that the first of them is seen as one.
  private static let watched = ["rollback", "promote"]

  mutating func count(_ command: Command, _ outcome: CommandOutcome) {
    let word =
      switch outcome {
      case .done: "done"
      case .refused(let refusal): refusal.code.isOfFailure ? "failed" : "refused"
      case .unknown: "unknown"
      }
    commands[
      Key(model: command.action.model ?? "", action: command.action.name, outcome: word),
      default: 0] += 1
  }

  /// Notes which versions are failed now: one that was not before has failed once more.
  mutating func look(at models: [ModelSnapshot]) {
    for model in models {
      for version in model.versions {
        let key = ModelVersion(model: model.name, version: version.version)
        guard case .failed = version.state else {
          failed.remove(key)
          failures[key, default: 0] += 0
          continue
        }
        failures[key, default: 0] += failed.insert(key).inserted ? 1 : 0
      }
    }
  }

  func add(to page: inout MetricsText, _ snapshot: SystemSnapshot, isLedgerSound: Bool) {
    var all = commands
    for model in snapshot.models {
      for action in Self.watched {
        for outcome in Self.outcomes {
          all[Key(model: model.name, action: action, outcome: outcome), default: 0] += 0
        }
      }
    }
    let keys = all.keys.sorted {
      ($0.model, $0.action, $0.outcome) < ($1.model, $1.action, $1.outcome)
    }
    page.family(SeriesCatalogue.commands) { page in
      for key in keys {
        page.sample(
          [("model", key.model), ("action", key.action), ("outcome", key.outcome)],
          Double(all[key] ?? 0))
      }
    }
    page.family(SeriesCatalogue.modelLoadFailures) { page in
      for (version, count) in failures.sorted(by: { $0.key < $1.key }) {
        page.sample([("model", version.model), ("version", version.version)], Double(count))
      }
    }
    page.family(SeriesCatalogue.rollbackTargetReady) { page in
      for model in snapshot.models where model.deployment.hasPredecessor {
        let target = model.deployment.rollbackTarget.flatMap(model.version)
        page.sample([("model", model.name)], target?.state == .ready ? 1 : 0)
      }
    }
    page.family(SeriesCatalogue.auditChainSound) { $0.sample([], isLedgerSound ? 1 : 0) }
    page.family(SeriesCatalogue.clockJumps) { $0.sample([], Double(clockJumps)) }
  }
}

extension Refusal.Code {
  /// Whether what was asked for was to be done, and the server could not: the row of the ledger was not kept, or the version
  /// cannot serve. Else nothing was tried.
  fileprivate var isOfFailure: Bool {
    switch self {
    case .auditUnavailable, .notLoaded: true
    case .notAllowed, .readOnly, .unknownModel, .unknownVersion, .stateMoved, .someoneActs, .frozen,
      .quarantined, .pinned, .noRollbackTarget, .nothingToDo, .invalid, .preflightFailed, .stopping:
      false
    }
  }
}

extension MetricsText {
  mutating func addUpstreams(of snapshot: SystemSnapshot) {
    family(SeriesCatalogue.upstreamUp) { page in
      for model in snapshot.models {
        for version in model.versions {
          for upstream in version.upstreams ?? [] {
            page.sample(
              [
                ("model", model.name), ("version", version.version), ("upstream", upstream.name),
              ], upstream.state == .healthy ? 1 : 0)
          }
        }
      }
    }
  }

  mutating func addAlerting(areRulesTaken: Bool, receivers: [ReceiverStatus]) {
    family(SeriesCatalogue.configurationTaken) { $0.sample([], areRulesTaken ? 1 : 0) }
    // Peers of one receiver are told one by one: any of them is enough.
    let names = Set(receivers.map(\.name)).sorted()
    func sum(_ name: String, _ count: (ReceiverStatus) -> Int64) -> Double {
      Double(receivers.filter { $0.name == name }.reduce(0) { $0 + count($1) })
    }
    family(SeriesCatalogue.notifications) { page in
      for name in names { page.sample([("receiver", name)], sum(name, \.sent)) }
    }
    family(SeriesCatalogue.notificationFailures) { page in
      for name in names { page.sample([("receiver", name)], sum(name, \.failed)) }
    }
    family(SeriesCatalogue.notificationsLost) { page in
      for name in names { page.sample([("receiver", name)], sum(name, \.lost)) }
    }
  }
}
