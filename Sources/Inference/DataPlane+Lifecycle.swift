package import Domain
import Synchronization
import Waiting

extension DataPlane {
  /// Reads the repository again. What is in memory stays, also when its file has gone. Blocks on the disk.
  @discardableResult package func rescan() -> RepositoryListing {
    let listing = scan()
    take(listing)
    return listing
  }

  /// Reads the repository, and changes nothing. Blocks on the disk.
  package func scan() -> RepositoryListing {
    repository.scan(hashes).adding(remotes: settings.remotes)
  }

  /// From here on requests meet what a scan found.
  package func take(_ listing: RepositoryListing) {
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
  }

  /// Brings a version into memory, warmed up and measured. Done at once when it is there already, and its file is as
  /// it was; a second caller waits for the first one's load.
  ///
  /// Where the file has changed, as whoever uses Triton expects to be able to do, its new bytes are loaded beside the old
  /// ones and take their place: unless the version serves, is the shadow, or is where a rollback goes. What was promoted
  /// is what was looked at, so those bytes stay, and the load is refused.
  ///
  /// To make room, others may leave.
  ///
  /// - Parameters:
  ///   - mustFit: whether one that no deployment needs is refused where it does not fit beside those that must stay. A
  ///     rescue may depend on what a deployment needs, or is about to: that is loaded all the same.
  ///   - company: versions of the same model that are wanted together with it: they make room for it last.
  /// - Throws: `noRoom`, with the figures.
  package func load(
    _ version: ModelVersion, mustFit: Bool = false, together company: Set<String> = []
  ) async throws(InferenceError) -> LoadedVersion {
    while true {
      do throws(InferenceError) {
        return try await load(
          version, isOnDemand: false, mustFit: mustFit, together: company)
      } catch .noRoom where !mustFit {
        // The load that it waited for was another's, who could do without.
      }
    }
  }

  /// - Parameter isOnDemand: a request asks for it, not a person.
  func load(
    _ version: ModelVersion, isOnDemand: Bool, mustFit: Bool, together company: Set<String> = []
  ) async throws(InferenceError) -> LoadedVersion {
    let task = loading.withLock { states in
      if !isOnDemand { states.letIn(version) }
      if let task = states.underWay[version] { return task }
      // Unstructured, since it belongs to all who wait for it: one that is cancelled must not fail the others.
      let task = Task { await self.loaded(version, isOnDemand, mustFit, company) }
      states.underWay[version] = task
      return task
    }
    return try await task.value.get()
  }

  /// Takes a version out: from here on no request reaches it, and none brings it back until it was loaded again. Its
  /// memory comes back once the requests that are with it have been answered; nobody waits for that.
  ///
  /// - Parameter pinned: also when it serves, is the shadow or where a rollback goes: its requests are answered
  ///   `notLoaded` from then on.
  /// - Parameter person: who wants it so, for whoever asks where it is.
  /// - Returns: false when that is so and not wanted: then nothing is done.
  @discardableResult package func unload(
    _ version: ModelVersion, pinned: Bool = false, by person: String? = nil
  ) -> Bool {
    let (slot, isPinned) = update { table -> (LoadedSlot?, Bool) in
      guard let route = table.models[version.model] else { return (nil, false) }
      guard pinned || !route.isPinned(version.version) else { return (nil, true) }
      guard let slot = route.slots[version.version] else { return (nil, false) }
      var slots = route.slots
      slots[version.version] = nil
      table = table.with(route.with(slots: slots))
      return (slot, false)
    }
    guard !isPinned else { return false }
    loading.withLock { $0.keepOut(version, by: person) }
    if let slot { retire(slot) }
    return true
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
    let limits = (settings.limits[deployment.model] ?? []) + (deployment.limits ?? [])
    let outcome = update { table -> Result<[LoadedSlot], InferenceError> in
      guard let old = table.models[deployment.model] else {
        return .failure(.unknownModel(deployment.model))
      }
      if !allowingUnloaded, let missing = old.firstNotLoaded(of: split) {
        return .failure(.notLoaded(ModelVersion(model: deployment.model, version: missing)))
      }
      let new = old.with(split: split, pinned: deployment.pinnedVersions)
        .with(limits: limits)
      table = table.with(new)
      return .success(old.serving.subtracting(new.serving).compactMap { old.slots[$0] })
    }
    let left: [LoadedSlot]
    do throws(InferenceError) {
      left = try outcome.get()
    } catch .notLoaded(let missing, _) {
      throw notLoaded(missing)
    }
    splitChanged()
    for slot in left { slot.engine.withdrawQueued() }
  }

