/// What an engine has done since it was loaded, in the terms of Triton's statistics extension. Counters only grow.
package struct EngineStatistics: Sendable, Equatable {
  /// How often something happened, and the nanoseconds that it took in all.
  package struct Tally: Sendable, Equatable {
    package var count: UInt64
    package var nanoseconds: UInt64

    package init(count: UInt64 = 0, nanoseconds: UInt64 = 0) {
      self.count = count
      self.nanoseconds = nanoseconds
    }

    package mutating func add(nanoseconds: Int64) {
      count += 1
      self.nanoseconds += UInt64(max(0, nanoseconds))
    }
  }

  /// Runs of one batch size.
  package struct Batch: Sendable, Equatable {
    package var computeInput = Tally()
    package var computeInfer = Tally()
    package var computeOutput = Tally()

    package init() {}
  }

  /// Requests that were answered, and those that failed or were refused: from the moment they were handed to the engine.
  package var success = Tally()
  package var failure = Tally()
  /// Of each request that ran: the wait, the joining of its rows with others', the run, the taking apart. What a single
  /// request's run copies is part of the run.
  package var queue = Tally()
  package var computeInput = Tally()
  package var computeInfer = Tally()
  package var computeOutput = Tally()
  /// Looks into the cache: what was found, and what was not.
  package var cacheHit = Tally()
  package var cacheMiss = Tally()
  /// Rows that were computed, without those that came out of the cache.
  package var inferenceCount: UInt64 = 0
  /// Runs of the engine: fewer than requests where they are batched.
  package var executionCount: UInt64 = 0
  /// Rows of all runs, also of those that failed.
  package var rowsRun: UInt64 = 0
  /// Runs that were stopped before they were done, since they did not come back in time.
  package var stoppedCount: UInt64 = 0
  /// By the number of rows of a run; above 1,024 by the next power of two, so that they stay few.
  package var batches: [Int: Batch] = [:]

  package init() {}
}
