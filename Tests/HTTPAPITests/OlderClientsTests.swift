import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import HTTPAPI

@Suite struct OlderClientsTests {
  /// Takes replies, and tells nobody that they are sent.
  private final class SlowPeer: ChannelOutboundHandler {
    typealias OutboundIn = HTTPServerResponsePart
    var heads: [HTTPResponseHead] = []
    var unsent: [EventLoopPromise<Void>] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      if case .head(let head) = unwrapOutboundIn(data) { heads.append(head) }
      if let promise { unsent.append(promise) }
    }
  }

  @Test func `a reply that the connection's end ends is sent before that`() throws {
    let peer = SlowPeer()
    let channel = EmbeddedChannel(handlers: [peer, OlderClients()])
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    let request = HTTPRequestHead(
      version: .http1_0, method: .GET, uri: "/vigia/v1/stream",
      headers: ["Connection": "keep-alive"])
    try channel.writeInbound(HTTPServerRequestPart.head(request))
    guard case .head(let passed)? = try channel.readInbound(as: HTTPServerRequestPart.self) else {
      Issue.record("no head was passed on")
      return
    }
    #expect(passed.headers["Host"] == ["localhost"])
    #expect(passed.headers["Connection"] == ["keep-alive"])

    channel.write(
      HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok)), promise: nil)
    channel.write(HTTPServerResponsePart.end(nil), promise: nil)
    #expect(peer.heads.map(\.version) == [.http1_0])
    #expect(peer.heads.map { $0.headers["Connection"] } == [["close"]])
    #expect(channel.isActive)
    try #require(peer.unsent.count == 1)
    peer.unsent[0].succeed()
    channel.embeddedEventLoop.run()
    #expect(!channel.isActive)
  }

  @Test func `each reply of a row is told as its own request asked`() throws {
    let peer = SlowPeer()
    let channel = EmbeddedChannel(handlers: [peer, OlderClients()])
    for (version, option) in [
      (HTTPVersion.http1_0, "keep-alive"), (.http1_1, "keep-alive"), (.http1_0, "close"),
    ] {
      let request = HTTPRequestHead(
        version: version, method: .GET, uri: "/v2", headers: ["Host": "h", "Connection": option])
      try channel.writeInbound(HTTPServerRequestPart.head(request))
    }
    // One that is not the last word pays no request off.
    for status in [HTTPResponseStatus.continue, .ok, .ok, .ok] {
      let reply = HTTPResponseHead(
        version: .http1_1, status: status, headers: ["Content-Length": "0"])
      channel.write(HTTPServerResponsePart.head(reply), promise: nil)
    }
    #expect(peer.heads.map { $0.headers["Connection"] } == [[], ["keep-alive"], [], []])
    #expect(peer.heads.allSatisfy { $0.version == .http1_1 })
  }
}
