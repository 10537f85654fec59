package import Domain

/// What a command would make of a deployment: computed from values alone, before anything is touched.
package struct DeploymentChange: Equatable, Sendable {
  package var next: Deployment
  /// The version that traffic leaves and the one it goes to, where it moves.
  package var from: String?
  package var to: String?
  /// One line for a person, as the timeline shows it.
  package var summary: String

  /// Whether another version answers what no challenger does.
  var movesTraffic: Bool { from != nil && to == next.answering && from != to }
}

extension Command.Action {
  /// Traffic leaves a version because something is wrong with it: whether that helped is watched.
  var isRescue: Bool {
    switch self {
    case .rollBack, .pin: true
    default: false
    }
  }

  /// Whose requests a limit is to bound; nil for other acts, and where it is lifted.
  var limitedScope: TrafficLimit.Scope? {
    if case .limit(_, let scope, .some, _) = self { scope } else { nil }
  }

  /// Whether it lets through less than the limit of the same clients that was in force, or was none.
  func tightens(_ limits: [TrafficLimit]) -> Bool {
    guard case .limit(_, let scope, let rate?, _) = self else { return false }
    return !limits.contains { limit in
      guard limit.scope == scope, case .rate(let before, _) = limit.measure else { return false }
      return before <= rate
    }
  }
}

