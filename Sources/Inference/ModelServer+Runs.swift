import InferenceProtocol
import Synchronization

/// What a lane does with the jobs that it was given.
extension ModelServer {
  /// Runs the jobs together where they are several, and each by itself where that is not possible.
  func perform(_ run: LaneRun) {
    let start = clock.now()
    if run.jobs.count > 1, runTogether(run, since: start) { return }
    for job in run.jobs where !job.isAnswered { runAlone(job, run.stop) }
    note(endOf: run, computeTime: clock.now() - start)
  }

  /// - Returns: false when nobody has an answer yet.
  private func runTogether(_ run: LaneRun, since start: MonotonicTime) -> Bool {
    let jobs = run.jobs.map(\.job)
    let inputs = signature.joined(jobs)
    let joined = clock.now()
    let outputs: [Tensor]
    do throws(InferenceError) {
      outputs = try self.run(inputs, names(of: jobs[0]), run.stop)
    } catch {
      // One request may have spoilt it for the others.
      board.failedTogether(rows: run.rows)
      if run.stop.isRequested { board.stopped() }
      return false
    }
    let computed = clock.now()
    guard let parts = Self.split(outputs, jobs.map(\.rows)) else {
      // What was true when the version was loaded is not: its answers would go to the wrong requests.
      board.failedTogether(rows: run.rows)
      lanes.state.withLock { $0.queue.stopBatching() }
      return false
    }
    let times = RunTimes(
      input: joined - start, infer: computed - joined, output: clock.now() - computed)
    note(endOf: run, computeTime: times.total)
    let answered = zip(run.jobs, parts).filter { job, _ in job.claim() }
    board.ran(rows: run.rows, queueTimes: answered.map { start - $0.0.enqueuedAt }, times)
    for (job, outputs) in answered {
      job.deliver(
        .done(
          outputs: outputs, queueTime: start - job.enqueuedAt, computeTime: times.total))
    }
    return true
  }

  private func runAlone(_ waiting: QueuedJob, _ stop: RunStop) {
    let job = waiting.job
    let start = clock.now()
    let queueTime = start - waiting.enqueuedAt
    let result = Result { () throws(InferenceError) in
      try run(job.inputs, names(of: job), stop)
    }
    let computeTime = clock.now() - start
    if case .failure = result, stop.isRequested { board.stopped() }
    guard waiting.claim() else { return }
    note(job, result, queueTime: queueTime, computeTime: computeTime)
    switch result {
    case .success(let outputs):
      waiting.deliver(.done(outputs: outputs, queueTime: queueTime, computeTime: computeTime))
    case .failure(let error):
      waiting.deliver(.failed(error, queueTime: queueTime, computeTime: computeTime))
    }
  }

  private func note(endOf run: LaneRun, computeTime: Int64) {
    let isCheap = lanes.state.withLock { $0.queue.ended(run, computeTime: computeTime) }
    if isCheap { returnInline() }
  }

  /// Outputs by request; nil where one has not as many rows as there were.
  private static func split(_ outputs: [Tensor], _ rows: [Int]) -> [[Tensor]]? {
    var parts = [[Tensor]](repeating: [], count: rows.count)
    for output in outputs {
      guard let split = output.split(rows) else { return nil }
      for (index, part) in split.enumerated() { parts[index].append(part) }
    }
    return parts
  }
}
