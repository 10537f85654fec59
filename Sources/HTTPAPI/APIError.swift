package import Domain
package import HTTPTypes
package import Hummingbird
import NIOCore

/// A refusal on its way to the client: V2's body, with the status and fields that belong to it.
package struct APIError: Error, Sendable, Equatable {
  package var status: HTTPResponse.Status
  /// What was expected, what was found, and what to do next.
  package var message: String
  package var fields: HTTPFields
  /// How it is counted; nil for what is no refusal of the server's own, or is counted with its model.
  package var refusal: HTTPRefusal?

  package init(
    _ status: HTTPResponse.Status, _ message: String, fields: HTTPFields = [:],
    refusal: HTTPRefusal? = nil
  ) {
    self.status = status
    self.message = message
    self.fields = fields
    self.refusal = refusal
  }

  /// The same text whatever is wrong with the credentials, so that nothing can be learnt from it.
  package static func unauthorized(_ message: String) -> APIError {
    APIError(
      .unauthorized, message, fields: [.wwwAuthenticate: "Bearer realm=\"vigia\""],
      refusal: .unauthorized)
  }

  package static func forbidden(
    _ message: String, refusal: HTTPRefusal = .forbidden
  ) -> APIError {
    APIError(.forbidden, message, refusal: refusal)
  }

  static var nothingHere: APIError {
    APIError(
      .notFound, "there is nothing at this path; GET /docs lists what there is",
      refusal: .unknownPath)
  }

  package static func bodyTooLarge(limit: Int) -> APIError {
    APIError(
      .contentTooLarge, "the body is larger than the \(limit) bytes that this route takes",
      refusal: .tooLarge)
  }

  /// A client that sends its request too slowly holds a connection that others may need.
  static var tooSlow: APIError {
    APIError(
      .requestTimeout, "the request did not come within its time; send it again, faster",
      refusal: .tooSlow)
  }

  /// - Parameter retryAfter: seconds.
  package static func unavailable(_ message: String, retryAfter: Int = 1) -> APIError {
    APIError(.serviceUnavailable, message, fields: [.retryAfter: String(retryAfter)])
  }

  /// What all clients together send is more than the server may hold.
  static var tooManyBytes: APIError {
    var error = unavailable(
      "too many bytes of requests are being received at once; try again later")
    error.refusal = .tooManyBytes
    return error
  }

  /// How a question that the source did not answer looks on the wire.
  package init(_ error: SourceError) {
    switch error {
    case .unreachable(let reason): self = .unavailable(reason)
    case .notAllowed(let reason): self.init(.forbidden, reason)
    case .invalid(let reason): self.init(.badRequest, reason)
    case .notFound(let reason): self.init(.notFound, reason)
    case .conflict(let reason): self.init(.conflict, reason)
    case .failed(let reason): self.init(.internalServerError, reason)
    }
  }

  /// `{"error":"..."}`, on every route.
  package var response: Response {
    var fields = fields
    fields[.contentType] = "application/json"
    return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: body))
  }

  /// What a client sent may stand in it, so it is cut and escaped as in a log.
  var body: ByteBuffer {
    JSONBody.buffer(ErrorBody(error: LogText.escaped(message, limit: 4_000)))
  }

  private struct ErrorBody: Encodable { let error: String }
}
