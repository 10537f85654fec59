import Alerting
import Control
import Dispatch
import Domain
import Foundation
import Inference
import InferenceProtocol
import Logging
import Storage
import Synchronization

/// A control plane on a real data plane and a real ledger, with engines that only echo.
struct ControlRig: Sendable {
  let control: ControlPlane
  let dataPlane: DataPlane
  let store: StateStore
  let ledger: Ledger
  let records: Records
  let folder: TemporaryFolder
  private let gate: LoadGate

  static let operatorAna = Principal(name: "ana", role: .operate, proof: "test")
  static let admin = Principal(name: "root", role: .admin, proof: "test")

  /// - Parameters:
  ///   - folder: of an earlier rig, to start again where it ended.
  ///   - broken: versions whose load fails.
  ///   - slow: versions whose load waits for `finishLoads`.
  ///   - hung: versions that answer nothing.
  ///   - renamed: versions whose input has another name.
  ///   - doubtful: versions whose answers were found to be perhaps wrong.
  ///   - replaced: versions whose file is another than that of a rig without them.
  ///   - remotes: versions that two servers answer, `http://a` and `http://b`.
  ///   - absent: servers of those that are not there yet.
  ///   - memory: bytes that versions may take, of which each takes 100; a request brings back what does not stay.
  ///   - rules: of alerts, looked at by the real loop; nil for a server without any.
  ///   - judgement: what the judges stand on; nil for a server that does not judge.
  ///   - starts: false leaves the start to the test.
  init(
    folder: TemporaryFolder? = nil, versions: [String] = ["1", "2", "3"],
    charters: [ModelCharter] = [
      ModelCharter(
        name: "m", champion: "1", challenger: .init(version: "2", weight: 0.1),
        objective: ServiceObjective(availability: 0.999, latency: 5_000, latencyObjective: 0.99))
    ],
    broken: Set<String> = [], slow: Set<String> = [], hung: Set<String> = [],
    renamed: Set<String> = [], doubtful: Set<String> = [], replaced: Set<String> = [],
    remotes: [String] = [],
    absent: AbsentServers? = nil,
    isReadOnly: Bool = false,
    memory: Int64? = nil, patience: Duration = .seconds(30),
    preflightTimeout: Duration = .seconds(30),
    clock: @escaping @Sendable () -> Timestamp = {
      Timestamp(microseconds: Int64(Date.now.timeIntervalSince1970 * 1e6))
    },
    rules: [RuleGroup]? = nil, judgement: JudgementServices? = nil, starts: Bool = true,
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  ) async throws {
    let folder = folder ?? TemporaryFolder()
    self.folder = folder
    let root = folder.path
    for version in versions {
      let path = "\(root)/models/m/\(version)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let text = replaced.contains(version) ? "another model \(version)" : "model \(version)"
      try Data(text.utf8).write(to: URL(filePath: "\(path)/model.onnx"))
    }
    let gate = LoadGate()
    self.gate = gate
    let records = Records()
    self.records = records
    var planeSettings = DataPlaneSettings(modelMemory: memory, loadsOnDemand: memory != nil)
    planeSettings.remotes = remotes.map {
      ModelFile(remote: ModelVersion(model: "m", version: $0), at: "http://a", identity: $0)
    }
    dataPlane = DataPlane(
      repository: ModelRepository(root: "\(root)/models"),
      loader: { (file) throws(InferenceError) in
        if broken.contains(file.version.version) {
          throw .load(
            file.version, path: file.path, .unreadable(reason: "it is broken on purpose"))
        }
        if slow.contains(file.version.version) { await gate.wait() }
        if file.isRemote { try await absent?.load(file) }
        return EchoEngine(
          input: renamed.contains(file.version.version) ? "float_input" : "x",
          sha256: file.sha256, hangs: hung.contains(file.version.version),
          doubt: doubtful.contains(file.version.version) ? "its rows are mixed" : nil,
          servers: file.isRemote ? EchoServers(of: file.version) : nil)
      },
      settings: planeSettings,
      record: { record, _ in records.add(record) })
    dataPlane.rescan()
    store = try StateStore(directory: root)
    ledger = Ledger(
      store: store, breakGlass: BreakGlassFile(directory: root), patience: patience)
    var settings = ControlPlane.Settings(
      isReadOnly: isReadOnly,
      clock: clock,
      server: ServerInfo(
        version: "test", environment: "", host: "h", listen: "l", pid: 1,
        startedAt: Timestamp(seconds: 0), isReadOnly: isReadOnly, isDemo: false),
      engine: { .ready(version: "test") })
    settings.preflightTimeout = preflightTimeout
    if let absent { settings.pause = { try await absent.pause(for: $0) } }
    var alerting: AlertServices?
    if let rules {
      let memory = StateRuleMemory(store)
      let loop = AlertLoop(store: memory, inbox: memory.inbox())
      await loop.use(rules, tested: [])
      alerting = AlertServices(loop: loop)
    }
    control = ControlPlane(
      settings: settings, dataPlane: dataPlane, ledger: ledger,
      charters: charters, judgement: judgement, alerting: alerting,
      logger: logger)
    if starts { try await control.start() }
  }

