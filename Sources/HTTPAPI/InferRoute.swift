import Domain
import HTTPTypes
import Hummingbird
import Inference

/// `POST /v2/models/{m}[/versions/{v}]/infer`.
extension APIError {
  /// Of an infer request whose body never became a call.
  var refusalReason: RefusalReason { status == .contentTooLarge ? .tooLarge : .malformed }
}

extension APIResponder {
  func infer(
    _ request: Request, _ admission: RequestChecks.Admission
  ) async throws(APIError) -> Response {
    let call = try await call(request, admission)
    let answer = await withCheckedContinuation { continuation in
      services.dataPlane.infer(call) { continuation.resume(returning: $0) }
    }
    return try InferExchange.response(answer, to: call.request)
  }

  /// A body that never becomes a call is counted here; the data plane counts its own refusals.
  private func call(
    _ request: Request, _ admission: RequestChecks.Admission
  ) async throws(APIError) -> InferenceCall {
    do {
      let body = try await request.wholeBody(upTo: services.limits.inferBody)
      return try InferExchange.call(
        head: request.head, body: body, admission: admission, services: services)
    } catch {
      services.dataPlane.recordInvalid(
        model: admission.parameters.model, version: admission.parameters.version,
        client: admission.client, arrivedAt: services.now(), reason: error.refusalReason)
      throw error
    }
  }
}
