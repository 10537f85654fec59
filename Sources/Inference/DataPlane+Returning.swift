import Dispatch
import Domain
import Synchronization

/// Requests that name a version which is not in memory any more: they bring it back, and wait for it within their deadline.
extension DataPlane {
  private enum Return {
    case no
    case failed(InferenceError)
    case waiting(ticket: Int, isFirst: Bool)
  }

  /// Lets a request wait for the version that it names.
  ///
  /// All that wait for one version share one load; a failed one is not tried again for `reloadPause`.
  ///
  /// - Returns: whether the request is taken care of: it waits, or was refused with the reason.
  func bringBack(_ admission: Admission, _ route: ModelRoute) -> Bool {
    guard settings.loadsOnDemand, let name = admission.call.version, let file = route.file(name)
    else { return false }
    let version = file.version
    let now = settings.monotonicNow()
    let decision = loading.withLock { states -> Return in
      // To bring in what never was here is an operator's to decide: whoever may ask for a prediction could else make the
      // server try, load and measure one version after the other.
      guard states.wereLoaded[version] != nil, !states.keptOut.contains(version) else {
        return .no
      }
      if let until = states.retryAt[version], now < until, let error = states.failures[version] {
        return .failed(error)
      }
      let bytes = states.waitingBytes + admission.call.request.inputBytes
      guard states.waitingCount < settings.returnQueue,
        states.waitingCount == 0 || bytes <= settings.returnQueueBytes
      else { return .no }
      let ticket = states.wait(admission, for: version)
      return .waiting(ticket: ticket, isFirst: states.waiting[version]?.count == 1)
    }
    switch decision {
    case .no: return false
    case .failed(let error):
      refuse(admission, unavailable(version, error), route)
    case .waiting(let ticket, let isFirst):
      watch(ticket, version, admission)
      // Unstructured, since it belongs to all who wait: one whose deadline passes must not fail the others.
      if isFirst { Task { await self.bringBack(version, file) } }
    }
    return true
  }

  private func bringBack(_ version: ModelVersion, _ file: ModelFile) async {
    let result: Result<LoadedVersion, InferenceError>
    do throws(InferenceError) {
      try checkRoom(for: version, bytes: expectedBytes(of: file))
      result = .success(try await load(version, isOnDemand: true, mustFit: true))
    } catch {
      result = .failure(error)
    }
    let waiting = loading.withLock { states in
      if case .success = result { states.returns += 1 }
      return states.takeAll(for: version)
    }
    for admission in waiting {
      switch result {
      case .success: startAgain(admission)
      case .failure(let error):
        refuse(admission, unavailable(version, error), routes.models[version.model])
      }
    }
  }

  /// What it took when it was in memory last, else the loader's rule of thumb.
  func expectedBytes(of file: ModelFile) -> Int64 {
    loading.withLock { $0.lastBytes[file.sha256] } ?? file.byteCount * 2
  }

  /// Answers a request whose time is over while it still waits.
  private func watch(_ ticket: Int, _ version: ModelVersion, _ admission: Admission) {
    let timeout = admission.call.request.timeout(atMost: longestTimeout(on: nil))
    let left = max(0, admission.call.startedAt + timeout - settings.monotonicNow())
    DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: left))) {
      guard self.loading.withLock({ $0.take(ticket, for: version) }) != nil else { return }
      self.refuse(
        admission, .timedOut(version, after: timeout), self.routes.models[version.model])
    }
  }

  /// A failure that a later try may not meet: a 503, with the reason.
  private func unavailable(_ version: ModelVersion, _ error: InferenceError) -> InferenceError {
    switch error {
    case .noRoom, .engineUnavailable: error
    case .load(_, let path, let problem): .unavailable(version, reason: "\(path): \(problem)")
    default: .unavailable(version, reason: error.description)
    }
  }
}
