import Domain

/// Who answers what, at one moment. It is never changed, only replaced whole: a request reads one of them.
final class RoutingTable: Sendable {
  let models: [String: ModelRoute]

  init(models: [String: ModelRoute] = [:]) { self.models = models }

  func with(_ route: ModelRoute) -> RoutingTable {
    var models = models
    models[route.name] = route
    return RoutingTable(models: models)
  }
}

/// One model's part of the table.
final class ModelRoute: Sendable {
  let name: String
  /// In the repository, in the order of the versions.
  let files: [ModelFile]
  let slots: [String: LoadedSlot]
  let split: TrafficSplit?
  /// What a deployment keeps in memory, the rollback target among them.
  let pinned: Set<String>
  let recent: RecentRequests
  /// Nil: nothing is limited.
  let gate: TrafficGate?
  let refusals: RefusalCounts
  /// Of the split, what each request asks for: to copy all of it for that costs more than the rest of the way. No revision
  /// where there is no split, and no weight without a challenger.
  let revision: Int64?
  private let weight: Double
  /// The split's versions where they are loaded.
  let champion: LoadedSlot?
  let challenger: LoadedSlot?
  let shadow: LoadedSlot?

  init(
    name: String, files: [ModelFile], slots: [String: LoadedSlot], split: TrafficSplit?,
    pinned: Set<String> = [], recent: RecentRequests, gate: TrafficGate? = nil,
    refusals: RefusalCounts = RefusalCounts()
  ) {
    self.name = name
    self.files = files
    self.slots = slots
    self.split = split
    self.pinned = pinned
    self.recent = recent
    self.gate = gate
    self.refusals = refusals
    revision = split?.revision
    weight = split?.challenger?.weight ?? 0
    champion = split.flatMap { slots[$0.champion] }
    challenger = split?.challenger.flatMap { slots[$0.version] }
    shadow = split?.shadow.flatMap { slots[$0] }
  }

  func with(
    files: [ModelFile]? = nil, slots: [String: LoadedSlot]? = nil, split: TrafficSplit? = nil,
    pinned: Set<String>? = nil
  ) -> ModelRoute {
    ModelRoute(
      name: name, files: files ?? self.files, slots: slots ?? self.slots,
      split: split ?? self.split, pinned: pinned ?? self.pinned, recent: recent, gate: gate,
      refusals: refusals)
  }

  /// Buckets go on as they are where the limits do.
  func with(limits: [TrafficLimit]) -> ModelRoute {
    guard limits != gate?.limits ?? [] else { return self }
    return ModelRoute(
      name: name, files: files, slots: slots, split: split, pinned: pinned, recent: recent,
      gate: limits.isEmpty ? nil : TrafficGate(model: name, limits: limits), refusals: refusals)
  }

  /// Names of all versions, in the repository or in memory, in order.
  var versions: [String] {
    Set(files.map(\.version.version)).union(slots.keys).sorted(by: ModelVersion.isOrdered)
  }

  /// Names of the versions in memory, in order.
  var loadedVersions: [String] { slots.keys.sorted(by: ModelVersion.isOrdered) }

  func file(_ version: String) -> ModelFile? { files.first { $0.version.version == version } }

  /// The version that a request would have met before the present one came: of a challenger the champion.
  func before(_ variant: Variant) -> LoadedSlot? {
    switch variant {
    case .challenger: champion
    case .champion: split?.predecessor.flatMap { slots[$0] }
    case .direct, .shadow: nil
    }
  }

  /// Whether a version must stay in memory.
  func isPinned(_ version: String) -> Bool {
    pinned.contains(version) || serving.contains(version) || split?.shadow == version
      || split?.challenger?.version == version
  }

  /// The versions that answer traffic: not the shadow, nor a challenger without a share.
  var serving: Set<String> {
    guard let split else { return [] }
    var serving: Set = [split.champion]
    if let challenger = split.challenger, challenger.weight > 0 {
      serving.insert(challenger.version)
    }
    return serving
  }

  /// Whether one of two versions between which the traffic is split is not in memory, so that who answers does not go by the split.
  var isSplitBroken: Bool {
    weight > 0 && weight < 1 && (champion == nil || challenger == nil)
  }

  /// What keeps a split from coming into force.
  func firstNotLoaded(of next: TrafficSplit) -> String? {
    var wanted = [next.champion]
    if let challenger = next.challenger?.version, challenger != split?.challenger?.version {
      wanted.append(challenger)
    }
    if let shadow = next.shadow, shadow != split?.shadow { wanted.append(shadow) }
    return wanted.first { slots[$0] == nil }
  }

  /// The version that answers at this position of the split; the champion where the challenger is not loaded.
  ///
  /// - Parameter position: asked for only where the split needs it.
  func route(at position: () -> Double) -> (slot: LoadedSlot?, variant: Variant)? {
    guard revision != nil else { return nil }
    guard weight > 0, let challenger else { return (champion, .champion) }
    if weight >= 1 { return (challenger, .challenger) }
    switch split?.route(at: position()).variant {
    case .challenger: return (challenger, .challenger)
    default: return (champion, .champion)
    }
  }
}
