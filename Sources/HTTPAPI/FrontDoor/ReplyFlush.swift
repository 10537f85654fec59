import NIOCore

/// Replies of one event loop that are written and not sent yet.
///
/// A busy loop finds many requests at once. To send each reply alone wakes its client each time, which on a shared machine takes
/// the processor from the loop; so they go out together when the loop has answered all that it found, or with the first reply that
/// is written `patience` after the oldest. A loop that found one request sends its reply at once.
///
/// Not thread-safe: of one loop.
final class ReplyFlush {
  static let patience = TimeAmount.microseconds(100)

  private let loop: any EventLoop
  private let now: @Sendable () -> NIODeadline
  private var doors: [FrontDoor] = []
  private var first = NIODeadline.uptimeNanoseconds(0)

  init(loop: any EventLoop, now: @escaping @Sendable () -> NIODeadline) {
    self.loop = loop
    self.now = now
  }

  /// Takes in the door of a reply that was written.
  func add(_ door: FrontDoor) {
    let now = now()
    doors.append(door)
    guard doors.count > 1 else {
      first = now
      let flush = NIOLoopBound(self, eventLoop: loop)
      return loop.execute { flush.value.flush() }
    }
    if now - first >= Self.patience { flush() }
  }

  private func flush() {
    let due = doors
    doors.removeAll(keepingCapacity: true)
    for door in due { door.flush() }
  }
}
