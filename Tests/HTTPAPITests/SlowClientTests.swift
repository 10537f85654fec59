import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPAPI

/// Clients that send a little now and then, on a clock that the test moves.
struct SlowClientTests {
  private static func channel(
    _ services: TestServices, limits: ConnectionLimits = ConnectionLimits()
  ) throws -> (EmbeddedChannel, FrontDoor) {
    let channel = EmbeddedChannel()
    let door = FrontDoor(
      responder: makeRouter(services.api),
      shared: FrontDoorShared(limits: limits, budget: ByteBudget(1 << 20)),
      loop: channel.eventLoop)
    try channel.pipeline.syncOperations.addHandler(door)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return (channel, door)
  }

  @Test func `a body for the router has one time for all of it, not one for each part`()
    async throws
  {
    let services = try await TestServices.make()
    let (channel, _) = try Self.channel(services)
    try channel.writeInbound(
      ByteBuffer(
        string:
          "POST /v2/repository/index HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65536\r\n\r\n"))
    // 10 s, and 4 for its 64 KB.
    for _ in 0..<13 {
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
      #expect(channel.isActive)
      try channel.writeInbound(ByteBuffer(string: " "))
    }
    channel.embeddedEventLoop.advanceTime(by: .seconds(2))
    #expect(!channel.isActive)
  }

  @Test func `a body that came with its head is not waited for`() async throws {
    let services = try await TestServices.make()
    let (channel, door) = try Self.channel(services)
    try channel.writeInbound(
      ByteBuffer(
        string:
          "POST /v2/repository/index HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"))
    channel.embeddedEventLoop.advanceTime(by: .seconds(3_600))
    #expect(channel.isActive)
    door.replyEnded()
    channel.embeddedEventLoop.advanceTime(by: .seconds(76))
    #expect(!channel.isActive)
  }

  @Test func `a request that begins when the idle time is nearly over has its own time`()
    async throws
  {
    let services = try await TestServices.make()
    let (channel, door) = try Self.channel(services)
    let head =
      "POST /v2/repository/index HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    try channel.writeInbound(ByteBuffer(string: head))
    door.requestEnded()
    door.replyEnded()
    channel.embeddedEventLoop.advanceTime(by: .seconds(74))
    try channel.writeInbound(ByteBuffer(string: head))
    for _ in 0..<119 {
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
      #expect(channel.isActive)
      try channel.writeInbound(ByteBuffer(string: "1\r\n \r\n"))
    }
    channel.embeddedEventLoop.advanceTime(by: .seconds(2))
    #expect(!channel.isActive)
  }
}
