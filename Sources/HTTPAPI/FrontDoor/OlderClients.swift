import NIOCore
import NIOHTTP1

/// What clients of HTTP/1.0 say and expect, in the words of HTTP/1.1 that all else here goes by (RFC 9112, sections 3.3, 6.1 and
/// 9.3).
///
/// - A request that is the last of its connection in other words (HTTP/1.0 that does not ask for more, or whose body has a coding
///   that it does not know; a list with `close` in it) says `Connection: close`.
/// - A reply to HTTP/1.0 that asks for more says `Connection: keep-alive`: without that its client waits for the end of the
///   connection. Where the reply's length is not known, that end is what tells it, since such clients know no chunks.
/// - HTTP/1.0 may name no host, as the health checks of some balancers do, and then means this server. The guard against pages of
///   other names loses nothing by that: browsers name one.
final class OlderClients: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// What a reply has to say.
  private enum Client {
    case new
    case old
    /// It asks to go on.
    case oldAndStaying
  }

  /// Of each request that a reply is owed to.
  private var owed = CircularBuffer<Client>(initialCapacity: 1)
  /// With the reply under way.
  private var ends = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
    let (isOld, isLast) = (Self.isOld(head), Self.isLast(head))
    owed.append(!isOld ? .new : isLast ? .old : .oldAndStaying)
    guard isOld || isLast else { return context.fireChannelRead(data) }
    if isLast { head.headers.replaceOrAdd(name: "Connection", value: "close") }
    if isOld, !head.headers.contains(name: "Host"), head.uri.hasPrefix("/") {
      let port = context.channel.localAddress?.port.map { ":\($0)" } ?? ""
      head.headers.add(name: "Host", value: "localhost\(port)")
    }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head) where head.status.code >= 200:
      guard let client = owed.popFirst(), client != .new else { break }
      if Self.hasEnd(head) {
        if client == .oldAndStaying, !head.headers.contains(name: "Connection") {
          head.headers.add(name: "Connection", value: "keep-alive")
        }
      } else {
        head.version = .http1_0
        head.headers.replaceOrAdd(name: "Connection", value: "close")
        ends = client == .oldAndStaying
      }
      return context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .end where ends:
      // Once the client has all of it.
      let sent = promise ?? context.eventLoop.makePromise()
      sent.futureResult.whenComplete { [channel = context.channel] _ in
        channel.close(promise: nil)
      }
      return context.writeAndFlush(data, promise: sent)
    default: break
    }
    context.write(data, promise: promise)
  }

  /// Whether a client can tell where the reply ends, with the connection going on.
  private static func hasEnd(_ head: HTTPResponseHead) -> Bool {
    head.headers.contains(name: "Content-Length") || !head.status.mayHaveResponseBody
  }

  private static func isLast(_ head: HTTPRequestHead) -> Bool {
    let words = head.headers[canonicalForm: "Connection"].map { $0.lowercased() }
    guard isOld(head) else { return words.contains("close") }
    return words.contains("close") || !words.contains("keep-alive")
      || head.headers.contains(name: "Transfer-Encoding")
  }

  private static func isOld(_ head: HTTPRequestHead) -> Bool {
    (head.version.major, head.version.minor) < (1, 1)
  }
}
