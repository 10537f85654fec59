/// Chunks on their way: read in order, scored by whoever is free, written in order; never more than `limit` at once.
///
/// Pure: `ChunkExchange` makes threads wait for it.
package struct ChunkOrder<Work: Sendable, Outcome: Sendable>: Sendable {
  package let limit: Int
  private var waiting: [(number: Int, work: Work)] = []
  private var done: [Int: Outcome] = [:]
  private var nextNumber = 0
  private var nextWritten = 0
  package private(set) var isClosed = false
  /// Whether something was left that had been there to score, or still to be read.
  package private(set) var isCut = false

  package init(limit: Int) { self.limit = limit }

  /// Whether another may be read.
  package var hasRoom: Bool { nextNumber - nextWritten < limit }

  /// - Precondition: `hasRoom`, and not closed.
  package mutating func add(_ work: Work) {
    waiting.append((nextNumber, work))
    nextNumber += 1
  }

  /// Nothing more is added.
  package mutating func close() { isClosed = true }

  /// Takes back what nobody has begun, and closes.
  package mutating func abandon() {
    if !isClosed || !waiting.isEmpty { isCut = true }
    nextNumber -= waiting.count
    waiting = []
    isClosed = true
  }

  package enum Step<Value> {
    case take(Value)
    case wait
    case end
  }

  /// For a worker: the oldest chunk that nobody has begun.
  package mutating func begin() -> Step<(number: Int, work: Work)> {
    guard waiting.isEmpty else { return .take(waiting.removeFirst()) }
    return isClosed ? .end : .wait
  }

  package mutating func finish(_ number: Int, _ outcome: Outcome) { done[number] = outcome }

  /// For the writer: the next in order. Its room is free from then on.
  package mutating func next() -> Step<Outcome> {
    if let outcome = done.removeValue(forKey: nextWritten) {
      nextWritten += 1
      return .take(outcome)
    }
    return isClosed && nextWritten == nextNumber ? .end : .wait
  }
}
