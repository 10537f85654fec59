import Foundation
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import HTTPAPI

/// When the replies to requests that came together are sent.
struct ReplyFlushTests {
  private final class Clock: Sendable {
    let time = Mutex(NIODeadline.uptimeNanoseconds(1_000_000))
  }

  private static func channels(
    _ services: TestServices, _ count: Int, on loop: EmbeddedEventLoop, clock: Clock = Clock()
  ) throws -> [EmbeddedChannel] {
    let shared = FrontDoorShared(
      limits: ConnectionLimits(), budget: ByteBudget(1 << 20), now: { clock.time.withLock { $0 } })
    return try (0..<count).map { _ in
      let channel = EmbeddedChannel(loop: loop)
      let door = FrontDoor(responder: makeRouter(services.api), shared: shared, loop: loop)
      try channel.pipeline.syncOperations.addHandler(door)
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      return channel
    }
  }

  private static func sent(by channel: EmbeddedChannel) throws -> Int {
    var replies = 0
    while var bytes = try channel.readOutbound(as: ByteBuffer.self) {
      let text = bytes.readString(length: bytes.readableBytes) ?? ""
      replies += text.components(separatedBy: "HTTP/1.1 200 ").count - 1
    }
    return replies
  }

  @Test func `replies to what came together are sent together, when all are written`() async throws
  {
    let services = try await TestServices.make()
    let loop = EmbeddedEventLoop()
    let channels = try Self.channels(services, 3, on: loop)
    for channel in channels {
      try channel.writeInbound(ByteBuffer(string: FrontDoorTests.infer()))
      #expect(try Self.sent(by: channel) == 0)
    }
    loop.run()
    for channel in channels { #expect(try Self.sent(by: channel) == 1) }
  }

  @Test func `a reply waits no longer than the patience for others`() async throws {
    let services = try await TestServices.make()
    let loop = EmbeddedEventLoop()
    let clock = Clock()
    let channels = try Self.channels(services, 4, on: loop, clock: clock)
    for (channel, sent) in zip(channels, [0, 0, 3, 0]) {
      try channel.writeInbound(ByteBuffer(string: FrontDoorTests.infer()))
      #expect(try channels.reduce(0) { try $0 + Self.sent(by: $1) } == sent)
      clock.time.withLock { $0 = $0 + .microseconds(60) }
    }
    loop.run()
    #expect(try channels.map(Self.sent) == [0, 0, 0, 1])
  }

  @Test func `the replies of a connection that is gone are dropped, and the others are sent`()
    async throws
  {
    let services = try await TestServices.make()
    let loop = EmbeddedEventLoop()
    let channels = try Self.channels(services, 2, on: loop)
    for channel in channels {
      try channel.writeInbound(ByteBuffer(string: FrontDoorTests.infer() + FrontDoorTests.infer()))
    }
    channels[0].close(promise: nil)
    loop.run()
    #expect(try Self.sent(by: channels[1]) == 2)
  }
}
