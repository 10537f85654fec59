import Dispatch
import Synchronization

/// One caller, and several who may answer it: the first does, the others are told that they came too late.
///
/// It is how work that may hang, on a disk or in an engine, is given up without being able to cancel it.
final class FirstAnswer<Value: Sendable>: Sendable {
  private enum State {
    case idle
    case waiting(CheckedContinuation<Value, Never>)
    case over
  }

  private let state = Mutex<State>(.idle)

  init() {}

  /// Waits for the first of `begin`'s answer and `late`, which is given when `limit` has passed.
  ///
  /// - Parameter begin: starts the work elsewhere and returns at once.
  static func of(
    within limit: Duration, late: Value, _ begin: (FirstAnswer<Value>) -> Void
  ) async -> Value {
    let answer = FirstAnswer()
    return await withCheckedContinuation { continuation in
      answer.state.withLock { $0 = .waiting(continuation) }
      // Nothing that waits ever runs on this queue: the clock goes on whatever hangs.
      DispatchQueue.global(qos: .userInitiated).asyncAfter(deadline: .now() + limit / .seconds(1)) {
        _ = answer.give(late)
      }
      begin(answer)
    }
  }

  /// Whether nobody has answered yet.
  var isAwaited: Bool {
    state.withLock { if case .over = $0 { false } else { true } }
  }

  /// - Returns: whether this answer was the one that the caller got.
  func give(_ value: Value) -> Bool {
    let continuation: CheckedContinuation<Value, Never>? = state.withLock { state in
      guard case .waiting(let continuation) = state else { return nil }
      state = .over
      return continuation
    }
    continuation?.resume(returning: value)
    return continuation != nil
  }
}
