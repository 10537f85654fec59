import Control
import Domain
import Foundation
import Inference
import Storage

/// The two stores of a data folder and what writes to them, open.
struct OpenStores {
  let metrics: MetricStore
  let recorder: Recorder
  let ledger: Ledger
  /// One a second, from the recorder's thread to Control.
  let batches: AsyncStream<SecondBatch>
  /// No further one is wanted: `batches` ends with those that wait in it.
  let endBatches: @Sendable () -> Void
  /// What the request path calls.
  let record: DataPlane.Record
  /// What was found when opening.
  let notices: [Notice]

  /// Telemetry is disposable: damage is moved aside. The ledger is not: damage is told, and refuses changes.
  init(_ configuration: VigiaConfiguration) throws(StartError) {
    let directory = configuration.dataDirectory
    let state: StateStore
    do throws(StorageError) {
      let isExpected = StateStore.hasHistory(directory)
      // The ledger first: what is left of a full disk is kept for it.
      state = try StateStore(directory: directory)
      metrics = try MetricStore(
        directory: directory, settings: Self.metricSettings(configuration), now: .now,
        isExpected: isExpected)
    } catch {
      throw .store(error.description)
    }
    ledger = Ledger(store: state, breakGlass: BreakGlassFile(directory: directory))
    notices = Self.notices(metrics, state)

    let objectives = Dictionary(
      configuration.models.compactMap { model in model.objective.map { (model.name, $0.latency) } },
      uniquingKeysWith: { first, _ in first })
    let policies = Dictionary(
      configuration.models.map { ($0.name, $0.capture) }, uniquingKeysWith: { first, _ in first })
    let (batches, sink) = AsyncStream.makeStream(
      of: SecondBatch.self, bufferingPolicy: .bufferingNewest(120))
    self.batches = batches
    endBatches = { sink.finish() }
    // For the benchmark that measures what recording costs; nothing else sets it.
    let isRecording = ProcessInfo.processInfo.environment["VIGIA_RECORDING"] != "off"
    let recorder = Recorder(
      store: isRecording ? metrics : nil, clock: { .now }, objective: { objectives[$0] },
      policy: { policies[$0] ?? CapturePolicy() },
      onFlush: { sink.yield($0) })
    self.recorder = recorder
    record = { if isRecording { recorder.record($0, $1) } }
  }

  private static func metricSettings(
    _ configuration: VigiaConfiguration
  ) -> MetricStore.Settings {
    var settings = MetricStore.Settings()
    for model in configuration.models {
      settings.requestRetention[model.name] = model.capture.retention
    }
    return settings
  }

  private static func notices(_ metrics: MetricStore, _ state: StateStore) -> [Notice] {
    var notices: [Notice] = []
    if let loss = metrics.loss { notices.append(.lost(loss)) }
    if let problem = state.problem { notices.append(Notice(.critical, problem.description)) }
    if let standing = state.standing { notices.append(Notice(.critical, standing.description)) }
    return notices
  }
}
