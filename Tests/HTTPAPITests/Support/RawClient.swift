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

  /// Sends the bytes and reads until the server closes.
  static func send(port: Int, _ text: String) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: text))
      var answer = ""
      for try await bytes in inbound { answer += String(buffer: bytes) }
      return answer
    }
  }
}
