import Domain
import Storage

/// What was measured lately, of all versions: a value that takes in one batch a second and answers for snapshots,
/// evidence and proofs.
struct LiveFigures: Sendable {
  private var windows: [ModelVersion: RecentWindow] = [:]
  /// By model: what its champion was sent since the last change.
  private var sinceChange: [String: RecentFigures.SinceChange] = [:]
  private(set) var clients = RecentClients()
  private(set) var metrics = MetricsPage()
  private(set) var store = StoreStatus()
  /// The newest whole second that was taken in.
  private var newest: Int64 = 0

  /// - Parameter deployments: in force when the batch was made; what a champion was sent counts from its revision on.
  mutating func add(_ batch: SecondBatch, deployments: [String: Deployment]) {
    for rollup in batch.rollups {
      var slot = RecentWindow.Slot(second: rollup.second)
      slot.requests = rollup.counters.requests
      slot.errors = rollup.counters.serverErrors
      slot.slow = rollup.counters.slow
      slot.limited = rollup.counters.limited
      slot.shedByOperator = rollup.shedByOperator
      slot.latency = rollup.latency
      windows[rollup.version, default: RecentWindow()].add(slot)
      if let deployment = deployments[rollup.version.model] { count(rollup, in: deployment) }
    }
    for label in batch.labels {
      // At the second in which the label came: the figure is of the last labels, not of old requests.
      var slot = RecentWindow.Slot(second: batch.to - 1)
      slot.correct = label.counts.correct
      slot.wrong = label.counts.wrong
      slot.absoluteError = label.counts.absoluteErrorSum
      slot.absoluteErrors = label.counts.distances
      windows[label.version, default: RecentWindow()].add(slot)
    }
    for label in batch.revisionLabels {
      var slot = RecentWindow.Slot(second: batch.to - 1)
      slot.judged = label.counts.correct + label.counts.wrong
      slot.misjudged = label.counts.wrong
      windows[label.version, default: RecentWindow()].add(slot)
    }
    clients.add(batch)
    metrics.add(batch)
    newest = batch.to - 1
    store = batch.status
  }

  /// - Parameters:
  ///   - deployment: the model's present one; its champion's figures say what came since it is in force.
  ///   - hasObjective: whether slow requests were counted against a latency objective.
  func figures(
    of version: String, in deployment: Deployment, hasObjective: Bool
  ) -> RecentFigures {
    let key = ModelVersion(model: deployment.model, version: version)
    var figures =
      windows[key]?.figures(at: newest, hasObjective: hasObjective) ?? RecentFigures()
    if version == deployment.answering, let since = sinceChange[deployment.model],
      since.revision == deployment.revision
    {
      figures.sinceChange = since
    }
    return figures
  }

  /// The last minute of a version: the level that a rollback flees from.
  func lastMinute(of version: ModelVersion) -> RecoveryWatch.Counts {
    windows[version]?.counts(at: newest, seconds: 60) ?? .init()
  }

  private mutating func count(_ rollup: SecondRollup, in deployment: Deployment) {
    guard rollup.variant == .champion, rollup.version.version == deployment.answering,
      let part = rollup.byRevision[deployment.revision]
    else { return }
    let known = sinceChange[deployment.model]
    var figures =
      known?.revision == deployment.revision
      ? known ?? .init(revision: deployment.revision) : .init(revision: deployment.revision)
    figures.requests += part.requests - part.limited
    figures.errors += part.serverErrors
    figures.slow += part.slow
    sinceChange[deployment.model] = figures
  }
}
