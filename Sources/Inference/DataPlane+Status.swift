package import Domain
package import InferenceProtocol
import Synchronization

extension DataPlane {
  /// Names of all models, in the repository or in memory, in order.
  package var models: [String] { routes.models.keys.sorted() }

  /// All versions of a model, in order; empty for an unknown model.
  package func versions(of model: String) -> [String] { routes.models[model]?.versions ?? [] }

  package func status(of version: ModelVersion) -> VersionStatus {
    let route = routes.models[version.model]
    if let slot = route?.slots[version.version] {
      var status = VersionStatus(
        state: .ready, sha256: slot.engine.sha256, fileBytes: slot.file.byteCount,
        loadedAt: slot.loadedAt, queueDepth: slot.engine.queueDepth,
        execution: slot.engine.execution, executionFigures: slot.engine.executionFigures,
        shadowDropped: slot.shadowDropped.load(ordering: .relaxed), inFlight: slot.inFlight,
        memoryBytes: slot.memoryBytes, warnings: warnings(slot, route?.champion))
      status.upstreams = slot.file.isRemote ? slot.engine.upstreams : nil
      return status
    }
    let file = route?.file(version.version)
    let state = loading.withLock { states -> VersionSnapshot.State in
      if states.underWay[version] != nil, !states.triedAgain.contains(version) { return .loading }
      return states.failures[version].map { .failed(reason: $0.description) } ?? .unloaded
    }
    var status = VersionStatus(
      state: state, sha256: file?.sha256 ?? "", fileBytes: file?.byteCount ?? 0)
    status.upstreams = file?.isRemote == true ? [] : nil
    return status
  }

  /// What a loaded version takes and gives; nil for one that is not.
  package func signature(of version: ModelVersion) -> ModelSignature? {
    routes.models[version.model]?.slots[version.version]?.engine.signature
  }

  /// Threads of their own that loaded versions have, by version; none for those that run inline or elsewhere.
  package var laneFigures: [ModelVersion: Saturation.Lanes] {
    var figures: [ModelVersion: Saturation.Lanes] = [:]
    for slot in routes.models.values.flatMap(\.slots.values) {
      guard let lanes = slot.engine.laneFigures, lanes != Saturation.Lanes() else { continue }
      figures[slot.version] = lanes
    }
    return figures
  }

  /// The engine's own, and how its signature differs from that of the version that it might replace.
  func warnings(_ slot: LoadedSlot, _ champion: LoadedSlot?) -> [String] {
    guard let champion, champion !== slot,
      let difference = slot.engine.signature.difference(from: champion.engine.signature)
    else { return slot.engine.warnings }
    return slot.engine.warnings
      + ["its signature is unlike the champion's, \(champion.version.version): \(difference)"]
  }

  /// With the reason why it is not in memory.
  func notLoaded(_ version: ModelVersion) -> InferenceError {
    .notLoaded(version, absence(of: version))
  }

  private func absence(of version: ModelVersion) -> InferenceError.Absence {
    let known = loading.withLock { $0.absence(of: version, returns: settings.loadsOnDemand) }
    // While the server starts, a model without a split is one whose deployment is still to be read.
    let route = routes.models[version.model]
    let isToCome =
      !hasStarted && (route?.isPinned(version.version) == true || route?.revision == nil)
    return known ?? (isToCome ? .loading : .neverLoaded)
  }

  /// Who took a version out of memory, and how it comes back; nil where nobody did, or where it is there again.
  package func takenOut(_ version: ModelVersion) -> String? {
    guard routes.models[version.model]?.slots[version.version] == nil else { return nil }
    let absence = absence(of: version)
    guard case .unloaded = absence else { return nil }
    return absence.words(version)
  }

  /// Why requests would not be answered, for a version in memory or the model's champion; nil: they would.
  package func outage(model: String, version: String?) -> String? {
    guard isAdmitting else { return InferenceError.stopping.description }
    guard let slot = try? loaded(model, version).slot else { return nil }
    return slot.engine.outage
  }

  /// Whether requests would be answered: by the named version, or by the model's champion.
  package func isReady(model: String, version: String?) -> Bool {
    guard isAdmitting, let route = routes.models[model] else { return false }
    let slot = if let version { route.slots[version] } else { route.champion }
    return slot.map { $0.engine.outage == nil } ?? false
  }

  /// Whether the server takes traffic: it is not stopping, all its models have been brought up, and the champion of each
  /// that serves is in memory, or has a server elsewhere that is well.
  ///
  /// A champion that a person took out is no reason against it: the other models serve as before, and a balancer that
  /// reads this would take them from their clients, too. The model's own readiness tells.
  ///
  /// Source: Triton's `--strict-readiness`, by which a model that is not ready "due to unload" counts as well.
  package var isReady: Bool {
    let routes = routes.models.values
    let keptOut = loading.withLock { $0.keptOut }
    return isAdmitting && hasStarted && (routes.isEmpty || routes.contains { $0.split != nil })
      && routes.allSatisfy { route in
        guard let champion = route.split?.champion else { return true }
        return route.champion.map { $0.engine.outage == nil }
          ?? keptOut.contains(ModelVersion(model: route.name, version: champion))
      }
  }

  /// - Throws: `unknownModel`, `unknownVersion`; `notLoaded` or `noDeployment` when no signature is known.
  package func metadata(model: String, version: String?) throws(InferenceError) -> ModelMetadata {
    let (route, slot) = try loaded(model, version)
    let signature = slot.engine.signature
    return ModelMetadata(
      name: model, versions: version.map { [$0] } ?? route.loadedVersions,
      platform: slot.engine.platform, inputs: signature.allInputs, outputs: signature.outputs)
  }

  /// The version that is named, else the champion; in memory.
  func loaded(
    _ model: String, _ version: String?
  ) throws(InferenceError) -> (route: ModelRoute, slot: LoadedSlot) {
    guard let route = routes.models[model] else { throw .unknownModel(model) }
    guard let name = version ?? route.split?.champion else { throw .noDeployment(model) }
    if let slot = route.slots[name] { return (route, slot) }
    let wanted = ModelVersion(model: model, version: name)
    throw route.versions.contains(name)
      ? notLoaded(wanted) : .unknownVersion(wanted, known: route.versions)
  }

  /// A line for each version, by model and version.
  package func repositoryIndex() -> [RepositoryIndexEntry] {
    let table = routes
    return table.models.keys.sorted().flatMap { model in
      (table.models[model]?.versions ?? []).map { version in
        let key = ModelVersion(model: model, version: version)
        let status = status(of: key)
        switch status.state {
        case .ready:
          let outage = table.models[model]?.slots[version]?.engine.outage
          return RepositoryIndexEntry(
            name: model, version: version, state: outage == nil ? .ready : .unavailable,
            reason: outage ?? "")
        case .loading:
          return RepositoryIndexEntry(name: model, version: version, state: .loading)
        case .unloaded:
          let absence = absence(of: key)
          if case .loading = absence {
            return RepositoryIndexEntry(name: model, version: version, state: .loading)
          }
          return RepositoryIndexEntry(
            name: model, version: version, state: .unavailable, reason: absence.words(key))
        case .failed(let reason):
          return RepositoryIndexEntry(
            name: model, version: version, state: .unavailable, reason: reason)
        }
      }
    }
  }
}
