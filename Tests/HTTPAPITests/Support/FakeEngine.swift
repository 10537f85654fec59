import Domain
import Foundation
import Inference
import InferenceProtocol
import Synchronization
import Testing

/// Answers `y = x[0] + x[1]` for each row of `x: [-1, 2] FP32`, at once or when the test says so.
final class FakeEngine: Engine {
  let signature = ModelSignature(
    inputs: [TensorMetadata(name: "x", datatype: .fp32, shape: [-1, 2])],
    outputs: [TensorMetadata(name: "y", datatype: .fp32, shape: [-1])])
  let platform = "onnx_onnxv1"
  let sha256: String
  let execution = "fake"
  let warnings: [String] = []
  let statistics = EngineStatistics()

  private struct Held {
    var job: EngineJob
    var answer: @Sendable (EngineAnswer) -> Void
  }

  private struct State {
    var isHolding = false
    var held: [Held] = []
    var waiting: (count: Int, continuation: CheckedContinuation<Void, Never>)?
  }

  private let state = Mutex(State())

  /// Kept as long as the engine is, and with it the plane that was made over it.
  private let folder: TemporaryFolder?

  init(sha256: String = "", folder: TemporaryFolder? = nil) {
    self.sha256 = sha256
    self.folder = folder
  }

  var queueDepth: Int { state.withLock { $0.held.count } }

  /// Whether each job that waits could have run on the thread that gave it.
  var heldMayRunInline: [Bool] { state.withLock { $0.held.map(\.job.mayRunInline) } }

  /// From now on jobs wait for `release()`.
  func hold() { state.withLock { $0.isHolding = true } }

  /// Returns once this many jobs wait.
  func waitForJobs(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.held.count < count { state.waiting = (count, continuation) }
        return state.held.count >= count
      }
      if isThere { continuation.resume() }
    }
  }

  func release() {
    let held = state.withLock { state in
      defer { state.held = [] }
      state.isHolding = false
      return state.held
    }
    for one in held { one.answer(Self.run(one.job)) }
  }

  func submit(_ job: EngineJob, answer: @escaping @Sendable (EngineAnswer) -> Void) {
    let (isHeld, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
      guard state.isHolding, job.priority == .normal else { return (false, nil) }
      state.held.append(Held(job: job, answer: answer))
      guard let waiting = state.waiting, state.held.count >= waiting.count else {
        return (true, nil)
      }
      state.waiting = nil
      return (true, waiting.continuation)
    }
    waiter?.resume()
    if !isHeld { answer(Self.run(job)) }
  }

  func withdrawQueued() {}
  func close() async {}

  private static func run(_ job: EngineJob) -> EngineAnswer {
    let x = job.inputs[0]
    let sums = (0..<job.rows).map { row in
      Float(x.number(at: row * 2) ?? 0) + Float(x.number(at: row * 2 + 1) ?? 0)
    }
    return .done(
      outputs: [Tensor(name: "y", shape: [job.rows], fp32: sums)], queueTime: 1_000,
      computeTime: 2_000)
  }
}

/// A data plane over a repository in a temporary folder, with model "m" in versions 1 and 2, and 1 serving.
struct FakePlane {
  let plane: DataPlane
  let engine: FakeEngine
  let records: Records

  final class Records: Sendable {
    private let all = Mutex<[PredictionRecord]>([])
    func append(_ record: PredictionRecord) { all.withLock { $0.append(record) } }
    var list: [PredictionRecord] { all.withLock { $0 } }
  }

  /// - Parameter serving: answers instead of the fake engine.
  static func make(
    settings: DataPlaneSettings = DataPlaneSettings(), serving: (any Engine)? = nil
  ) async throws -> FakePlane {
    let scratch = try TemporaryFolder()
    let root = URL(filePath: scratch.path)
    for version in ["1", "2"] {
      let folder = root.appendingPathComponent("m/\(version)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data("fake \(version)".utf8).write(to: folder.appendingPathComponent("model.onnx"))
    }
    let engine = FakeEngine(folder: scratch)
    let records = Records()
    let plane = DataPlane(
      repository: ModelRepository(root: root.path),
      loader: { (_: ModelFile) async throws(InferenceError) -> any Engine in serving ?? engine },
      settings: settings, record: { record, _ in records.append(record) })
    let listing = plane.rescan()
    try #require(listing.diagnostics.isEmpty, "\(listing)")
    _ = try await plane.load(ModelVersion(model: "m", version: "1"))
    try plane.apply(
      Deployment(
        model: "m", revision: 1, champion: "1", championSince: Timestamp(seconds: 1_700_000_000)))
    return FakePlane(plane: plane, engine: engine, records: records)
  }
}
