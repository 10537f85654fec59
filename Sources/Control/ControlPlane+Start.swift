import Domain
import Inference
import Logging
package import Storage

extension ControlPlane {
  /// Brings the deployments into force: the audited state where there is one, else what the configuration seeds.
  ///
  /// A model whose versions cannot be loaded is served as far as possible and says why; the rest goes on.
  package func start() async throws(StorageError) {
    dataPlane.beginStart()
    defer { dataPlane.endStart() }
    let history = try await history()
    modelNames = order(of: Array(history.keys))
    for name in modelNames {
      let charter = charters.first { $0.name == name } ?? ModelCharter(name: name)
      if let deployment = history[name] {
        deployments[name] = deployment
        if let mismatch = charter.mismatch(with: deployment) {
          startMismatches[name] = mismatch
        }
        // A row that cannot be read is no reason not to serve.
        lastChange[name] = try? await ledger.entries(
          AuditQuery(model: name, limit: 500)
        ).first(where: \.concernsServing)
      } else if let deployment = charter.seed(
        versions: dataPlane.versions(of: name), now: settings.clock())
      {
        deployments[name] = deployment
        await recordEvent(
          "seed", model: name, summary: summary(ofSeed: deployment), deployment: deployment)
      }
    }
    auditHead = max(auditHead, ledger.store.head.sequence)
    await keepEjections()
    await startJudging()
    await startAlerting()
    await startIncidents()
    publish()
    // In force before anything is loaded: a command that comes meanwhile finds the split as it is, and nothing here
    // can undo it. A version answers from the moment it is in memory.
    for name in modelNames { putInForce(name) }
    await bringUp()
    if let excess = dataPlane.memory.excess {
      logger.warning("more is in memory than may be", metadata: ["found": "\(excess)"])
    }
    publish()
  }

  /// The deployments as they were decided last, by model: rescues that the ledger cannot take in yet are in force too.
  private func history() async throws(StorageError) -> [String: Deployment] {
    var stored = try await ledger.deployments()
    do throws(StorageError) {
      let imported = try await ledger.importBreakGlass(now: settings.clock())
      for entry in imported { note(entry) }
      return imported.isEmpty ? stored : try await ledger.deployments()
    } catch {
      logger.error(
        "break-glass acts could not be brought into the ledger", metadata: ["error": "\(error)"])
      isBreakGlassPending = true
      for (model, rescue) in try await ledger.breakGlassDeployments()
      where rescue.revision > stored[model]?.revision ?? .min {
        stored[model] = rescue
      }
      return stored
    }
  }

  /// A model that came into the repository while the server ran begins as it would have at a start, once a version of it is in
  /// memory: else a load would be good for nothing.
  func begin(_ name: String) async {
    let charter = charters.first { $0.name == name } ?? ModelCharter(name: name)
    let loaded = dataPlane.versions(of: name).filter {
      dataPlane.status(of: ModelVersion(model: name, version: $0)).state == .ready
    }
    guard deployments[name] == nil,
      let deployment = charter.seed(versions: loaded, now: settings.clock())
    else { return }
    deployments[name] = deployment
    modelNames.append(name)
    if let objective = objective(of: name) { board.setObjective(objective, of: name, days: []) }
    await recordEvent(
      "seed", model: name, summary: summary(ofSeed: deployment), deployment: deployment)
    putInForce(name)
    for version in deployment.pinnedVersions.sorted(by: ModelVersion.isOrdered) {
      await tellIfReplaced(ModelVersion(model: name, version: version))
    }
  }

  private func putInForce(_ model: String) {
    guard let deployment = deployments[model] else { return }
    dataPlane.pin(deployment)
    do throws(InferenceError) {
      try dataPlane.apply(deployment, allowingUnloaded: true)
    } catch {
      logger.error("a split is not in force", metadata: ["error": "\(error.description)"])
    }
  }

  /// Loads what must be in memory, two versions at a time, so that a slow one keeps no other model waiting.
  private func bringUp() async {
    var order = StartOrder(modelNames.compactMap { deployments[$0] })
    await withTaskGroup(of: ModelVersion.self) { group in
      var underWay = 0
      while true {
        while underWay < 2, let version = order.next() {
          group.addTask {
            await self.bringIn(version)
            return version
          }
          underWay += 1
        }
        guard let version = await group.next() else { return }
        underWay -= 1
        order.settled(version)
        publish()
      }
    }
  }

  private func bringIn(_ version: ModelVersion) async {
    // A command may have taken it out of the deployment since.
    guard deployments[version.model]?.pinnedVersions.contains(version.version) == true else {
      return
    }
    do throws(InferenceError) {
      _ = try await dataPlane.load(version)
      await tellIfReplaced(version)
    } catch {
      logger.error("a version could not be loaded", metadata: ["error": "\(error.description)"])
      guard !willTryAgain(version, error) else { return }
      modelNotices[version.model, default: []].append(notice(of: version, error.description))
    }
  }

  /// The configuration's order, then what only the repository or the history knows.
  private func order(of history: [String]) -> [String] {
    var names: [String] = []
    let known = charters.map(\.name) + (dataPlane.models + history).sorted()
    for name in known where !names.contains(name) { names.append(name) }
    return names
  }

  private func summary(ofSeed deployment: Deployment) -> String {
    var text = "\(deployment.model) begins with champion \(deployment.champion)"
    if let challenger = deployment.challenger {
      text += ", challenger \(challenger.version) at \(percent(challenger.weight))"
    }
    if let shadow = deployment.shadow { text += ", shadow \(shadow)" }
    return text
  }
}