  func send(
    _ action: Command.Action, reason: String = "because", id: CommandID? = nil,
    expecting expected: Command.Expectation? = nil, as principal: Principal = operatorAna
  ) async -> CommandOutcome {
    await control.perform(
      Command(
        id: id ?? CommandID(random: (.random(in: .min ... .max), .random(in: .min ... .max))),
        action: action, reason: reason, origin: .api, expected: expected), by: principal)
  }

  /// What a request to a version by its name comes to: the version, or the error.
  func answer(of version: String) async -> String {
    await withCheckedContinuation { continuation in
      ask(version) { continuation.resume(returning: $0) }
    }
  }

  /// Sends a request to a version by its name.
  func ask(_ version: String, _ answer: @escaping @Sendable (String) -> Void = { _ in }) {
    dataPlane.infer(
      InferenceCall(
        model: "m", version: version,
        request: InferRequest(inputs: [Tensor(name: "x", shape: [1, 1], fp32: [1])]),
        client: "test", arrivedAt: Timestamp(seconds: 1))
    ) { result in
      switch result {
      case .success(let reply): answer(reply.version.version)
      case .failure(let error): answer(error.description)
      }
    }
  }

  /// The version that answers a request with this routing key.
  func answer(key: String, input: String = "x") async -> String {
    await withCheckedContinuation { continuation in
      dataPlane.infer(
        InferenceCall(
          model: "m",
          request: InferRequest(inputs: [Tensor(name: input, shape: [1, 1], fp32: [1])]),
          routingKey: key, client: "test", arrivedAt: Timestamp(seconds: 1))
      ) { result in
        switch result {
        case .success(let reply): continuation.resume(returning: reply.version.version)
        case .failure(let error): continuation.resume(returning: error.description)
        }
      }
    }
  }

  func entries() async throws -> [AuditEntry] { try await ledger.entries(AuditQuery()) }

  func finishLoads() { gate.open() }

  func waitUntilReady(_ versions: [String]) async {
    for version in versions {
      while dataPlane.status(of: ModelVersion(model: "m", version: version)).state != .ready {
        await Task.yield()
      }
    }
  }

  /// Lets the ledger's disk hang until the semaphore is signalled.
  func hangDisk() async -> DispatchSemaphore {
    let (disk, isHeld) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let row = AuditEntry(
      time: Timestamp(seconds: 1), principal: ControlRig.admin, origin: .job,
      commandID: CommandID(random: (7, 7)), action: "x", reason: "", outcome: .event, summary: "")
    let hanging = Thread { [store] in
      _ = try? store.append(
        row,
        outcome: { stored in
          isHeld.signal()
          disk.wait()
          return .done(sequence: stored.sequence, revision: nil, summary: "")
        })
    }
    hanging.start()
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        isHeld.wait()
        continuation.resume()
      }
    }
    return disk
  }

  func end() async {
    await control.closeLedger()
  }
}

/// Holds loads up until it is opened.
private final class LoadGate: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }

  func open() { continuation.finish() }

  func wait() async { for await _ in stream {} }
}

