import NIOCore
import NIOTLS

/// Tells when a connection's TLS stands, or why it never will.
final class HandshakeWatch: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// A server that takes connections and says nothing would be waited for without end.
  private static let limit = TimeAmount.seconds(5)

  private let promise: EventLoopPromise<Void>
  private var timer: Scheduled<Void>?

  init(_ promise: EventLoopPromise<Void>) { self.promise = promise }

  func handlerAdded(context: ChannelHandlerContext) {
    let promise = promise
    timer = context.eventLoop.scheduleTask(in: Self.limit) {
      promise.fail(ChannelError.connectTimeout(Self.limit))
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent {
      timer?.cancel()
      promise.succeed()
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    timer?.cancel()
    promise.fail(error)
    context.fireErrorCaught(error)
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    promise.fail(ChannelError.eof)
    context.fireChannelInactive()
  }
}
