import Domain
import Foundation
import Inference
import InferenceProtocol
import Synchronization

/// A data plane over fake models, one for each version, in a repository made for the test.
final class Bench: Sendable {
  let plane: DataPlane
  let models: [String: FakeModel]
  let records: Recorded
  let root: String

  init(
    versions: [String], settings: ModelServerSettings = ModelServerSettings(lanes: 1),
    plane planeSettings: DataPlaneSettings = DataPlaneSettings()
  ) throws {
    root = NSTemporaryDirectory() + "vigia-inference-\(UUID().uuidString)"
    for version in versions {
      let folder = "\(root)/m/\(version)"
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      try Data("version \(version)".utf8).write(to: URL(fileURLWithPath: "\(folder)/model.onnx"))
    }
    let models = Dictionary(uniqueKeysWithValues: versions.map { ($0, FakeModel()) })
    let records = Recorded()
    self.models = models
    self.records = records
    plane = DataPlane(
      repository: ModelRepository(root: root),
      loader: { (file) throws(InferenceError) in
        guard let model = models[file.version.version] else { throw .notLoaded(file.version) }
        return try model.server(file.version, settings: settings)
      }, settings: planeSettings, record: { records.add($0, $1) })
    plane.rescan()
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func loadAll() async throws {
    for version in models.keys { _ = try await plane.load(Self.version(version)) }
  }

  static func version(_ version: String) -> ModelVersion {
    ModelVersion(model: "m", version: version)
  }

  func deploy(
    _ champion: String, challenger: (String, Double)? = nil, shadow: String? = nil,
    revision: Int64 = 1
  ) throws {
    try plane.apply(
      Deployment(
        model: "m", revision: revision, champion: champion,
        championSince: Timestamp(seconds: 0),
        challenger: challenger.map { .init(version: $0.0, weight: $0.1) }, shadow: shadow))
  }

  func call(
    _ request: InferRequest = row(), version: String? = nil, key: String? = nil,
    startedAt: MonotonicTime = .now
  ) -> InferenceCall {
    InferenceCall(
      model: "m", version: version, request: request, routingKey: key, client: "test",
      arrivedAt: Timestamp(seconds: 1_700_000_000), startedAt: startedAt)
  }

  func infer(_ call: InferenceCall) async -> Result<InferenceReply, InferenceError> {
    await withCheckedContinuation { continuation in
      plane.infer(call) { continuation.resume(returning: $0) }
    }
  }

  /// With as much time as a busy machine needs.
  func preflight(_ version: String) async -> [PreflightReport.Check] {
    await plane.preflight(Self.version(version), timeout: .seconds(60))
  }
}

/// What was recorded, and a way to wait for the next record.
final class Recorded: Sendable {
  private let stored = Mutex<[(record: PredictionRecord, tensors: PredictionTensors?)]>([])
  let arrived = DispatchSemaphore(value: 0)

  func add(_ record: PredictionRecord, _ tensors: PredictionTensors?) {
    stored.withLock { $0.append((record, tensors)) }
    arrived.signal()
  }

  var all: [PredictionRecord] { stored.withLock { $0.map(\.record) } }
  var tensors: [PredictionTensors?] { stored.withLock { $0.map(\.tensors) } }
}

/// Answers that come later, in the order in which they come.
final class Inbox<Value: Sendable>: Sendable {
  private let stored = Mutex<[Value]>([])
  private let arrived = DispatchSemaphore(value: 0)

  func put(_ value: Value) {
    stored.withLock { $0.append(value) }
    arrived.signal()
  }

  var values: [Value] { stored.withLock { $0 } }

  /// Blocks the test's thread until `count` more have come; traps after a minute, for a test never hangs.
  func expect(_ count: Int = 1) {
    for _ in 0..<count {
      precondition(arrived.wait(timeout: .now() + 60) == .success, "no answer within 60 s")
    }
  }
}

/// Blocks the test's thread until the semaphore was signalled `count` times; traps after a minute.
func expectSignal(_ semaphore: DispatchSemaphore, _ count: Int = 1) {
  for _ in 0..<count {
    precondition(semaphore.wait(timeout: .now() + 60) == .success, "nothing within 60 s")
  }
}

/// Takes a signal where there is one, and blocks nobody.
func hasSignal(_ semaphore: DispatchSemaphore) -> Bool {
  semaphore.wait(timeout: .now()) == .success
}

extension Result {
  var success: Success? { try? get() }
  var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
