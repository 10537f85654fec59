import Domain

/// Bounds on a model's traffic that hold from the start: `limits: { rate: 2000, per_client: 200, clients: { batch: 50 } }`.
extension ConfigurationReader {
  mutating func limits(_ value: LocatedValue, owner: String) -> [TrafficLimit] {
    let parts = block(
      value, owner: owner, keys: ["rate", "per_client", "clients", "burst_seconds"])
    var burst = 1.0
    if let part = parts["burst_seconds"]?.value,
      let seconds = number(part, key: "\(owner).burst_seconds", in: 0.001...3_600)
    {
      burst = seconds
    }
    var limits: [TrafficLimit] = []
    if let rate = rate(parts["rate"]?.value, key: "\(owner).rate") {
      limits.append(Self.limit(.all, rate, burst))
    }
    if let rate = rate(parts["per_client"]?.value, key: "\(owner).per_client") {
      limits.append(Self.limit(.eachClient, rate, burst))
    }
    guard let clients = parts["clients"]?.value else { return limits }
    for entry in entries(clients, owner: "\(owner).clients") {
      guard let scope = TrafficLimit.Scope.named(entry.key) else {
        report(
          entry.keyPlace,
          .badForm(
            key: "\(owner).clients",
            expected: "a client's name of \(TrafficLimit.Scope.clientForm)",
            found: ConfigurationProblem.quoted(entry.key)))
        continue
      }
      if let rate = rate(entry.value, key: "\(owner).clients.\(entry.key)") {
        limits.append(Self.limit(scope, rate, burst))
      }
    }
    return limits
  }

  private mutating func rate(_ value: LocatedValue?, key: String) -> Double? {
    value.flatMap { number($0, key: key, in: 0.001...1e9) }
  }

  private static func limit(
    _ scope: TrafficLimit.Scope, _ rate: Double, _ burst: Double
  ) -> TrafficLimit {
    TrafficLimit(
      scope: scope, measure: .rate(perSecond: rate, burst: max(1, rate * burst)),
      since: Timestamp(seconds: 0), by: "the configuration", reason: "")
  }
}
