import NIOCore
import NIOHTTP1

/// What clients of HTTP/1.0 say and expect, in the words of HTTP/1.1 that all else here goes by (RFC 9112, sections 3.3 and 9.3).
///
/// - A request that is the last of its connection in other words (HTTP/1.0 that does not ask for more, or a list with `close` in it)
///   says `Connection: close`.
/// - A reply to HTTP/1.0 that asks for more says `Connection: keep-alive`: without that its client waits for the end of the
///   connection.
/// - HTTP/1.0 may name no host, as the health checks of some balancers do, and then means this server. The guard against pages of
///   other names loses nothing by that: browsers name one.
final class OlderClients: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// Of each request that a reply is owed to: whether its client has to be told that the connection goes on.
  private var owed = CircularBuffer<Bool>(initialCapacity: 1)

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
    let (isOld, isLast) = (Self.isOld(head), Self.isLast(head))
    owed.append(isOld && !isLast)
    guard isOld || isLast else { return context.fireChannelRead(data) }
    if isLast { head.headers.replaceOrAdd(name: "Connection", value: "close") }
    if isOld, !head.headers.contains(name: "Host") {
      head.headers.add(name: "Host", value: "localhost")
    }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .head(var head) = unwrapOutboundIn(data), head.status.code >= 200,
      owed.popFirst() == true, !head.headers.contains(name: "Connection")
    else { return context.write(data, promise: promise) }
    head.headers.add(name: "Connection", value: "keep-alive")
    context.write(wrapOutboundOut(.head(head)), promise: promise)
  }

  private static func isLast(_ head: HTTPRequestHead) -> Bool {
    let words = head.headers[canonicalForm: "Connection"].map { $0.lowercased() }
    return words.contains("close") || (isOld(head) && !words.contains("keep-alive"))
  }

  private static func isOld(_ head: HTTPRequestHead) -> Bool {
    (head.version.major, head.version.minor) < (1, 1)
  }
}
