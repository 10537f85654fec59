import Dispatch
package import Domain
import InferenceProtocol
import Synchronization
import Waiting

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
    let remembered = route.recent.all
    let fitting = remembered.filter { slot.engine.signature.takes($0) }
    // Where there is nothing to ask, a request of zeros is the best there is, and the answer says so.
    let zeros = [InferRequest(inputs: slot.engine.signature.zeros(rows: 1))]
    let questions = PreflightQuestions(
      requests: fitting.isEmpty ? zeros : fitting, deadline: settings.monotonicNow() + timeout,
      timeout: timeout)
    let answers = await questions.answers(of: slot, now: settings.monotonicNow())
    var reference: [PreflightAnswer]?
    if let champion = route.champion, champion !== slot, answers.contains(where: \.isStumble) {
      reference = await questions.only(answers.map(\.isStumble)).answers(
        of: champion, now: settings.monotonicNow())
    }
    return PreflightFinding(
      answers: answers, reference: reference, champion: route.champion?.version,
      remembered: remembered.count, unfit: remembered.count - fitting.count,
      toleratesNaN: !settings.refusesNaN
    ).check
  }
}
