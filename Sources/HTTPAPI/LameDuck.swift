import NIOCore
import ServiceLifecycle
import Synchronization

/// How far the server is on its way out. Each step is taken once, from any thread.
final class Draining: Sendable {
  private let notReady = Atomic(false)
  private let closing = Atomic(false)

  /// Everything is answered as before, but health says that no more should come.
  var isNotReady: Bool { notReady.load(ordering: .relaxed) }
  /// No new connection is taken, and each reply asks its client to leave.
  var isClosing: Bool { closing.load(ordering: .relaxed) }

  func startNotReady() { notReady.store(true, ordering: .relaxed) }
  func startClosing() { closing.store(true, ordering: .relaxed) }
}

/// The first to be shut down: holds the rest up for a while in which a balancer can learn that it should stop.
struct LameDuck: Service {
  let draining: Draining
  let grace: Duration

  func run() async throws {
    try await gracefulShutdown()
    draining.startNotReady()
    try await Task.sleep(for: grace)
  }
}

/// Keeps a connection open for a while after the server has begun to close, so that a client that was just sending
/// gets its answer, and with it the word to leave. Without it, that client has lost a request.
final class Farewell: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny
  typealias InboundOut = NIOAny

  private let draining: Draining
  private let grace: TimeAmount
  private var end: Scheduled<Void>?

  init(draining: Draining, grace: Duration) {
    self.draining = draining
    self.grace = TimeAmount(grace)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is ChannelShouldQuiesceEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    guard end == nil else { return }
    draining.startClosing()
    end = context.eventLoop.assumeIsolated().scheduleTask(in: grace) {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }
}
