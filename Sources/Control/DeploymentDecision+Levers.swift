import Domain

/// The levers beside the split: one version for everything, and bounds on the traffic.
extension DeploymentDecision {
  func pin(_ version: String) throws(Refusal) -> DeploymentChange {
    try requireKnown(version)
    guard deployment.pin?.version != version else {
      throw Refusal(.nothingToDo, "\(deployment.model) is pinned to \(version) already")
    }
    try requireNoQuarantine(version)
    try requireReady(version)
    var next = deployment
    next.pin = .init(version: version, since: now, by: principal, reason: reason)
    return DeploymentChange(
      next: next, from: deployment.answering, to: version,
      summary: "\(deployment.model) pinned to \(version): it answers everything")
  }

  func unpin() throws(Refusal) -> DeploymentChange {
    guard let pin = deployment.pin else {
      throw Refusal(.nothingToDo, "\(deployment.model) is not pinned")
    }
    try requireReady(deployment.champion)
    var next = deployment
    next.pin = nil
    return DeploymentChange(
      next: next, from: pin.version, to: deployment.champion,
      summary: "\(deployment.model) no longer pinned to \(pin.version): the split decides again")
  }

  /// A promotion or a share that nobody would see come into force is refused, not kept for later.
  func requireNoPin() throws(Refusal) {
    guard let pin = deployment.pin else { return }
    throw Refusal(
      .pinned,
      "\(deployment.model) is pinned to \(pin.version) since \(iso8601(pin.since)) by \(pin.by): "
        + "\(pin.reason); lift the pin first")
  }

  func limit(
    _ scope: TrafficLimit.Scope, rate: Double?, burst: Double?
  ) throws(Refusal) -> DeploymentChange {
    guard let rate else { return try lift(.rate(perSecond: 0, burst: 0), of: scope) }
    guard rate.isFinite, rate > 0, rate <= 1e9 else {
      throw Refusal(
        .invalid,
        "a rate is above 0 requests/s and at most 1e9, found \(rate); to refuse all, shed 100 %")
    }
    let burst = burst ?? max(1, rate)
    guard burst.isFinite, burst >= 1, burst <= 1e9 else {
      throw Refusal(.invalid, "a burst is from 1 to 1e9 requests, found \(burst)")
    }
    return try bound(scope, .rate(perSecond: rate, burst: burst))
  }

  func shed(_ scope: TrafficLimit.Scope, _ share: Double) throws(Refusal) -> DeploymentChange {
    guard share.isFinite, (0...1).contains(share) else {
      throw Refusal(.invalid, "a share is from 0 through 1, found \(share)")
    }
    guard share > 0 else { return try lift(.shed(share: 0), of: scope) }
    return try bound(scope, .shed(share: share))
  }

  private func bound(
    _ scope: TrafficLimit.Scope, _ measure: TrafficLimit.Measure
  ) throws(Refusal) -> DeploymentChange {
    if case .client(let name) = scope, TrafficLimit.Scope.named(name) == nil {
      throw Refusal(
        .invalid, "a client's name is \(TrafficLimit.Scope.clientForm), found \"\(name)\"")
    }
    let kept = others(scope, measure)
    guard kept.count < Self.limitsMax else {
      throw Refusal(
        .invalid, "\(deployment.model) has \(kept.count) limits already; lift one first")
    }
    let limit = TrafficLimit(
      scope: scope, measure: measure, since: now, by: principal, reason: reason)
    guard deployment.limits?.contains(where: { $0.scope == scope && $0.measure == measure }) != true
    else { throw Refusal(.nothingToDo, "\(deployment.model): \(limit.words) already") }
    var next = deployment
    next.limits = kept + [limit]
    return DeploymentChange(next: next, summary: "\(deployment.model): \(limit.words)")
  }

  private func lift(
    _ kind: TrafficLimit.Measure, of scope: TrafficLimit.Scope
  ) throws(Refusal) -> DeploymentChange {
    let present = deployment.limits ?? []
    guard let old = present.first(where: { $0.scope == scope && $0.measure.isSameKind(as: kind) })
    else {
      throw Refusal(.nothingToDo, "\(deployment.model) has no such limit for \(scope.words)")
    }
    let kept = others(scope, kind)
    var next = deployment
    next.limits = kept.isEmpty ? nil : kept
    return DeploymentChange(next: next, summary: "\(deployment.model): no longer \(old.words)")
  }

  private func others(
    _ scope: TrafficLimit.Scope, _ kind: TrafficLimit.Measure
  ) -> [TrafficLimit] {
    (deployment.limits ?? []).filter { $0.scope != scope || !$0.measure.isSameKind(as: kind) }
  }

  private static let limitsMax = 64
}
