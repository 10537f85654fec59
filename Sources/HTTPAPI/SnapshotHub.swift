package import Domain
import Synchronization

/// Shares the source's stream out to many readers, each at its own pace.
///
/// The hub keeps one snapshot: the newest. A reader is told when there is a newer one than it has, and makes its
/// own delta; so a slow reader skips, and costs no memory. A reader that stays busy while `patience` snapshots
/// pass is cut off. The source is read only while somebody listens.
package final class SnapshotHub: Sendable {
  package typealias ReaderID = Int

  /// What a reader that waited was woken by.
  package enum News: Sendable, Equatable {
    case snapshot(SystemSnapshot, generation: Int)
    /// The source ended, the server shuts down, or the reader was cut off.
    case end
  }

  private let source: any ConsoleSource
  private let capacity: Int
  private let patience: Int
  private let state = Mutex(State())

  package init(source: any ConsoleSource, capacity: Int, patience: Int = 15) {
    self.source = source
    self.capacity = capacity
    self.patience = patience
  }

  private struct State {
    var readers: [ReaderID: Reader] = [:]
    var nextReader: ReaderID = 1
    var latest: SystemSnapshot?
    var generation = 0
    var pump: Task<Void, Never>?
    /// Which pump may publish: an earlier one that is not quite gone may not.
    var run = 0
  }

  private typealias Wake = (
    waiters: [CheckedContinuation<News, Never>], news: News, stuck: [@Sendable () -> Void]
  )

  private struct Reader {
    var waiter: CheckedContinuation<News, Never>?
    /// Newest generation that it was given.
    var seen = 0
    var isEnded = false
    var close: @Sendable () -> Void
  }

  /// - Parameter close: cuts the reader's connection; called at most once, from any thread.
  /// - Returns: nil when there are as many readers as allowed.
  package func join(close: @escaping @Sendable () -> Void) -> ReaderID? {
    state.withLock { state in
      guard state.readers.count < capacity else { return nil }
      let id = state.nextReader
      state.nextReader += 1
      state.readers[id] = Reader(close: close)
      if state.pump == nil {
        // A bare task: it belongs to all readers together, and the last one to leave ends it.
        state.run += 1
        state.pump = Task { [run = state.run] in await self.pump(run) }
      }
      return id
    }
  }

  package func leave(_ id: ReaderID) {
    let (waiter, pump) = state.withLock { state in
      let waiter = state.readers.removeValue(forKey: id)?.waiter
      guard state.readers.isEmpty else { return (waiter, Task<Void, Never>?.none) }
      let pump = state.pump
      state.pump = nil
      state.run += 1
      state.latest = nil
      return (waiter, pump)
    }
    waiter?.resume(returning: .end)
    pump?.cancel()
  }

  /// The newest snapshot as soon as there is one that this reader has not seen.
  package func next(for id: ReaderID) async -> News {
    await withCheckedContinuation { continuation in
      let news = state.withLock { state -> News? in
        guard var reader = state.readers[id], !reader.isEnded else { return .end }
        defer { state.readers[id] = reader }
        if let latest = state.latest, state.generation > reader.seen {
          reader.seen = state.generation
          return .snapshot(latest, generation: state.generation)
        }
        reader.waiter = continuation
        return nil
      }
      if let news { continuation.resume(returning: news) }
    }
  }

  /// Ends a reader at its next question, or now when it waits.
  package func end(_ id: ReaderID) {
    let waiter = state.withLock { state -> CheckedContinuation<News, Never>? in
      guard var reader = state.readers[id] else { return nil }
      defer { state.readers[id] = reader }
      reader.isEnded = true
      defer { reader.waiter = nil }
      return reader.waiter
    }
    waiter?.resume(returning: .end)
  }

  package var readerCount: Int { state.withLock { $0.readers.count } }

  /// How many snapshots were seen so far.
  package var generation: Int { state.withLock { $0.generation } }

  private func pump(_ run: Int) async {
    var current: SystemSnapshot?
    do {
      for try await delta in source.snapshots() {
        guard let snapshot = delta.applied(to: current) else { break }
        current = snapshot
        publish(snapshot, run)
      }
    } catch {
      // The readers are told by the end of their stream; why is in the log of whoever made the source.
    }
    endAll(run)
  }

  private func publish(_ snapshot: SystemSnapshot, _ run: Int) {
    let (waiters, news, stuck) = state.withLock { state -> Wake in
      guard state.run == run else { return ([], .end, []) }
      state.latest = snapshot
      state.generation += 1
      var waiters: [CheckedContinuation<News, Never>] = []
      var stuck: [@Sendable () -> Void] = []
      for (id, reader) in state.readers {
        if let waiter = reader.waiter {
          waiters.append(waiter)
          state.readers[id]?.waiter = nil
          state.readers[id]?.seen = state.generation
        } else if reader.seen > 0, state.generation - reader.seen == patience {
          state.readers[id]?.isEnded = true
          stuck.append(reader.close)
        }
      }
      return (waiters, .snapshot(snapshot, generation: state.generation), stuck)
    }
    for waiter in waiters { waiter.resume(returning: news) }
    for close in stuck { close() }
  }

  private func endAll(_ run: Int) {
    let waiters = state.withLock { state -> [CheckedContinuation<News, Never>] in
      guard state.run == run else { return [] }
      state.pump = nil
      state.latest = nil
      return state.readers.keys.compactMap { id in
        state.readers[id]?.isEnded = true
        defer { state.readers[id]?.waiter = nil }
        return state.readers[id]?.waiter
      }
    }
    for waiter in waiters { waiter.resume(returning: .end) }
  }
}
