package import Domain
package import Storage

/// The present of a host that does not answer any more: the last minute that its store has.
///
/// What the store does not hold is not made up: there are no alerts, proofs, limits of the machine or objectives in it.
package struct RecordedSnapshot: Sendable {
  private let metrics: MetricStore
  private let ledger: RecordedLedger?
  /// The end of the last second recorded, since 1970.
  private let end: Int64

  /// - Throws: `cannotOpen` when nothing was ever recorded.
  package init(_ metrics: MetricStore, _ ledger: RecordedLedger?, path: String)
    throws(StorageError)
  {
    guard let end = try metrics.lastRecorded() else {
      throw .cannotOpen(path: path, reason: "no second was ever recorded in it")
    }
    self.metrics = metrics
    self.ledger = ledger
    self.end = end
  }

  /// - Parameters:
  ///   - name: of the store, as a person would call it.
  ///   - notices: what was found when opening.
  package func made(name: String, notices: [Notice]) throws(StorageError) -> SystemSnapshot {
    let series = try metrics.recordedSeries()
    let models = Set(series.map(\.version.model)).union(ledger?.deployments.keys.map { $0 } ?? [])
    var snapshots: [ModelSnapshot] = []
    for model in models.sorted() {
      let own = series.filter { $0.version.model == model }
      if let one = try snapshot(of: model, own) { snapshots.append(one) }
    }
    return SystemSnapshot(
      server: ServerInfo(
        version: "", environment: "", host: name, listen: "", pid: 0, startedAt: time,
        isReadOnly: true, isDemo: false),
      sequence: 1, time: time, engine: .ready(version: ""),
      store: StoreStatus(metricsBytes: metrics.recordedBytes), models: snapshots,
      notices: notices, auditHead: ledger?.head ?? 0)
  }

  private var time: Timestamp { Timestamp(seconds: end) }

  private static let everyPart = Set(Variant.allCases)
  private static let hour: Int64 = 3_600

  private func snapshot(
    of model: String, _ series: [SeriesKey]
  ) throws(StorageError) -> ModelSnapshot? {
    var found = ledger?.deployments[model]
    if found == nil { found = try deployment(of: model, series) }
    guard let deployment = found else { return nil }
    let known = Set(series.map(\.version.version)).union(deployment.pinnedVersions)
    var versions: [VersionSnapshot] = []
    for version in known.sorted(by: ModelVersion.isOrdered) {
      versions.append(
        VersionSnapshot(
          version: version, variant: deployment.variant(of: version), state: .ready,
          share: deployment.share(of: version),
          recent: try figures(of: ModelVersion(model: model, version: version)),
          isRollbackTarget: version == deployment.rollbackTarget,
          quarantine: deployment.quarantine[version]))
    }
    return ModelSnapshot(
      name: model, deployment: deployment, versions: versions,
      lastChange: try ledger?.entries(AuditQuery(model: model, limit: 50))
        .first { $0.outcome == .done || $0.outcome == .breakGlass },
      judgement: try RecordedJudgement(metrics, end: end).summary(of: model, known))
  }

  private func figures(of version: ModelVersion) throws(StorageError) -> RecentFigures {
    let minute = try sum(version, seconds: 60)
    let labelled = try sum(version, seconds: 900).labels
    let rows = labelled.correct + labelled.wrong
    let window = Window(from: end - 60, to: end, step: 60)
    func latency(_ measure: SeriesQuery.Measure) throws(StorageError) -> Double? {
      try metrics.series(
        SeriesQuery(
          measure: measure, model: version.model, version: version.version, window: window)
      ).lines.first?.values.first ?? nil
    }
    let last = try metrics.minutes(
      version, variants: Self.everyPart, from: hourAgo, to: end
    )
    .last { $0.requests > 0 }
    return RecentFigures(
      requestRate: Double(try sum(version, seconds: 10).requests) / 10, requests: minute.requests,
      errors: minute.serverErrors, p50: try latency(.latencyP50), p99: try latency(.latencyP99),
      labels: rows + labelled.distances,
      accuracy: rows > 0 ? Double(labelled.correct) / Double(rows) : nil,
      absoluteError: labelled.distances > 0
        ? labelled.absoluteErrorSum / Double(labelled.distances) : nil,
      lastRequest: last.map { Timestamp(seconds: min(end, $0.minute + 60)) })
  }

  private func sum(_ version: ModelVersion, seconds: Int64) throws(StorageError) -> MinuteCounts {
    try metrics.recordedSeconds(version, from: end - seconds, to: end)
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
      model: model, revision: 0, champion: champion.version, championSince: time,
      challenger: challenger, shadow: shadow == champion.version ? nil : shadow)
  }
}
