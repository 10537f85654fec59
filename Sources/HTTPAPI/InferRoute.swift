import Domain
import HTTPTypes
import Hummingbird
import Inference

/// `POST /v2/models/{m}[/versions/{v}]/infer`.
extension APIError {
  /// Of an infer request whose body never became a call.
  var refusalReason: RefusalReason {
    switch status {
    case .contentTooLarge: .tooLarge
    case .serviceUnavailable: .tooManyBytes
    case .requestTimeout: .tooSlow
    default: .malformed
    }
  }
}

extension APIResponder {
  /// Over the control socket nothing runs on this thread, however cheap it was: commands are answered by it, and a run
  /// that turns out to be dear, or hangs, must not hold up the rollback.
  func infer(
    _ request: Request, _ admission: RequestChecks.Admission, _ arrival: Arrival, from peer: Peer
  ) async throws(APIError) -> Response {
    var call = try await call(request, admission, arrival)
    call.mayRunInline = peer == .network
    let (result, trace) = await withCheckedContinuation { continuation in
      services.dataPlane.infer(call) { continuation.resume(returning: ($0, $1)) }
    }
    return try await InferExchange.response(result, trace, to: call.request, services.limits)
  }

  /// A body that never becomes a call is counted here; the data plane counts its own refusals.
  private func call(
    _ request: Request, _ admission: RequestChecks.Admission, _ arrival: Arrival
  ) async throws(APIError) -> InferenceCall {
    do {
      return try await withBody(of: request, upTo: services.limits.inferBody) {
        body async throws(APIError) in
        let (head, services, arrival) = (
          InferHead(request.head.headerFields), services, arrival.complete(services)
        )
        let read: @Sendable () throws(APIError) -> InferenceCall = { () throws(APIError) in
          try InferExchange.call(
            head: head, body: body, admission: admission, arrival: arrival, services: services)
        }
        return LargeBody.isLarge(body.readableBytes, request.head.headerFields)
          ? try await LargeBody.run(read) : try read()
      }
    } catch {
      throw InferExchange.refusal(error, of: admission, arrival, services)
    }
  }
}
