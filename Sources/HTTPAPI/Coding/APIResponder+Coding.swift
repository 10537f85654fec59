import HTTPTypes
import Hummingbird
import NIOCore

/// Bodies on their way in and out of the router, unpacked and packed.
extension APIResponder {
  /// Gives the whole body, unpacked where it came packed, to `use`.
  ///
  /// - Parameter limit: bytes of the body, and of what comes out of it.
  func withBody<Value>(
    of request: Request, upTo limit: Int, _ use: (ByteBuffer) throws(APIError) -> Value
  ) async throws(APIError) -> Value {
    let form = try ContentCoding.ofRequest(request.headers)
    let body = try await request.wholeBody(upTo: limit)
    guard let form else { return try use(body) }
    let unpacked: ByteBuffer
    do {
      unpacked = try Gzip.unpacked(body, form, limit: limit, budget: unpacking)
    } catch {
      throw APIError(error, limit: limit)
    }
    defer { unpacking.give(back: unpacked.readableBytes) }
    return try use(unpacked)
  }

  /// The reply in gzip, where the client takes that and it gets smaller. Streams stay as they are.
  func packed(_ response: Response, for head: HTTPRequest) async -> Response {
    guard let length = response.body.contentLength, length >= ContentCoding.leastBytes else {
      return response
    }
    var response = response
    response.headers.append(HTTPField(name: .vary, value: "Accept-Encoding"))
    guard ContentCoding.takesGzip(head.headerFields) else { return response }
    let collected = CollectedBody()
    guard (try? await response.body.write(CollectedBody.Writer(body: collected))) != nil,
      let packed = Gzip.compressed(collected.bytes)
    else { return response }
    var fields = response.headers
    fields[.contentEncoding] = "gzip"
    fields[.contentLength] = String(packed.readableBytes)
    return Response(
      status: response.status, headers: fields, body: ResponseBody(byteBuffer: packed))
  }
}

extension APIError {
  init(_ failure: Gzip.Failure, limit: Int) {
    switch failure {
    case .corrupt(let reason):
      self.init(.badRequest, "the body cannot be unpacked: \(reason)")
    case .truncated: self.init(.badRequest, "the packed body ended before it was complete")
    case .tooLarge:
      self.init(
        .contentTooLarge,
        "the unpacked body is larger than the \(limit) bytes that this route takes")
    case .noRoom:
      self = .unavailable("too many bytes of requests are being unpacked at once; try again later")
    }
  }
}

/// The bytes of a reply, instead of a connection.
private final class CollectedBody {
  private(set) var bytes = ByteBuffer()

  struct Writer: ResponseBodyWriter {
    let body: CollectedBody

    func write(_ buffer: ByteBuffer) { body.bytes.writeImmutableBuffer(buffer) }
    func finish(_ trailingHeaders: HTTPFields?) {}
  }
}
