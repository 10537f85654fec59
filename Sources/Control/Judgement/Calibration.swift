package import Domain
import Statistics
package import Storage

/// Replays what a data folder stores as if one thing were compared with itself: every alarm is then a false one.
///
/// Reads only what was served, and judges with the same functions and settings as the live loops. The same store and seed
/// give the same report.
package struct Calibration: Sendable {
  let metrics: MetricStore
  private let references: [FrozenReference]
  private let deployments: [String: Deployment]
  private let objectives: [String: Domain.ServiceObjective]
  private let seed: UInt64
  private let effort: Effort

  /// How much is drawn: at the standard, some seconds of work and intervals narrow enough to tell a rule from another.
  package struct Effort: Sendable {
    /// Drift windows.
    package var windows = 500
    /// Experiments of a version with itself.
    package var runs = 200
    /// Blocks for the e-detector.
    package var blocks = 100_000
    /// Days of burn rates.
    package var days = 300

    package init() {}
  }

  /// Replayed at most, the newest: some seconds of work.
  static let windowsReplayed = 500
  static let minutesReplayed = 720
  /// A share that any experiment may have, beside the configured one.
  static let standardShare = 0.05
  static let leastWindows = 5
  static let leastBlocks = 24
  static let leastMinutes = 60
  /// Rows of a block where minutes stand in for blocks: what a judged one has at least.
  static let blockRows: Int64 = 48

  package init(
    metrics: MetricStore, references: [FrozenReference], deployments: [String: Deployment],
    objectives: [String: Domain.ServiceObjective], seed: UInt64 = 1, effort: Effort = Effort()
  ) {
    self.effort = effort
    self.metrics = metrics
    self.references = references
    self.deployments = deployments
    self.objectives = objectives
    self.seed = seed
  }

  /// - Parameters:
  ///   - now: up to a month before is replayed.
  ///   - tick: called with what is being replayed and the share of it that is done.
  package func report(
    now: Timestamp, tick: (String, Double) -> Void = { _, _ in }
  ) throws(StorageError) -> CalibrationReport {
    // An hour less than the minutes are kept: the oldest go while this reads.
    let span = (from: now.seconds - 30 * 86_400 + 3_600, to: now.seconds + 60)
    var models: [CalibrationReport.Model] = []
    for deployment in deployments.values.sorted(by: { $0.model < $1.model }) {
      var versions: [CalibrationReport.Version] = []
      for reference in references.sorted(by: { $0.version < $1.version })
      where reference.version.model == deployment.model {
        versions.append(try version(reference, span, tick))
      }
      models.append(
        CalibrationReport.Model(
          model: deployment.model, versions: versions, champion: deployment.answering,
          experiments: try experiments(deployment, span, tick),
          objectives: try burns(deployment, span, tick)))
    }
    return CalibrationReport(models: models)
  }

  // MARK: Drift and labels

  private func version(
    _ reference: FrozenReference, _ span: (from: Int64, to: Int64),
    _ tick: (String, Double) -> Void
  ) throws(StorageError) -> CalibrationReport.Version {
    let stored = try metrics.features(
      reference.version, from: span.from, to: span.to, servedOnly: true)
    let windows = Array(
      DriftReplay.windows(of: stored, reference).suffix(Self.windowsReplayed))
    let rows = windows.map { $0.map(\.total).max() ?? 0 }
    var noise = Calibrated<DriftCalibration>.notEnough(
      stored: Int64(windows.count), needed: 1, of: "finished windows")
    if !windows.isEmpty {
      noise = .measured(
        DriftCalibration.samplingNoise(
          reference.features, windows: windows, draws: effort.windows, seed: seed
        ) {
          tick("drift of \(reference.version), noise", $0)
        })
    }
    var varied = Calibrated<DriftCalibration>.notEnough(
      stored: Int64(windows.count), needed: Int64(Self.leastWindows), of: "finished windows")
    if windows.count >= Self.leastWindows {
      varied = .measured(
        DriftCalibration.asTrafficVaries(reference.features, windows: windows) {
          tick("drift of \(reference.version), as traffic varies", $0)
        })
    }
    let (concept, blocks) = try concept(reference.version, span)
    return CalibrationReport.Version(
      version: reference.version.version, reference: reference.source,
      referenceRows: reference.rows, features: reference.features.count, windows: windows.count,
      windowRows: windows.isEmpty ? [] : [rows.min() ?? 0, rows.max() ?? 0],
      samplingNoise: noise, asTrafficVaries: varied, concept: concept, conceptBlocks: blocks)
  }

  private func concept(
    _ version: ModelVersion, _ span: (from: Int64, to: Int64)
  ) throws(StorageError) -> (Calibrated<ConceptCalibration>, blocks: String) {
    let records = try metrics.judgements(
      JudgementQuery(
        kind: .quality, model: version.model, version: version.version, from: span.from,
        to: span.to, limit: 10_000))
    let judged = records.compactMap { record -> (Double, ConceptLoss)? in
      guard case .quality(let block) = record.content else { return nil }
      return block.accuracy.map { (max(0, 1 - $0), .wrongRows) }
        ?? block.absoluteError.map { ($0, .mean) }
    }
    if judged.count >= Self.leastBlocks, let loss = judged.last?.1 {
      let means = judged.filter { $0.1 == loss }.map(\.0)
      return (
        .measured(.shuffled(means, loss: loss, blocks: effort.blocks, seed: seed)), "judged blocks"
      )
    }
    let (means, loss) = Self.shortBlocks(
      try metrics.quality(version, from: span.from, to: span.to, servedOnly: true).map(\.row))
    let words = "stretches of whole minutes with \(Self.blockRows) labelled rows or more"
    guard means.count >= Self.leastBlocks else {
      return (
        .notEnough(stored: Int64(means.count), needed: Int64(Self.leastBlocks), of: words), words
      )
    }
    return (.measured(.shuffled(means, loss: loss, blocks: effort.blocks, seed: seed)), words)
  }

  /// Minutes one after the other, put together until they have the rows of a block.
  static func shortBlocks(_ minutes: [QualityRow]) -> ([Double], ConceptLoss) {
    var means: [Double] = []
    var kind = ConceptLoss.wrongRows
    var (rows, loss) = (Int64(0), 0.0)
    for sketch in minutes.compactMap(\.sketch) {
      if case .regression = sketch { kind = .mean }
      rows += sketch.rows
      loss += sketch.loss
      guard rows >= blockRows else { continue }
      if loss.isFinite { means.append(max(0, loss / Double(rows))) }
      (rows, loss) = (0, 0)
    }
    return (means, kind)
  }

  // MARK: Experiments and objectives

  private func experiments(
    _ deployment: Deployment, _ span: (from: Int64, to: Int64), _ tick: (String, Double) -> Void
  ) throws(StorageError) -> [Calibrated<ExperimentCalibration>] {
    let champion = ModelVersion(model: deployment.model, version: deployment.answering)
    let counts = try metrics.minutes(
      champion, from: span.from, to: span.to, servedOnly: true)
    let used = Array(
      counts.filter {
        let minute = ExperimentCalibration.Minute($0)
        return minute.requests > 0 || minute.labels > 0
      }.suffix(Self.minutesReplayed))
    var minutes = used.map(ExperimentCalibration.Minute.init)
    var hasLimit = objectives[deployment.model] != nil
    if !hasLimit, let own = try minutesAboveOwnP99(used, of: champion) {
      (minutes, hasLimit) = (own, true)
    }
    let policy = ExperimentWatch.policy(
      isSticky: false, hasLimit: hasLimit,
      hasLabels: minutes.contains { $0.labels > 0 })
    let requests = minutes.reduce(0) { $0 + $1.requests }
    let least = Int64(Double(policy.leastTrials) / Self.standardShare)
    guard requests >= least else {
      return [.notEnough(stored: requests, needed: least, of: "requests of the champion")]
    }
    let events = minutes.reduce(0) { $0 + $1.events }
    guard events >= policy.leastEvents else {
      return [
        .notEnough(
          stored: events, needed: Int64(policy.leastEvents),
          of: "errors, slow requests and wrong predictions of the champion")
      ]
    }
    var shares = [Self.standardShare]
    if let share = deployment.challenger?.weight, share > 0, share < 1, share != shares[0] {
      shares.append(share)
    }
    return shares.map { share in
      .measured(
        ExperimentCalibration.split(
          minutes, policy: policy, share: share, runs: effort.runs, seed: seed
        ) {
          tick("\(champion) against itself", $0)
        })
    }
  }

  private func burns(
    _ deployment: Deployment, _ span: (from: Int64, to: Int64), _ tick: (String, Double) -> Void
  ) throws(StorageError) -> [CalibrationReport.Objective] {
    guard let objective = objectives[deployment.model] else { return [] }
    var minutes: [Int64: MinuteCounts] = [:]
    let unserved = try metrics.backfilled()
    for minute in try metrics.secondsAlive(from: span.from, to: span.to).keys
    where !unserved.touch(minute..<minute + 60) {
      minutes[minute] = MinuteCounts(minute: minute)
    }
    let versions = try metrics.versions(of: deployment.model)
    for version in versions {
      for counts in try metrics.minutes(
        version, from: span.from, to: span.to, servedOnly: true)
      {
        minutes[counts.minute, default: MinuteCounts(minute: counts.minute)] += counts
      }
    }
    let all = minutes.values.sorted { $0.minute < $1.minute }
    return ObjectiveWatch.promises(of: objective).map { kind, promise in
      let counts = all.map {
        promise.count(
          answered: $0.ok, failed: $0.serverErrors, slow: $0.slow, filledSeconds: 60)
      }
      var burn = Calibrated<BurnCalibration>.notEnough(
        stored: Int64(counts.count), needed: Int64(Self.leastMinutes), of: "minutes")
      if !counts.contains(where: { $0.total > 0 }) {
        burn = .notEnough(stored: 0, needed: 1, of: "requests")
      } else if counts.count >= Self.leastMinutes {
        burn = .measured(
          .resampled(counts, objective: promise, days: effort.days, seed: seed) {
            tick("objectives of \(deployment.model)", $0)
          })
      }
      return CalibrationReport.Objective(kind: kind, target: promise.share, burn: burn)
    }
  }
}

extension ExperimentCalibration.Minute {
  init(_ counts: MinuteCounts) {
    self.init(
      requests: counts.ok + counts.serverErrors, failures: counts.serverErrors,
      slow: counts.slow, labels: counts.labels.correct + counts.labels.wrong,
      wrong: counts.labels.wrong)
  }
}
