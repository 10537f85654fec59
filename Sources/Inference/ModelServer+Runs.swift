import Dispatch
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
    let joint: JointAnswer
    do throws(InferenceError) {
      joint = try self.joint(run.jobs, run.stop)
    } catch {
      // One request may have spoilt it for the others.
      board.failedTogether(rows: run.rows)
      if run.stop.isRequested { board.stopped() }
      return false
    }
    guard let parts = joint.parts else {
      // What was true when the version was loaded is not: its answers would go to the wrong requests.
      board.failedTogether(rows: run.rows)
      lanes.state.withLock { $0.queue.stopBatching() }
      return false
    }
    note(endOf: run, computeTime: joint.times.total)
    answer(run.jobs, rows: run.rows, parts, joint.times, since: start)
    // After the answers, which need not wait for it: a version is closed once its lanes have ended.
    let mayGoOn = mayShare(after: run.jobs, parts) { job in
      // Nobody waits for it: it may take what the requests together took, and then some.
      let stop = RunStop()
      let patience = 2_000_000_000 + 64 * joint.times.total
      DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: patience))) {
        stop.request()
      }
      return try? self.run(job.inputs, names(of: job), stop)
    }
    if !mayGoOn { lanes.state.withLock { $0.queue.stopBatching() } }
    return true
  }

  /// What several jobs got out of one run.
  struct JointAnswer {
    /// By job; nil where an output has not as many rows as there were.
    var parts: [[Tensor]]?
    var times: RunTimes
  }

  /// Runs jobs with equal keys in one.
  func joint(_ jobs: [QueuedJob], _ stop: RunStop) throws(InferenceError) -> JointAnswer {
    let start = clock.now()
    let inputs = signature.joined(jobs)
    let joined = clock.now()
    let outputs = try run(inputs, names(of: jobs[0].job), stop)
    let computed = clock.now()
    let parts = Self.split(outputs, jobs.map { $0.job.rows })
    return JointAnswer(
      parts: parts,
      times: RunTimes(
        input: joined - start, infer: computed - joined, output: clock.now() - computed))
  }

  /// Gives each job its part of a run that began at `start`, unless it has had an answer.
  func answer(
    _ jobs: [QueuedJob], rows: Int, _ parts: [[Tensor]], _ times: RunTimes,
    since start: MonotonicTime
  ) {
    var queueTimes: [Int64] = []
    queueTimes.reserveCapacity(jobs.count)
    let isClaimed = jobs.map { job in
      guard job.claim() else { return false }
      queueTimes.append(start - job.enqueuedAt)
      return true
    }
    board.ran(rows: rows, queueTimes: queueTimes, times)
    for index in jobs.indices where isClaimed[index] {
      jobs[index].deliver(
        .done(
          outputs: parts[index], queueTime: start - jobs[index].enqueuedAt,
          computeTime: times.total))
    }
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
    var columns: [[Tensor]] = []
    columns.reserveCapacity(outputs.count)
    for output in outputs {
      guard let split = output.split(rows) else { return nil }
      columns.append(split)
    }
    return rows.indices.map { row in columns.map { $0[row] } }
  }
}
