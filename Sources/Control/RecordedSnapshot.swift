package import Domain
package import Storage

/// The present of a past moment: of a host that does not answer any more, or of one that goes on.
///
/// What is not recorded is not made up: there are no limits of the machine in it, no hashes, memory or queues of versions,
/// no alerts that were only pending, and no objectives but those that it is given.
package struct RecordedSnapshot: Sendable {
  /// Of those that have one now: what was in force then is not recorded.
  package var objectives: [String: ServiceObjective] = [:]
  /// What it costs now; nil: no costs.
  package var price: MachinePrice?
  /// Models that come first, in this order; the others follow by name.
  package var order: [String] = []
  /// That are known to have been there, by model, beside those with traffic or a part in the deployment.
  package var versions: [String: Set<String>] = [:]
  /// What may be told of the references that were in force.
  package var references: [ModelVersion: FrozenReference] = [:]
  private let metrics: MetricStore
  private let ledger: LedgerPast?
  private let moment: Timestamp
  /// The end of the last whole row that there is of that time, in seconds since 1970, and what a row stands for.
  private let end: Int64
  private let resolution: Int64
  private let judgedUntil: Int64

  /// - Parameter ledger: at the same moment; nil where there is none.
  package init(
    _ metrics: MetricStore, _ ledger: LedgerPast?, at moment: Timestamp
  ) throws(StorageError) {
    self.metrics = metrics
    self.ledger = ledger
    self.moment = moment
    resolution = try metrics.resolution(at: moment.seconds)
    end = moment.seconds / resolution * resolution
    let newest = try metrics.lastRecorded() ?? end
    // A judgement of the last second is written in the one after.
    judgedUntil = newest <= moment.seconds ? newest + 60 : moment.seconds
  }

  /// - Parameters:
  ///   - server: whose past it is.
  ///   - notices: what is to be known of it.
  package func made(
    _ server: ServerInfo, notices: [Notice]
  ) throws(StorageError) -> SystemSnapshot {
    let series = try metrics.recordedSeries()
    let models = Set(series.map(\.version.model)).union(ledger?.deployments.keys.map { $0 } ?? [])
    var snapshots: [ModelSnapshot] = []
    for model in order.filter(models.contains) + models.subtracting(order).sorted() {
      let own = series.filter { $0.version.model == model }
      if let one = try snapshot(of: model, own) { snapshots.append(one) }
    }
    let alerts = ledger?.alerts ?? []
    return SystemSnapshot(
      server: server, sequence: 1, time: moment, engine: .ready(version: ""),
      store: StoreStatus(metricsBytes: metrics.recordedBytes), models: snapshots,
      recoveries: ledger?.recoveries ?? [], notices: notices, auditHead: ledger?.head ?? 0,
      alerts: alerts, incidents: ledger?.openIncidents ?? [],
      precedents: ledger?.precedents(of: alerts.map(\.name)) ?? [])
  }

  private static let hour: Int64 = 3_600

  private func snapshot(
    of model: String, _ series: [SeriesKey]
  ) throws(StorageError) -> ModelSnapshot? {
    var found = ledger?.deployment(of: model)
    if found == nil { found = try deployment(of: model, series) }
    guard let deployment = found else { return nil }
    let known = Set(series.map(\.version.version)).union(deployment.pinnedVersions)
      .union(self.versions[model] ?? [])
    var versions: [VersionSnapshot] = []
    for version in known.sorted(by: ModelVersion.isOrdered) {
      versions.append(
        VersionSnapshot(
          version: version, variant: deployment.variant(of: version), state: .ready,
          share: deployment.share(of: version),
          recent: try figures(
            of: ModelVersion(model: model, version: version),
            hasObjective: objectives[model] != nil),
          isRollbackTarget: version == deployment.rollbackTarget,
          quarantine: deployment.quarantine[version]))
    }
    return ModelSnapshot(
      name: model, deployment: deployment, objective: objectives[model], versions: versions,
      lastChange: ledger?.lastChange(of: model), judgement: try judgement(of: deployment))
  }

  private func judgement(of deployment: Deployment) throws(StorageError) -> ModelJudgement? {
    let model = deployment.model
    let figures = RecordedFigures(metrics, end: end)
    let business = try figures.business(of: model, price: price)
    let judgement = try RecordedJudgement(
      metrics, end: judgedUntil, counted: end, references: references
    ).summary(of: deployment)
    let isIdle = business.predictions == 0 && business.labelled == 0
    guard var judgement = judgement ?? (isIdle ? nil : ModelJudgement()) else { return nil }
    judgement.business = business
    if let weight = ledger?.deployment(of: model)?.challenger?.weight {
      judgement.experiment?.share = weight
    }
    if let objective = objectives[model] {
      judgement.objectives = try figures.objectives(of: model, objective)
    }
    return judgement
  }

  private func figures(
    of version: ModelVersion, hasObjective: Bool
  ) throws(StorageError) -> RecentFigures {
    let lately = max(60, resolution)
    let rated = max(10, resolution)
    let minute = try sum(version, seconds: lately)
    let labelled = try sum(version, seconds: max(900, resolution)).labels
    let rows = labelled.correct + labelled.wrong
    let window = Window(from: end - lately, to: end, step: lately)
    func latency(_ measure: SeriesQuery.Measure) throws(StorageError) -> Double? {
      try metrics.series(
        SeriesQuery(
          measure: measure, model: version.model, version: version.version, window: window)
      ).lines.first?.values.first ?? nil
    }
    let last = try metrics.lastRequest(version, before: end)
    return RecentFigures(
      requestRate: Double(try sum(version, seconds: rated).requests) / Double(rated),
      requests: minute.requests, errors: minute.serverErrors, p50: try latency(.latencyP50),
      p99: try latency(.latencyP99),
      slowShare: hasObjective && minute.requests > 0
        ? Double(minute.slow) / Double(minute.requests) : nil,
      labels: rows + labelled.distances,
      accuracy: rows > 0 ? Double(labelled.correct) / Double(rows) : nil,
      absoluteError: labelled.distances > 0
        ? labelled.absoluteErrorSum / Double(labelled.distances) : nil,
      lastRequest: last.map { Timestamp(seconds: $0) }
    ).rounded()
  }

  private func sum(_ version: ModelVersion, seconds: Int64) throws(StorageError) -> MinuteCounts {
    try metrics.counted(version, from: end - seconds, to: end)
  }

  /// The start of the last hour of whole minutes.
  private var hourAgo: Int64 { (end - Self.hour) / 60 * 60 }

  /// Who served, as the telemetry of the last hour has it; nil for a model that had no request in it and no champion
  /// ever.
  private func deployment(
    of model: String, _ series: [SeriesKey]
  ) throws(StorageError) -> Deployment? {
    func newest(_ variant: Variant) throws(StorageError) -> (version: String, requests: Int64)? {
      var best: (version: String, requests: Int64, minute: Int64)?
      for key in series where key.variant == variant {
        let minutes = try metrics.minutes(
          key.version, variants: [variant], from: hourAgo, to: end)
        let requests = minutes.suffix(1).reduce(0) { $0 + $1.requests }
        let minute = minutes.last { $0.requests > 0 }?.minute ?? .min
        if best.map({ (minute, requests) > ($0.minute, $0.requests) }) ?? true {
          best = (key.version.version, requests, minute)
        }
      }
      return best.map { ($0.version, $0.requests) }
    }
    guard let champion = try newest(.champion) else { return nil }
    let challenger = try newest(.challenger).flatMap { one -> Deployment.Challenger? in
      let all = one.requests + champion.requests
      guard one.version != champion.version, one.requests > 0 else { return nil }
      return Deployment.Challenger(
        version: one.version, weight: Double(one.requests) / Double(all))
    }
    let shadow = try newest(.shadow).flatMap { $0.requests > 0 ? $0.version : nil }
    return Deployment(
      model: model, revision: 0, champion: champion.version, championSince: moment,
      challenger: challenger, shadow: shadow == champion.version ? nil : shadow)
  }
}
