import Domain
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// The router's HTTP/1.1 channel; that of the TCP port has a `FrontDoor` before it.
struct FrontedChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  /// Has a `RouterWatch` among its additional handlers.
  let base: HTTP1Channel
  let responder: APIResponder
  /// Nil for one without a front door.
  let shared: FrontDoorShared?

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    base.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      let decoder = try pipeline.context(
        handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandler(LastRequest(), position: .after(decoder.handler))
      guard let shared else { return value }
      let door = FrontDoor(responder: responder, shared: shared, loop: channel.eventLoop)
      try pipeline.handler(type: RouterWatch.self).door = door
      try pipeline.addHandler(door, position: .first)
      return value
    }
  }

  func handle(value: Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }
}

/// Says `Connection: close` of a request that is the last of its connection in other words: a list with that word in it, or
/// HTTP/1.0 that does not ask for more.
final class LastRequest: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data), Self.isLast(head) else {
      return context.fireChannelRead(data)
    }
    head.headers.replaceOrAdd(name: "Connection", value: "close")
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  static func isLast(_ head: HTTPRequestHead) -> Bool {
    let words = head.headers[canonicalForm: "Connection"].map { $0.lowercased() }
    return words.contains("close")
      || ((head.version.major, head.version.minor) < (1, 1) && !words.contains("keep-alive"))
  }
}

/// Tells the front door where the router's requests and replies begin and end, and says why where the decoder has found no
/// request.
final class RouterWatch: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  weak var door: FrontDoor?
  private let responder: APIResponder
  private var unreadable = HTTPParserError.unknown
  private var isLast = false

  init(responder: APIResponder) { self.responder = responder }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head: door?.requestBegan()
    case .body: break
    case .end: door?.requestEnded()
    }
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let error = error as? HTTPParserError { unreadable = error }
    context.fireErrorCaught(error)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head):
      let ends = door?.replyBegins(head.status) ?? false
      // Each reply of the responder has an id; Hummingbird's own, to what it could not read, has none.
      if head.headerFields[.vigiaRequestID] == nil, context.channel.isActive {
        return refuse(context, promise)
      }
      if ends { head.headerFields[.connection] = "close" }
      isLast = head.headerFields[.connection]?.lowercased() == "close"
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      context.write(data, promise: promise)
      door?.replyEnded(closes: isLast)
    }
  }

  /// Instead of an empty 400; its end is written next.
  private func refuse(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    isLast = true
    let error = APIError(unreadable)
    let body = error.body
    var head = HTTPResponse(status: error.status)
    head.headerFields = [
      .contentType: "application/json", .contentLength: String(body.readableBytes),
      .connection: "close", .vigiaRequestID: responder.refuseUnread(error),
    ]
    if let door {
      head.headerFields[.date] = door.shared.dates.text(at: responder.services.now())
    }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(body)), promise: promise)
  }
}

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
        "the body's length is not clear: one Content-Length, or Transfer-Encoding: chunked",
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
