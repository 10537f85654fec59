import Inference
import OnnxRuntime

/// How models are loaded and run.
extension ConfigurationReader {
  static let runningKeys = [
    "threads", "providers", "provider_fallback", "batching", "queue", "cache", "limits",
  ]

  mutating func engine(
    from value: (Setting) -> LocatedValue?
  ) -> EngineConfiguration {
    var engine = EngineConfiguration()
    if let part = value(.loadCheck) { loadCheck(part, into: &engine) }
    if let part = value(.providers) { engine.providers = providers(part, key: "providers") ?? [] }
    engine.fallsBack =
      value(.providerFallback).flatMap { boolean($0, key: "provider_fallback") } ?? false
    if let part = value(.modelMemory) { engine.modelMemory = modelMemory(part) ?? .half }
    if let part = value(.maxAnswer), let bytes = maxAnswer(part) { engine.maxAnswer = bytes }
    return engine
  }

  mutating func running(
    _ parts: [String: LocatedValue.Entry], owner: String
  ) -> ModelRunning {
    var running = ModelRunning()
    if let part = parts["threads"]?.value {
      running.threads = integer(part, key: "\(owner).threads", in: 1...256)
    }
    if let part = parts["providers"]?.value {
      running.providers = providers(part, key: "\(owner).providers")
    }
    if let part = parts["provider_fallback"]?.value {
      running.fallsBack = boolean(part, key: "\(owner).provider_fallback")
    }
    if let part = parts["batching"]?.value {
      running.batching = batching(part, owner: "\(owner).batching") ?? .automatic
    }
    if let part = parts["queue"]?.value {
      running.queue = queue(part, owner: "\(owner).queue")
    }
    if let part = parts["limits"]?.value {
      running.limits = limits(part, owner: "\(owner).limits")
    }
    if let part = parts["cache"]?.value {
      running.cacheBytes = cache(part, key: "\(owner).cache")
    }
    return running
  }

  /// `off`, or what to change of it.
  private mutating func loadCheck(_ value: LocatedValue, into engine: inout EngineConfiguration) {
    if case .scalar(_, .boolean) = value.content {
      if boolean(value, key: "load_check") == false { engine.loadCheck = nil }
      return
    }
    let parts = block(value, owner: "load_check", keys: ["memory_mb", "seconds", "nan"])
    if let part = parts["memory_mb"]?.value,
      let memory = integer(part, key: "load_check.memory_mb", in: 16...1_048_576)
    {
      engine.loadCheck?.memory = memory
    }
    if let part = parts["seconds"]?.value,
      let seconds = integer(part, key: "load_check.seconds", in: 1...3_600)
    {
      engine.loadCheck?.seconds = seconds
    }
    guard let part = parts["nan"]?.value else { return }
    let expected = "refuse or warn"
    switch text(part, key: "load_check.nan", expected: expected) {
    case "refuse"?: engine.refusesNaN = true
    case "warn"?: engine.refusesNaN = false
    case nil: break
    default:
      report(
        part.place, .badForm(key: "load_check.nan", expected: expected, found: part.found))
    }
  }

  /// A list of names; one name may stand alone.
  private mutating func providers(_ value: LocatedValue, key: String) -> [String]? {
    let items: [LocatedValue]
    if case .list(let list) = value.content { items = list } else { items = [value] }
    let expected = "one of " + ExecutionProviders.known.joined(separator: ", ")
    var names: [String] = []
    for item in items {
      guard let name = text(item, key: key, expected: expected) else { continue }
      if ExecutionProviders.known.contains(name.lowercased()) {
        names.append(name.lowercased())
      } else {
        report(item.place, .badForm(key: key, expected: expected, found: item.found))
      }
    }
    return names
  }

  /// `2GiB`, `800MB`, or `unlimited`.
  private mutating func modelMemory(_ value: LocatedValue) -> EngineConfiguration.ModelMemory? {
    let expected = "a size such as 2GiB or 800MB, or unlimited"
    guard let text = text(value, key: "model_memory", expected: expected) else { return nil }
    if text == "unlimited" { return .unlimited }
    guard let bytes = Self.bytes(text), bytes >= 1 << 20 else {
      report(value.place, .badForm(key: "model_memory", expected: expected, found: value.found))
      return nil
    }
    return .bytes(bytes)
  }

  /// From 1KiB to 1GiB: a message of HTTP is built in one piece, and there are several at a time.
  private mutating func maxAnswer(_ value: LocatedValue) -> Int? {
    let expected = "a size from 1KiB to 1GiB, such as 256MiB"
    guard let text = text(value, key: "max_answer", expected: expected) else { return nil }
    guard let bytes = Self.bytes(text), (1 << 10...1 << 30).contains(bytes) else {
      report(value.place, .badForm(key: "max_answer", expected: expected, found: value.found))
      return nil
    }
    return Int(bytes)
  }

  /// A number with its unit; nil for anything else.
  static func bytes(_ text: String) -> Int64? {
    let units: [(String, Double)] = [
      ("KiB", 0x1p10), ("MiB", 0x1p20), ("GiB", 0x1p30), ("TiB", 0x1p40), ("KB", 1e3),
      ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
    ]
    for (unit, factor) in units where text.hasSuffix(unit) {
      let digits = text.dropLast(unit.count)
      guard let number = Double(digits.last == " " ? digits.dropLast() : digits), number > 0,
        number * factor < 0x1p62
      else { return nil }
      return Int64(number * factor)
    }
    return nil
  }
}
