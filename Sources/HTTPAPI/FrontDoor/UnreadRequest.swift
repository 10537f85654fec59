import Domain
import HTTPTypes
import NIOHTTP1

/// What the decoder takes.
enum HeadLimits {
  static let field = 16_384
  static let all = 65_536
  static let fields = 100
}

extension APIError {
  /// Of bytes in which the decoder has found no request.
  init(_ error: HTTPParserError) {
    switch error {
    case .headerOverflow:
      self.init(
        .requestHeaderFieldsTooLarge,
        "the head is too large: it may have \(HeadLimits.fields) fields, each of \(HeadLimits.field) bytes, and "
          + "\(HeadLimits.all) bytes in all",
        refusal: .headTooLarge)
    case .invalidMethod:
      self.init(.badRequest, "the method is none that is known", refusal: .malformed)
    case .invalidURL:
      self.init(
        .badRequest, "the path is none: beyond ASCII it is percent-encoded", refusal: .malformed)
    case .unexpectedContentLength, .invalidContentLength:
      self.init(
        .badRequest,
        "the body's length is not clear, or larger than any: expected one Content-Length of digits alone, or "
          + "Transfer-Encoding: chunked",
        refusal: .malformed)
    case .invalidVersion:
      self.init(.badRequest, "only HTTP/1.1 and HTTP/1.0 are spoken here", refusal: .malformed)
    case .invalidHeaderToken:
      self.init(.badRequest, "a field of the head is none", refusal: .malformed)
    default:
      self.init(.badRequest, "this is no HTTP/1.1 request", refusal: .malformed)
    }
  }
}

extension APIResponder {
  /// Counts, and notes in the log, a refusal of what never became a request.
  ///
  /// - Returns: the id that its reply has.
  func refuseUnread(_ error: APIError) -> String {
    let arrival = Arrival(services)
    services.tally.add(error)
    log.refusedUnread(error, arrival.id, at: services.now())
    return arrival.id.description
  }
}
