import Control
import Domain
import Glibc
import HTTPAPI
import Inference
import Integrations
import Logging
import ServiceLifecycle
import Storage
import UnixSignals
import Waiting

/// A whole server: the data folder, the stores, the engine, control and the two listeners, put together and run.
///
/// `init` opens everything that can be refused, in an order in which a refusal leaves nothing behind; `run` serves
/// until it is told to stop.
final class VigiaServer: Sendable {
  struct Options: Sendable {
    var isReadOnly = false
    var isDemo = false
    /// Of rule files where the configuration names none.
    var standardRules: [String] = []
    /// The folder of runbooks where it names none.
    var standardRunbooks: String?
    /// Reads the configuration anew; nil where it is in no file.
    var reading: ConfigurationReload.Reading?
  }

  let configuration: VigiaConfiguration
  let control: ControlPlane
  let dataPlane: DataPlane
  let recorder: Recorder
  let source: LocalConsoleSource
  private let lock: InstanceLock
  private let metrics: MetricStore
  private let remotes: RemoteLoader
  private let notifications: NotificationService?
  private let reload: ConfigurationReload
  private let batches: AsyncStream<SecondBatch>
  private let endBatches: @Sendable () -> Void
  private let servers: HTTPServers
  private let machine: MachineWatch
  private let stop: StopSignal
  private let bound: BoundPort
  private let logger: Logger

  init(
    _ configuration: VigiaConfiguration, options: Options, logger: Logger
  ) async throws(StartError) {
    umask(0o077)
    self.configuration = configuration
    self.logger = logger
    try await Self.checkBeforeAnythingIsMade(configuration)
    try DataFolder.prepare(configuration.dataDirectory)
    lock = try InstanceLock(directory: configuration.dataDirectory)
    let authenticator = try Self.authenticator(for: configuration)
    let stores = try OpenStores(configuration)
    metrics = stores.metrics
    recorder = stores.recorder
    batches = stores.batches
    endBatches = stores.endBatches

    let engine = EmbeddedEngine(configuration, logger: logger)
    let loader = VersionLoader(configuration, embedded: engine, logger: logger)
    remotes = loader.remote
    var settings = DataPlaneSettings(
      modelMemory: configuration.engine.modelMemory.byteLimit, loadsOnDemand: true)
    settings.answerBytes = configuration.engine.maxAnswer
    settings.remotes = loader.remote.files
    settings.refusesNaN = configuration.engine.refusesNaN
    for model in configuration.models where !model.running.limits.isEmpty {
      settings.limits[model.name] = model.running.limits
    }
    let dataPlane = DataPlane(
      repository: ModelRepository(root: configuration.modelRepository),
      warmLoader: { (file, recent) throws(InferenceError) in
        try await loader.load(file, recent: recent)
      },
      settings: settings, record: stores.record)
    self.dataPlane = dataPlane
    loader.useChampions(of: dataPlane)
    let alerting = await AlertSetup(
      patterns: configuration.rules.isEmpty ? options.standardRules : configuration.rules,
      configuration, store: stores.ledger.store, logger: logger)
    notifications = alerting.delivery
    var notices = stores.notices + (try Self.check(dataPlane.rescan(), configuration))
    if alerting.services == nil { notices.append(.noRules) }
    for notice in notices {
      logger.log(level: notice.severity == .critical ? .error : .warning, "\(notice.text)")
    }
    for problem in alerting.problems { logger.warning("\(problem)") }

    let stop = StopSignal()
    self.stop = stop
    let machine = MachineWatch(dataFolder: configuration.dataDirectory)
    self.machine = machine
    let lag = LoopLag()
    let tally = HTTPTally()
    let shelf = (configuration.runbooks ?? options.standardRunbooks).map {
      RunbookShelf(folder: $0)
    }
    var alertServices = alerting.services
    alertServices?.shelf = shelf
    let control = ControlPlane(
      settings: .init(
        isReadOnly: options.isReadOnly || configuration.isReadOnly, clock: { .now },
        server: Self.info(configuration, options), engine: { engine.status },
        saturation: { Saturation(machine: machine.machine, loopLag: lag.take()) },
        http: { tally.figures },
        stop: { stop.trigger() }),
      dataPlane: dataPlane, ledger: stores.ledger, charters: Self.charters(of: configuration),
      judgement: Self.judgement(configuration, stores), alerting: alertServices,
      notices: notices, logger: logger)
    self.control = control
    let reload = ConfigurationReload(
      configuration, reading: options.reading, standardRules: options.standardRules,
      alerting: alerting, control: control, logger: logger)
    self.reload = reload
    source = LocalConsoleSource(
      control: control, recorder: stores.recorder, metrics: stores.metrics, principal: .vigia,
      shelf: shelf,
      featureNames: { configuration.model($0)?.capture.featureNames ?? [] },
      price: configuration.machinePrice)

    let bound = BoundPort()
    self.bound = bound
    var services = Self.apiServices(
      configuration, dataPlane: dataPlane, control: control, recorder: stores.recorder,
      source: source, authenticator: authenticator, logger: logger)
    services.tally = tally
    if !options.isReadOnly, !configuration.isReadOnly {
      services.reload = { await reload.reload(by: $0, through: .api) }
    }
    servers = HTTPServers(
      settings: Self.listeners(of: configuration), responder: makeRouter(services), lag: lag,
      onRunning: { address in
        bound.set(address)
        guard case .port(let host, let port) = address else { return }
        let listen = ListenAddress(host: host, port: port)
        await control.setListen("\(listen)")
        logger.info("serving", metadata: ["listen": "\(listen)"])
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
    HangUp.install()
    let control = control
    let stop = stop
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
      .init(service: ControlService(control: control, batches: batches)),
      .init(service: RecorderService(recorder: recorder, endBatches: endBatches)),
      .init(service: machine), .init(service: ReloadService(reload: reload)),
    ]
    if let notifications { services.append(.init(service: notifications)) }
    services += servers.services.map {
      .init(service: OpeningService(listener: $0, dataPlane: dataPlane))
    }
    services += companions.map {
      .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
    }
    services.append(
      .init(
        service: StopService(signal: stop, control: control),
        successTerminationBehavior: .gracefullyShutdownGroup))
    let forcedEnd = ForcedEnd(after: .seconds(20)) { self.endNow() }
    services.append(.init(service: forcedEnd, successTerminationBehavior: .ignore))
    let group = ServiceGroup(
      configuration: .init(
        services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(logger)))
    try await group.run()
    _ = await dataPlane.drain(timeout: .seconds(5))
    await remotes.shutdown()
    await reload.shutdown()
    recorder.close()
    metrics.close()
    await control.closeLedger()
    forcedEnd.cancel()
  }

  /// What can still be kept is written; what hangs is left as it is.
  private func endNow() {
    logger.critical("the shutdown did not end within 20 s: a run that cannot be stopped holds it")
    let isWritten = TimedSemaphore()
    // Apart, since a disk may hang as well. The ledger's rows are on the disk before they are told.
    NamedThread.start("vigia-end") { [recorder, metrics] in
      recorder.close()
      metrics.close()
      isWritten.signal()
    }
    _ = isWritten.wait(atMost: .seconds(5))
    _exit(1)
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
