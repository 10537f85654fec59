import Domain
import Foundation
import Inference
import InferenceProtocol
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import HTTPAPI

/// What becomes of requests that came together: their runs, and when their replies are sent.
struct LoopTurnTests {
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

  /// A version whose run takes as long with many rows as with one, so that sharing pays; and the rows of its runs.
  private static func sharing() throws -> (ModelServer, rows: RunLog) {
    let signature = ModelSignature(
      inputs: [TensorMetadata(name: "x", datatype: .fp32, shape: [-1, 2])],
      outputs: [TensorMetadata(name: "y", datatype: .fp32, shape: [-1])])
    let log = RunLog()
    let server = try ModelServer(
      file: ModelFile(
        version: ModelVersion(model: "m", version: "1"), path: "/fake", sha256: "", byteCount: 0),
      signature: signature, clock: Self.still, measuring: log.clock,
      run: { (inputs, _, _) throws(InferenceError) in
        let rows = inputs[0].shape[0]
        log.rows.withLock { $0.append(rows) }
        let sums = (0..<rows).map { row in
          Float(inputs[0].number(at: row * 2) ?? 0) + Float(inputs[0].number(at: row * 2 + 1) ?? 0)
        }
        return [Tensor(name: "y", shape: [rows], fp32: sums)]
      })
    log.rows.withLock { $0 = [] }
    return (server, log)
  }

  /// On which nobody waits.
  private static let still = RunClock(
    now: { MonotonicTime(nanoseconds: 1_000_000) }, threadTime: { 0 })

  private final class RunLog: Sendable {
    let rows = Mutex<[Int]>([])
    private let time = Mutex<Int64>(0)

    /// On which each look at it comes 10 us after the one before.
    var clock: RunClock {
      let next: @Sendable () -> Int64 = {
        self.time.withLock {
          $0 += 10_000
          return $0
        }
      }
      return RunClock(now: { MonotonicTime(nanoseconds: next()) }, threadTime: next)
    }
  }

  private static func infer(_ value: Int) -> String {
    let body =
      #"{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[\#(value),0]}]}"#
    return FrontDoorTests.infer(body: body)
  }

  private static func answers(of channel: EmbeddedChannel) throws -> [String] {
    var text = ""
    while var bytes = try channel.readOutbound(as: ByteBuffer.self) {
      text += bytes.readString(length: bytes.readableBytes) ?? ""
    }
    return text.components(separatedBy: #""data":["#).dropFirst().map {
      String($0.prefix { $0 != "]" })
    }
  }

  @Test func `requests that came together share a run, and each connection gets its own answer`()
    async throws
  {
    let (server, log) = try Self.sharing()
    let services = try await TestServices.make(serving: server)
    let loop = EmbeddedEventLoop()
    let channels = try Self.channels(services, 3, on: loop)
    for (index, channel) in channels.enumerated() {
      try channel.writeInbound(ByteBuffer(string: Self.infer(index + 1)))
    }
    loop.run()
    #expect(try channels.map(Self.answers) == [["1.0"], ["2.0"], ["3.0"]])
    #expect(log.rows.withLock(\.self) == [3])
    try channels[1].writeInbound(ByteBuffer(string: Self.infer(7)))
    loop.run()
    #expect(try channels.map(Self.answers) == [[], ["7.0"], []])
    #expect(log.rows.withLock(\.self) == [3, 1])
    #expect(services.plane.records.list.map(\.outcome) == [.ok, .ok, .ok, .ok])
  }

  @Test func `requests that one connection sent at once are answered in their order`() async throws
  {
    let (server, log) = try Self.sharing()
    let services = try await TestServices.make(serving: server)
    let loop = EmbeddedEventLoop()
    let channels = try Self.channels(services, 2, on: loop)
    for (index, channel) in channels.enumerated() {
      let requests = (1...3).map { Self.infer(10 * index + $0) }.joined()
      try channel.writeInbound(ByteBuffer(string: requests))
    }
    loop.run()
    #expect(
      try channels.map(Self.answers) == [["1.0", "2.0", "3.0"], ["11.0", "12.0", "13.0"]])
    #expect(log.rows.withLock(\.self) == [2, 2, 2])
  }

  @Test func `a client that leaves before the shared run takes no other answer with it`()
    async throws
  {
    let (server, _) = try Self.sharing()
    let services = try await TestServices.make(serving: server)
    let loop = EmbeddedEventLoop()
    let channels = try Self.channels(services, 2, on: loop)
    for (index, channel) in channels.enumerated() {
      try channel.writeInbound(ByteBuffer(string: Self.infer(index + 1)))
    }
    // Within the turn: an embedded loop runs its tasks as a channel closes.
    channels[0].pipeline.fireChannelInactive()
    loop.run()
    #expect(try Self.answers(of: channels[1]) == ["2.0"])
    #expect(services.plane.records.list.map(\.outcome) == [.cancelled, .ok])
  }
}
