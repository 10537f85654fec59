import Synchronization
import TextUI

/// Where answers from other threads wait for the one that owns the screen.
///
/// Only the newest snapshot waits; everything else is an answer to a question that the console asked, and
/// those are few. So a terminal that reads nothing for an hour costs no memory.
final class Mailbox: Sendable {
  private struct Content {
    var actions: [Action] = []
    var waker: ScreenWaker?
  }

  private let content = Mutex(Content())

  /// Who is to be woken; what came before is not lost.
  func attach(_ waker: ScreenWaker) {
    content.withLock { $0.waker = waker }
  }

  func post(_ action: Action) {
    let waker = content.withLock { content in
      if case .snapshot = action, case .snapshot = content.actions.last {
        content.actions.removeLast()
      }
      content.actions.append(action)
      return content.waker
    }
    waker?.wake()
  }

  func drain() -> [Action] {
    content.withLock { content in
      defer { content.actions = [] }
      return content.actions
    }
  }
}
