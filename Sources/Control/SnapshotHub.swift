package import Domain
import Synchronization

/// Hands each new snapshot to whoever watches. A slow watcher misses snapshots, never parts of one.
package final class SnapshotHub: Sendable {
  private struct State {
    var latest: SystemSnapshot?
    var watchers: [Int: AsyncStream<SystemSnapshot>.Continuation] = [:]
    var nextWatcher = 0
    var isFinished = false
  }

  private let state = Mutex(State())

  package init() {}

  package var latest: SystemSnapshot? { state.withLock { $0.latest } }

  package func publish(_ snapshot: SystemSnapshot) {
    let watchers = state.withLock { state in
      state.latest = snapshot
      return Array(state.watchers.values)
    }
    for watcher in watchers { watcher.yield(snapshot) }
  }

  /// The latest snapshot at once, then each new one.
  package func snapshots() -> AsyncStream<SystemSnapshot> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: SystemSnapshot.self, bufferingPolicy: .bufferingNewest(1))
    let (number, latest, isFinished) = state.withLock { state in
      state.nextWatcher += 1
      if !state.isFinished { state.watchers[state.nextWatcher] = continuation }
      return (state.nextWatcher, state.latest, state.isFinished)
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.watchers.removeValue(forKey: number) }
    }
    if let latest { continuation.yield(latest) }
    if isFinished { continuation.finish() }
    return stream
  }

  /// Ends every watcher's stream, after what was published.
  package func finish() {
    let watchers = state.withLock { state in
      state.isFinished = true
      defer { state.watchers = [:] }
      return Array(state.watchers.values)
    }
    for watcher in watchers { watcher.finish() }
  }
}
