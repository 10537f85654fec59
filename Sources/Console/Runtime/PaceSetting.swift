import Domain
import Synchronization

/// The pace at which snapshots are wanted, told to whoever follows them.
final class PaceSetting: Sendable {
  private struct State {
    var pace = StreamPace.live
    var watcher: AsyncStream<StreamPace>.Continuation?
  }

  private let state = Mutex(State())

  func set(_ pace: StreamPace) {
    state.withLock { state in
      state.pace = pace
      state.watcher?.yield(pace)
    }
  }

  /// The present pace, and each one that is set from now on. The watcher before hears nothing more.
  func watch() -> (StreamPace, AsyncStream<StreamPace>) {
    let (changes, watcher) = AsyncStream.makeStream(of: StreamPace.self)
    let (pace, before) = state.withLock { state in
      defer { state.watcher = watcher }
      return (state.pace, state.watcher)
    }
    before?.finish()
    return (pace, changes)
  }
}
