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
    var settings = ModelServerSettings()
    // No runs but those that are asked for.
    settings.auditedRuns = 0
    let server = try ModelServer(
      file: ModelFile(
        version: ModelVersion(model: "m", version: "1"), path: "/fake", sha256: "", byteCount: 0),
      signature: signature, settings: settings, clock: Self.still, measuring: log.clock,
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

  /// As a socket with more to send than its high watermark, until it has sent it.
  private final class FullUntilFlushed: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private let channel: EmbeddedChannel

    init(_ channel: EmbeddedChannel) { self.channel = channel }

    func write(
      context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
      channel.isWritable = false
      context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
      context.flush()
      guard !channel.isWritable else { return }
      channel.isWritable = true
      context.fireChannelWritabilityChanged()
    }
  }

  @Test func `a request that is taken as its connection has room again is answered`() async throws {
    let (server, log) = try Self.sharing()
    let services = try await TestServices.make(serving: server)
    let loop = EmbeddedEventLoop()
    let channel = try Self.channels(services, 1, on: loop)[0]
    try channel.pipeline.syncOperations.addHandler(FullUntilFlushed(channel), position: .first)
    let bad = FrontDoorTests.infer(body: "{}")
    try channel.writeInbound(
      ByteBuffer(string: bad + Self.infer(1) + Self.infer(2) + bad + Self.infer(3)))
    loop.run()
    #expect(try Self.answers(of: channel) == ["1.0", "2.0", "3.0"])
    #expect(log.rows.withLock(\.self) == [1, 1, 1])
  }

  @Test func `a client that never takes its replies is cut off, and counted`() async throws {
    let services = try await TestServices.make()
    let loop = EmbeddedEventLoop()
    let channel = try Self.channels(services, 1, on: loop)[0]
    channel.isWritable = false
    channel.pipeline.fireChannelWritabilityChanged()
    loop.advanceTime(by: ConnectionLimits().stalledWrite - .milliseconds(1))
    #expect(channel.isActive)
    #expect(services.api.tally.figures.refusals == [:])
    loop.advanceTime(by: .milliseconds(1))
    #expect(!channel.isActive)
    #expect(services.api.tally.figures.refusals == [.tooSlow: 1])
  }

  /// Each of many connections has several requests, no two of which can share a run, and all are due at once.
  @Test func `the stack does not grow with what is pending`() async throws {
    let names = (0..<5).map { "y\($0)" }
    let stack = StackSpan()
    let clock = RunLog()
    let server = try ModelServer(
      file: ModelFile(
        version: ModelVersion(model: "m", version: "1"), path: "/fake", sha256: "", byteCount: 0),
      signature: ModelSignature(
        inputs: [TensorMetadata(name: "x", datatype: .fp32, shape: [-1, 2])],
        outputs: names.map { TensorMetadata(name: $0, datatype: .fp32, shape: [-1]) }),
      settings: ModelServerSettings(slowRun: .seconds(3_600)),
      // Ten looks at it are as long as anybody waits.
      clock: clock.clock,
      measuring: RunLog().clock,
      run: { (inputs, outputs, _) throws(InferenceError) in
        stack.note()
        let rows = inputs[0].shape[0]
        return outputs.map {
          Tensor(name: $0, shape: [rows], fp32: .init(repeating: 1, count: rows))
        }
      })
    let services = try await TestServices.make(serving: server)
    let loop = EmbeddedEventLoop()
    let channels = try Self.channels(services, 60, on: loop)
    stack.reset()
    for (index, channel) in channels.enumerated() {
      let requests = (0..<3).map { number in
        let order = Self.order(of: names, index * 3 + number).map { #"{"name":"\#($0)"}"# }
        return FrontDoorTests.infer(
          body: #"{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}],"#
            + #""outputs":[\#(order.joined(separator: ","))]}"#)
      }
      try channel.writeInbound(ByteBuffer(string: requests.joined()))
    }
    loop.run()
    #expect(stack.runs == 180, "each has a run of its own")
    #expect(stack.bytes < 64 << 10, "\(stack.bytes) bytes")
  }

  /// One of the orders in which some of them can stand, another for each number.
  private static func order(of names: [String], _ number: Int) -> [String] {
    var (left, order, rest) = (names, [String](), number)
    for count in (1...names.count).reversed() {
      order.append(left.remove(at: rest % count))
      rest /= count
    }
    return number < 120 ? order : Array(order.dropLast(2)) + [order[4]]
  }

  /// How far apart on the stack its caller was.
  private final class StackSpan: Sendable {
    private let seen = Mutex<(least: UInt, most: UInt, runs: Int)>((.max, 0, 0))

    func reset() { seen.withLock { $0 = (.max, 0, 0) } }

    @inline(never) func note() {
      var here = 0
      let place = unsafe withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
      seen.withLock { $0 = (min($0.least, place), max($0.most, place), $0.runs + 1) }
    }

    var runs: Int { seen.withLock { $0.runs } }
    var bytes: UInt { seen.withLock { $0.most - $0.least } }
  }
}
