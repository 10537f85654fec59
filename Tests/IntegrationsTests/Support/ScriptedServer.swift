import NIOCore
import NIOPosix

/// A TCP server that says the same to everybody: a reply as soon as a request begins, and then nothing, or the end.
struct ScriptedServer {
  let port: Int
  private let channel: any Channel

  /// - Parameters:
  ///   - reply: the bytes of the answer.
  ///   - closes: whether the connection ends after them.
  static func start(_ reply: String, closes: Bool = false) async throws -> ScriptedServer {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { child in
        child.eventLoop.makeCompletedFuture {
          try child.pipeline.syncOperations.addHandler(Reply(text: reply, closes: closes))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return ScriptedServer(port: channel.localAddress?.port ?? 0, channel: channel)
  }

  func stop() async throws { try await channel.close().get() }

  private final class Reply: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let text: String
    private let closes: Bool
    private var isSaid = false

    init(text: String, closes: Bool) {
      self.text = text
      self.closes = closes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard !isSaid else { return }
      isSaid = true
      let end = context.eventLoop.makePromise(of: Void.self)
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: end)
      if closes { context.close(promise: nil) }
    }
  }
}
