import NIOCore
import NIOHTTP1

/// Puts into one word of HTTP/1.1 whether a connection goes on after a request, and into one of HTTP/1.0 that it does (RFC 9112,
/// section 9.3).
///
/// A request that is the last of its connection in other words (a list with `close` in it, or HTTP/1.0 that does not ask for
/// more) says `Connection: close`. A reply to HTTP/1.0 that asks for more says `Connection: keep-alive`: without that its client
/// waits for the end of the connection.
final class Persistence: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// Of each request that a reply is owed to: whether its client has to be told that the connection goes on.
  private var owed = CircularBuffer<Bool>(initialCapacity: 1)

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
    let isLast = Self.isLast(head)
    owed.append(!isLast && Self.isOld(head))
    guard isLast else { return context.fireChannelRead(data) }
    head.headers.replaceOrAdd(name: "Connection", value: "close")
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .head(var head) = unwrapOutboundIn(data), head.status.code >= 200,
      owed.popFirst() == true, !head.headers.contains(name: "Connection")
    else { return context.write(data, promise: promise) }
    head.headers.add(name: "Connection", value: "keep-alive")
    context.write(wrapOutboundOut(.head(head)), promise: promise)
  }

  static func isLast(_ head: HTTPRequestHead) -> Bool {
    let words = head.headers[canonicalForm: "Connection"].map { $0.lowercased() }
    return words.contains("close") || (isOld(head) && !words.contains("keep-alive"))
  }

  private static func isOld(_ head: HTTPRequestHead) -> Bool {
    (head.version.major, head.version.minor) < (1, 1)
  }
}
