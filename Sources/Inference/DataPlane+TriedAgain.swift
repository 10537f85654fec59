package import Domain
import Synchronization

/// Versions whose load failed for other servers' sake, and which somebody loads again without a command.
extension DataPlane {
  /// Loads a version once more that failed for its servers' sake. Who is cancelled ends the load, whoever else waits for
  /// it: the server stops.
  package func tryAgain(_ version: ModelVersion) async throws(InferenceError) {
    let result = await withTaskCancellationHandler { () -> Result<LoadedVersion, InferenceError> in
      do throws(InferenceError) {
        return .success(try await load(version))
      } catch {
        return .failure(error)
      }
    } onCancel: {
      loading.withLock { $0.underWay[version] }?.cancel()
    }
    _ = try result.get()
  }

  /// Whether a version that is not in memory is loaded again by itself, so that whoever asks for it is told.
  package func setTriedAgain(_ version: ModelVersion, _ isTriedAgain: Bool) {
    loading.withLock { states in
      if isTriedAgain {
        states.triedAgain.insert(version)
      } else {
        states.triedAgain.remove(version)
      }
    }
  }

  /// Whether that stands, and nobody has loaded it since.
  package func isTriedAgain(_ version: ModelVersion) -> Bool {
    loading.withLock { $0.triedAgain.contains(version) }
  }
}
