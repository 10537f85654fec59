import Control
import Domain
import Foundation
import Glibc
import HTTPAPI
import Inference
import Logging
import ServiceLifecycle
import Storage
import UnixSignals

/// A whole server: the data folder, the stores, the engine, control and the two listeners, put together and run.
///
/// `init` opens everything that can be refused, in an order in which a refusal leaves nothing behind; `run` serves
/// until it is told to stop.
final class VigiaServer: Sendable {
  struct Options: Sendable {
    var isReadOnly = false
    var isDemo = false
    /// Objectives of models that the configuration does not name.
    var charters: [ModelCharter] = []
  }

  let configuration: VigiaConfiguration
  let control: ControlPlane
  let dataPlane: DataPlane
  let recorder: Recorder
  let source: LocalConsoleSource
  private let lock: InstanceLock
  private let metrics: MetricStore?
  private let batches: AsyncStream<SecondBatch>
  private let servers: HTTPServers
  private let stop: StopSignal
  private let bound: BoundPort
  private let logger: Logger

  init(
    _ configuration: VigiaConfiguration, options: Options, logger: Logger
  ) async throws(StartError) {
    umask(0o077)
    let started = Timestamp.now
    self.configuration = configuration
    self.logger = logger
    if let pid = InstanceLock.holder(of: configuration.dataDirectory) {
      throw .alreadyRunning(directory: configuration.dataDirectory, pid: pid)
    }
    try await Self.checkAddress(configuration)
    try Self.checkRepository(configuration)
    try DataFolder.prepare(configuration.dataDirectory)
    lock = try InstanceLock(directory: configuration.dataDirectory)
    let authenticator = try Self.authenticator(for: configuration)

    let (metrics, metricsNotice) = try Self.openMetrics(configuration, now: started)
    self.metrics = metrics
    let state: StateStore
    do throws(StorageError) {
      state = try StateStore(directory: configuration.dataDirectory)
    } catch {
      throw .store(error.description)
    }
    var notices = [metricsNotice].compactMap(\.self)
    if let problem = state.problem { notices.append(Notice(.critical, problem.description)) }

    let charters = Self.charters(of: configuration) + options.charters
    let objectives = Dictionary(
      charters.compactMap { charter in charter.objective.map { (charter.name, $0.latency) } },
      uniquingKeysWith: { first, _ in first })
    let (batches, batchSink) = AsyncStream.makeStream(
      of: SecondBatch.self, bufferingPolicy: .bufferingNewest(120))
    self.batches = batches
    // For the benchmark that measures what recording costs; nothing else sets it.
    let records = ProcessInfo.processInfo.environment["VIGIA_RECORDING"] != "off"
    let recorder = Recorder(
      store: records ? metrics : nil, clock: { .now }, objective: { objectives[$0] },
      onFlush: { batchSink.yield($0) })
    self.recorder = recorder

    let engine = EmbeddedEngine(configuration, logger: logger)
    let dataPlane = DataPlane(
      repository: ModelRepository(root: configuration.modelRepository),
      loader: { (file) throws(InferenceError) in try await engine.load(file) },
      record: { if records { recorder.record($0) } })
    self.dataPlane = dataPlane
    notices += try Self.check(dataPlane.rescan(), configuration)
    for notice in notices {
      logger.log(level: notice.severity == .critical ? .error : .warning, "\(notice.text)")
    }
    let stop = StopSignal()
    self.stop = stop
    let bound = BoundPort()
    self.bound = bound
    let control = ControlPlane(
      settings: .init(
        isReadOnly: options.isReadOnly || configuration.isReadOnly, clock: { .now },
        server: ServerInfo(
          version: Vigia.version, environment: configuration.environment,
          host: ProcessInfo.processInfo.hostName, listen: "\(configuration.listen)",
          pid: getpid(), startedAt: started, isReadOnly: options.isReadOnly,
          isDemo: options.isDemo),
        engine: { engine.status }, stop: { stop.trigger() }),
      dataPlane: dataPlane,
      ledger: Ledger(
        store: state, breakGlass: BreakGlassFile(directory: configuration.dataDirectory)),
      charters: charters, notices: notices, logger: logger)
    self.control = control
    let source = LocalConsoleSource(
      control: control, recorder: recorder, metrics: metrics, principal: .vigia)
    self.source = source

    let keys = Self.routingHeaders(of: configuration)
    let services = APIServices(
      dataPlane: dataPlane, source: source,
      perform: { command, principal in await control.perform(command, by: principal) },
      labels: { model, batch in recorder.join(model: model, batch, now: .now) },
      metrics: { await control.metricsText() }, routingKeyHeader: { keys[$0] },
      checks: RequestChecks(
        hosts: HostRule(listen: configuration.listen.host), authenticator: authenticator),
      identity: ServerIdentity(version: Vigia.version), logger: logger)
    servers = HTTPServers(
      settings: .init(
        host: configuration.listen.host, port: configuration.listen.port,
        socketPath: configuration.socket),
      responder: makeRouter(services),
      onRunning: { address in
        bound.set(address)
        if case .port(let host, let port) = address {
          let listen = ListenAddress(host: host, port: port)
          await control.setListen("\(listen)")
          logger.info("serving", metadata: ["listen": "\(listen)"])
        }
      })
  }

  /// The port that is listened on, once it is.
  var port: Int { get async { await bound.value } }

  /// Returns when all champions that can be loaded are, or when their loading has failed.
  func waitUntilReady() async {
    for await snapshot in control.hub.snapshots() {
      let isSettled = snapshot.models.allSatisfy { model in
        switch model.version(model.deployment.champion)?.state {
        case .ready, .failed: true
        case .loading, .unloaded, nil: false
        }
      }
      if isSettled, !snapshot.models.isEmpty { return }
    }
  }

  /// Serves until SIGTERM, SIGINT, a granted `stop` command, or the end of one of `companions`; then drains, flushes
  /// and returns. A hang-up of the terminal is no reason to stop.
  func run(companions: [any Service] = []) async throws {
    signal(SIGHUP, SIG_IGN)
    let control = control
    let stop = stop
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
      .init(service: RecorderService(recorder: recorder, control: control)),
      .init(service: ControlService(control: control, batches: batches)),
    ]
    services += servers.services.map { .init(service: $0) }
    services += companions.map {
      .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
    }
    services.append(
      .init(
        service: StopService(signal: stop, control: control, dataPlane: dataPlane),
        successTerminationBehavior: .gracefullyShutdownGroup))
    let group = ServiceGroup(
      configuration: .init(
        services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(logger)))
    try await group.run()
    _ = await dataPlane.drain(timeout: .seconds(5))
    recorder.close()
    metrics?.close()
    await control.closeLedger()
  }

  private func quiet(_ logger: Logger) -> Logger {
    var logger = logger
    logger.logLevel = max(logger.logLevel, .warning)
    return logger
  }
}

extension Timestamp {
  /// The wall clock's time.
  static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(
      microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }
}
