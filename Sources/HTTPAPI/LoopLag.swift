package import NIOCore
import Synchronization

/// How late the timers of event loops are: what a request that comes at that moment waits before anybody reads it.
package final class LoopLag: Sendable {
  /// Between two timers of a loop.
  private static let interval = TimeAmount.milliseconds(100)

  private struct Loop {
    var due: NIODeadline
    var worst = TimeAmount.zero
    var isEnded = false
  }

  private let loops = Mutex<[Loop]>([])
  private let now: @Sendable () -> NIODeadline

  package init(now: @escaping @Sendable () -> NIODeadline = { .now() }) { self.now = now }

  /// Microseconds for each loop, at its worst since the last call. A loop that stands still is as late as it has stood.
  package func take() -> [Double] {
    let now = now()
    return loops.withLock { loops in
      loops.indices.filter { !loops[$0].isEnded }.map { index in
        let worst = max(loops[index].worst, now - loops[index].due)
        loops[index].worst = .zero
        return Double(worst.nanoseconds) / 1e3
      }
    }
  }

  /// Watches a loop until it ends.
  func watch(_ loop: any EventLoop) {
    let index = loops.withLock { loops in
      loops.append(Loop(due: now() + Self.interval))
      return loops.count - 1
    }
    arm(loop, index)
  }

  /// The loops are about to end.
  func end() {
    loops.withLock { loops in
      for index in loops.indices { loops[index].isEnded = true }
    }
  }

  private func arm(_ loop: any EventLoop, _ index: Int) {
    let due = loops.withLock { $0[index].due }
    loop.scheduleTask(deadline: due) { [weak self] in
      guard let self else { return }
      let now = now()
      let isEnded = loops.withLock { loops in
        loops[index].worst = max(loops[index].worst, now - due)
        loops[index].due = now + Self.interval
        return loops[index].isEnded
      }
      if !isEnded { arm(loop, index) }
    }
  }
}
