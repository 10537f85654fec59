import Inference

/// How a model's requests wait, which share a run, and whose answers are kept.
extension ConfigurationReader {
  /// `auto`, `off`, or a policy.
  mutating func batching(
    _ value: LocatedValue, owner: String
  ) -> BatchingPolicy.Choice? {
    switch value.content {
    case .scalar("auto", _): return .automatic
    case .scalar(_, .boolean):
      guard let isOn = boolean(value, key: owner) else { return nil }
      return isOn ? .on(BatchingPolicy()) : .off
    case .mapping: break
    default:
      report(
        value.place,
        .wrongType(
          key: owner, expected: "auto, off, or { max_rows: ..., delay_us: ..., preferred: [...] }",
          found: value.found))
      return nil
    }
    let parts = block(value, owner: owner, keys: ["max_rows", "delay_us", "preferred"])
    var policy = BatchingPolicy()
    if let part = parts["max_rows"]?.value,
      let rows = integer(part, key: "\(owner).max_rows", in: 2...65_536)
    {
      policy.maxRows = rows
    }
    if let part = parts["delay_us"]?.value,
      let delay = integer(part, key: "\(owner).delay_us", in: 0...10_000_000)
    {
      policy.delay = .microseconds(delay)
    }
    if let part = parts["preferred"]?.value {
      policy.preferred = sizes(part, key: "\(owner).preferred", limit: policy.maxRows)
    }
    return .on(policy)
  }

  /// One size, or a list of them.
  private mutating func sizes(_ value: LocatedValue, key: String, limit: Int) -> [Int] {
    let items: [LocatedValue]
    if case .list(let list) = value.content { items = list } else { items = [value] }
    var sizes: [Int] = []
    for item in items {
      if let size = integer(item, key: key, in: 1...limit) { sizes.append(size) }
    }
    return sizes
  }

  mutating func queue(_ value: LocatedValue, owner: String) -> QueuePolicy {
    let parts = block(
      value, owner: owner,
      keys: [
        "max_rows", "timeout_ms", "timeout_action", "allow_timeout_override", "priority_levels",
        "default_priority",
      ])
    let levels = parts["priority_levels"]
      .flatMap { integer($0.value, key: "\(owner).priority_levels", in: 1...16) }
    var policy = QueuePolicy(priorityLevels: levels ?? 1)
    if let part = parts["max_rows"]?.value {
      policy.maxRows = integer(part, key: "\(owner).max_rows", in: 1...1_048_576)
    }
    if let part = parts["timeout_ms"]?.value,
      let timeout = number(part, key: "\(owner).timeout_ms", in: 0.001...3_600_000)
    {
      policy.timeout = .microseconds(Int64(timeout * 1_000))
    }
    if let part = parts["timeout_action"]?.value {
      policy.timeoutAction = timeoutAction(part, key: "\(owner).timeout_action")
    }
    if let part = parts["allow_timeout_override"]?.value,
      let allows = boolean(part, key: "\(owner).allow_timeout_override")
    {
      policy.allowsTimeoutOverride = allows
    }
    if let part = parts["default_priority"]?.value,
      let level = integer(
        part, key: "\(owner).default_priority", in: 1...policy.priorityLevels)
    {
      policy.defaultPriority = level
    }
    return policy
  }

  private mutating func timeoutAction(
    _ value: LocatedValue, key: String
  ) -> QueuePolicy.TimeoutAction {
    let expected = "reject or delay"
    guard let text = text(value, key: key, expected: expected) else { return .reject }
    if let action = QueuePolicy.TimeoutAction(rawValue: text) { return action }
    report(value.place, .badForm(key: key, expected: expected, found: value.found))
    return .reject
  }

  /// `off`, or a size.
  mutating func cache(_ value: LocatedValue, key: String) -> Int? {
    let expected = "off or a size such as 64MiB"
    if case .scalar(_, .boolean) = value.content, boolean(value, key: key) == false { return nil }
    guard case .scalar(let text, _) = value.content, let bytes = Self.bytes(text),
      bytes >= 65_536
    else {
      report(value.place, .badForm(key: key, expected: expected, found: value.found))
      return nil
    }
    return Int(bytes)
  }
}
