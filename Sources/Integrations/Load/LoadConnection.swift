import NIOCore
import NIOHTTP1

/// One connection of a load: at most one request at a time is on it.
final class LoadConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  /// Who is told what becomes of it.
  protocol Owner: AnyObject {
    /// - Parameter isReusable: whether the next request may go over it.
    func answered(_ connection: LoadConnection, status: Int, isReusable: Bool)
    func failed(_ connection: LoadConnection, _ error: LoadError)
    /// It takes no further request.
    func closed(_ connection: LoadConnection)
  }

  private static let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/")
  private weak var owner: (any Owner)?
  private var context: ChannelHandlerContext?
  private let writer: RawWriter
  private var status = 0
  private var closesAfterReply = false
  /// The request that is on it: when it was due and when it was sent, in nanoseconds on the loop's clock.
  private(set) var pending: (due: Int64, sent: Int64)?

  init(owner: any Owner, writer: RawWriter) {
    self.owner = owner
    self.writer = writer
  }

  func channelActive(context: ChannelHandlerContext) { self.context = context }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func send(_ bytes: ByteBuffer, due: Int64, sent: Int64) {
    pending = (due, sent)
    writer.next = bytes
    context?.writeAndFlush(wrapOutboundOut(.head(Self.head)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      status = Int(head.status.code)
      closesAfterReply = !head.isKeepAlive
    case .body: break
    case .end:
      owner?.answered(self, status: status, isReusable: !closesAfterReply)
      if closesAfterReply { close() }
    }
  }

  /// After `answered`: nothing is on it.
  func settle() { pending = nil }

  func close() {
    context?.close(promise: nil)
    end()
  }

  func channelInactive(context: ChannelHandlerContext) {
    if pending != nil { owner?.failed(self, .closed) }
    end()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if pending != nil { owner?.failed(self, error is HTTPParserError ? .badAnswer : .closed) }
    context.close(promise: nil)
    end()
  }

  private func end() {
    pending = nil
    context = nil
    let owner = owner
    self.owner = nil
    owner?.closed(self)
  }
}

/// Stands between the socket and the decoder: what the decoder has to see of a request, so that it expects an answer,
/// becomes the request's bytes, which were made before the load began.
final class RawWriter: ChannelOutboundHandler {
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = ByteBuffer

  var next = ByteBuffer()

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    context.write(wrapOutboundOut(next), promise: promise)
  }
}
