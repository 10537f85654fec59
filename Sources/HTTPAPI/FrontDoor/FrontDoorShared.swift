import NIOCore
import Synchronization

/// What the front doors of all connections share.
final class FrontDoorShared: Sendable {
  let limits: ConnectionLimits
  let budget: ByteBudget
  let dates = HTTPDateCache()
  private let turns = Mutex<[ObjectIdentifier: NIOLoopBound<LoopTurn>]>([:])

  private let now: @Sendable () -> NIODeadline

  /// - Parameters:
  ///   - budget: of the bytes that requests hold while they come in; the router takes from the same.
  ///   - now: what replies that wait for others go by.
  init(
    limits: ConnectionLimits, budget: ByteBudget,
    now: @escaping @Sendable () -> NIODeadline = { .now() }
  ) {
    self.limits = limits
    self.budget = budget
    self.now = now
  }

  /// Of a loop, which must be the one that it is called on.
  func turn(of loop: any EventLoop) -> LoopTurn {
    turns.withLock { turns in
      let found =
        turns[ObjectIdentifier(loop)]
        ?? NIOLoopBound(LoopTurn(loop: loop, now: now), eventLoop: loop)
      turns[ObjectIdentifier(loop)] = found
      return found
    }.value
  }
}

/// A bound on bytes that many may hold together.
final class ByteBudget: Sendable {
  private let left: Atomic<Int>

  init(_ bytes: Int) { left = Atomic(bytes) }

  /// - Returns: false when there are not as many left; then none are taken.
  func take(_ bytes: Int) -> Bool {
    guard left.subtract(bytes, ordering: .relaxed).newValue >= 0 else {
      left.add(bytes, ordering: .relaxed)
      return false
    }
    return true
  }

  func give(back bytes: Int) { left.add(bytes, ordering: .relaxed) }
}
