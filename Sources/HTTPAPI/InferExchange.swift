import Domain
package import HTTPTypes
import Hummingbird
import Inference
import InferenceProtocol
import NIOCore

/// What both ways in do with an infer request around the data plane: the body becomes a call, the answer a response.
enum InferExchange {
  /// - Parameters:
  ///   - head: of the request.
  ///   - arrival: its time is that of the body's last byte.
  /// - Throws: 400 or 413 for a body that is no V2 request. Such a refusal never reaches the data plane: whoever
  ///   calls this makes a `refusal` of it.
  static func call(
    head: InferHead, body: ByteBuffer, admission: RequestChecks.Admission, arrival: Arrival,
    services: APIServices
  ) throws(APIError) -> InferenceCall {
    let model = admission.parameters.model
    let request: InferRequest
    do {
      let headerLength = try head.headerLength.get()
      if headerLength == 0 {
        request = try InferRequest.raw(
          body.readableBytesUInt8Span,
          inputs: try inputs(model, admission.parameters.version, services),
          limits: services.limits.tensors)
      } else {
        request = try InferRequest.parse(
          body.readableBytesUInt8Span, headerLength: headerLength, limits: services.limits.tensors)
      }
    } catch let error as WireError {
      throw APIError(error.isTooLarge ? .contentTooLarge : .badRequest, error.description)
    } catch let error as APIError {
      throw error
    } catch {
      throw APIError(.badRequest, "the body is no V2 request")
    }
    var call = InferenceCall(
      model: model, version: admission.parameters.version, request: request,
      routingKey: head.routingKey(services.routingKeyHeader(model)),
      client: admission.client, arrivedAt: arrival.time, startedAt: arrival.startedAt)
    call.id = arrival.id
    call.hops = head.hops
    return call
  }

  /// What a request is told whose body never became a call, which is counted here: where its model is not there, that
  /// is the first thing to know.
  static func refusal(
    _ error: APIError, of admission: RequestChecks.Admission, _ arrival: Arrival,
    _ services: APIServices
  ) -> APIError {
    let (model, version) = (admission.parameters.model, admission.parameters.version)
    services.dataPlane.recordInvalid(
      model: model, version: version, client: admission.client, arrivedAt: arrival.time,
      id: arrival.id, reason: error.refusalReason, error: error.message)
    guard error.status == .badRequest || error.status == .contentTooLarge,
      let unknown = services.dataPlane.unknown(model: model, version: version)
    else {
      var error = error
      if services.dataPlane.unknown(model: model, version: nil) == nil { error.refusal = nil }
      return error
    }
    return APIError(unknown)
  }

  /// The body of a reply in the form that was asked for. The request is recorded by now, as what its client gets.
  ///
  /// - Throws: 400 where it would be longer than it may be.
  static func message(
    of reply: InferenceReply, to request: InferRequest, _ limits: APILimits
  ) throws(APIError) -> WireMessage {
    do throws(OverlongOutput) {
      let message = try reply.response.body(for: request, limit: limits.answerBody)
      reply.unprinted?.printed()
      return message
    } catch {
      let problem = InferenceError.invalid(
        .replyTooLong(
          output: error.name, shape: error.shape, isBinary: error.isBinary,
          limit: limits.answerBody))
      reply.unprinted?.refused(problem)
      throw failure(problem, reply.trace)
    }
  }

  /// The reply with its headers, or V2's error.
  static func response(
    _ result: Result<InferenceReply, InferenceError>, _ trace: InferenceTrace?,
    to request: InferRequest, _ limits: APILimits
  ) async throws(APIError) -> Response {
    let reply: InferenceReply
    switch result {
    case .success(let success): reply = success
    case .failure(let error): throw failure(error, trace)
    }
    let message =
      LargeBody.isLarge(reply.response, for: request)
      ? try await LargeBody.run { () throws(APIError) in
        try Self.message(of: reply, to: request, limits)
      } : try Self.message(of: reply, to: request, limits)
    var fields = HTTPFields()
    fields.reserveCapacity(8)
    eachField(of: reply, message) { name, value in
      fields.append(HTTPField(name: name, value: value.text))
    }
    return Response(
      status: .ok, headers: fields,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: message.bytes)))
  }

  /// The fields that a reply has on both ways out.
  static func eachField(
    of reply: InferenceReply, _ message: WireMessage, _ body: (HTTPField.Name, FieldValue) -> Void
  ) {
    body(.contentType, .text(message.contentType))
    if let length = message.headerLength { body(.inferenceHeaderContentLength, .number(length)) }
    if !message.notFinite.isNone { body(.vigiaNotFinite, .text(message.notFinite.description)) }
    body(.vigiaRequestID, .id(reply.requestID))
    eachField(of: reply.trace, body)
  }

  private static func eachField(
    of trace: InferenceTrace, _ body: (HTTPField.Name, FieldValue) -> Void
  ) {
    body(.vigiaModelVersion, .text(trace.version.version))
    body(.vigiaVariant, .text(trace.variant.rawValue))
    body(.vigiaQueueMicroseconds, .number(Int(trace.queueTime / 1_000)))
    body(.vigiaComputeMicroseconds, .number(Int(trace.computeTime / 1_000)))
    body(.vigiaTotalMicroseconds, .number(Int(trace.totalTime / 1_000)))
  }

  /// V2's error, with the same fields as a reply where the request was given to a version.
  static func failure(_ error: InferenceError, _ trace: InferenceTrace?) -> APIError {
    var refusal = APIError(error)
    if let trace { eachField(of: trace) { refusal.fields[$0] = $1.text } }
    return refusal
  }

  private static func inputs(
    _ model: String, _ version: String?, _ services: APIServices
  ) throws(APIError) -> [TensorMetadata] {
    do {
      return try services.dataPlane.metadata(model: model, version: version).inputs
    } catch {
      throw APIError(error)
    }
  }
}

/// What a reply tells of itself. Times are whole microseconds.
extension HTTPField.Name {
  /// What a late label is joined on.
  package static let vigiaRequestID = Self("Vigia-Request-Id")!
  package static let vigiaModelVersion = Self("Vigia-Model-Version")!
  /// `champion`, `challenger`, or `direct` where the request named the version.
  package static let vigiaVariant = Self("Vigia-Variant")!
  package static let vigiaQueueMicroseconds = Self("Vigia-Queue-Us")!
  package static let vigiaComputeMicroseconds = Self("Vigia-Compute-Us")!
  /// From the request's last byte to the reply's first.
  package static let vigiaTotalMicroseconds = Self("Vigia-Total-Us")!
  /// Numbers of the JSON for which it has no word, and so null: `nan=1, inf=2, -inf=1`. Only where there are some.
  package static let vigiaNotFinite = Self("Vigia-Not-Finite")!
  /// Of a request: how many instances of Vigia have passed it on.
  package static let vigiaHops = Self("Vigia-Hops")!
  package static let inferenceHeaderContentLength = Self("Inference-Header-Content-Length")!
}
