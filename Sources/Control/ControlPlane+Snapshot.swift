import Domain
import Foundation
import Inference
import Statistics
package import Storage

extension ControlPlane {
  /// Takes in what one flush of the recorder measured, judges the recoveries, and publishes.
  package func ingest(_ batch: SecondBatch) async {
    figures.add(batch, deployments: deployments)
    for (version, result) in batch.redactions {
      redactionsAmiss[version] = result.missing.isEmpty ? nil : result
    }
    saturation = currentSaturation
    let ended = stepWatches(batch)
    let lastMinute = judgedMinute
    judge(batch)
    if batch.clockJump != nil { operations.clockJumps += 1 }
    publish()
    if let latest = hub.latest {
      var gauges = GaugeTally(latest)
      if judgedMinute != lastMinute, judgedMinute % JudgedGauge.every == 0 {
        gauges.note(judged: latest)
      }
      judgement?.metrics.note(gauges, second: batch.time.seconds)
    }
    operations.look(at: hub.latest?.models ?? [])
    lookAtAlerts(batch.time)
    // Where there are no rules only what people open is looked after.
    if alerting == nil, !incidentsShown.isEmpty { Task { await lookAtIncidents() } }
    lookAtSources(batch.time)
    lookAtStores(batch.time)
    // Apart, since a disk that hangs must not stop the measuring.
    if isBreakGlassPending, sequence % 5 == 0 { Task { await importBreakGlass() } }
    for recovery in ended { await recordEvent(of: recovery) }
    await tellOfDoubts()
    // At once: who reads "recovered" may write the draft now.
    if !ended.isEmpty { await lookAtIncidents() }
    if let jump = batch.clockJump {
      await recordEvent(ofClockJump: jump)
      Task { await moveIncidents(byClockJump: jump) }
    }
  }

  /// Makes the present snapshot and hands it out.
  func publish() {
    sequence += 1
    var server = settings.server
    server.isReadOnly = settings.isReadOnly
    server.isStopping = isStopping
    hub.publish(
      SystemSnapshot(
        server: server, sequence: sequence, time: settings.clock(), engine: settings.engine(),
        store: storeStatus, models: modelNames.compactMap(snapshot(of:)),
        recoveries: watches.map(\.watch.recovery), notices: currentNotices, auditHead: auditHead,
        saturation: saturation, alerts: alertReport.alerts, incidents: incidentsShown,
        precedents: book.precedents(of: alertReport.alerts.map(\.name)),
        sources: sources, intentions: intentions.current(at: .now), alertRules: alertRules))
  }

  private var currentSaturation: Saturation? {
    guard var saturation = settings.saturation() else { return nil }
    for lanes in dataPlane.laneFigures.values { saturation.lanes += lanes }
    return saturation
  }

  func objective(of model: String) -> ServiceObjective? {
    charters.first { $0.name == model }?.objective
  }

  private func snapshot(of model: String) -> ModelSnapshot? {
    guard let deployment = deployments[model] else { return nil }
    let objective = objective(of: model)
    let known = Set(dataPlane.versions(of: model)).union(deployment.pinnedVersions)
    let target = deployment.rollbackTarget
    let serving = serving(deployment)
    let hurt = Array(figures.clients.figures(of: model).filter { $0.hurt > 0 }.prefix(3))
    let versions = known.sorted(by: ModelVersion.isOrdered).map { version in
      let key = ModelVersion(model: model, version: version)
      let status = dataPlane.status(of: key)
      return VersionSnapshot(
        version: version, variant: deployment.variant(of: version), state: status.state,
        sha256: status.sha256, fileBytes: status.fileBytes,
        share: serving.share(of: version), loadedAt: status.loadedAt,
        queueDepth: status.queueDepth, shadowDropped: status.shadowDropped,
        execution: status.execution, executionFigures: status.executionFigures,
        recent: figures.figures(
          of: version, in: deployment, hasObjective: objective != nil),
        isRollbackTarget: version == target, quarantine: deployment.quarantine[version],
        memoryBytes: status.memoryBytes, warnings: status.warnings, upstreams: status.upstreams)
    }
    return ModelSnapshot(
      name: model, deployment: deployment, objective: objective, versions: versions,
      lastChange: lastChange[model],
      notices: mismatch(deployment) + (modelNotices[model] ?? [])
        + replaced(deployment) + doubtful(deployment) + awaited(deployment) + takenOut(deployment)
        + unservedChallenger(deployment)
        + levers(deployment),
      hurtClients: hurt.isEmpty ? nil : hurt,
      judgement: board.summary(of: model))
  }

