import Domain

/// The `models` block.
extension ConfigurationReader {
  private static let modelKeys = [
    "champion", "challenger", "shadow", "routing_key", "slo", "remotes",
  ]

  mutating func models(_ value: LocatedValue) -> [ModelConfiguration] {
    var models: [ModelConfiguration] = []
    for entry in entries(value, owner: "models") {
      guard Self.isName(entry.key) else {
        report(
          entry.keyPlace,
          .badForm(
            key: "models", expected: "a model's name of letters, digits, . - and _",
            found: ConfigurationProblem.quoted(entry.key)))
        continue
      }
      if let model = model(entry) { models.append(model) }
    }
    return models
  }

  private mutating func model(_ entry: LocatedValue.Entry) -> ModelConfiguration? {
    let owner = "models.\(entry.key)"
    guard case .mapping = entry.value.content else {
      _ = entries(entry.value, owner: owner)
      return nil
    }
    let parts = block(
      entry.value, owner: owner, keys: Self.modelKeys + Self.runningKeys + Self.watchingKeys)
    let champion = required("champion", of: entry, in: parts, owner: owner)
      .flatMap { version($0.value, key: "\(owner).champion") }
    var model = ModelConfiguration(name: entry.key, champion: champion ?? "")
    if let part = parts["challenger"] {
      model.challenger = challenger(part, owner: "\(owner).challenger", champion: champion)
    }
    if let part = parts["shadow"], let shadow = version(part.value, key: "\(owner).shadow") {
      if shadow == champion {
        report(part.value.place, .sameVersion(key: "\(owner).shadow", version: shadow))
      }
      model.shadow = shadow
    }
    if let part = parts["routing_key"],
      let key = routingKey(part.value, key: "\(owner).routing_key")
    {
      model.routingKey = key
    }
    if let part = parts["slo"] { model.objective = objective(part.value, owner: "\(owner).slo") }
    model.running = running(parts, owner: owner)
    model.capture = capture(parts, owner: owner)
    if let part = parts["remotes"] {
      model.remotes = remotes(part.value, owner: "\(owner).remotes")
    }
    return champion == nil ? nil : model
  }

  private mutating func challenger(
    _ entry: LocatedValue.Entry, owner: String, champion: String?
  ) -> Deployment.Challenger? {
    guard case .mapping = entry.value.content else {
      report(
        entry.value.place,
        .wrongType(
          key: owner, expected: "{ version: ..., weight: ... }", found: entry.value.found))
      return nil
    }
    let parts = block(entry.value, owner: owner, keys: ["version", "weight"])
    let version = required("version", of: entry, in: parts, owner: owner)
      .flatMap { self.version($0.value, key: "\(owner).version") }
    let weight = required("weight", of: entry, in: parts, owner: owner)
      .flatMap { number($0.value, key: "\(owner).weight", in: 0...1) }
    if let version, version == champion, let place = parts["version"]?.value.place {
      report(place, .sameVersion(key: "\(owner).version", version: version))
    }
    guard let version, let weight else { return nil }
    return Deployment.Challenger(version: version, weight: weight)
  }

  private mutating func objective(_ value: LocatedValue, owner: String) -> ServiceObjective {
    let parts = block(
      value, owner: owner, keys: ["availability", "latency_ms", "latency_objective"])
    var objective = ServiceObjective(
      availability: 0.999, latency: 50_000, latencyObjective: 0.99)
    if let part = parts["availability"]?.value,
      let share = share(part, key: "\(owner).availability")
    {
      objective.availability = share
    }
    if let part = parts["latency_ms"]?.value,
      let milliseconds = number(part, key: "\(owner).latency_ms", in: 0.001...3_600_000)
    {
      objective.latency = milliseconds * 1_000
    }
    if let part = parts["latency_objective"]?.value,
      let share = share(part, key: "\(owner).latency_objective")
    {
      objective.latencyObjective = share
    }
    return objective
  }

  /// An objective of 1 leaves no budget, and percent instead of a share is the usual slip.
  private mutating func share(_ value: LocatedValue, key: String) -> Double? {
    guard let share = number(value, key: key, in: 0...100) else { return nil }
    guard share > 0, share < 1 else {
      report(
        value.place,
        .outOfRange(
          key: key, expected: "a share above 0 and below 1, as 0.999", found: value.found))
      return nil
    }
    return share
  }

  private mutating func routingKey(_ value: LocatedValue, key: String) -> RoutingKey? {
    let expected = "request_id or header:NAME"
    guard let text = text(value, key: key, expected: expected) else { return nil }
    if text == "request_id" { return .requestID }
    let name = text.dropFirst("header:".count)
    guard text.hasPrefix("header:"), !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte) else {
      report(value.place, .badForm(key: key, expected: expected, found: value.found))
      return nil
    }
    return .header(String(name))
  }

  /// A version, written as a number or as text; `1.10` stays `1.10`.
  mutating func version(_ value: LocatedValue, key: String) -> String? {
    switch value.content {
    case .scalar(let text, .text), .scalar(let text, .integer), .scalar(let text, .number):
      if Self.isName(text) { return text }
      report(
        value.place,
        .badForm(key: key, expected: "a version such as \"2\"", found: value.found))
    default:
      report(
        value.place,
        .wrongType(key: key, expected: "a version such as \"2\"", found: value.found))
    }
    return nil
  }

  mutating func required(
    _ key: String, of entry: LocatedValue.Entry, in parts: [String: LocatedValue.Entry],
    owner: String
  ) -> LocatedValue.Entry? {
    if parts[key] == nil { report(entry.keyPlace, .missingKey(key, in: owner)) }
    return parts[key]
  }

  /// Whether it can be the name of a folder in the model repository.
  static func isName(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count) && !text.hasPrefix(".")
      && text.utf8.allSatisfy { byte in
        isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
          || byte == UInt8(ascii: "_")
      }
  }

  /// Source: RFC 9110, section 5.6.2.
  static func isTokenByte(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}
