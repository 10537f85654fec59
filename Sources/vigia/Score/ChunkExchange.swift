import Foundation

/// Where the reader, the workers and the writer of a run meet, and wait for each other.
///
/// @unchecked Sendable: `order` and `failure` are touched with the condition locked, and nowhere else.
final class ChunkExchange: @unchecked Sendable {
  private var order: ChunkOrder<RowChunk, ScoredChunk>
  private var failure: ScoreError?
  private let condition = NSCondition()

  /// - Parameter limit: chunks that are read and not written, at most.
  init(limit: Int) { order = ChunkOrder(limit: limit) }

  /// Waits for room.
  ///
  /// - Returns: false once nothing more is wanted.
  func add(_ chunk: RowChunk) -> Bool {
    locked {
      while !order.hasRoom, !order.isClosed { condition.wait() }
      guard !order.isClosed else { return false }
      order.add(chunk)
      return true
    }
  }

  /// Nothing more is added; `failure` says why that is not the input's end.
  func close(_ failure: ScoreError? = nil) {
    locked {
      self.failure = failure
      order.close()
    }
  }

  /// What nobody has begun is left alone; what is begun is still written.
  func abandon() { locked { order.abandon() } }

  /// Whether all of the input was, or will be, written.
  var isWhole: Bool { locked { order.isClosed && !order.isCut && failure == nil } }

  /// Waits for a chunk to score; nil at the end.
  func begin() -> (number: Int, work: RowChunk)? {
    wait { order.begin() }
  }

  func finish(_ number: Int, _ outcome: ScoredChunk) {
    locked { order.finish(number, outcome) }
  }

  /// Waits for the next chunk to write.
  ///
  /// - Returns: nil at the end.
  /// - Throws: why the input ends where it does, once everything before is written.
  func next() throws(ScoreError) -> ScoredChunk? {
    let chunk = wait { order.next() }
    if chunk == nil, let failure = locked({ failure }) { throw failure }
    return chunk
  }

  private func wait<Value>(
    _ step: () -> ChunkOrder<RowChunk, ScoredChunk>.Step<Value>
  ) -> Value? {
    locked {
      while true {
        switch step() {
        case .take(let value): return value
        case .wait: condition.wait()
        case .end: return nil
        }
      }
    }
  }

  private func locked<Value>(_ body: () -> Value) -> Value {
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    return body()
  }
}
