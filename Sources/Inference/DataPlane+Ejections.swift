package import Domain
import Synchronization

/// Servers behind remote versions that an operator has left out: they stay so when their version is loaded again.
extension DataPlane {
  /// Why one of the servers behind a version cannot be left out; nil: it can.
  package func obstacle(
    toEjecting upstream: String, of version: ModelVersion, for duration: Duration
  ) -> InferenceError? {
    guard let slot = routes.models[version.model]?.slots[version.version] else {
      return notLoaded(version)
    }
    return slot.engine.obstacle(toEjecting: upstream, for: duration)
  }

  /// Leaves out one of the servers behind a version; zero brings it back.
  ///
  /// - Throws: `notLoaded`; `unsupported` for a version that runs in this process; what the engine says of a name that
  ///   it does not have.
  package func eject(
    _ upstream: String, of version: ModelVersion, for duration: Duration
  ) throws(InferenceError) {
    guard let slot = routes.models[version.model]?.slots[version.version] else {
      throw notLoaded(version)
    }
    try slot.engine.eject(upstream: upstream, for: duration)
    note(upstream, of: version, for: duration)
  }

  /// Likewise of a version that may not be in memory: as soon as it is.
  package func leaveOut(_ upstream: String, of version: ModelVersion, for duration: Duration) {
    note(upstream, of: version, for: duration)
    if let slot = routes.models[version.model]?.slots[version.version] { leaveOut(of: slot) }
  }

  /// Before a version is given requests: what is to be left out of it is, unless it would be the last one.
  func leaveOut(of slot: LoadedSlot) {
    let now = settings.monotonicNow()
    for (upstream, until) in leftOut.withLock({ $0[slot.version] ?? [:] }) where until > now {
      try? slot.engine.eject(upstream: upstream, for: .nanoseconds(until - now))
    }
  }

  private func note(_ upstream: String, of version: ModelVersion, for duration: Duration) {
    let now = settings.monotonicNow()
    leftOut.withLock { leftOut in
      var kept = (leftOut[version] ?? [:]).filter { $0.value > now }
      kept[upstream] = duration > .zero ? now + duration : nil
      leftOut[version] = kept.isEmpty ? nil : kept
    }
  }
}
