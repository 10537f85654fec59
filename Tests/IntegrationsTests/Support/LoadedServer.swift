import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Answers each request as the script says, by its number from 0.
final class LoadedServer: Sendable {
  enum Reply {
    case ok, okAndClose, close, rubbish, never
    case status(Int)
    case after(TimeAmount)
  }

  let port: Int
  private let state: State

  var received: Int { state.value.withLock { $0.count } }
  var bodies: Set<String> { state.value.withLock { $0.bodies } }

  private final class State: Sendable {
    let value = Mutex<(count: Int, bodies: Set<String>)>((0, []))
  }

  private init(port: Int, state: State) {
    self.port = port
    self.state = state
  }

  /// - Parameters:
  ///   - host: an address of this machine.
  ///   - tls: nil serves without.
  static func run<Value: Sendable>(
    host: String = "127.0.0.1", tls: NIOSSLContext? = nil,
    _ script: @escaping @Sendable (Int) -> Reply,
    body: @Sendable (LoadedServer) async throws -> Value
  ) async throws -> Value {
    let state = State()
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
          }
          try channel.pipeline.syncOperations.addHandler(Handler(state: state, script: script))
        }
      }
      .bind(host: host, port: 0).get()
    // Closed before this returns: a test may go on to find nobody there.
    let result: Value
    do {
      result = try await body(LoadedServer(port: listener.localAddress?.port ?? 0, state: state))
    } catch {
      try await listener.close()
      throw error
    }
    try await listener.close()
    return result
  }

  /// The load sends one request at a time on a connection, and each ends with `}`.
  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let state: State
    private let script: @Sendable (Int) -> Reply
    private var text = ""

    init(state: State, script: @escaping @Sendable (Int) -> Reply) {
      self.state = state
      self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      text += String(buffer: unwrapInboundIn(data))
      guard text.hasSuffix("}"), let end = text.firstRange(of: "\r\n\r\n") else { return }
      let body = String(text[end.upperBound...])
      text = ""
      let number = state.value.withLock { value in
        value.bodies.insert(body)
        value.count += 1
        return value.count - 1
      }
      let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n"
      switch script(number) {
      case .ok: write(ok + "\r\n{}", context)
      case .okAndClose:
        write(ok + "connection: close\r\n\r\n{}", context)
        context.close(promise: nil)
      case .close: context.close(promise: nil)
      case .rubbish: write("rubbish\r\n\r\n", context)
      case .never: break
      case .status(let code): write("HTTP/1.1 \(code) X\r\ncontent-length: 0\r\n\r\n", context)
      case .after(let delay):
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: delay) {
          handler.value.write(ok + "\r\n{}", bound.value)
        }
      }
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
  }
}