/// Servers of remote versions that are not there until a test says so, and the pauses before they are tried again.
final class AbsentServers: Sendable {
  enum Presence {
    case absent
    /// They take a connection, and say nothing.
    case silent
    case there
  }

  private struct State {
    var presence = Presence.absent
    var loads = 0
    var pauses: [Duration] = []
    var passes = 0
  }

  private let state = Mutex(State())

  func become(_ presence: Presence) { state.withLock { $0.presence = presence } }

  var loads: Int { state.withLock { $0.loads } }

  /// Those that were begun, in their order.
  var pauses: [Duration] { state.withLock { $0.pauses } }

  /// Ends one pause.
  func pass() { state.withLock { $0.passes += 1 } }

  func load(_ file: ModelFile) async throws(InferenceError) {
    state.withLock { $0.loads += 1 }
    while state.withLock({ $0.presence == .silent }), !Task.isCancelled { await Task.yield() }
    guard state.withLock({ $0.presence != .there }) else { return }
    throw .load(file.version, path: file.path, .remote(reason: "http://a: nobody listens there"))
  }

  func pause(for duration: Duration) async throws {
    state.withLock { $0.pauses.append(duration) }
    func isOver() -> Bool {
      state.withLock { state in
        guard state.passes > 0 else { return false }
        state.passes -= 1
        return true
      }
    }
    while !isOver() {
      try Task.checkCancellation()
      await Task.yield()
    }
  }
}

/// What the data plane recorded.
final class Records: Sendable {
  private let records = Mutex<[PredictionRecord]>([])

  func add(_ record: PredictionRecord) { records.withLock { $0.append(record) } }

  var all: [PredictionRecord] { records.withLock { $0 } }
}

/// Gives each input back under the name `y`.
struct EchoEngine: Engine {
  let input: String
  var signature: ModelSignature {
    ModelSignature(
      inputs: [.init(name: input, datatype: .fp32, shape: [-1, 1])],
      outputs: [.init(name: "y", datatype: .fp32, shape: [-1, 1])])
  }
  let platform = "echo"
  let sha256: String
  let hangs: Bool
  var doubt: String?
  /// Behind it, where it is remote.
  var servers: EchoServers?
  let memoryBytes: Int64? = 100
  let warnings: [String] = []
  let execution = "inline"
  let queueDepth = 0
  let statistics = EngineStatistics()

  func submit(_ job: EngineJob, answer: @escaping @Sendable (EngineAnswer) -> Void) {
    guard !hangs else { return }
    let outputs = job.inputs.map { input in
      var output = input
      output.name = "y"
      return output
    }
    answer(.done(outputs: outputs, queueTime: 0, computeTime: 1))
  }

  var upstreams: [UpstreamStatus] { servers?.all ?? [] }

  func obstacle(toEjecting upstream: String, for duration: Duration) -> InferenceError? {
    servers?.obstacle(upstream, duration)
  }

  func eject(upstream: String, for duration: Duration) throws(InferenceError) {
    if let obstacle = obstacle(toEjecting: upstream, for: duration) { throw obstacle }
    servers?.eject(upstream, duration)
  }

  func withdrawQueued() {}
  func close() async {}
}

/// Two servers, of which one must be left.
final class EchoServers: Sendable {
  private let version: ModelVersion
  private let out = Mutex<Set<String>>([])

  init(of version: ModelVersion) { self.version = version }

  var all: [UpstreamStatus] {
    let out = out.withLock { $0 }
    return ["http://a", "http://b"].map { name in
      UpstreamStatus(
        name: name,
        state: out.contains(name)
          ? .ejected(until: Timestamp(seconds: 9), reason: "a test's word") : .healthy)
    }
  }

  func obstacle(_ upstream: String, _ duration: Duration) -> InferenceError? {
    let others = out.withLock { $0.subtracting([upstream]) }
    guard duration > .zero, !others.isEmpty else { return nil }
    return .upstream(version, upstream: upstream, .lastOne)
  }

  func eject(_ upstream: String, _ duration: Duration) {
    out.withLock { out in
      if duration > .zero { out.insert(upstream) } else { out.remove(upstream) }
    }
  }
}
