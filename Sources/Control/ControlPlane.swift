package import Domain
import Foundation
package import Inference
package import Logging
import Runbooks
import Storage
import Waiting

/// Every change of state, in one place and on a thread of its own.
///
/// Faces send a `Command`; this performs or refuses it, writes the ledger's row first, and then switches the traffic.
/// Once a second it takes in what the recorder measured and publishes a snapshot. It shares no thread with requests.
package actor ControlPlane {
  private nonisolated let worker = Worker(name: "vigia-control")
  /// Reads what judgements are made of, and writes them.
  let judging = Worker(name: "vigia-judge")
  /// Writes what the judges remember, behind no reading.
  let remembering = Worker(name: "vigia-memory")
  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    // The actor owns the worker, so the reference outlives every job.
    unsafe worker.asUnownedSerialExecutor()
  }

  package struct Settings: Sendable {
    package var isReadOnly = false
    package var preflightTimeout: Duration = .seconds(2)
    package var clock: @Sendable () -> Timestamp
    /// What the console's header says of this server.
    package var server: ServerInfo
    package var engine: @Sendable () -> EngineStatus
    /// What is known of the machine and of the event loops; asked once a second, never waits. The lanes are added here.
    package var saturation: @Sendable () -> Saturation?
    /// What the HTTP port has to do.
    package var http: @Sendable () -> HTTPFigures
    /// Called once when a `stop` command was granted.
    package var stop: @Sendable () -> Void
    /// Between two loads of a version whose servers are not there; throws when its task is cancelled.
    package var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    package init(
      isReadOnly: Bool = false, clock: @escaping @Sendable () -> Timestamp, server: ServerInfo,
      engine: @escaping @Sendable () -> EngineStatus,
      saturation: @escaping @Sendable () -> Saturation? = { nil },
      http: @escaping @Sendable () -> HTTPFigures = { HTTPFigures() },
      stop: @escaping @Sendable () -> Void = {}
    ) {
      self.isReadOnly = isReadOnly
      self.clock = clock
      self.server = server
      self.engine = engine
      self.saturation = saturation
      self.http = http
      self.stop = stop
    }
  }

  var settings: Settings
  let dataPlane: DataPlane
  let ledger: Ledger
  let charters: [ModelCharter]
  let judgement: JudgementServices?
  var alerting: AlertServices?
  let logger: Logger
  package nonisolated let hub = SnapshotHub()

  var deployments: [String: Deployment] = [:]
  /// In the order in which they are shown.
  var modelNames: [String] = []
  var figures = LiveFigures()
  /// As of the last second.
  var saturation: Saturation?
  var watches: [Watch] = []
  var lastChange: [String: AuditEntry] = [:]
  var auditHead: Int64 = 0
  var notices: [Notice] = []
  /// What became of `metrics.db`, as far as it was told.
  var metricsLoss: MetricStore.Loss?
  /// Values in it that do not match their checksum, as far as they were told.
  var unsoundValues: [UnsoundValues.Kind: Int] = [:]
  /// What is wrong with the ledger, as far as it was told.
  var ledgerProblem: AuditVerification.Problem?
  var isLookingAtLedger = false
  /// Versions whose requests are kept without tensors, since what is to be redacted was not found.
  var redactionsAmiss: [ModelVersion: RedactionResult] = [:]
  /// When the judges began, where `metrics.db` could not be opened then: see `seedWhenOpen`.
  var seedDueTo: Int64?
  var isTelemetryPaused = false
  var chainWalkedAt: Timestamp?
  /// What is wrong with the configuration and the files it names, as they were read last.
  var configurationNotices: [Notice] = []
  var modelNotices: [String: [Notice]] = [:]
  /// What is told of versions whose file is another than that which was put in force.
  var replacedFiles: [ModelVersion: String] = [:]
  /// Those of which the log and the ledger were told.
  var toldDoubts: Set<Doubt> = []
  /// Why remote versions are not in memory that are tried again by themselves.
  var triedAgain: [ModelVersion: InferenceError] = [:]
  let toTryAgain = AsyncStream<ModelVersion>.makeStream()
  /// How what was served at the start differed from the configuration, by model: told until it does no more.
  var startMismatches: [String: String] = [:]
  var sequence: Int64 = 0
  var isStopping = false
  /// Rescues that stand in the fallback file and not yet in the ledger.
  var isBreakGlassPending = false
  /// Outcomes of this run, so that a command sent twice is done once although its refusal was not stored.
  var outcomes: [CommandID: CommandOutcome] = [:]
  private var turns = TurnQueue()
  var intentions = Intentions()
  var book = IncidentBook()
  /// False where the store's incidents cannot be read.
  var keepsIncidents = false
  /// Of rescues that went past the ledger.
  var rescued = IncidentChange()
  /// All alerts, of which the report holds the first.
  var raised: [Alert] = []
  /// Rules that see no data, or fail.
  var blindRules: Set<String> = []
  /// Nil until they were read; who answers for an alert stands in its page.
  var runbooks: RunbookLibrary?
  var ownersReadAt: Timestamp?
  var isReadingOwners = false
  var board = JudgementBoard()
  var judgedMinute: Int64 = 0
  /// The look once a minute that is under way.
  var minuteLook: Task<Void, Never>?
  /// What was concluded is being stored and told, in its order.
  var concluding: Task<Void, Never>?
  var rememberingTurns = TurnQueue()
  /// What the judges remembered when it was last stored, as JSON by key.
  var judgesWritten: [String: String] = [:]
  /// By which the recorder counts slow answers, by model.
  var slowLimitsUsed: [String: Double] = [:]
  var alertReport = AlertReport()
  /// Whether the report is of the rules that are in force.
  var lookedAtRules = false
  var operations = OperationCounts()
  /// When the rules last saw what is measured, in seconds since 1970; nil while they look at it.
  var alertsLooked: Int64? = 0
  /// How the sources stand, in the order of `alerting.sources`, and those that are being asked.
  var sources: [SourceStatus] = []
  var sourcesAsked: Set<ObjectIdentifier> = []
  /// When references in the making were last written, in seconds since 1970.
  var collectionsStored: Int64 = 0
  /// Whether the store has any: where there is nothing to keep and nothing to remove, nothing is written.
  var hasStoredCollections = false
  var trainingReferencesRead: Set<ModelVersion> = []
  /// The hour whose season was last looked up.
  var seasonLooked: [ModelVersion: Int64] = [:]

  struct Watch {
    var watch: RecoveryWatch
    var switchedAt: ContinuousClock.Instant
  }

  package init(
    settings: Settings, dataPlane: DataPlane, ledger: Ledger, charters: [ModelCharter],
    judgement: JudgementServices? = nil, alerting: AlertServices? = nil, notices: [Notice] = [],
    logger: Logger
  ) {
    self.settings = settings
    self.dataPlane = dataPlane
    self.ledger = ledger
    self.charters = charters
    self.judgement = judgement
    self.alerting = alerting
    self.notices = notices
    metricsLoss = judgement?.metrics.loss
    ledgerProblem = ledger.store.problem.flatMap { problem in
      notices.contains { $0.text == problem.description } ? problem : nil
    }
    configurationNotices = Self.notices(ofProblems: alerting?.problems ?? [])
    self.logger = logger
  }

  deinit {
    worker.close()
    judging.close()
    remembering.close()
  }

  /// Performs or refuses a command, and leaves its row in the ledger.
  ///
  /// The same id gives the same outcome again. A promotion's preflight runs before its turn, so that it holds up
  /// nobody's rollback.
  package func perform(_ command: Command, by principal: Principal) async -> CommandOutcome {
    let outcome = await performed(command, by: principal)
    operations.count(command, outcome)
    return outcome
  }

  private func performed(_ command: Command, by principal: Principal) async -> CommandOutcome {
    if let known = await knownOutcome(of: command.id) { return known }
    var command = command
    let preflight: PreflightReport?
    do throws(Refusal) {
      try checkRights(command, principal)
      try giveWay(command, principal)
      command = try await resolved(command)
      preflight = try await prepare(command)
    } catch {
      return await refuse(command, principal, error)
    }
    await withCheckedContinuation { turns.enqueue($0) }
    defer { turns.give() }
    if let known = await knownOutcome(of: command.id) { return known }
    do throws(Refusal) {
      return try await execute(command, by: principal, preflight: preflight)
    } catch {
      return await refuse(command, principal, error)
    }
  }

  /// Runs `body` while no command is carried out.
  func inTurn(_ body: () async -> Void) async {
    await withCheckedContinuation { turns.enqueue($0) }
    defer { turns.give() }
    await body()
  }

  /// What became of a command; nil when it never came here.
  package func knownOutcome(of id: CommandID) async -> CommandOutcome? {
    if let outcome = outcomes[id] { return outcome }
    return await ledger.outcome(of: id)
  }

  /// Whether a promotion of `version` would pass; loads it first when it is not in memory. Takes no longer than the
  /// preflight may: a load that does goes on by itself, for the next question.
  package func preflight(_ version: ModelVersion) async -> PreflightReport {
    let limit = settings.preflightTimeout
    let started = ContinuousClock.now
    let failure: String? = await FirstAnswer.of(
      within: limit, late: "\(version) is still being loaded; ask again in a moment"
    ) { [dataPlane] answer in
      // Apart, since whoever gives up must not have to wait for it.
      Task {
        do throws(InferenceError) {
          _ = try await dataPlane.load(version)
          _ = answer.give(nil)
        } catch {
          _ = answer.give(error.description)
        }
      }
    }
    // Before the checks: what takes its place while they run was not looked at.
    let sha256 = dataPlane.status(of: version).sha256
    let checks =
      if let failure {
        [PreflightReport.Check(name: "loaded", passed: false, detail: failure)]
      } else {
        await dataPlane.preflight(version, timeout: limit - started.duration(to: .now))
      }
    return PreflightReport(
      version: version, sha256: sha256, checks: checks)
  }

  /// Where the server listens, once that is known: a port of 0 became a real one.
  package func setListen(_ address: String) {
    settings.server.listen = address
    publish()
  }

  /// The page for `GET /metrics`.
  package func metricsText(as format: ExpositionFormat) -> String {
    (metrics ?? MetricsText()).printed(as: format)
  }

  /// All that is measured, now; nil before the first second.
  var metrics: MetricsText? {
    guard let snapshot = hub.latest else { return nil }
    var page = figures.metrics.page(
      snapshot, memory: dataPlane.memory, refusals: dataPlane.refusals,
      lanes: dataPlane.laneFigures, features: board.lastFeatures)
    page.addHTTP(settings.http())
    operations.add(to: &page, snapshot, isLedgerSound: ledger.store.problem == nil)
    if let alerting {
      page.addAlerting(
        areRulesTaken: alerting.problems.isEmpty, receivers: alerting.receivers)
      page.addSources(sources, now: settings.clock())
    }
    return page
  }

  /// The last thing a server does: the ledger's file is closed, and nothing can be changed any more.
  package func closeLedger() async {
    isStopping = true
    await ledger.close()
  }

  /// No command is taken from now on; the snapshot says so.
  package func beginStopping() {
    isStopping = true
    publish()
  }

  private func checkRights(_ command: Command, _ principal: Principal) throws(Refusal) {
    guard !settings.isReadOnly else {
      throw Refusal(
        .readOnly, "this server was started with --read-only: nothing can be changed through it")
    }
    let needed: Principal.Role = command.action == .stop ? .admin : .operate
    guard principal.role >= needed else {
      throw Refusal(
        .notAllowed,
        "\(principal.name) may \(principal.role.rawValue); \(command.action.name) needs the role "
          + needed.rawValue)
    }
    guard !isStopping else {
      throw Refusal(.stopping, "the server is stopping: no command is taken any more")
    }
    guard VisibleText.isVisible(command.reason) else {
      throw Refusal(.invalid, "a command needs a reason; the timeline shows it to whoever is next")
    }
    guard command.reason.count <= 1_000 else {
      throw Refusal(
        .invalid, "a reason has at most 1000 characters, found \(command.reason.count)")
    }
    if let model = command.action.model, deployments[model] == nil,
      !command.action.isWithoutDeployment
    {
      let known = modelNames.joined(separator: ", ")
      throw Refusal(.unknownModel, "no model \(model) here; there are \(known)")
    }
  }

  /// What takes time and can be done before the turn: loading the version, and its preflight.
  private func prepare(_ command: Command) async throws(Refusal) -> PreflightReport? {
    switch command.action {
    case .promote(let model, let version, let verification):
      return try await verified(
        ModelVersion(model: model, version: version), for: command, verification)
    case .setWeight(let model, let version, let weight, let verification):
      let present = deployments[model]?.challenger.flatMap { $0.version == version ? $0 : nil }
      guard weight > present?.weight ?? 0 else { break }
      let candidate = ModelVersion(model: model, version: version)
      await lookForIfUnknown(candidate)
      try await loadIfNeeded(candidate)
      return try await verified(candidate, for: command, verification ?? .required)
    case .setShadow(let model, let version?):
      await lookForIfUnknown(ModelVersion(model: model, version: version))
      try await loadIfNeeded(ModelVersion(model: model, version: version))
    case .pin(let model, let version, let verification):
      let candidate = ModelVersion(model: model, version: version)
      await lookForIfUnknown(candidate)
      try await loadIfNeeded(candidate)
      // A rescue: what served well before needs no proof, least of all beside the one that it is to relieve.
      guard let deployment = deployments[model], deployment.champion != version,
        deployment.rollbackTarget != version
      else { break }
      return try await verified(candidate, for: command, verification ?? .required)
    case .load(let model, let version):
      // Its file may have come just now, and that is the one whose hash is meant.
      if command.expected != nil { await rescan() }
      try checkExpectation(command)
      try await load(model, version)
    default: break
    }
    return nil
  }

  /// The preflight of a version that is to answer more than before.
  private func verified(
    _ version: ModelVersion, for command: Command, _ verification: Command.Verification
  ) async throws(Refusal) -> PreflightReport {
    await lookForIfUnknown(version)
    // Decided twice: here on what is known now, so that a freeze is not answered by a slow preflight.
    _ = try decide(command, principal: "", assumeReady: true)
    let report = await preflight(version)
    guard report.passed || verification == .waived else {
      let failures = report.checks.filter { !$0.passed }
        .map { "\($0.name): \($0.detail)" }.joined(separator: "; ")
      throw Refusal(
        .preflightFailed,
        "\(version.model) \(version.version) did not pass its preflight: \(failures)")
    }
    return report
  }

  /// Looks at the repository as it is now.
  func rescan() async {
    let dataPlane = dataPlane
    dataPlane.take(await BlockingThread.runInBackground("vigia-scan") { dataPlane.scan() })
  }

  /// A version that came into the repository after the start is found when it is first named.
  private func lookForIfUnknown(_ version: ModelVersion) async {
    guard !dataPlane.versions(of: version.model).contains(version.version) else { return }
    await rescan()
  }

  private func loadIfNeeded(_ version: ModelVersion) async throws(Refusal) {
    let status = dataPlane.status(of: version)
    guard facts(of: version.model)[version.version] != nil, status.state != .ready else { return }
    do throws(InferenceError) {
      _ = try await dataPlane.load(version)
    } catch {
      throw Refusal(.notLoaded, error.description)
    }
  }
}
