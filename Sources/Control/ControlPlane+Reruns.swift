import Domain
import Inference
import InferenceProtocol
import Storage

extension ControlPlane {
  /// Runs a kept request again on a version of its model. It changes nothing, is counted nowhere, and takes no longer
  /// than a preflight may.
  func runAgain(
    _ request: CapturedRequest, on version: String
  ) async throws(SourceError) -> Rerun {
    guard let tensors = request.tensors else {
      throw .conflict(
        reason: "the inputs of request \(request.id) were not kept, so it cannot be run again")
    }
    guard request.redacted.isEmpty else {
      throw .notAllowed(
        reason: "\(request.redacted.joined(separator: ", ")) of request \(request.id) was blanked "
          + "before it was kept, so it cannot be run again")
    }
    if let unknown = dataPlane.unknown(model: request.version.model, version: version) {
      throw .notFound(reason: unknown.description)
    }
    let version = ModelVersion(model: request.version.model, version: version)
    let limit = settings.preflightTimeout
    let late = DataPlane.Rerun(failure: "\(version) gave no answer within \(limit)")
    let answer: Result<DataPlane.Rerun, InferenceError> = await FirstAnswer.of(
      within: limit, late: .success(late)
    ) { [dataPlane] first in
      do throws(InferenceError) {
        try dataPlane.runAgain(tensors.inputs, on: version, timeout: limit) {
          _ = first.give(.success($0))
        }
      } catch {
        _ = first.give(.failure(error))
      }
    }
    switch answer {
    case .success(let rerun): return Rerun(rerun, of: request, on: version)
    case .failure(let error): throw .conflict(reason: error.description)
    }
  }
}

extension Rerun {
  init(_ rerun: DataPlane.Rerun, of request: CapturedRequest, on version: ModelVersion) {
    let then = request.tensors?.outputs ?? []
    let now = rerun.outputs
    self.init(
      version: version, sha256: rerun.sha256,
      outputs: TensorTable(now ?? [], rows: request.record.rows),
      isSame: then.isEmpty ? nil : now.map { then.isSame(as: $0) }, failure: rerun.failure,
      queue: Double(rerun.queueTime) / 1_000, compute: Double(rerun.computeTime) / 1_000)
  }
}
