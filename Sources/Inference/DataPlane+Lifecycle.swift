package import Domain
import Synchronization

extension DataPlane {
  /// Reads the repository again. What is in memory stays, also when its file has gone. Blocks on the disk.
  @discardableResult package func rescan() -> RepositoryListing {
    let listing = repository.scan()
    update { table in
      var models = table.models.mapValues { route in route.with(files: []) }
      for model in listing.models {
        models[model.name] = route(model.name, in: table).with(files: model.versions)
      }
      table = RoutingTable(
        models: models.filter { _, route in
          !route.files.isEmpty || !route.slots.isEmpty || route.split != nil
        })
    }
    return listing
  }

  /// Brings a version into memory, warmed up and measured. Done at once when it is there already; a second caller
  /// waits for the first one's load.
  package func load(_ version: ModelVersion) async throws(InferenceError) -> LoadedVersion {
    let task = loading.withLock { states in
      if let task = states.underWay[version] { return task }
      // Unstructured, since it belongs to all who wait for it: one that is cancelled must not fail the others.
      let task = Task { await self.loaded(version) }
      states.underWay[version] = task
      return task
    }
    return try await task.value.get()
  }

  /// Takes a version out of memory once the requests that are with it have been answered.
  ///
  /// - Returns: false when it serves, or is the shadow: then nothing is done.
  @discardableResult package func unload(_ version: ModelVersion) async -> Bool {
    let (slot, isServing) = update { table -> (LoadedSlot?, Bool) in
      guard let route = table.models[version.model], let slot = route.slots[version.version]
      else { return (nil, false) }
      guard
        !route.serving.union([route.split?.shadow].compactMap(\.self))
          .contains(version.version)
      else { return (nil, true) }
      var slots = route.slots
      slots[version.version] = nil
      table = table.with(route.with(slots: slots))
      return (slot, false)
    }
    await slot?.close()
    return !isServing
  }

  /// Puts a deployment into force: from here on no new request goes to a version that it leaves, and requests that
  /// wait there and have not started move to those that serve. Waits for no run.
  ///
  /// - Parameter allowingUnloaded: also when a version is not in memory, as at the start beside a broken file: the
  ///   champion's share is then answered `notLoaded`, a challenger's goes to the champion.
  /// - Throws: `unknownModel`; `notLoaded` for a champion that is not in memory, and for a challenger or shadow that
  ///   is not and was not one before: a broken one that is there already blocks no rescue.
  package func apply(
    _ deployment: Deployment, allowingUnloaded: Bool = false
  ) throws(InferenceError) {
    let split = TrafficSplit(deployment)
    let outcome = update { table -> Result<[LoadedSlot], InferenceError> in
      guard let old = table.models[deployment.model] else {
        return .failure(.unknownModel(deployment.model))
      }
      if !allowingUnloaded, let missing = old.firstNotLoaded(of: split) {
        return .failure(.notLoaded(ModelVersion(model: deployment.model, version: missing)))
      }
      let new = old.with(split: split)
      table = table.with(new)
      return .success(old.serving.subtracting(new.serving).compactMap { old.slots[$0] })
    }
    let left = try outcome.get()
    splitChanged()
    for slot in left { slot.engine.withdrawQueued() }
  }

  private func loaded(_ version: ModelVersion) async -> Result<LoadedVersion, InferenceError> {
    let result: Result<LoadedVersion, InferenceError>
    do throws(InferenceError) {
      result = .success(try await bringIn(version))
    } catch {
      result = .failure(error)
    }
    loading.withLock { states in
      states.underWay[version] = nil
      if case .failure(let error) = result {
        states.failures[version] = error
      } else {
        states.failures[version] = nil
      }
    }
    return result
  }

  private func bringIn(_ version: ModelVersion) async throws(InferenceError) -> LoadedVersion {
    if let slot = routes.models[version.model]?.slots[version.version] { return Self.facts(slot) }
    let file = try await BlockingThread.run("model-file") { () throws(InferenceError) in
      try self.file(of: version)
    }
    let recent = routes.models[version.model]?.recent.all ?? []
    let engine = try await loader(file, recent)
    let slot = LoadedSlot(file: file, engine: engine, loadedAt: settings.now())
    update { table in
      let route = route(version.model, in: table)
      var slots = route.slots
      slots[version.version] = slot
      table = table.with(route.with(slots: slots))
    }
    return Self.facts(slot)
  }

  /// The version's file; the repository is read again when it is not known, or is known to have changed.
  private func file(of version: ModelVersion) throws(InferenceError) -> ModelFile {
    let known = routes.models[version.model]?.file(version.version)
    if let known, known.currentSHA256() == known.sha256 { return known }
    rescan()
    guard let route = routes.models[version.model] else {
      throw .unknownModel(version.model)
    }
    guard let file = route.file(version.version) else {
      throw .unknownVersion(version, known: route.versions)
    }
    return file
  }

  private func route(_ model: String, in table: RoutingTable) -> ModelRoute {
    table.models[model]
      ?? ModelRoute(
        name: model, files: [], slots: [:], split: nil,
        recent: RecentRequests(
          capacity: settings.recentRequests, byteLimit: settings.recentRequestBytes))
  }

  private static func facts(_ slot: LoadedSlot) -> LoadedVersion {
    LoadedVersion(
      version: slot.version, sha256: slot.engine.sha256, signature: slot.engine.signature,
      execution: slot.engine.execution, warnings: slot.engine.warnings)
  }
}
