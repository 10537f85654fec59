package import Domain
import Foundation
import Inference
import Logging
import Storage

extension ControlPlane {
  /// Decides, writes the row, switches. The caller holds the turn.
  func execute(
    _ command: Command, by principal: Principal, preflight: PreflightReport?
  ) async throws(Refusal) -> CommandOutcome {
    switch command.action {
    case .stop: return await stop(command, by: principal)
    case .load:
      // What it expects was looked at before: it is in memory by now, whatever has changed since.
      return try await changeMemory(command, by: principal)
    case .unload:
      try checkExpectation(command)
      return try await changeMemory(command, by: principal)
    case .eject:
      try checkExpectation(command)
      return try await ejectUpstream(command, by: principal)
    case .acknowledge, .unacknowledge, .silence, .expireSilence, .testPage:
      return try await answerAlert(command, by: principal)
    case .openIncident, .closeIncident, .note, .tickStep:
      return try await answerIncident(command, by: principal)
    default: break
    }
    guard let model = command.action.model, let previous = deployments[model] else {
      throw Refusal(.unknownModel, "no such model")
    }
    let wish = try decide(command, principal: principal.name, assumeReady: false)
    // While the ledger is waited for, a request may ask for room: what is about to serve is not taken out for that.
    dataPlane.pin(wish.next, beside: previous)
    do throws(Refusal) {
      return try await carryOut(command, on: previous, by: principal, preflight: preflight)
    } catch {
      dataPlane.pin(previous)
      throw error
    }
  }

  /// What it needs in memory is pinned, so that it is decided on what will still be there.
  private func carryOut(
    _ command: Command, on previous: Deployment, by principal: Principal,
    preflight: PreflightReport?
  ) async throws(Refusal) -> CommandOutcome {
    let change = try decide(command, principal: principal.name, assumeReady: false)
    let model = previous.model
    var entry = entry(for: command, by: principal, outcome: .done, summary: change.summary)
    let facts = facts(of: model)
    if let preflight, let found = facts[preflight.version.version]?.sha256,
      found != preflight.sha256
    {
      throw Refusal(
        .stateMoved,
        "\(preflight.version) was loaded anew since its preflight: expected sha256 "
          + "\(preflight.sha256.prefix(12)), found \(found.prefix(12)); look at it, and send the command again"
      )
    }
    entry.fromVersion = change.from
    entry.fromSHA256 = change.from.flatMap { facts[$0]?.sha256 }
    entry.toVersion = change.to
    entry.toSHA256 = change.to.flatMap { facts[$0]?.sha256 }
    entry.evidence = evidence(for: command, change: change, preflight: preflight)

    if case .rollBack(_, breakGlass: true) = command.action {
      return try await breakGlass(entry, change, command)
    }
    let result = await append(
      entry, of: command, deployment: change.next, previous: previous,
      outcome: { stored in
        .done(
          sequence: stored.sequence, revision: change.next.revision, summary: stored.summary)
      })
    switch result {
    case .stored(let stored):
      let outcome = CommandOutcome.done(
        sequence: stored.sequence, revision: change.next.revision, summary: stored.summary)
      takeEffect(change, entry: stored, command: command)
      remember(outcome, of: command.id)
      return outcome
    case .timedOut:
      throw auditUnavailable(command, "the disk did not confirm the ledger's row within 500 ms")
    case .failed(.alreadyDone):
      dataPlane.pin(previous)
      return await knownOutcome(of: command.id) ?? .unknown(reason: "sent twice at one time")
    case .failed(let error):
      throw auditUnavailable(command, error.description)
    }
  }

  func decide(
    _ command: Command, principal: String, assumeReady: Bool
  ) throws(Refusal) -> DeploymentChange {
    guard let model = command.action.model, let deployment = deployments[model] else {
      throw Refusal(.unknownModel, "no such model")
    }
    var facts = facts(of: model)
    if assumeReady { for version in facts.keys { facts[version]?.isReady = true } }
    let decision = DeploymentDecision(
      deployment: deployment, versions: facts, now: settings.clock(), principal: principal,
      reason: command.reason)
    try decision.check(command.expected, target: target(of: command.action, in: deployment))
    return try decision.change(for: command.action)
  }