  private func loaded(
    _ version: ModelVersion, _ isOnDemand: Bool, _ mustFit: Bool, _ company: Set<String>
  ) async -> Result<LoadedVersion, InferenceError> {
    let result: Result<LoadedVersion, InferenceError>
    do throws(InferenceError) {
      result = .success(try await bringIn(version, isOnDemand, mustFit, company))
    } catch {
      result = .failure(error)
    }
    loading.withLock { states in
      states.underWay[version] = nil
      switch result {
      case .failure(let error):
        if case .noRoom = error {
          states.crowdedOut[version] = error
          return
        }
        states.failures[version] = error
        states.retryAt[version] = settings.monotonicNow() + settings.reloadPause
      case .success:
        states.failures[version] = nil
        states.retryAt[version] = nil
        states.crowdedOut[version] = nil
        states.triedAgain.remove(version)
      }
    }
    return result
  }

  private func bringIn(
    _ version: ModelVersion, _ isOnDemand: Bool, _ mustFit: Bool, _ company: Set<String>
  ) async throws(InferenceError) -> LoadedVersion {
    let present = routes.models[version.model]?.slots[version.version]
    if let present {
      // A file that has gone says nothing against what is in memory.
      guard !isOnDemand, let file = try? await file(of: version),
        file.sha256 != present.file.sha256
      else { return facts(present) }
      try checkReplaceable(present, by: file)
    }
    let file = try await file(of: version)
    // What a request brings back is what was here: other bytes are for an operator to let in.
    if isOnDemand, let was = loading.withLock({ $0.wereLoaded[version] }), was != file.sha256 {
      throw .load(version, path: file.path, .returned(was: was, found: file.sha256))
    }
    let recent = routes.models[version.model]?.recent.all ?? []
    let engine = try await loader(file, recent)
    let slot = LoadedSlot(
      file: file, engine: engine, loadedAt: settings.now(), at: settings.monotonicNow())
    loading.withLock { states in
      states.lastBytes[file.sha256] = slot.memoryBytes
      states.wereLoaded[version] = file.sha256
    }
    if mustFit {
      do throws(InferenceError) {
        try checkRoom(for: version, bytes: slot.memoryBytes)
      } catch {
        await slot.close()
        throw error
      }
    }
    leaveOut(of: slot)
    do throws(InferenceError) {
      try put(slot)
    } catch {
      await slot.close()
      throw error
    }
    makeRoom(keeping: version, sparing: company)
    return facts(slot)
  }

  /// From here on requests for the version meet this slot. Nobody waits for those that are with the old one.
  ///
  /// - Throws: `load` with `replaced` where the version has come to serve since it was looked at.
  private func put(_ slot: LoadedSlot) throws(InferenceError) {
    let result = update { table -> Result<LoadedSlot?, InferenceError> in
      let route = route(slot.version.model, in: table)
      let replaced = route.slots[slot.version.version]
      if let replaced, route.isPinned(slot.version.version) {
        return .failure(Self.replaced(replaced, by: slot.file))
      }
      var slots = route.slots
      slots[slot.version.version] = slot
      table = table.with(route.with(slots: slots))
      return .success(replaced)
    }
    if let replaced = try result.get() { retire(replaced) }
  }

  private func checkReplaceable(
    _ slot: LoadedSlot, by file: ModelFile
  ) throws(InferenceError) {
    guard routes.models[slot.version.model]?.isPinned(slot.version.version) == true else { return }
    throw Self.replaced(slot, by: file)
  }

  private static func replaced(_ slot: LoadedSlot, by file: ModelFile) -> InferenceError {
    .load(
      slot.version, path: file.path,
      .replaced(loaded: slot.file.sha256, found: file.sha256))
  }

  /// The version's file; the repository is read again when it is not known, or is known to have changed.
  private func file(of version: ModelVersion) async throws(InferenceError) -> ModelFile {
    if let known = routes.models[version.model]?.file(version.version) {
      guard !known.isRemote else { return known }
      let hashes = hashes
      let found = await BlockingThread.runInBackground("model-file") {
        hashes.hash(known.path)?.sha256
      }
      if found == known.sha256 { return known }
    }
    take(await BlockingThread.runInBackground("model-file") { self.scan() })
    guard let route = routes.models[version.model] else {
      throw .unknownModel(version.model)
    }
    guard let file = route.file(version.version) else {
      throw .unknownVersion(version, known: route.versions)
    }
    return file
  }

  func route(_ model: String, in table: RoutingTable) -> ModelRoute {
    table.models[model]
      ?? ModelRoute(
        name: model, files: [], slots: [:], split: nil,
        recent: RecentRequests(
          capacity: settings.recentRequests, byteLimit: settings.recentRequestBytes))
  }

  private func facts(_ slot: LoadedSlot) -> LoadedVersion {
    LoadedVersion(
      version: slot.version, sha256: slot.engine.sha256, signature: slot.engine.signature,
      execution: slot.engine.execution,
      warnings: warnings(slot, routes.models[slot.version.model]?.champion))
  }
}
