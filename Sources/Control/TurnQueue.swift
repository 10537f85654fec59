/// One holder at a time, in the order of asking; for an actor whose methods suspend half way.
struct TurnQueue {
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  mutating func enqueue(_ continuation: CheckedContinuation<Void, Never>) {
    if isTaken {
      waiting.append(continuation)
    } else {
      isTaken = true
      continuation.resume()
    }
  }

  mutating func give() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}