  /// As at the start: what was changed since is in the timeline.
  private func mismatch(_ deployment: Deployment) -> [Notice] {
    guard let told = startMismatches[deployment.model],
      let charter = charters.first(where: { $0.name == deployment.model }),
      charter.mismatch(with: deployment) == told
    else { return [] }
    return [Notice(.info, told)]
  }

  /// The server stays ready without a champion that somebody unloaded: here it is told that this one answers nobody.
  private func takenOut(_ deployment: Deployment) -> [Notice] {
    let version = deployment.pin?.version ?? deployment.champion
    guard
      let words = dataPlane.takenOut(ModelVersion(model: deployment.model, version: version))
    else { return [] }
    return [
      Notice(
        .critical, "\(version) serves and is not loaded, so its requests are refused: \(words)")
    ]
  }

  /// What an operator has put in the traffic's way, for as long as it stands there.
  private func levers(_ deployment: Deployment) -> [Notice] {
    var notices: [Notice] = []
    if let pin = deployment.pin {
      notices.append(
        Notice(
          .warning,
          "pinned to \(pin.version) since \(iso8601(pin.since)) by \(pin.by): \(pin.reason)"))
    }
    for limit in deployment.limits ?? [] {
      notices.append(
        Notice(
          .warning,
          "\(limit.words), since \(iso8601(limit.since)) by \(limit.by): \(limit.reason)"))
    }
    return notices
  }

  /// The deployment as it really answers: while a challenger is not in memory its part is the champion's.
  private func serving(_ deployment: Deployment) -> Deployment {
    guard !unservedChallenger(deployment).isEmpty else { return deployment }
    var serving = deployment
    serving.challenger?.weight = 0
    return serving
  }

  private func unservedChallenger(_ deployment: Deployment) -> [Notice] {
    guard let challenger = deployment.challenger, challenger.weight > 0,
      case .failed = dataPlane.status(
        of: ModelVersion(model: deployment.model, version: challenger.version)
      ).state
    else { return [] }
    return [
      Notice(
        .warning,
        "challenger \(challenger.version) is not loaded: the champion answers its "
          + "\(percent(challenger.weight))")
    ]
  }

  private var storeStatus: StoreStatus {
    var status = figures.store
    status.stateBytes = ledger.store.bytes
    status.stateWriteMilliseconds = ledger.lastWriteMilliseconds
    return status
  }

  /// Nil before the rules were looked at for the first time.
  private var alertRules: Int? {
    guard alerting != nil else { return 0 }
    return lookedAtRules ? alertReport.rules.count { !$0.isRecording } : nil
  }

  private var currentNotices: [Notice] {
    var all = notices + configurationNotices
    if alerting != nil, alertRules == 0 { all.append(.noRules) }
    if let paused = figures.store.paused {
      all.append(Notice(.critical, "telemetry is paused, serving goes on: \(paused)"))
    }
    for (version, result) in redactionsAmiss.sorted(by: { $0.key < $1.key }) {
      all.append(.redactionAmiss(version, result))
    }
    if let excess = dataPlane.memory.excess { all.append(Notice(.warning, excess)) }
    for source in sources where source.isStale(at: settings.clock()) {
      all.append(
        Notice(
          .warning,
          "source \(source.name) has not answered since \(iso8601(source.lastAnswer ?? source.since)): "
            + "\(source.lastFailure ?? "it is late"); its alerts are held as they were"))
    }
    if isBreakGlassPending {
      all.append(
        Notice(.critical, "a break-glass rollback is in force and not yet in the ledger"))
    }
    return all
  }

  /// Durations are not concerned: they are of the monotonic clock.
  private func recordEvent(ofClockJump seconds: Double) async {
    let words = Int64(abs(seconds).rounded()).formatted(.number.locale(Locale(identifier: "en_US")))
    await recordEvent(
      "clock-jump", model: nil,
      summary: "clock moved \(seconds < 0 ? "back" : "ahead") \(words) s")
    publish()
  }
}

extension Notice {
  static func redactionAmiss(_ version: ModelVersion, _ result: RedactionResult) -> Notice {
    Notice(
      .warning,
      "\(version): redact names \(result.missing.joined(separator: ", ")), which none of its features and inputs has "
        + "(\(result.known.prefix(12).joined(separator: ", "))\(result.known.count > 12 ? ", ..." : "")); "
        + "no request is kept with its tensors. Mend redact, or features, and start again")
  }
}
