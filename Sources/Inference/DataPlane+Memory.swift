package import Domain
import Synchronization

/// What models take in memory at present, against what they may.
package struct ModelMemory: Sendable, Equatable {
  /// Bytes; nil: there is no end.
  package var budget: Int64?
  package var used: Int64
  /// Of champions, challengers, shadows and rollback targets.
  package var pinned: Int64
  /// Versions that left so that others fit, and such that a request brought back, since the start.
  package var evictions: Int
  package var returns: Int

  /// What a person should know while more is in memory than may be; nil: it fits.
  package var excess: String? {
    guard let budget, used > budget else { return nil }
    return
      "models take \(InferenceError.size(used)) of a budget of \(InferenceError.size(budget)), "
      + "\(InferenceError.size(pinned)) of it for versions that must stay; raise model_memory"
  }
}

extension DataPlane {
  package var memory: ModelMemory {
    let plan = memoryPlan(routes)
    let (evictions, returns) = loading.withLock { ($0.evictions, $0.returns) }
    return ModelMemory(
      budget: plan.budget, used: plan.used, pinned: plan.pinned, evictions: evictions,
      returns: returns)
  }

  /// Marks what a deployment needs in memory, before it is in force: nothing of it is taken out again to make room.
  ///
  /// - Parameter present: the one that is still in force, whose versions stay, too.
  package func pin(_ deployment: Deployment, beside present: Deployment? = nil) {
    update { table in
      let route = route(deployment.model, in: table)
      let pinned = deployment.pinnedVersions.union(present?.pinnedVersions ?? [])
      table = table.with(route.with(pinned: pinned))
    }
  }

  func memoryPlan(_ table: RoutingTable) -> MemoryPlan {
    let uses = table.models.values.flatMap { route in
      route.slots.values.map { slot in
        MemoryPlan.Use(
          version: slot.version.version, model: route.name, bytes: slot.memoryBytes,
          isPinned: route.isPinned(slot.version.version), lastUse: slot.lastUse)
      }
    }
    return MemoryPlan(uses: uses, budget: settings.modelMemory)
  }

  /// Takes the least recently used versions out until the rest fits. What nobody may take out is kept, and told.
  ///
  /// - Parameter company: versions of the same model that go last.
  func makeRoom(keeping kept: ModelVersion, sparing company: Set<String>) {
    let victims = update { table -> [LoadedSlot] in
      let plan = memoryPlan(table)
      var slots: [LoadedSlot] = []
      for use in plan.victims(
        keeping: (kept.model, kept.version), sparing: company)
      {
        guard let route = table.models[use.model], let slot = route.slots[use.version] else {
          continue
        }
        slots.append(slot)
        var left = route.slots
        left[use.version] = nil
        table = table.with(route.with(slots: left))
      }
      return slots
    }
    guard !victims.isEmpty else { return }
    loading.withLock { $0.evictions += victims.count }
    for slot in victims { retire(slot) }
  }

  /// Whether all versions of a model have room at a time, beside what must stay: those that were in memory by what they took
  /// then, others by the loader's rule of thumb.
  package func versionsFitTogether(_ model: String) -> Bool {
    guard let route = routes.models[model] else { return true }
    let others = route.files.filter { !route.isPinned($0.version.version) }
    return memoryPlan(routes).fits(others.reduce(0) { $0 + expectedBytes(of: $1) })
  }

  /// - Throws: `noRoom` when a version that nobody pinned would not fit beside those that are.
  func checkRoom(for version: ModelVersion, bytes: Int64) throws(InferenceError) {
    let table = routes
    guard table.models[version.model]?.isPinned(version.version) != true else { return }
    let plan = memoryPlan(table)
    guard let budget = plan.budget, !plan.fits(bytes) else { return }
    throw .noRoom(version, needed: bytes, pinned: plan.pinned, budget: budget)
  }
}
