import Domain
import Foundation
import Storage

/// What a change left behind, so that it can be taken back exactly.
struct DeploymentBefore: Codable, Equatable {
  var champion: String
  var challenger: Deployment.Challenger?
  var shadow: String?
  var freeze: Deployment.Freeze?
  var pin: Deployment.Pin?
  var limits: [TrafficLimit]?

  init(_ deployment: Deployment) {
    champion = deployment.champion
    challenger = deployment.challenger
    shadow = deployment.shadow
    freeze = deployment.freeze
    pin = deployment.pin
    limits = deployment.limits
  }
}

/// The command that takes a row of the ledger back, whoever it was.
struct Undo {
  var entry: AuditEntry
  var now: Deployment
  var time: Timestamp

  /// - Throws: why it cannot be taken back: it changed nothing, or is no longer in force.
  func action() throws(Refusal) -> Command.Action {
    let model = now.model
    guard entry.model == model else {
      throw Refusal(.invalid, "row \(entry.sequence) is not about \(model)")
    }
    guard entry.outcome == .done || entry.outcome == .breakGlass else {
      throw Refusal(
        .nothingToDo,
        "row \(entry.sequence) changed nothing: its outcome is \(entry.outcome.rawValue)")
    }
    switch entry.action {
    case "promote":
      try require(now.champion == entry.toVersion, "the champion is \(now.champion) now")
      guard now.rollbackTarget == entry.fromVersion else {
        throw gone("a rollback would not lead to \(entry.fromVersion ?? "the version before")")
      }
      return .rollBack(model: model, breakGlass: false)
    case "rollback": return try promotionAgain()
    default: return try restored(try before())
    }
  }

  /// A version that was rolled back is in quarantine until somebody says why it may come again.
  private func promotionAgain() throws(Refusal) -> Command.Action {
    guard let version = entry.fromVersion else { throw gone("it names no version") }
    try require(now.champion == entry.toVersion, "the champion is \(now.champion) now")
    if let quarantine = now.quarantine[version] {
      throw Refusal(
        .quarantined,
        "\(now.model) \(version) is in quarantine since it was rolled back (\(quarantine.reason)): "
          + "release it with a reason, then promote it")
    }
    return .promote(model: now.model, version: version, verification: .required)
  }

  private func before() throws(Refusal) -> DeploymentBefore {
    guard let before = DeploymentBefore(of: entry) else {
      throw Refusal(
        .invalid,
        "row \(entry.sequence) does not say what was before \(entry.action): it is changed by hand")
    }
    return before
  }

  private func restored(_ before: DeploymentBefore) throws(Refusal) -> Command.Action {
    let model = now.model
    switch entry.action {
    case "set-weight":
      guard let present = now.challenger ?? before.challenger, now.challenger != before.challenger
      else { throw gone("the split is as it was before") }
      guard let old = before.challenger else {
        return .setWeight(model: model, version: present.version, weight: 0)
      }
      return .setWeight(
        model: model, version: old.version, weight: old.weight, verification: .required)
    case "set-shadow":
      try require(now.shadow != before.shadow, "the shadow is as it was before")
      return .setShadow(model: model, version: before.shadow)
    case "pin":
      guard let pin = before.pin else {
        try require(now.pin != nil, "nothing is pinned")
        return .unpin(model: model)
      }
      return .pin(model: model, version: pin.version, verification: .required)
    case "unpin":
      guard let pin = before.pin, now.pin == nil else { throw gone("it is pinned again") }
      return .pin(model: model, version: pin.version, verification: .required)
    case "freeze":
      try require(now.freeze != nil, "nothing is frozen")
      return .unfreeze(model: model)
    case "unfreeze":
      guard let freeze = before.freeze, freeze.until > time else {
        throw gone("the freeze would be over by now")
      }
      return .freeze(model: model, until: freeze.until)
    case "limit", "shed": return try limits(before.limits ?? [])
    default:
      throw Refusal(.invalid, "\(entry.action) is nothing that can be taken back")
    }
  }

  /// The one limit in which now and before differ.
  private func limits(_ before: [TrafficLimit]) throws(Refusal) -> Command.Action {
    let isRate = entry.action == "limit"
    func bounds(_ limits: [TrafficLimit]) -> [TrafficLimit.Scope: TrafficLimit.Measure] {
      var found: [TrafficLimit.Scope: TrafficLimit.Measure] = [:]
      for limit in limits {
        if case .rate = limit.measure, isRate { found[limit.scope] = limit.measure }
        if case .shed = limit.measure, !isRate { found[limit.scope] = limit.measure }
      }
      return found
    }
    let (old, present) = (bounds(before), bounds(now.limits ?? []))
    let changed = Set(old.keys).union(present.keys).filter { old[$0] != present[$0] }
    guard let scope = changed.first, changed.count == 1 else {
      throw gone(
        changed.isEmpty
          ? "the limits are as they were before" : "\(changed.count) limits have changed since")
    }
    switch old[scope] {
    case .rate(let rate, let burst):
      return .limit(model: now.model, scope: scope, rate: rate, burst: burst)
    case .shed(let share): return .shed(model: now.model, scope: scope, share: share)
    case nil:
      return isRate
        ? .limit(model: now.model, scope: scope, rate: nil, burst: nil)
        : .shed(model: now.model, scope: scope, share: 0)
    }
  }

  private func require(_ isInForce: Bool, _ reason: String) throws(Refusal) {
    guard isInForce else { throw gone(reason) }
  }

  private func gone(_ reason: String) -> Refusal {
    Refusal(
      .nothingToDo, "\(entry.action) of row \(entry.sequence) is no longer in force: \(reason)")
  }
}

extension ControlPlane {
  /// An `undo` as the command that it comes to; others as they are.
  func resolved(_ command: Command) async throws(Refusal) -> Command {
    guard case .undo(let model, let row) = command.action else { return command }
    guard let deployment = deployments[model] else {
      throw Refusal(.unknownModel, "no model is called \(model)")
    }
    let entries: [AuditEntry]
    do throws(StorageError) {
      entries = try await ledger.entries(AuditQuery(before: row + 1, limit: 1))
    } catch {
      throw Refusal(.auditUnavailable, "the ledger cannot be read: \(error.description)")
    }
    guard let entry = entries.first, entry.sequence == row else {
      throw Refusal(.invalid, "the ledger has no row \(row)")
    }
    var resolved = command
    resolved.action =
      try Undo(entry: entry, now: deployment, time: settings.clock()).action()
    resolved.reason = String("undo of row \(row): \(command.reason)".prefix(1_000))
    // What it comes to was decided on this state.
    resolved.expected = command.expected ?? .init(revision: deployment.revision)
    return resolved
  }
}
