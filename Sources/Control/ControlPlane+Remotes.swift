import Domain
import Inference
import Logging

/// Remote versions that a deployment needs and whose servers were not there: a file that fails does not change by itself, a
/// server comes back.
extension ControlPlane {
  /// From one try to the next, each time twice as long.
  private static let pauses = (first: Duration.seconds(1), longest: Duration.seconds(15))

  /// Loads what `willTryAgain` was told of, each version by itself, until its task is cancelled.
  package func tryRemotesAgain() async {
    await withDiscardingTaskGroup { group in
      for await version in toTryAgain.stream {
        group.addTask { await self.tryAgain(version) }
      }
    }
  }

  /// Takes in that a load failed.
  ///
  /// - Returns: whether the version is tried again by itself, and its notice told by that.
  func willTryAgain(_ version: ModelVersion, _ error: InferenceError) -> Bool {
    guard error.isRemoteLoad, isNeeded(version) else { return false }
    dataPlane.setTriedAgain(version, true)
    if triedAgain.updateValue(error, forKey: version) == nil {
      toTryAgain.continuation.yield(version)
    }
    return true
  }

  private func isNeeded(_ version: ModelVersion) -> Bool {
    deployments[version.model]?.pinnedVersions.contains(version.version) == true
  }

  /// What became of one try.
  private enum Try {
    case loaded
    case failed(InferenceError)
    /// It was loaded by another, is needed no more, or the server stops.
    case needless
  }

  private func tryAgain(_ version: ModelVersion) async {
    var pause = Self.pauses.first
    while true {
      switch await loadAgain(version, after: pause) {
      case .failed(let error) where error.isRemoteLoad:
        triedAgain[version] = error
        publish()
        pause = min(Self.pauses.longest, pause * 2)
      case .failed(let error):
        logger.error("a version could not be loaded", metadata: ["error": "\(error.description)"])
        modelNotices[version.model, default: []].append(notice(of: version, error.description))
        return end(of: version)
      case .needless:
        return end(of: version)
      case .loaded:
        // Before the row, for which a disk may have to be waited for.
        end(of: version)
        let summary = "\(version) is loaded: its upstreams answer"
        logger.info("a version was loaded by another try", metadata: ["version": "\(version)"])
        return await recordEvent("remote-loaded", model: version.model, summary: summary)
      }
    }
  }

  /// It is tried no more.
  private func end(of version: ModelVersion) {
    triedAgain[version] = nil
    dataPlane.setTriedAgain(version, false)
    publish()
  }

  private func loadAgain(_ version: ModelVersion, after pause: Duration) async -> Try {
    // Somebody's command may have been faster: that has its own row, and may have been followed by another.
    guard (try? await settings.pause(pause)) != nil, !isStopping, isNeeded(version),
      dataPlane.isTriedAgain(version)
    else { return .needless }
    do throws(InferenceError) {
      try await dataPlane.tryAgain(version)
      return .loaded
    } catch {
      return .failed(error)
    }
  }

  /// What is awaited of a deployment's versions.
  func awaited(_ deployment: Deployment) -> [Notice] {
    triedAgain.sorted { ModelVersion.isOrdered($0.key.version, $1.key.version) }
      .filter { version, _ in
        version.model == deployment.model && isNeeded(version) && dataPlane.isTriedAgain(version)
      }
      .map { version, error in
        notice(of: version, "\(error.description); it is tried again by itself")
      }
  }

  /// As grave as it is that the version does not answer.
  func notice(of version: ModelVersion, _ text: String) -> Notice {
    Notice(deployments[version.model]?.champion == version.version ? .critical : .warning, text)
  }
}
