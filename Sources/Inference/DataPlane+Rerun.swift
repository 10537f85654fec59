package import Domain
package import InferenceProtocol

extension DataPlane {
  /// What a version answered to a request of the past.
  package struct Rerun: Sendable {
    /// Hexadecimal SHA-256 of the bytes that ran; empty where they are not ours.
    package var sha256: String
    /// As the engine gave them; nil where there is no answer.
    package var outputs: [Tensor]?
    package var failure: String?
    /// Nanoseconds.
    package var queueTime: Int64 = 0
    package var computeTime: Int64 = 0

    package init(sha256: String = "", failure: String? = nil) {
      self.sha256 = sha256
      self.failure = failure
    }
  }

  /// Runs inputs that were kept on a loaded version, without a trace in the live figures.
  ///
  /// - Parameter answer: called once, maybe before this returns; what the version has to say against the inputs is an
  ///   answer, too. A version that hangs calls it late, or never.
  /// - Throws: `notLoaded`.
  package func runAgain(
    _ inputs: [Tensor], on version: ModelVersion, timeout: Duration,
    answer: @escaping @Sendable (Rerun) -> Void
  ) throws(InferenceError) {
    guard let slot = routes.models[version.model]?.slots[version.version], slot.enter() else {
      throw notLoaded(version)
    }
    let engine = slot.engine
    var rerun = Rerun(sha256: engine.sha256)
    do throws(InferenceError) {
      try engine.signature.check(InferRequest(inputs: inputs))
    } catch {
      slot.leave()
      rerun.failure = error.description
      return answer(rerun)
    }
    // On a lane, since a version that hangs must not take the caller's thread with it.
    let job = EngineJob(
      inputs: inputs, rows: engine.signature.rows(of: inputs),
      deadline: settings.monotonicNow() + timeout, timeout: timeout, mayRunInline: false,
      isProbe: true)
    let asked = rerun
    engine.submit(job) { given in
      var rerun = asked
      switch given {
      case .done(let outputs, let queueTime, let computeTime):
        (rerun.outputs, rerun.queueTime, rerun.computeTime) = (outputs, queueTime, computeTime)
      case .failed(let error, let queueTime, let computeTime):
        (rerun.failure, rerun.queueTime, rerun.computeTime) =
          (error.description, queueTime, computeTime)
      case .withdrawn:
        rerun.failure = "\(version) was taken out of service before it ran; ask again"
      }
      slot.leave()
      answer(rerun)
    }
  }
}
