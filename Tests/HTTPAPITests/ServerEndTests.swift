import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Synchronization
import Testing

@testable import HTTPAPI

/// What a server leaves when it stops.
@Suite(.timeLimit(.minutes(1))) struct ServerEndTests {
  private final class Held<Value: Sendable>: Sendable {
    let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
  }

  private static let request =
    "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
  private static let kept = "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"

  private static func connection() async throws -> ServerEnd.Connection {
    let channel = NIOAsyncTestingChannel()
    return try await channel.eventLoop.submit {
      try NIOAsyncChannel(wrappingChannelSynchronously: channel)
    }.get()
  }

  @Test func `a connection that was never opened is ended`() async throws {
    let end = ServerEnd()
    // Only held by it: NIO ends the process when one is dropped that was not ended.
    let channel = try await {
      let connection = try await Self.connection()
      end.accepted(connection) { Issue.record("nothing can come over it") }
      return connection.channel
    }()
    #expect(end.untaken == 1)
    await end.wait()
    #expect(end.untaken == 0)
    #expect(!channel.isActive)
    try await channel.closeFuture.get()
  }

  @Test func `what came over a connection that no server took up is answered`() async throws {
    let responder = makeRouter(try await TestServices.make().api)
    let end = ServerEnd()
    let fronted = FrontedChannel(
      base: HTTP1Channel(
        responder: { request, writer, _ in
          #expect(request.uri.path == "/v2/health/live")
          var reply = HTTPResponse(status: .ok)
          reply.headerFields = [.vigiaRequestID: "1", .contentLength: "0"]
          try await writer.writeHead(reply).finish(nil)
        },
        configuration: .init(additionalChannelHandlers: [RouterWatch(responder: responder)])),
      responder: responder,
      shared: FrontDoorShared(limits: ConnectionLimits(), budget: responder.receiving), end: end)
    let channel = NIOAsyncTestingChannel()
    try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
    let logger = LogLines().logger
    _ = try await channel.eventLoop.flatSubmit { fronted.setup(channel: channel, logger: logger) }
      .get()
    try await channel.writeInbound(ByteBuffer(string: Self.kept))
    #expect(end.untaken == 1)
    async let ended: Void = end.wait()
    let reply = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
    #expect(String(buffer: reply).hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(channel.isActive)
    // Its client may have been about to send more.
    await channel.testingEventLoop.advanceTime(by: ConnectionLimits().farewell)
    await ended
    #expect(!channel.isActive)
    #expect(end.untaken == 0)
  }

  @Test func `one that was taken up is its server's`() async throws {
    let end = ServerEnd()
    let connection = try await Self.connection()
    end.accepted(connection) { Issue.record("it has a server") }
    end.taken(connection)
    #expect(end.untaken == 0)
    await end.wait()
    try await connection.executeThenClose { _, _ in }
  }

  @Test func `the end waits until the server's log is gone`() async {
    let end = ServerEnd()
    let log = LogLines()
    let held = Held<Logger?>(LifetimeLog.logger(log.logger, end.lifetime()))
    held.value.withLock { $0?.warning("it still speaks") }
    #expect(log.list.count == 1)
    let isGone = Held(false)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await end.wait()
        #expect(isGone.value.withLock { $0 })
      }
      group.addTask {
        for _ in 0..<1_000 { await Task.yield() }
        isGone.value.withLock { $0 = true }
        held.value.withLock { $0 = nil }
      }
    }
  }

  @Test func `a server that somebody holds on to keeps nobody for ever`() async {
    let end = ServerEnd()
    let lifetime = end.lifetime()
    await end.wait(patience: .milliseconds(1))
    withExtendedLifetime(lifetime) {}
  }

  @Test func `connections that come while the servers stop end no process`() async throws {
    for _ in 0..<10 {
      let services = try await TestServices.make()
      let port = Held(0)
      let isOver = Held(false)
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            while !isOver.value.withLock({ $0 }) {
              let port = port.value.withLock { $0 }
              // Refused, cut off or answered: all the same here.
              if port > 0 { _ = try? await RawClient.send(port: port, Self.request) }
              await Task.yield()
            }
          }
        }
        try? await LiveServer.run(services) { server in
          port.value.withLock { $0 = server.port }
          for _ in 0..<20 { _ = try await RawClient.send(port: server.port, Self.request) }
        }
        isOver.value.withLock { $0 = true }
      }
    }
  }
}
