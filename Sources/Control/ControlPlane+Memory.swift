import Domain
import Inference
import Storage

/// Commands that change what is in memory, and no traffic.
extension ControlPlane {
  /// The caller holds the turn. A load was done before it (`prepare`); what is left is the row.
  func changeMemory(
    _ command: Command, by principal: Principal
  ) async throws(Refusal) -> CommandOutcome {
    let summary: String
    switch command.action {
    case .load(let model, let version):
      let names = version.map { [$0] } ?? dataPlane.versions(of: model)
      summary = "\(model): \(names.joined(separator: ", ")) in memory"
    case .unload(let model, let version, let pinned):
      summary = try unloadable(model, version, pinned: pinned)
    default: throw Refusal(.invalid, "\(command.action.name) changes no memory")
    }
    let entry = entry(for: command, by: principal, outcome: .done, summary: summary)
    let result = await ledger.append(
      entry, outcome: { .done(sequence: $0.sequence, revision: nil, summary: $0.summary) })
    switch result {
    case .stored(let stored):
      if case .unload(let model, let version, let pinned) = command.action {
        for version in loadedVersions(model, version) {
          await dataPlane.unload(version, pinned: pinned)
        }
      }
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
      do throws(InferenceError) {
        _ = try await dataPlane.load(ModelVersion(model: model, version: version))
      } catch .unknownVersion(let wanted, let known) {
        throw Refusal(
          .unknownVersion,
          InferenceError.unknownVersion(wanted, known: known).description)
      } catch {
        throw Refusal(.notLoaded, error.description)
      }
    }
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
      ? "\(model): \(names) out of memory"
      : "\(model): \(names) out of memory; requests to \(kept.joined(separator: ", ")) are refused"
  }

  private func loadedVersions(_ model: String, _ version: String?) -> [ModelVersion] {
    (version.map { [$0] } ?? dataPlane.versions(of: model))
      .map { ModelVersion(model: model, version: $0) }
      .filter { dataPlane.status(of: $0).state == .ready }
  }
}
