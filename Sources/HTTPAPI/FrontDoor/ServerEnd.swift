import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization

/// What is left of one server when it has stopped, and has to end before its event loops do.
///
/// A connection that was accepted and that the server has not taken up yet is dropped when it stops, and NIO ends the process for it:
/// "Deinited NIOAsyncWriter without calling finish()" (swift-nio, issue 2637). So such connections are held here, and ended in order.
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
    var untaken: [ObjectIdentifier: Connection] = [:]
    var lifetimes: [AsyncStream<Never>] = []
  }

  /// Connections that nobody has taken up.
  var untaken: Int { state.withLock(\.untaken.count) }

  /// For a server that is made now.
  func lifetime() -> Lifetime {
    let (end, ending) = AsyncStream<Never>.makeStream()
    state.withLock { $0.lifetimes.append(end) }
    return Lifetime(ending)
  }

  func accepted(_ connection: Connection) {
    state.withLock { $0.untaken[ObjectIdentifier(connection.channel)] = connection }
  }

  /// The server ends it from here on.
  func taken(_ connection: Connection) {
    state.withLock { $0.untaken[ObjectIdentifier(connection.channel)] = nil }
  }

  /// Returns when nothing is left, or the server was held for `patience`. To be called once the server has stopped, and while its
  /// loops run.
  func wait(patience: Duration = .seconds(5)) async {
    while true {
      let left = state.withLock { state in
        defer { state = State() }
        return state
      }
      if left.untaken.isEmpty, left.lifetimes.isEmpty { return }
      for connection in left.untaken.values {
        try? await connection.executeThenClose { _, _ in }
      }
      await withTaskGroup(of: Void.self) { group in
        group.addTask { for lifetime in left.lifetimes { for await _ in lifetime {} } }
        group.addTask { try? await Task.sleep(for: patience) }
        await group.next()
        group.cancelAll()
      }
    }
  }
}
