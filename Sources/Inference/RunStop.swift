import Synchronization

/// Ends a run that is under way, from another thread.
///
/// The engine attaches what stops its run; whoever has waited for too long requests it, before, during or after the run.
package final class RunStop: Sendable {
  private let state = Mutex(State())

  private struct State {
    var isRequested = false
    var action: (@Sendable () -> Void)?
  }

  package init() {}

  package var isRequested: Bool { state.withLock { $0.isRequested } }

  /// - Parameter action: makes the run fail soon. Called at most once, on any thread, also when the run has just ended:
  ///   it holds what it needs.
  package func attach(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      if !state.isRequested { state.action = action }
      return state.isRequested
    }
    if isLate { action() }
  }

  /// The run has ended.
  package func detach() { state.withLock { $0.action = nil } }

  package func request() {
    let action = state.withLock { state in
      state.isRequested = true
      defer { state.action = nil }
      return state.action
    }
    action?()
  }
}
