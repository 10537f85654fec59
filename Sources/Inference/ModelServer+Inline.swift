import Synchronization

/// Runs on the caller's thread.
extension ModelServer {
  /// - Parameter enqueuedAt: when it came, where it has waited for others since.
  /// - Returns: nil when the run did not come back in time and was stopped: the job starts anew in a lane.
  func runInline(_ job: EngineJob, since enqueuedAt: MonotonicTime? = nil) -> EngineAnswer? {
    let watched = watched(rows: job.rows) { stop throws(InferenceError) in
      try run(job.inputs, names(of: job), stop)
    }
    if watched.isStopped { return nil }
    let (queueTime, computeTime) = (enqueuedAt.map { watched.start - $0 } ?? 0, watched.elapsed)
    note(job, watched.result, queueTime: queueTime, computeTime: computeTime)
    return switch watched.result {
    case .success(let outputs):
      .done(outputs: outputs, queueTime: queueTime, computeTime: computeTime)
    case .failure(let error): .failed(error, queueTime: queueTime, computeTime: computeTime)
    }
  }

  /// Requests that came to an event loop together.
  func perform(_ shared: SharedRun) {
    // The run before may have moved the version to its lanes.
    if shared.jobs.count > 1, mayRunInline(shared.jobs[0].job), runTogether(shared) { return }
    for job in shared.jobs {
      if mayRunInline(job.job), let answer = runInline(job.job, since: job.enqueuedAt) {
        job.finish(answer)
      } else {
        enqueue(job)
      }
    }
  }

  /// - Returns: false when nobody has an answer yet.
  private func runTogether(_ shared: SharedRun) -> Bool {
    let watched = watched(rows: shared.rows) { stop throws(InferenceError) in
      try joint(shared.jobs, stop)
    }
    switch watched.result {
    case .failure:
      // One request may have spoilt it for the others.
      board.failedTogether(rows: shared.rows)
      return false
    case .success(let joint):
      guard let parts = joint.parts else {
        // What was true when the version was loaded is not: its answers would go to the wrong requests.
        board.failedTogether(rows: shared.rows)
        stopSharing()
        return false
      }
      // Before the answers: once they are given, nobody keeps the version from being closed.
      let mayGoOn = mayShare(after: shared.jobs, parts) { job in
        let again = self.watched(rows: job.rows) { stop throws(InferenceError) in
          try run(job.inputs, names(of: job), stop)
        }
        return try? again.result.get()
      }
      guard mayGoOn else {
        board.failedTogether(rows: shared.rows)
        stopSharing()
        return false
      }
      answer(shared.jobs, rows: shared.rows, parts, joint.times, since: watched.start)
      return true
    }
  }

  private struct Watched<Value> {
    var result: Result<Value, InferenceError>
    var start: MonotonicTime
    /// Nanoseconds.
    var elapsed: Int64
    /// It did not come back in time, and the version has moved to its lanes.
    var isStopped = false
  }

  /// Runs on the caller's thread under the eyes of a watch, and learns from how long that takes.
  private func watched<Value>(
    rows: Int, _ body: (RunStop) throws(InferenceError) -> Value
  ) -> Watched<Value> {
    let isSuspect = suspicion.load(ordering: .relaxed) > 0
    let threadStart = isSuspect ? clock.threadTime() : 0
    let start = clock.now()
    let stop = RunStop()
    let place = InlineWatch.shared.begin(stop, limit: settings.inlineStop)
    let result = Result { () throws(InferenceError) in try body(stop) }
    InlineWatch.shared.end(place)
    let elapsed = clock.now() - start
    if case .failure = result, stop.isRequested {
      // It says nothing of other requests: what a row costs, and so how many may wait, stays as it was measured.
      moveToLanes(costPerRow: nil)
      board.stopped()
      return Watched(result: result, start: start, elapsed: elapsed, isStopped: true)
    }
    let limit = settings.slowRun.nanoseconds
    if isSuspect {
      let computed = clock.threadTime() - threadStart
      if computed > limit {
        moveToLanes(costPerRow: Double(computed) / Double(max(1, rows)))
      } else {
        suspicion.subtract(1, ordering: .relaxed)
      }
    } else if elapsed > limit {
      suspicion.store(Self.suspectRuns, ordering: .relaxed)
    }
    return Watched(result: result, start: start, elapsed: elapsed)
  }

  /// - Parameter costPerRow: as it was just seen; nil where that is not known.
  private func moveToLanes(costPerRow: Double?) {
    lanes.state.withLock { $0.queue.becameDear(costPerRow: costPerRow) }
    suspicion.store(0, ordering: .relaxed)
    inlineRows.store(0, ordering: .relaxed)
  }

  func returnInline() { inlineRows.store(plan.inlineRows(settings), ordering: .relaxed) }

  private static let suspectRuns = 32
}
