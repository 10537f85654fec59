import Glibc
import NIOCore
import NIOPosix

/// Bytes to a port, and what comes back, without an HTTP client's opinions.
enum RawClient {
  /// Posts `body` to model "m" on a kept-alive connection, and reads until the server closes it.
  static func exchange(port: Int, _ body: String) async throws -> String {
    try await send(
      port: port,
      "POST /v2/models/m/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    )
  }

  /// Sends the text and reads until the server closes.
  static func send(port: Int, _ text: String) async throws -> String {
    String(decoding: try await send(port: port, bytes: Array(text.utf8)), as: UTF8.self)
  }

  /// Sends the bytes and reads until the server closes.
  static func send(port: Int, bytes: [UInt8]) async throws -> [UInt8] {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port, channelInitializer: wrapped)
    return try await answer(to: bytes, over: channel)
  }

  /// Likewise to a Unix socket.
  static func send(socketPath: String, _ text: String) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(unixDomainSocketPath: socketPath, channelInitializer: wrapped)
    return String(decoding: try await answer(to: Array(text.utf8), over: channel), as: UTF8.self)
  }

  /// Whether somebody listens there. Blocks for a moment.
  static func connects(host: String, port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    guard let address = try? SocketAddress(ipAddress: host, port: port) else { return false }
    return address.withSockAddr { connect(descriptor, $0, socklen_t($1)) } == 0
  }

  @Sendable private static func wrapped(
    _ channel: any Channel
  ) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> {
    channel.eventLoop.makeCompletedFuture {
      try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
    }
  }

  private static func answer(
    to bytes: [UInt8], over channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
  ) async throws -> [UInt8] {
    try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(bytes: bytes))
      var answer: [UInt8] = []
      for try await bytes in inbound { answer += bytes.readableBytesView }
      return answer
    }
  }
}

/// One connection of which a test decides each byte.
struct RawConnection {
  private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private let channel: any Channel
  private var received = ""
  /// The server has closed its side.
  private(set) var isEnded = false

  static func open(
    port: Int, _ body: @Sendable (inout RawConnection) async throws -> Void
  ) async throws {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
            wrappingChannelSynchronously: channel,
            configuration: .init(isOutboundHalfClosureEnabled: true))
        }
      }
    try await channel.executeThenClose { inbound, outbound in
      var connection = RawConnection(
        inbound: inbound.makeAsyncIterator(), outbound: outbound, channel: channel.channel)
      try await body(&connection)
    }
  }

  private init(
    inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
    outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, channel: any Channel
  ) {
    self.inbound = inbound
    self.outbound = outbound
    self.channel = channel
  }

  func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

  /// Ends the connection at once, as a client does that crashes.
  func reset() async throws {
    guard let socket = channel as? any SocketOptionProvider else {
      preconditionFailure("a channel without a socket")
    }
    try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
    try await channel.close().get()
  }

  /// Ends the sending side only.
  func finish() { outbound.finish() }

  /// Reads up to and with `marker`, and gives what came before that was not given yet; all there is where the server
  /// closes first.
  mutating func read(through marker: String) async throws -> String {
    while !received.contains(marker), !isEnded {
      guard let bytes = try await inbound.next() else {
        isEnded = true
        break
      }
      received += String(buffer: bytes)
    }
    guard let range = received.firstRange(of: marker) else {
      defer { received = "" }
      return received
    }
    defer { received.removeSubrange(received.startIndex..<range.upperBound) }
    return String(received[..<range.upperBound])
  }

  /// All that still comes until the server closes.
  mutating func rest() async throws -> String { try await read(through: "\u{0}") }
}
