import AsyncHTTPClient
import Inference
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The HTTP under remote engines and under notifications: one event loop of its own, no redirects, no retries, and a bound on everything.
///
/// The loop is not one of those that answer requests: an inline run that hangs there holds up no upstream.
package final class UpstreamClient: Sendable {
  package struct Limits: Sendable {
    /// Bytes of one reply.
    package var reply = 64 << 20
    /// Bytes of all replies that are being read.
    package var replies = 256 << 20
    package var connect = Duration.seconds(2)

    package init() {}
  }

  struct Call: Sendable {
    var method = HTTPMethod.GET
    var url: String
    var headers = HTTPHeaders()
    var body: [UInt8]?
  }

  let budget: ReplyBudget
  private let limits: Limits
  private let live = Mutex<Live?>(nil)

  /// Made by the first use: a server without remote versions has neither the thread nor the pool.
  private final class Live: Sendable {
    let group: MultiThreadedEventLoopGroup
    let loop: any EventLoop
    let client: HTTPClient

    init(_ configuration: HTTPClient.Configuration) {
      group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      loop = group.next()
      client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }

    /// Who left without `shutdown`, by an error, say, leaves neither thread nor connections behind; HTTPClient itself
    /// would end a debug build's process.
    deinit {
      client.shutdown { [group] _ in group.shutdownGracefully { _ in } }
    }
  }

  package init(limits: Limits = Limits()) {
    self.limits = limits
    budget = ReplyBudget(limit: limits.replies)
  }

  var loop: any EventLoop { current.loop }

  /// Bytes of replies that are in memory at present.
  package var bytesHeld: Int { budget.held }

  /// Nothing may be sent after it.
  package func shutdown() async {
    guard let live = live.withLock({ $0 }) else { return }
    try? await live.client.shutdown()
    try? await live.group.shutdownGracefully()
  }

  private var current: Live {
    live.withLock { live in
      if let live { return live }
      let made = Live(configuration)
      live = made
      return made
    }
  }

  private var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, decompression: .disabled)
    configuration.httpVersion = .http1Only
    configuration.timeout.connect = TimeAmount(limits.connect)
    // What is not there is said at once: the next try is another upstream's.
    configuration.connectionPool.retryConnectionEstablishment = false
    // More than any pool of ours lets through: requests wait in a queue that is counted, not in the client.
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4_096
    // Below uvicorn's 5 s, so that a connection is not used in the moment in which the upstream closes it.
    configuration.connectionPool.idleTimeout = .seconds(3)
    return configuration
  }

  /// Sends a request. `completion` is called once, on `loop`; its deadline is the caller's, by the exchange's `end`.
  ///
  /// - Precondition: it is called on `loop`.
  func send(_ call: Call, _ completion: @escaping UpstreamExchange.Completion) -> UpstreamExchange {
    let exchange = UpstreamExchange(
      replyLimit: limits.reply, budget: budget, completion: completion)
    let live = current
    do {
      let request = try HTTPClient.Request(
        url: call.url, method: call.method, headers: call.headers,
        body: call.body.map { .byteBuffer(ByteBuffer(bytes: $0)) })
      exchange.runs(
        in: live.client.execute(
          request: request, delegate: exchange, eventLoop: .delegateAndChannel(on: live.loop)))
    } catch {
      exchange.end(.notSent(reason: UpstreamText.reason(of: error)))
    }
    return exchange
  }

  /// Head and body together within one limit, and only while the asking task is not cancelled.
  func ask(_ call: Call, within limit: Duration) async -> Result<UpstreamReply, UpstreamFailure> {
    let end = Mutex<End>(.open(nil))
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        loop.execute {
          let exchange = self.ask(call, within: limit) { continuation.resume(returning: $0) }
          let isCancelled = end.withLock { end in
            if case .cancelled = end { return true }
            end = .open(exchange)
            return false
          }
          if isCancelled { exchange.end(.lost(reason: Self.givenUp)) }
        }
      }
    } onCancel: {
      let exchange = end.withLock { end -> UpstreamExchange? in
        defer { end = .cancelled }
        if case .open(let exchange) = end { return exchange }
        return nil
      }
      exchange?.end(.lost(reason: Self.givenUp))
    }
  }

  private enum End {
    case open(UpstreamExchange?)
    case cancelled
  }

  private static let givenUp = "it was given up"

  /// - Precondition: it is called on `loop`.
  @discardableResult
  func ask(
    _ call: Call, within limit: Duration, _ completion: @escaping UpstreamExchange.Completion
  ) -> UpstreamExchange {
    let exchange = send(call, completion)
    loop.scheduleTask(in: TimeAmount(limit)) { exchange.end(.timedOut) }
    return exchange
  }
}