/// The rules of acting on a model's deployment: which wish is granted, and what the state is afterwards.
///
/// Pure: the same command on the same state at the same time gives the same answer, whoever asks from wherever.
package struct DeploymentDecision: Sendable {
  package var deployment: Deployment
  /// The model's versions that are in the repository, by name.
  package var versions: [String: VersionFacts]
  package var now: Timestamp
  /// Name of who asks; it stands in quarantines and freezes.
  package var principal: String
  package var reason: String

  package init(
    deployment: Deployment, versions: [String: VersionFacts], now: Timestamp, principal: String,
    reason: String
  ) {
    self.deployment = deployment
    self.versions = versions
    self.now = now
    self.principal = principal
    self.reason = reason
  }

  package struct VersionFacts: Equatable, Sendable {
    package var isReady: Bool
    /// Hexadecimal; empty when the file could not be read.
    package var sha256: String

    package init(isReady: Bool, sha256: String) {
      self.isReady = isReady
      self.sha256 = sha256
    }
  }

  /// - Returns: the state after `action`, one revision on.
  package func change(for action: Command.Action) throws(Refusal) -> DeploymentChange {
    var change =
      switch action {
      case .rollBack: try rollBack()
      case .promote(_, let version, _): try promote(version)
      case .setWeight(_, let version, let weight, _): try setWeight(weight, of: version)
      case .setShadow(_, let version): try setShadow(version)
      case .freeze(_, let until): try freeze(until: until)
      case .unfreeze: try unfreeze()
      case .release(_, let version): try release(version)
      case .pin(_, let version, _): try pin(version)
      case .unpin: try unpin()
      case .limit(_, let scope, let rate, let burst): try limit(scope, rate: rate, burst: burst)
      case .shed(_, let scope, let share): try shed(scope, share)
      case .load, .unload, .eject, .acknowledge, .unacknowledge, .silence, .expireSilence,
        .testPage, .openIncident, .closeIncident, .note, .tickStep, .undo, .stop:
        throw Refusal(.invalid, "\(action.name) changes no deployment")
      }
    change.next.revision += 1
    return change
  }

  /// Refuses when the state is no longer what the sender saw.
  ///
  /// - Parameter target: the version that the command would bring in, if any.
  package func check(_ expected: Command.Expectation?, target: String?) throws(Refusal) {
    guard let expected else { return }
    if let champion = expected.champion, champion != deployment.champion {
      throw moved("the champion is \(deployment.champion), not \(champion)")
    }
    if let prefix = expected.championSHA256 {
      try check(prefix, of: deployment.champion, role: "champion")
    }
    if let prefix = expected.targetSHA256, let target {
      try check(prefix, of: target, role: "target")
    }
    if let revision = expected.revision, revision != deployment.revision {
      throw moved(
        "its deployment is at revision \(deployment.revision), the command was made at \(revision)")
    }
  }

  private func check(_ prefix: String, of version: String, role: String) throws(Refusal) {
    guard prefix.count >= 8, prefix.allSatisfy(\.isHexDigit) else {
      throw Refusal(
        .invalid, "an expected SHA-256 is at least 8 hexadecimal digits, found \"\(prefix)\"")
    }
    let actual = versions[version]?.sha256 ?? ""
    guard actual.hasPrefix(prefix.lowercased()) else {
      let found = actual.isEmpty ? "no readable file" : String(actual.prefix(12))
      throw moved("the \(role)'s file has SHA-256 \(found), expected \(prefix)")
    }
  }

  private func moved(_ what: String) -> Refusal {
    Refusal(
      .stateMoved,
      "\(deployment.model) changed meanwhile: \(what); look again and repeat the command")
  }

  private func rollBack() throws(Refusal) -> DeploymentChange {
    let model = deployment.model
    guard let target = deployment.rollbackTarget else {
      throw Refusal(
        .noRollbackTarget,
        "\(model) \(deployment.champion) has no former champion to go back to that was not itself "
          + "rolled back; promote another version instead")
    }
    try requireReady(target)
    var next = deployment
    endTerm(of: &next, ending: .rolledBack)
    next.quarantine[deployment.champion] = .init(since: now, by: principal, reason: reason)
    next.champion = target
    clearRoles(of: target, in: &next)
    // A rescue has an effect, whatever was pinned before.
    next.pin = nil
    return DeploymentChange(
      next: next, from: deployment.answering, to: target,
      summary: "\(model) rolled back from \(deployment.champion) to \(target)")
  }

  private func promote(_ version: String) throws(Refusal) -> DeploymentChange {
    try requireKnown(version)
    guard version != deployment.champion else {
      throw Refusal(.nothingToDo, "\(deployment.model) \(version) is the champion already")
    }
    try requireNoFreeze()
    try requireNoPin()
    try requireNoQuarantine(version)
    try requireReady(version)
    var next = deployment
    endTerm(of: &next, ending: .replaced)
    next.champion = version
    clearRoles(of: version, in: &next)
    return DeploymentChange(
      next: next, from: deployment.champion, to: version,
      summary: "\(deployment.model) \(version) promoted (was \(deployment.champion))")
  }

  private func setWeight(_ weight: Double, of version: String) throws(Refusal) -> DeploymentChange {
    try requireKnown(version)
    guard weight >= 0, weight <= 1 else {
      throw Refusal(.invalid, "a weight is a share from 0 through 1, found \(weight)")
    }
    guard version != deployment.champion else {
      throw Refusal(
        .invalid,
        "\(version) is the champion: its share is what the challenger leaves; "
          + "set the challenger's weight")
    }
    // Of the split itself: a pin is above it.
    let present = deployment.challenger.flatMap { $0.version == version ? $0.weight : nil } ?? 0
    guard deployment.challenger != .init(version: version, weight: weight),
      deployment.challenger?.version == version || weight > 0
    else {
      throw Refusal(
        .nothingToDo, "\(deployment.model) \(version) has \(percent(present)) already")
    }
    if weight > present {
      try requireNoFreeze()
      try requireNoPin()
      try requireNoQuarantine(version)
      try requireReady(version)
    }
    var next = deployment
    next.challenger = .init(version: version, weight: weight)
    if next.shadow == version { next.shadow = nil }
    return DeploymentChange(
      next: next, from: nil, to: version,
      summary:
        "\(deployment.model) \(version) gets \(percent(weight)) (had \(percent(present)))")
  }

  private func setShadow(_ version: String?) throws(Refusal) -> DeploymentChange {
    guard version != deployment.shadow else {
      throw Refusal(
        .nothingToDo,
        version.map { "\($0) is the shadow already" } ?? "\(deployment.model) has no shadow")
    }
    var next = deployment
    next.shadow = version
    guard let version else {
      return DeploymentChange(
        next: next, from: deployment.shadow, to: nil,
        summary: "\(deployment.model) \(deployment.shadow ?? "") is the shadow no longer")
    }
    try requireKnown(version)
    guard deployment.variant(of: version) == nil else {
      throw Refusal(
        .invalid, "\(version) answers traffic already; a shadow is a version that does not")
    }
    try requireReady(version)
    return DeploymentChange(
      next: next, from: nil, to: version,
      summary: "\(deployment.model) \(version) is the shadow: it gets copies")
  }

  private func freeze(until: Timestamp) throws(Refusal) -> DeploymentChange {
    guard until > now else {
      throw Refusal(.invalid, "a freeze ends in the future; the time given has passed")
    }
    var next = deployment
    next.freeze = .init(until: until, by: principal, reason: reason)
    return DeploymentChange(
      next: next, summary: "\(deployment.model) frozen: no promotions until \(iso8601(until))")
  }

  private func unfreeze() throws(Refusal) -> DeploymentChange {
    guard deployment.activeFreeze(at: now) != nil else {
      throw Refusal(.nothingToDo, "\(deployment.model) is not frozen")
    }
    var next = deployment
    next.freeze = nil
    return DeploymentChange(next: next, summary: "\(deployment.model) thawed: promotions are free")
  }

  private func release(_ version: String) throws(Refusal) -> DeploymentChange {
    guard deployment.quarantine[version] != nil else {
      throw Refusal(.nothingToDo, "\(deployment.model) \(version) is not in quarantine")
    }
    var next = deployment
    next.quarantine[version] = nil
    return DeploymentChange(
      next: next, to: version,
      summary: "\(deployment.model) \(version) released from quarantine")
  }

  private func endTerm(of next: inout Deployment, ending: Deployment.ChampionTerm.Ending) {
    next.formerChampions.append(
      .init(
        version: deployment.champion, since: deployment.championSince, until: now, ending: ending))
    // The ledger has them all; the deployment keeps what a rollback could need.
    if next.formerChampions.count > 64 { next.formerChampions.removeFirst() }
    next.championSince = now
  }

  /// A champion is neither challenger nor shadow beside itself.
  private func clearRoles(of version: String, in next: inout Deployment) {
    if next.challenger?.version == version { next.challenger = nil }
    if next.shadow == version { next.shadow = nil }
  }

  func requireKnown(_ version: String) throws(Refusal) {
    guard versions[version] == nil else { return }
    let known = versions.keys.sorted(by: ModelVersion.isOrdered).joined(separator: ", ")
    throw Refusal(
      .unknownVersion,
      "\(deployment.model) has no version \(version) in the repository; it has \(known)")
  }

  func requireReady(_ version: String) throws(Refusal) {
    try requireKnown(version)
    guard versions[version]?.isReady == true else {
      throw Refusal(
        .notLoaded, "\(deployment.model) \(version) is not loaded; its state says why")
    }
  }

  private func requireNoFreeze() throws(Refusal) {
    guard let freeze = deployment.activeFreeze(at: now) else { return }
    throw Refusal(
      .frozen,
      "\(deployment.model) is frozen until \(iso8601(freeze.until)) by \(freeze.by): "
        + "\(freeze.reason); unfreeze it first")
  }

  func requireNoQuarantine(_ version: String) throws(Refusal) {
    guard let quarantine = deployment.quarantine[version] else { return }
    throw Refusal(
      .quarantined,
      "\(deployment.model) \(version) was rolled back at \(iso8601(quarantine.since)) by "
        + "\(quarantine.by): \(quarantine.reason); release it first, with a reason")
  }
}
