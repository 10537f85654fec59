import Inference
import NIOCore

/// What one event loop does for all its connections once it has read what there was to read: predictions that can share a
/// run are made, and replies that were written are sent.
///
/// A busy loop finds many requests at once. To send each reply alone wakes its client each time, which on a shared machine takes
/// the processor from the loop; so they go out together when the loop has answered all that it found, or with the first reply that
/// is written `patience` after the oldest. A loop that found one request sends its reply at once.
///
/// Not thread-safe: of one loop.
final class LoopTurn {
  static let patience = TimeAmount.microseconds(100)

  /// For the requests that the loop reads.
  let shared = SharedTurn()
  private let loop: any EventLoop
  private let now: @Sendable () -> NIODeadline
  /// With replies that are written and not sent.
  private var doors: [FrontDoor] = []
  /// When the first of those was written.
  private var first = NIODeadline.uptimeNanoseconds(0)
  private var isEndPlanned = false
  private var isEnding = false

  init(loop: any EventLoop, now: @escaping @Sendable () -> NIODeadline) {
    self.loop = loop
    self.now = now
  }

  /// Takes in the door of a reply that was written.
  func add(_ door: FrontDoor) {
    let now = now()
    if doors.isEmpty { first = now }
    doors.append(door)
    planEnd()
    if now - first >= Self.patience { flush() }
  }

  /// After each request that was given away with `shared`.
  func gathered() {
    switch shared.step {
    case .nothing: break
    case .runLast: planEnd()
    case .runNow: end()
    }
  }

  /// NIO does what it is given while it reads once it has read, and before it waits for more.
  private func planEnd() {
    guard !isEndPlanned, !isEnding else { return }
    isEndPlanned = true
    let turn = NIOLoopBound(self, eventLoop: loop)
    loop.execute {
      turn.value.isEndPlanned = false
      turn.value.end()
    }
  }

  /// An answer lets its connection take the next request, which may be due at once: the end that is under way takes it in, so
  /// that the stack does not grow with what is pending.
  private func end() {
    guard !isEnding else { return }
    isEnding = true
    while shared.run() { flush() }
    flush()
    isEnding = false
    // Sending may have made room for a connection's next request, or for its reply.
    if shared.step != .nothing || !doors.isEmpty { planEnd() }
  }

  private func flush() {
    let due = doors
    doors.removeAll(keepingCapacity: true)
    for door in due { door.flush() }
  }
}
