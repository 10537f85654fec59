import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization

/// What is left of one server when it has stopped, and has to end before its event loops do.
///
/// A connection that was accepted and that the server has not taken up yet is dropped when it stops, and NIO ends the process for it:
/// "Deinited NIOAsyncWriter without calling finish()" (swift-nio, issue 2637). So such connections are held here, and taken up by
/// `wait`: what has been read of them is answered, with the word to leave. Those that NIO had not opened yet are closed.
/// And the server is held for a moment longer by a task of its own, the one that told it to stop, which nobody can wait for; what it lets
/// go then needs its loops. So it holds a `Lifetime`, in its log (`LifetimeLog`).
final class ServerEnd: Sendable {
  typealias Connection = HTTP1Channel.Value

  /// Held by the server alone.
  final class Lifetime: Sendable {
    private let ending: AsyncStream<Never>.Continuation

    fileprivate init(_ ending: AsyncStream<Never>.Continuation) { self.ending = ending }

    deinit { ending.finish() }
  }

  private let state = Mutex(State())

  private struct State {
    var untaken: [ObjectIdentifier: Untaken] = [:]
    var lifetimes: [AsyncStream<Never>] = []
  }

  private struct Untaken {
    let connection: Connection
    let serve: @Sendable () async -> Void
  }

  /// Connections that nobody has taken up.
  var untaken: Int { state.withLock(\.untaken.count) }

  /// For a server that is made now.
  func lifetime() -> Lifetime {
    let (end, ending) = AsyncStream<Never>.makeStream()
    state.withLock { $0.lifetimes.append(end) }
    return Lifetime(ending)
  }

  /// - Parameter serve: takes the connection up, and returns when it has ended.
  func accepted(_ connection: Connection, _ serve: @escaping @Sendable () async -> Void) {
    let one = Untaken(connection: connection, serve: serve)
    state.withLock { $0.untaken[ObjectIdentifier(connection.channel)] = one }
  }

  /// The server ends it from here on.
  func taken(_ connection: Connection) {
    state.withLock { $0.untaken[ObjectIdentifier(connection.channel)] = nil }
  }

  /// Returns when nothing is left, or the server was held for `patience` beyond the end of its connections, which their own limits
  /// bring about. To be called once the server has stopped, and while its loops run.
  func wait(patience: Duration = .seconds(5)) async {
    while true {
      let (untaken, lifetimes) = state.withLock { state in
        defer { state = State() }
        return (state.untaken, state.lifetimes)
      }
      if untaken.isEmpty, lifetimes.isEmpty { return }
      // Let go of by then: what serves a connection holds its server's log.
      await Self.serve(consume untaken)
      await withTaskGroup(of: Void.self) { group in
        group.addTask { for lifetime in lifetimes { for await _ in lifetime {} } }
        group.addTask { try? await Task.sleep(for: patience) }
        await group.next()
        group.cancelAll()
      }
    }
  }

  /// Answers what has come over them, and ends them.
  private static func serve(_ untaken: consuming [ObjectIdentifier: Untaken]) async {
    await withDiscardingTaskGroup { group in
      for one in untaken.values {
        let channel = one.connection.channel
        guard channel.isActive else {
          // Its server was gone before NIO could open it, so nothing is read from it: its client is to know that at once.
          group.addTask { try? await one.connection.executeThenClose { _, _ in } }
          continue
        }
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        group.addTask { await one.serve() }
      }
    }
  }
}
