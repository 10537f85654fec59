private import CNcurses
private import Glibc
private import Synchronization

/// An eventfd that ends the wait of the thread that owns the screen.
///
/// Lives as long as anyone may still wake, so its number is never another file's.
final class WakeDescriptor: Sendable {
  let number: Int32
  private let isAsked = Atomic(false)

  init?() {
    number = vigia_wake_open()
    if number < 0 { return nil }
  }

  deinit {
    Glibc.close(number)
  }

  /// From any thread; one write however often it is called before the wait ends.
  func wake() {
    guard !isAsked.exchange(true, ordering: .acquiringAndReleasing) else { return }
    vigia_wake_write(number)
  }

  /// Makes it quiet again.
  /// - Returns: whether `wake` was called; a signal makes the descriptor readable as well.
  func take() -> Bool {
    vigia_wake_drain(number)
    return isAsked.exchange(false, ordering: .acquiringAndReleasing)
  }
}
