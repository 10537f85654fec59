import Synchronization

/// Where one version counts what it did: a lock held for some tens of nanoseconds, once a request or once a run.
final class StatisticsBoard: Sendable {
  private let stored = Mutex(EngineStatistics())

  var statistics: EngineStatistics { stored.withLock { $0 } }

  /// A request that ran by itself.
  func ran(rows: Int, queueTime: Int64, computeTime: Int64, isSuccess: Bool) {
    stored.withLock { stored in
      stored.note(
        RunTimes(infer: computeTime), rows: rows, requests: [queueTime], isSuccess: isSuccess)
    }
  }

  /// Requests that shared a run.
  ///
  /// - Parameter queueTimes: of those that get their answer out of it.
  func ran(rows: Int, queueTimes: [Int64], _ times: RunTimes) {
    stored.withLock { $0.note(times, rows: rows, requests: queueTimes, isSuccess: true) }
  }

  /// A shared run that failed: its requests run again, each by itself.
  func failedTogether(rows: Int) {
    stored.withLock {
      $0.executionCount += 1
      $0.rowsRun += UInt64(max(0, rows))
    }
  }

  /// A run that did not come back in time.
  func stopped() { stored.withLock { $0.stoppedCount += 1 } }

  /// A request that got no run.
  func refused(after nanoseconds: Int64 = 0) {
    stored.withLock { $0.failure.add(nanoseconds: nanoseconds) }
  }

  func cacheHit(nanoseconds: Int64) {
    stored.withLock { stored in
      stored.cacheHit.add(nanoseconds: nanoseconds)
      stored.success.add(nanoseconds: nanoseconds)
    }
  }

  func cacheMiss(nanoseconds: Int64) {
    stored.withLock { $0.cacheMiss.add(nanoseconds: nanoseconds) }
  }
}

/// Nanoseconds of one run's parts.
struct RunTimes {
  /// Joining the rows of several requests, and taking the answers apart; 0 for a single one.
  var input: Int64 = 0
  var infer: Int64
  var output: Int64 = 0

  var total: Int64 { input + infer + output }
}

extension EngineStatistics {
  /// One run, and each of the requests that it answers.
  fileprivate mutating func note(
    _ times: RunTimes, rows: Int, requests queueTimes: [Int64], isSuccess: Bool
  ) {
    executionCount += 1
    rowsRun += UInt64(max(0, rows))
    guard isSuccess else {
      for queueTime in queueTimes { failure.add(nanoseconds: queueTime + times.total) }
      return
    }
    inferenceCount += UInt64(max(0, rows))
    for queueTime in queueTimes {
      success.add(nanoseconds: queueTime + times.total)
      queue.add(nanoseconds: queueTime)
      computeInput.add(nanoseconds: times.input)
      computeInfer.add(nanoseconds: times.infer)
      computeOutput.add(nanoseconds: times.output)
    }
    batches[Self.size(rows), default: Batch()].add(times)
  }

  private static func size(_ rows: Int) -> Int {
    guard rows > 1_024 else { return rows }
    var size = 2_048
    while size < rows, size < 1 << 40 { size *= 2 }
    return size
  }
}

extension EngineStatistics.Batch {
  fileprivate mutating func add(_ times: RunTimes) {
    computeInput.add(nanoseconds: times.input)
    computeInfer.add(nanoseconds: times.infer)
    computeOutput.add(nanoseconds: times.output)
  }
}
