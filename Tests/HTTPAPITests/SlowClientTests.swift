import HTTPTypes
import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPAPI

/// Clients that send a little now and then, on a clock that the test moves.
struct SlowClientTests {
  private static let announced =
    "POST /v2/repository/index HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999\r\n\r\n"
  private static let chunked =
    "POST /v2/repository/index HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"

  /// Stands for the router, which is told of a client that is too slow.
  private final class Router: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    weak var door: FrontDoor?
    private(set) var isTold = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      if String(buffer: unwrapInboundIn(data)).hasPrefix("POST ") { door?.requestBegan() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      isTold = isTold || error is FrontDoor.SlowClient
    }
  }

  private struct Connection {
    let channel = EmbeddedChannel()
    let door: FrontDoor
    let router = Router()

    init(_ services: TestServices) throws {
      door = FrontDoor(
        responder: makeRouter(services.api),
        shared: FrontDoorShared(limits: ConnectionLimits(), budget: ByteBudget(1 << 20)),
        loop: channel.eventLoop)
      router.door = door
      try channel.pipeline.syncOperations.addHandlers([door, router])
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    func send(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }
    func wait(_ seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }
  }

  @Test(arguments: [announced, chunked])
  func `what has come of a body counts, not what was announced`(head: String) async throws {
    let connection = try Connection(try await TestServices.make())
    try connection.send(head)
    for _ in 0..<9 {
      connection.wait(1)
      #expect(!connection.router.isTold && connection.channel.isActive)
      try connection.send(" ")
    }
    connection.wait(2)
    #expect(connection.router.isTold, "nine bytes in eleven seconds")
    #expect(connection.channel.isActive, "the router answers")
    connection.wait(31)
    #expect(!connection.channel.isActive, "which it did not")
  }

  @Test(arguments: [announced, chunked])
  func `a body of which nothing more comes is not waited for`(head: String) async throws {
    let connection = try Connection(try await TestServices.make())
    try connection.send(head)
    try connection.send(String(repeating: " ", count: 1 << 20))
    connection.wait(9)
    #expect(!connection.router.isTold)
    connection.wait(2)
    #expect(connection.router.isTold)
  }

  @Test(arguments: [announced, chunked])
  func `a body that comes steadily may take long`(head: String) async throws {
    let connection = try Connection(try await TestServices.make())
    try connection.send(head)
    for _ in 0..<300 {
      connection.wait(1)
      try connection.send(String(repeating: " ", count: 17_000))
    }
    #expect(!connection.router.isTold && connection.channel.isActive)
  }

  @Test func `a body that came with its head is not waited for`() async throws {
    let connection = try Connection(try await TestServices.make())
    try connection.send(
      "POST /v2/repository/index HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
    connection.door.requestEnded()
    connection.wait(3_600)
    #expect(connection.channel.isActive)
    #expect(!connection.door.replyBegins(.ok))
    connection.door.replyEnded(closes: false)
    connection.wait(76)
    #expect(!connection.channel.isActive)
  }

  @Test func `the rest of a body that nobody reads has a second`() async throws {
    let connection = try Connection(try await TestServices.make())
    let head = "POST /v2/repository/index HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n"
    try connection.send(head + "{")
    #expect(!connection.door.replyBegins(.unauthorized))
    connection.door.replyEnded(closes: false)
    connection.wait(0)
    try connection.send("}")
    connection.door.requestEnded()
    connection.wait(10)
    #expect(connection.channel.isActive, "the next request may come")
    try connection.send(head)
    #expect(!connection.door.replyBegins(.unauthorized))
    connection.door.replyEnded(closes: false)
    connection.wait(4)
    #expect(!connection.channel.isActive)
  }

  @Test func `of a body that is larger than is read in vain the reply is the last one`()
    async throws
  {
    let connection = try Connection(try await TestServices.make())
    try connection.send(Self.announced)
    #expect(connection.door.replyBegins(.ok))
    connection.door.replyEnded(closes: true)
    connection.wait(3)
    #expect(!connection.channel.isActive)
  }

  @Test func `chunks that nobody reads end their connection`() async throws {
    let connection = try Connection(try await TestServices.make())
    try connection.send(Self.chunked)
    #expect(!connection.door.replyBegins(.ok))
    connection.door.replyEnded(closes: false)
    try connection.send(String(repeating: " ", count: 65_537))
    connection.wait(3)
    #expect(!connection.channel.isActive)
  }

  @Test func `a request that begins when the idle time is nearly over has its own time`()
    async throws
  {
    let connection = try Connection(try await TestServices.make())
    try connection.send(Self.chunked)
    connection.door.requestEnded()
    #expect(!connection.door.replyBegins(.ok))
    connection.door.replyEnded(closes: false)
    connection.wait(74)
    try connection.send(Self.chunked)
    connection.wait(9)
    #expect(connection.channel.isActive && !connection.router.isTold)
    connection.wait(2)
    #expect(connection.router.isTold)
  }
}
