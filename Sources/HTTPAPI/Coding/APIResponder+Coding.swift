import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// Bodies on their way in and out of the router, unpacked and packed.
extension APIResponder {
  /// Gives the whole body, unpacked where it came packed, to `use`.
  ///
  /// - Parameter limit: bytes of the body, and of what comes out of it.
  func withBody<Value>(
    of request: Request, upTo limit: Int, _ use: (ByteBuffer) async throws(APIError) -> Value
  ) async throws(APIError) -> Value {
    let form = try ContentCoding.ofRequest(request.headers)
    let body = try await wholeBody(of: request, upTo: limit)
    defer { receiving.give(back: counted(body.readableBytes)) }
    guard let form else { return try await use(body) }
    let unpacked: ByteBuffer
    do {
      // Elsewhere, however small it is: it may hold a thousand times its size.
      let unpacking = unpacking
      unpacked = try await LargeBody.run { () throws(Gzip.Failure) in
        try Gzip.unpacked(body, form, limit: limit, budget: unpacking)
      }
    } catch {
      throw APIError(error, limit: limit)
    }
    defer { unpacking.give(back: unpacked.readableBytes) }
    return try await use(unpacked)
  }

  /// The whole body, unless it is larger than allowed, there is no room for it, or the client went away in the middle of
  /// it. What `counted` says of its bytes has been taken from `receiving`, and is the caller's to give back.
  private func wholeBody(of request: Request, upTo limit: Int) async throws(APIError) -> ByteBuffer
  {
    try checkLength(of: request.head, limit)
    var whole = ByteBuffer()
    do {
      for try await var part in request.body {
        let (held, more) = (whole.readableBytes, whole.readableBytes + part.readableBytes)
        guard more <= limit else { throw APIError.bodyTooLarge(limit: limit) }
        guard receiving.take(counted(more) - counted(held)) else { throw APIError.tooManyBytes }
        if held == 0 { whole = part } else { whole.writeBuffer(&part) }
      }
      return whole
    } catch {
      receiving.give(back: counted(whole.readableBytes))
      if error is FrontDoor.SlowClient { throw .tooSlow }
      throw error as? APIError
        ?? APIError(
          .badRequest, "the body ended before it was complete, or its chunks are none",
          refusal: .malformed)
    }
  }

  /// Of a body that is announced with its length.
  func checkLength(of head: HTTPRequest, _ limit: Int) throws(APIError) {
    guard let length = head.headerFields[.contentLength] else { return }
    guard (Int(length) ?? .max) <= limit else { throw .bodyTooLarge(limit: limit) }
  }

  /// Of a body with as many bytes: how many count against what all together may hold.
  private func counted(_ bytes: Int) -> Int {
    bytes > services.limits.uncountedBody ? bytes : 0
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
    guard (try? await response.body.write(CollectedBody.Writer(body: collected))) != nil else {
      return response
    }
    let plain = collected.bytes
    guard let packed = await LargeBody.run({ Gzip.compressed(plain) }) else { return response }
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
