import NIOCore
import NIOHTTP1

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
