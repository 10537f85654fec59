import Dispatch
import Foundation
import Synchronization
import Waiting

/// Looks after runs on threads that others share: one that does not come back is stopped, for an event loop and all its
/// connections stand still with it.
///
/// Its thread sleeps while no such run is under way, and wakes some twenty times a second while there are any.
final class InlineWatch: Sendable {
  static let shared = InlineWatch()

  private let state = Mutex(State())
  private let begun = DispatchSemaphore(value: 0)

  private struct State {
    var entries: [Entry?] = []
    var hasThread = false
    /// Nothing has begun since the thread last looked.
    var isAsleep = true
  }

  private struct Entry {
    var stop: RunStop
    var until: MonotonicTime
  }

  /// - Returns: what `end` wants to know.
  func begin(_ stop: RunStop, limit: Duration) -> Int {
    let entry = Entry(stop: stop, until: .now + limit)
    let (place, wakes, starts) = state.withLock { state in
      let place = state.entries.firstIndex { $0 == nil } ?? state.entries.endIndex
      if place == state.entries.endIndex { state.entries.append(nil) }
      state.entries[place] = entry
      defer { (state.isAsleep, state.hasThread) = (false, true) }
      return (place, state.isAsleep, !state.hasThread)
    }
    if starts { start() }
    if wakes { begun.signal() }
    return place
  }

  func end(_ place: Int) { state.withLock { $0.entries[place] = nil } }

  private func start() {
    NamedThread.start("inline-watch") { [self] in
      while true {
        begun.wait()
        var isBusy = true
        while isBusy {
          Thread.sleep(forTimeInterval: Self.pause)
          isBusy = look(at: .now)
        }
      }
    }
  }

  /// - Returns: whether there was anything to look at, and so may be soon again.
  private func look(at now: MonotonicTime) -> Bool {
    let (late, isBusy) = state.withLock { state in
      let entries = state.entries.compactMap(\.self)
      state.isAsleep = entries.isEmpty
      return (entries.filter { $0.until <= now }, !entries.isEmpty)
    }
    for entry in late { entry.stop.request() }
    return isBusy
  }

  /// Seconds: a run is stopped by so much later than its limit, at most.
  private static let pause = 0.05
}