  /// Refuses a command that changes no deployment when the one that its sender looked at is gone.
  func checkExpectation(_ command: Command) throws(Refusal) {
    guard let expected = command.expected, let model = command.action.model else { return }
    guard let deployment = deployments[model] else {
      throw Refusal(.stateMoved, "\(model) serves nothing: look again and repeat the command")
    }
    let target = target(of: command.action, in: deployment)
    guard target != nil || expected.targetSHA256 == nil else {
      throw Refusal(.invalid, "an expected SHA-256 is that of one version: name it")
    }
    let decision = DeploymentDecision(
      deployment: deployment, versions: facts(of: model), now: settings.clock(), principal: "",
      reason: command.reason)
    try decision.check(expected, target: target)
  }

  /// The model's versions that the repository has.
  func facts(of model: String) -> [String: DeploymentDecision.VersionFacts] {
    var facts: [String: DeploymentDecision.VersionFacts] = [:]
    for version in dataPlane.versions(of: model) {
      let status = dataPlane.status(of: ModelVersion(model: model, version: version))
      facts[version] = .init(isReady: status.state == .ready, sha256: status.sha256)
    }
    return facts
  }

  /// Writes the refusal's row without holding up the answer beyond the ledger's patience.
  func refuse(
    _ command: Command, _ principal: Principal, _ refusal: Refusal
  ) async -> CommandOutcome {
    let outcome = CommandOutcome.refused(refusal)
    remember(outcome, of: command.id)
    let entry = entry(for: command, by: principal, outcome: .refused, summary: refusal.message)
    // The ledger was waited for already, in vain: whoever breaks the glass next must not wait for its refusal too.
    guard refusal.code != .auditUnavailable else {
      Task { await self.append(entry, of: command, outcome) }
      return outcome
    }
    await append(entry, of: command, outcome)
    return outcome
  }

  private func append(
    _ entry: AuditEntry, of command: Command, _ outcome: CommandOutcome
  ) async {
    switch await append(entry, of: command, outcome: { _ in outcome }) {
    case .stored(let stored): note(stored)
    case .timedOut, .failed:
      logger.error(
        "a refusal could not be written to the ledger",
        metadata: ["command": "\(command.id)", "refusal": "\(entry.summary)"])
    }
  }

  /// The newest few thousand, for a command that is sent twice; what is older stands in the ledger.
  func remember(_ outcome: CommandOutcome, of command: CommandID) {
    if outcomes.count >= 4_096 { outcomes.removeAll() }
    outcomes[command] = outcome
  }

  /// Brings rescues into the ledger as soon as its disk answers again.
  package func importBreakGlass() async {
    guard isBreakGlassPending else { return }
    isBreakGlassPending = false
    do throws(StorageError) {
      for entry in try await ledger.importBreakGlass(now: settings.clock()) { note(entry) }
    } catch {
      isBreakGlassPending = true
    }
    publish()
  }

  /// An event that nobody commanded, in the ledger and on the timeline.
  func recordEvent(
    _ action: String, by principal: Principal = .vigia, through origin: Command.Origin = .job,
    model: String?, summary: String, evidence: String = "", deployment: Deployment? = nil
  ) async {
    await record(
      AuditEntry(
        time: settings.clock(), principal: principal, origin: origin, action: action, model: model,
        reason: "", outcome: .event, summary: summary, evidence: evidence), deployment: deployment)
  }

  /// - Parameter entry: an event.
  func record(_ entry: AuditEntry, deployment: Deployment? = nil) async {
    if case .stored(let stored) = await ledger.append(entry, deployment: deployment) {
      note(stored)
    } else {
      logger.error(
        "an event could not be written to the ledger", metadata: ["event": "\(entry.summary)"])
    }
  }

