import Domain
import Inference
import Storage

/// Commands that change no deployment: what is in memory, and which servers are asked.
extension ControlPlane {
  /// The caller holds the turn. A load was done before it (`prepare`); what is left is the row.
  func changeMemory(
    _ command: Command, by principal: Principal
  ) async throws(Refusal) -> CommandOutcome {
    let summary: String
    switch command.action {
    case .load(let model, let version):
      summary = loaded(model, version)
    case .unload(let model, let version, let pinned):
      summary = try unloadable(model, version, pinned: pinned)
    default: throw Refusal(.invalid, "\(command.action.name) changes no memory")
    }
    return try await perform(command, by: principal, summary) { [self] in
      switch command.action {
      case .load(let model, _): await begin(model)
      case .unload(let model, let version, let pinned):
        for version in loadedVersions(model, version) {
          dataPlane.unload(version, pinned: pinned, by: principal.name)
        }
      default: break
      }
    }
  }

  /// Leaves out one of the servers behind a remote version, or brings it back. The caller holds the turn.
  func ejectUpstream(
    _ command: Command, by principal: Principal
  ) async throws(Refusal) -> CommandOutcome {
    guard case .eject(let model, let version, let upstream, let seconds) = command.action else {
      throw Refusal(.invalid, "\(command.action.name) ejects no upstream")
    }
    guard seconds.isFinite, (0...Ejection.longest).contains(seconds) else {
      throw Refusal(
        .invalid,
        "an upstream is left out for 0 s, which brings it back, to a day, found \(seconds) s")
    }
    let key = ModelVersion(model: model, version: version)
    if let unknown = dataPlane.unknown(model: model, version: version) {
      let isModel = dataPlane.unknown(model: model, version: nil) != nil
      throw Refusal(isModel ? .unknownModel : .unknownVersion, unknown.description)
    }
    let upstreams = dataPlane.status(of: key).upstreams
    guard let upstreams else {
      throw Refusal(
        .invalid,
        "\(key) runs in this process: there is no upstream to leave out; roll it back instead")
    }
    guard upstreams.contains(where: { $0.name == upstream }) else {
      let known = upstreams.map(\.name).joined(separator: ", ")
      throw Refusal(
        .invalid,
        known.isEmpty
          ? "\(key) is not loaded" : "\(key) has no upstream \(upstream); it has \(known)")
    }
    let duration = Duration.milliseconds(Int64(seconds * 1_000))
    // Before the row: a ledger that says "done" of what the version refuses is wrong.
    if let obstacle = dataPlane.obstacle(toEjecting: upstream, of: key, for: duration) {
      throw Refusal(.notAllowed, obstacle.description)
    }
    let summary =
      seconds > 0
      ? "\(key): upstream \(upstream) left out for \(Int(seconds.rounded())) s"
      : "\(key): upstream \(upstream) brought back"
    let ejection = Ejection(
      version: version, upstream: upstream, until: settings.clock().adding(seconds: seconds))
    return try await perform(command, by: principal, summary, evidence: ejection.json) {
      // Nothing stood against it a moment ago; a version that is gone since needs no leaving out.
      try? dataPlane.eject(upstream, of: key, for: duration)
    }
  }

  /// The row first, then the deed.
  func perform(
    _ command: Command, by principal: Principal, _ summary: String, evidence: String = "",
    _ deed: () async -> Void
  ) async throws(Refusal) -> CommandOutcome {
    var entry = entry(for: command, by: principal, outcome: .done, summary: summary)
    entry.evidence = evidence
    let result = await append(
      entry, of: command,
      outcome: { .done(sequence: $0.sequence, revision: nil, summary: $0.summary) })
    switch result {
    case .stored(let stored):
      await deed()
      let outcome = CommandOutcome.done(
        sequence: stored.sequence, revision: nil, summary: stored.summary)
      note(stored)
      remember(outcome, of: command.id)
      publish()
      return outcome
    case .timedOut:
      throw auditUnavailable(command, "the disk did not confirm the ledger's row within 500 ms")
    case .failed(.alreadyDone):
      return await knownOutcome(of: command.id) ?? .unknown(reason: "sent twice at one time")
    case .failed(let error):
      throw auditUnavailable(command, error.description)
    }
  }

  /// Loads what a command names, before its turn: a slow load holds up nobody's rollback.
  func load(_ model: String, _ version: String?) async throws(Refusal) {
    await rescan()
    let versions = version.map { [$0] } ?? dataPlane.versions(of: model)
    guard !versions.isEmpty else {
      throw Refusal(.unknownVersion, "model \(model) has no version in the repository")
    }
    for version in versions {
      let version = ModelVersion(model: model, version: version)
      do throws(InferenceError) {
        _ = try await dataPlane.load(version, mustFit: true, together: Set(versions))
      } catch .unknownVersion(let wanted, let known) {
        throw Refusal(
          .unknownVersion,
          InferenceError.unknownVersion(wanted, known: known).description)
      } catch {
        _ = willTryAgain(version, error)
        throw Refusal(.notLoaded, error.description)
      }
    }
  }

  /// What a timeline says of a load: of several, the last may have taken the room of the first.
  private func loaded(_ model: String, _ version: String?) -> String {
    var present: [String] = []
    var absent: [String] = []
    for name in version.map({ [$0] }) ?? dataPlane.versions(of: model) {
      let status = dataPlane.status(of: ModelVersion(model: model, version: name))
      // Which bytes: the file may have been another when it was loaded the last time.
      let words = "\(name) (sha256 \(status.sha256.prefix(12)))"
      if status.state == .ready { present.append(words) } else { absent.append(name) }
    }
    var summary = "\(model): \(present.joined(separator: ", ")) in memory"
    if !absent.isEmpty {
      summary +=
        ", and \(absent.joined(separator: ", ")) out of it again: "
        + (dataPlane.versionsFitTogether(model)
          ? "others were asked for meanwhile" : "they do not fit together")
    }
    if let excess = dataPlane.memory.excess { summary += "; \(excess)" }
    return summary
  }

  /// What a timeline says of it.
  private func unloadable(
    _ model: String, _ version: String?, pinned: Bool
  ) throws(Refusal) -> String {
    let versions = loadedVersions(model, version)
    guard !versions.isEmpty else {
      throw Refusal(
        .nothingToDo, "\(model)\(version.map { " \($0)" } ?? "") is not in memory")
    }
    let needed = deployments[model]?.pinnedVersions ?? []
    let kept = versions.map(\.version).filter(needed.contains)
    guard pinned || kept.isEmpty else {
      throw Refusal(
        .notAllowed,
        "\(model) \(kept.joined(separator: ", ")) serves, or is where a rollback goes: name another "
          + "version, or take it out all the same with --pinned")
    }
    let names = versions.map(\.version).joined(separator: ", ")
    return kept.isEmpty
      ? "\(model): \(names) unloaded"
      : "\(model): \(names) unloaded; requests to \(kept.joined(separator: ", ")) are refused"
  }

  private func loadedVersions(_ model: String, _ version: String?) -> [ModelVersion] {
    (version.map { [$0] } ?? dataPlane.versions(of: model))
      .map { ModelVersion(model: model, version: $0) }
      .filter { dataPlane.status(of: $0).state == .ready }
  }
}
