package import Domain
import Synchronization

/// Why answers that a version gave may be wrong, found after they were given.
package struct Doubt: Sendable, Hashable {
  package var version: ModelVersion
  /// Which load of it gave them.
  package var loadedAt: Timestamp
  package var reason: String
}

extension DataPlane {
  /// Of the versions of a model that are loaded; nil: of all models.
  package func doubts(of model: String? = nil) -> [Doubt] {
    routes.models.values.lazy.filter { model == nil || $0.name == model }
      .flatMap(\.slots.values).compactMap(\.doubt).sorted { $0.version < $1.version }
  }

  /// Of versions that have left since this was asked last.
  package func takeDoubtsOfGone() -> [Doubt] {
    doubtsOfGone.withLock { doubts in
      defer { doubts = [] }
      return doubts
    }
  }

  /// Closes one that no request comes to any more. Unstructured: a run that never ends in it must hold up nobody.
  func retire(_ slot: LoadedSlot) {
    Task {
      await slot.close()
      // Also what was found by its very last run.
      if let doubt = slot.doubt { doubtsOfGone.withLock { $0.append(doubt) } }
    }
  }
}

extension LoadedSlot {
  fileprivate var doubt: Doubt? {
    engine.doubt.map { Doubt(version: version, loadedAt: loadedAt, reason: $0) }
  }
}
