import Domain
import Foundation
import InferenceProtocol
import Synchronization

@testable import Inference

/// Models m1 ... mN with versions 1 ... M, each of a known size in memory, and a count of their loads.
final class Shelf: Sendable {
  let plane: DataPlane
  let root: String
  private let state: Mutex<State>

  private struct State {
    var bytes: Int64
    var loads: [ModelVersion: Int] = [:]
    var failure: String?
    var isHeld = false
    var held: [CheckedContinuation<Void, Never>] = []
    var models: [ModelVersion: FakeModel] = [:]
    var now: Int64 = 1_000_000_000
  }

  /// - Parameter wereLoaded: whether all versions were in memory before.
  init(
    models: Int = 1, versions: Int, bytes: Int64 = 100, budget: Int64? = nil,
    returnQueue: Int = 256, returnQueueBytes: Int = 1 << 20, onDemand: Bool = true,
    wereLoaded: Bool = true
  ) throws {
    root = NSTemporaryDirectory() + "vigia-shelf-\(UUID().uuidString)"
    for model in 1...models {
      for version in 1...versions {
        let folder = "\(root)/m\(model)/\(version)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("\(model).\(version)".utf8).write(to: URL(filePath: "\(folder)/model.onnx"))
      }
    }
    let box = Box()
    state = Mutex(State(bytes: bytes))
    var settings = DataPlaneSettings(
      modelMemory: budget, loadsOnDemand: onDemand, returnQueue: returnQueue,
      monotonicNow: { box.shelf.withLock { $0.shelf }?.now ?? .now })
    settings.returnQueueBytes = returnQueueBytes
    plane = DataPlane(
      repository: ModelRepository(root: root),
      loader: { (file) throws(InferenceError) in
        guard let shelf = box.shelf.withLock({ $0.shelf }) else { throw .stopping }
        return try await shelf.load(file)
      },
      settings: settings,
      record: { _, _ in })
    box.shelf.withLock { $0.shelf = self }
    let listing = plane.rescan()
    guard wereLoaded else { return }
    for file in listing.models.flatMap(\.versions) {
      plane.loading.withLock { $0.wereLoaded[file.version] = file.sha256 }
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// Weak, since the plane's closures outlive no test.
  private final class Box: Sendable {
    let shelf = Mutex(Weak())

    struct Weak { weak var shelf: Shelf? }
  }

  var now: MonotonicTime { state.withLock { MonotonicTime(nanoseconds: $0.now) } }
  func advance(_ duration: Duration) {
    state.withLock { $0.now += Int64(duration / .nanoseconds(1)) }
  }
  func set(failure: String?) { state.withLock { $0.failure = failure } }
  func hold() { state.withLock { $0.isHeld = true } }
  func letGo() {
    let held = state.withLock { state in
      state.isHeld = false
      defer { state.held = [] }
      return state.held
    }
    for continuation in held { continuation.resume() }
  }
  func loads(_ model: String, _ version: String) -> Int {
    state.withLock { $0.loads[ModelVersion(model: model, version: version)] ?? 0 }
  }
  func model(_ model: String, _ version: String) -> FakeModel? {
    state.withLock { $0.models[ModelVersion(model: model, version: version)] }
  }
  func isReleased(_ model: String, _ version: String) -> Bool {
    state.withLock { $0.models[ModelVersion(model: model, version: version)]?.isReleased ?? false }
  }
  /// Puts another file in a version's place.
  func overwrite(_ model: String, _ version: String, with text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(root)/\(model)/\(version)/model.onnx"))
  }
  func isLoaded(_ model: String, _ version: String) -> Bool {
    plane.status(of: ModelVersion(model: model, version: version)).state == .ready
  }

  private func load(_ file: ModelFile) async throws(InferenceError) -> any Engine {
    let failure = state.withLock { state in
      state.loads[file.version, default: 0] += 1
      return state.failure
    }
    await withCheckedContinuation { continuation in
      let isHeld = state.withLock { state in
        if state.isHeld { state.held.append(continuation) }
        return state.isHeld
      }
      if !isHeld { continuation.resume() }
    }
    if let failure { throw .load(file.version, path: file.path, .refused(reason: failure)) }
    let model = FakeModel()
    let bytes = state.withLock { state in
      state.models[file.version] = model
      return state.bytes
    }
    return try model.server(
      file.version,
      warmUp: WarmUp(sample: FakeModel.signature.zeros(rows: 1), memoryBytes: bytes))
  }

  func infer(
    _ model: String, _ version: String?
  ) async -> Result<InferenceReply, InferenceError> {
    await withCheckedContinuation { continuation in
      plane.infer(call(model, version)) { continuation.resume(returning: $0) }
    }
  }

  func call(_ model: String, _ version: String?) -> InferenceCall {
    InferenceCall(
      model: model, version: version, request: row(), client: "test",
      arrivedAt: Timestamp(seconds: 1_700_000_000), startedAt: now)
  }

  func serve(_ model: String, _ champion: String, former: [String] = []) async throws {
    plane.pin(Self.deployment(model, champion, former: former))
    for version in former + [champion] {
      _ = try await plane.load(ModelVersion(model: model, version: version))
    }
    try plane.apply(Self.deployment(model, champion, former: former))
  }

  static func deployment(
    _ model: String, _ champion: String, former: [String] = []
  ) -> Deployment {
    Deployment(
      model: model, revision: 1, champion: champion, championSince: Timestamp(seconds: 0),
      formerChampions: former.map {
        .init(
          version: $0, since: Timestamp(seconds: 0), until: Timestamp(seconds: 0),
          ending: .replaced)
      })
  }
}
