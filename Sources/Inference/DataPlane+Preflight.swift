import Dispatch
package import Domain
import InferenceProtocol
import Synchronization

extension DataPlane {
  /// Looks at a version before it is promoted, without a trace in the live figures.
  ///
  /// - Parameter timeout: for all of it; what was not answered by then has not passed.
  /// - Returns: "loaded", "file unchanged" ("metadata unchanged" of a remote version), "same signature", "recent requests", in that order; only the first when it
  ///   did not pass.
  package func preflight(
    _ version: ModelVersion, timeout: Duration = .seconds(2)
  ) async -> [PreflightReport.Check] {
    let route = routes.models[version.model]
    guard let route, let slot = route.slots[version.version], slot.enter() else {
      return [.init(name: "loaded", passed: false, detail: notLoaded(version).description)]
    }
    defer { slot.leave() }
    let loaded = PreflightReport.Check(
      name: "loaded", passed: true, detail: slot.engine.execution)
    let unchanged: PreflightReport.Check
    if let check = await slot.engine.sourceUnchanged(within: timeout) {
      unchanged = check
    } else {
      unchanged = await BlockingThread.runInBackground("model-file") { self.fileUnchanged(slot) }
    }
    return [
      loaded, unchanged, sameSignature(slot, route.champion),
      await recentRequests(of: route, on: slot, within: timeout),
    ]
  }

  private func fileUnchanged(_ slot: LoadedSlot) -> PreflightReport.Check {
    let expected = slot.engine.sha256.prefix(12)
    let found = slot.file.currentSHA256()
    let passed = found == slot.engine.sha256
    let detail =
      passed
      ? "sha256 \(expected)"
      : "loaded \(expected), the file now is \(found.map { String($0.prefix(12)) } ?? "gone")"
    return .init(name: "file unchanged", passed: passed, detail: detail)
  }

  private func sameSignature(
    _ slot: LoadedSlot, _ champion: LoadedSlot?
  ) -> PreflightReport.Check {
    let name = "same signature"
    guard let champion else {
      return .init(name: name, passed: true, detail: "no champion is loaded to compare with")
    }
    guard let difference = slot.engine.signature.difference(from: champion.engine.signature)
    else { return .init(name: name, passed: true, detail: "as \(champion.version)") }
    return .init(name: name, passed: false, detail: "unlike \(champion.version): \(difference)")
  }

  private func recentRequests(
    of route: ModelRoute, on slot: LoadedSlot, within timeout: Duration
  ) async -> PreflightReport.Check {
    let name = "recent requests"
    let remembered = route.recent.all
    // Without traffic so far, a request of zeros is the best there is, and the answer says so.
    let requests =
      remembered.isEmpty
      ? [InferRequest(inputs: slot.engine.signature.zeros(rows: 1))] : remembered
    let kind = remembered.isEmpty ? ": no request is remembered, so it was asked with zeros" : ""
    let tally = PreflightTally(expected: requests.count)
    let deadline = settings.monotonicNow() + timeout
    let isComplete = await withCheckedContinuation { continuation in
      tally.wait(IdleWaiter(continuation), atMost: timeout)
      for request in requests {
        ask(slot, request, deadline: deadline, timeout: timeout, tally)
      }
    }
    let (answered, problem) = tally.result
    if let problem {
      return .init(
        name: name, passed: false, detail: "\(answered) of \(requests.count) answered: \(problem)")
    }
    return .init(
      name: name, passed: isComplete,
      detail: isComplete
        ? "\(answered) of \(requests.count) answered with finite numbers\(kind)"
        : "\(answered) of \(requests.count) answered within \(timeout)")
  }

  private func ask(
    _ slot: LoadedSlot, _ request: InferRequest, deadline: MonotonicTime, timeout: Duration,
    _ tally: PreflightTally
  ) {
    do throws(InferenceError) {
      try slot.engine.signature.check(request)
    } catch {
      return tally.note(problem: error.description)
    }
    // On a lane, since a version that hangs must not take the caller's thread with it.
    var job = EngineJob(
      inputs: request.inputs, rows: slot.engine.signature.rows(of: request.inputs),
      deadline: deadline, timeout: timeout, mayRunInline: false, isProbe: true)
    job.takeLastingParameters(of: request)
    guard slot.enter() else { return tally.note(problem: "it is being unloaded") }
    slot.engine.submit(job) { answer in
      switch answer {
      case .done(let outputs, _, _):
        let bad = outputs.first { !$0.isFinite }
        tally.note(problem: bad.map { "\"\($0.name)\" holds numbers that are not finite" })
      case .failed(let error, _, _): tally.note(problem: error.description)
      case .withdrawn: tally.note(problem: "it was withdrawn")
      }
      slot.leave()
    }
  }
}

/// Counts the answers of a preflight, and wakes whoever waits for the last of them.
private final class PreflightTally: Sendable {
  private let state: Mutex<State>

  private struct State {
    let expected: Int
    var noted = 0
    var good = 0
    var problem: String?
    var waiter: IdleWaiter?
  }

  init(expected: Int) { state = Mutex(State(expected: expected)) }

  var result: (answered: Int, problem: String?) { state.withLock { ($0.good, $0.problem) } }

  func wait(_ waiter: IdleWaiter, atMost timeout: Duration) {
    state.withLock { $0.waiter = waiter }
    DispatchQueue.global().asyncAfter(
      deadline: .now() + .nanoseconds(Int(clamping: timeout.nanoseconds))
    ) { waiter.resume(false) }
  }

  func note(problem: String?) {
    let waiter = state.withLock { state -> IdleWaiter? in
      state.noted += 1
      if problem == nil { state.good += 1 }
      state.problem = state.problem ?? problem
      return state.noted == state.expected ? state.waiter : nil
    }
    waiter?.resume(true)
  }
}
