import Domain
import Foundation
import Inference
import InferenceProtocol
import Integrations
import Synchronization

/// A remote version `m@2` over scripted upstreams, loaded as the server loads it.
final class RemoteBench: Sendable {
  static let version = ModelVersion(model: "m", version: "2")
  /// Requests that a load sends to each upstream.
  static let warmUps = 2

  let loader: RemoteLoader
  let client: UpstreamClient

  init(
    _ spec: RemoteSpec, limits: UpstreamClient.Limits = UpstreamClient.Limits(),
    queue: RemoteQueue.Limits = RemoteQueue.Limits(), rules: EjectionRules = EjectionRules()
  ) {
    let lines = Lines()
    client = UpstreamClient(limits: limits)
    loader = RemoteLoader(
      [Self.version: spec], client: client, queue: { _ in queue }, rules: rules,
      log: { lines.add($0) })
    log = lines
  }

  let log: Lines

  final class Lines: Sendable {
    private let stored = Mutex<[String]>([])
    func add(_ line: String) { stored.withLock { $0.append(line) } }
    var all: [String] { stored.withLock { $0 } }
  }

  /// Upstreams that are checked so rarely that no check falls into a test.
  static func spec(
    _ upstreams: [ScriptedUpstream], timeout: Duration = .seconds(30), maxInFlight: Int = 64,
    health: Duration = .seconds(3_600)
  ) throws -> RemoteSpec {
    RemoteSpec(
      upstreams: try upstreams.map { try UpstreamAddress.parse($0.url) }, model: "there",
      timeout: timeout, healthInterval: health, maxInFlight: maxInFlight)
  }

  func load() async throws -> any Engine { try await loader.load(loader.files[0]) }

  func end(_ engine: (any Engine)?) async {
    await engine?.close()
    await loader.shutdown()
  }

  static func job(
    _ first: Float = 1, rows: Int = 1, outputs: [String] = [], timeout: Duration = .seconds(30),
    hops: Int = 0, isMovable: Bool = true, of client: ClientPresence? = nil
  ) -> EngineJob {
    var job = EngineJob(
      inputs: [
        Tensor(
          name: "X", shape: [rows, 6], fp32: (0..<rows).flatMap { _ in [first, 0, 0, 0, 0, 0] })
      ], outputs: outputs, rows: rows, deadline: .now + timeout, timeout: timeout,
      isMovable: isMovable)
    job.hops = hops
    job.presence = client
    return job
  }

  /// A data plane whose one version is the bench's.
  func plane(_ settings: DataPlaneSettings = DataPlaneSettings()) -> DataPlane {
    var settings = settings
    settings.remotes = loader.files
    let plane = DataPlane(
      repository: ModelRepository(root: "/nowhere"),
      loader: { [loader] (file) throws(InferenceError) in try await loader.load(file) },
      settings: settings, record: { _, _ in })
    plane.rescan()
    return plane
  }
}

extension Engine {
  func answer(to job: EngineJob) async -> EngineAnswer {
    await withCheckedContinuation { continuation in
      submit(job) { continuation.resume(returning: $0) }
    }
  }

  /// What a job comes to that one of the upstreams has had. On a busy machine its time may be over while it is on its
  /// way there: then it is sent again, with more.
  ///
  /// - Returns: with the number of those that came nowhere.
  func answer(
    within timeout: Duration, by upstreams: [ScriptedUpstream]
  ) async -> (answer: EngineAnswer, unsent: Int) {
    func received() -> Int { upstreams.reduce(0) { $0 + $1.inferences.count } }
    let before = received()
    var unsent = 0
    while true {
      let answer = await answer(to: RemoteBench.job(timeout: timeout * (1 << unsent)))
      if received() > before || unsent == 6 { return (answer, unsent) }
      unsent += 1
    }
  }
}

extension EngineAnswer {
  var outputs: [Tensor]? { if case .done(let outputs, _, _) = self { outputs } else { nil } }
  var error: InferenceError? { if case .failed(let error, _, _) = self { error } else { nil } }
  var problem: InferenceError.UpstreamProblem? {
    if case .upstream(_, _, let problem)? = error { problem } else { nil }
  }
  var isWithdrawn: Bool { if case .withdrawn = self { true } else { false } }
}
