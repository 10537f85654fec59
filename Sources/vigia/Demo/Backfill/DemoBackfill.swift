import Control
import Domain
import Foundation
import Inference
import Logging
import OnnxRuntime
import Storage
import Waiting

/// Scores what the hour before a demo's start lacks: the stream's rows, through the very versions that are to answer.
///
/// Owns the data folder meanwhile; nothing serves yet. The stretch is marked in `metrics.db`, piece by piece with what is
/// written, so that a `kill -9` leaves a whole number of marked pieces, after which the next start goes on.
struct DemoBackfill {
  private let examples: DemoExamples
  private let options: DemoOptions
  private let configuration: VigiaConfiguration
  private let loader: OnnxLoader
  private let workers: Int

  init(
    examples: DemoExamples, options: DemoOptions, configuration: VigiaConfiguration,
    logger: Logger, workers: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    self.examples = examples
    self.options = options
    self.configuration = configuration
    loader = EmbeddedEngine(configuration, logger: logger).loader
    self.workers = max(1, workers)
  }

  /// - Parameter progress: called with a line, now and then.
  /// - Returns: nil where nothing is missing.
  func run(progress: (String) -> Void = { _ in }) async throws -> BackfillReport? {
    let directory = configuration.dataDirectory
    try DataFolder.prepare(directory)
    let lock = try InstanceLock(directory: directory)
    defer { withExtendedLifetime(lock) {} }
    let begun = ContinuousClock.now
    // A new file's tiers begin where the hour does.
    let metrics = try MetricStore(
      directory: directory, now: Timestamp.now.adding(seconds: -Double(BackfillPlan.hour)))
    defer { metrics.close() }
    guard
      let missing = BackfillPlan.missing(
        now: Timestamp.now.seconds, recordedTo: try metrics.lastRecorded())
    else { return nil }
    progress(BackfillPlan.progress(0, elapsed: 0))
    let state = try StateStore(directory: directory)
    defer { state.close() }
    if let problem = state.problem { throw problem }

    let splits = try splits(state)
    let references = try references(of: splits, state)
    let lanes = try await lanes(splits)
    let folders = (0..<workers).map { _ in folder(references) }
    let cost = cost(of: lanes, folders[0])
    let plan = BackfillPlan(
      missing: missing, liveRate: options.requestsPerSecond, cost: cost, workers: workers)
    let rows = try await BackfillRun(
      plan: plan, options: options, lanes: lanes, metrics: metrics, now: { .now }
    ).run(folders) { done in
      progress(
        BackfillPlan.progress(done, elapsed: begun.duration(to: .now) / .seconds(1)))
    }
    let report = BackfillReport(
      plan: plan,
      rows: Dictionary(
        uniqueKeysWithValues: zip(examples.manifest.models, rows).map { ($0.name, $1) }),
      took: begun.duration(to: .now) / .seconds(1))
    for model in examples.manifest.models {
      try tell(AuditEntry.backfillAction, of: model.name, report.summary(of: model.name), state)
    }
    return report
  }

  // MARK: What answers

  /// As the server will share the traffic out: by the deployments' history, else as the manifest seeds it.
  private func splits(_ state: StateStore) throws -> [String: TrafficSplit] {
    let history = try state.deployments()
    let repository = ModelRepository(root: configuration.modelRepository)
    var splits: [String: TrafficSplit] = [:]
    for charter in VigiaServer.charters(of: configuration) {
      let deployment =
        history[charter.name]
        ?? charter.seed(versions: repository.versionNames(of: charter.name), now: .now)
      if let deployment { splits[charter.name] = TrafficSplit(deployment) }
    }
    return splits
  }

  /// Those that are in force, and those that lie beside the models: stored here, so that the server counts on the same bins.
  private func references(
    of splits: [String: TrafficSplit], _ state: StateStore
  ) throws -> [FrozenReference] {
    var references = Dictionary(
      try state.references().map { ($0.version, $0) }, uniquingKeysWith: { $1 })
    var newest = try state.newestReferenceID()
    for (model, split) in splits.sorted(by: { $0.key < $1.key }) {
      for version in [split.champion, split.challenger?.version].compactMap(\.self) {
        let key = ModelVersion(model: model, version: version)
        guard references[key] == nil,
          let reference = try VigiaServer.trainingReference(
            configuration, key, [], newest + 1, .now)
        else { continue }
        newest += 1
        try state.store(reference)
        try tell("reference", of: model, reference.readingWords, state)
        references[key] = reference
      }
    }
    return Array(references.values)
  }

  private func tell(
    _ action: String, of model: String, _ summary: String, _ state: StateStore
  ) throws {
    _ = try state.append(
      AuditEntry(
        time: .now, principal: .vigia, origin: .job, action: action, model: model, reason: "",
        outcome: .event, summary: summary))
  }

  // MARK: Lanes

  private func lanes(_ splits: [String: TrafficSplit]) async throws -> [BackfillLane] {
    let repository = ModelRepository(root: configuration.modelRepository)
    let loader = loader
    return try await withThrowingTaskGroup(of: (Int, BackfillLane).self) { group in
      for (index, model) in examples.manifest.models.enumerated() {
        let path = examples.streamPath(of: model)
        guard let split = splits[model.name] else { throw DemoBackfillError.noVersion(model.name) }
        group.addTask {
          let lane = try await BlockingThread.run("backfill-load") { () throws(any Error) in
            let stream = try DemoStream(StreamReader.read(path), model: model, path: path)
            var versions: [String: OnnxModel] = [:]
            for name in [split.champion, split.challenger?.version].compactMap(\.self) {
              let version = ModelVersion(model: model.name, version: name)
              guard let file = repository.file(version) else {
                throw DemoBackfillError.noVersion("\(version)")
              }
              versions[name] = try loader.open(file)
            }
            return BackfillLane(
              LoadClient.Lane(model: model, stream: stream), split: split, versions: versions,
              client: DemoTransport.clientName)
          }
          return (index, lane)
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func folder(_ references: [FrozenReference]) -> BackfillFolder {
    let models = configuration.models
    let objectives = Dictionary(
      models.compactMap { model in model.objective.map { (model.name, $0.latency) } },
      uniquingKeysWith: { first, _ in first })
    let policies = Dictionary(
      models.map { ($0.name, $0.capture) }, uniquingKeysWith: { first, _ in first })
    return BackfillFolder(
      objective: { objectives[$0] }, policy: { policies[$0] ?? CapturePolicy() },
      references: references)
  }

  /// Seconds that a request takes one worker, measured on a few, of which nothing is kept.
  private func cost(of lanes: [BackfillLane], _ folder: BackfillFolder) -> Double {
    var folder = folder
    var replay = DemoReplay(lanes: lanes.map(\.plan), options: options, past: 1)
    // The first of each do not count: what is made once is not made for each row.
    for isWarm in [false, true] {
      var requests: [DemoReplay.Request] = []
      while requests.count < 400 { requests += replay.due(at: replay.nextTime) }
      let piece = BackfillPiece(seconds: 0..<1, requests: requests, start: 0, seed: 1)
      let begun = ContinuousClock.now
      _ = piece.score(lanes, labelDelay: 0, into: &folder)
      _ = folder.take()
      if isWarm { return begun.duration(to: .now) / .seconds(1) / Double(requests.count) }
    }
    return 0
  }
}

enum DemoBackfillError: Error, CustomStringConvertible {
  case noVersion(String)

  var description: String {
    switch self {
    case .noVersion(let name): "\(name): there is no such version to run"
    }
  }
}
