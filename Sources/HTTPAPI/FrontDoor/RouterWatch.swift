import Domain
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Tells the front door where the router's requests and replies begin and end, and says why where the decoder has found no
/// request.
final class RouterWatch: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// Until the connection ends. Not weak: an object that was ever referred to weakly is counted more dearly, with each request.
  var door: FrontDoor?
  private let responder: APIResponder
  private var unreadable = HTTPParserError.unknown
  private var isLast = false

  init(responder: APIResponder) { self.responder = responder }

  func handlerRemoved(context: ChannelHandlerContext) { door = nil }

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
