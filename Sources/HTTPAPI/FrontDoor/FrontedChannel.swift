import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes

/// The router's HTTP/1.1 channel with a `FrontDoor` before it.
struct FrontedChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  /// Has a `ReplyEndWatch` among its additional handlers.
  let base: HTTP1Channel
  let responder: APIResponder
  let shared: FrontDoorShared

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    base.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let door = FrontDoor(responder: responder, shared: shared, loop: channel.eventLoop)
      let pipeline = channel.pipeline.syncOperations
      try pipeline.handler(type: ReplyEndWatch.self).door = door
      try pipeline.addHandler(door, position: .first)
      return value
    }
  }

  func handle(value: Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }
}

/// Tells the front door where the router's requests and replies end.
final class ReplyEndWatch: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  weak var door: FrontDoor?

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .end = unwrapInboundIn(data) { door?.requestEnded() }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let part = unwrapOutboundIn(data)
    context.write(data, promise: promise)
    if case .end = part { door?.replyEnded() }
  }
}