  private func stop(_ command: Command, by principal: Principal) async -> CommandOutcome {
    let rate = hub.latest?.requestRate ?? 0
    let entry = entry(
      for: command, by: principal, outcome: .done,
      summary: "server stopped while it served \(Int(rate.rounded())) req/s")
    var sequence: Int64 = 0
    let summary = entry.summary
    let stopped = { @Sendable (stored: AuditEntry) in
      CommandOutcome.done(sequence: stored.sequence, revision: nil, summary: summary)
    }
    if case .stored(let stored) = await append(entry, of: command, outcome: stopped) {
      note(stored)
      sequence = stored.sequence
    }
    beginStopping()
    settings.stop()
    return .done(sequence: sequence, revision: nil, summary: entry.summary)
  }

  /// The rescue that does not wait for a sick disk: the fallback file and the system log stand in for the ledger.
  private func breakGlass(
    _ entry: AuditEntry, _ change: DeploymentChange, _ command: Command
  ) async throws(Refusal) -> CommandOutcome {
    var entry = entry
    entry.outcome = .breakGlass
    let outcome = CommandOutcome.done(
      sequence: 0, revision: change.next.revision,
      summary: "\(entry.summary), without the ledger; it is imported later")
    isBreakGlassPending = true
    takeEffect(change, entry: entry, command: command)
    takeRescue(command, entry)
    remember(outcome, of: command.id)
    SystemLog.critical("vigia: break-glass: \(entry.summary), by \(entry.principal.name)")
    logger.critical(
      "break-glass rollback",
      metadata: ["summary": "\(entry.summary)", "by": "\(entry.principal.name)"])
    if let error = await ledger.appendBreakGlass(entry, deployment: change.next) {
      logger.critical("the break-glass file failed too", metadata: ["error": "\(error)"])
    }
    return outcome
  }

  private func takeEffect(_ change: DeploymentChange, entry: AuditEntry, command: Command) {
    do throws(InferenceError) {
      try dataPlane.apply(change.next)
    } catch {
      // While the server starts, or beside a file that cannot be loaded, not all of a deployment is in memory. What
      // the ledger says is in force all the same, and the share of what is missing answers with its own error.
      logger.warning("the switch met a version that is not there", metadata: ["error": "\(error)"])
      try? dataPlane.apply(change.next, allowingUnloaded: true)
    }
    let before = levelBefore(of: change, command.action)
    let limits = deployments[change.next.model]?.limits ?? []
    deployments[change.next.model] = change.next
    // Who puts a version in force has looked at the file that is there.
    if case .promote(let model, let version, _) = command.action {
      replacedFiles[ModelVersion(model: model, version: version)] = nil
    }
    note(entry)
    watchRecovery(after: change, command, limits: limits, from: before)
    publish()
  }

  func note(_ entry: AuditEntry) {
    auditHead = max(auditHead, entry.sequence)
    if let model = entry.model, entry.concernsServing { lastChange[model] = entry }
  }

  func auditUnavailable(_ command: Command, _ reason: String) -> Refusal {
    guard case .rollBack = command.action else {
      return Refusal(.auditUnavailable, "not performed: \(reason)")
    }
    return Refusal(
      .auditUnavailable,
      "not performed: \(reason); a rollback may be confirmed again as break-glass, which goes to a "
        + "fallback file and the system log")
  }

  private func target(of action: Command.Action, in deployment: Deployment) -> String? {
    switch action {
    case .rollBack: deployment.rollbackTarget
    case .promote(_, let version, _), .setWeight(_, let version, _, _), .release(_, let version):
      version
    case .pin(_, let version, _): version
    case .unpin: deployment.champion
    case .setShadow(_, let version), .load(_, let version), .unload(_, let version, _): version
    case .eject(_, let version, _, _): version
    case .freeze, .unfreeze, .limit, .shed, .acknowledge, .unacknowledge,
      .silence, .expireSilence, .testPage, .openIncident, .closeIncident, .note, .tickStep, .undo,
      .stop:
      nil
    }
  }

  func entry(
    for command: Command, by principal: Principal, outcome: AuditEntry.Outcome, summary: String
  ) -> AuditEntry {
    AuditEntry(
      time: settings.clock(), principal: principal, origin: command.origin, commandID: command.id,
      action: command.action.name, model: command.action.model, reason: command.reason,
      outcome: outcome, summary: summary)
  }
}

extension Principal {
  /// Vigia itself: events that nobody commanded.
  package static let vigia = Principal(name: "vigia", role: .admin, proof: "process")
}
