/// What the lanes of one version share: what waits, what runs, and what a row costs. Pure: the shell around it holds the
/// lock and performs what it says.
struct LaneQueue {
  let settings: ModelServerSettings
  /// Nanoseconds a row, as seen lately.
  private(set) var costPerRow: Double
  private var normal: Batcher
  private var shadow: Batcher
  private var running: [Int: LaneRun] = [:]
  private var nextRun = 0
  private var cheapRuns = 0
  private(set) var isClosing = false

  init(
    settings: ModelServerSettings, batching: BatchingPolicy = .none, costPerRow: Double
  ) {
    self.settings = settings
    self.costPerRow = max(1, costPerRow)
    normal = Batcher(batching, settings.queue)
    shadow = Batcher(BatchingPolicy(maxRows: batching.maxRows))
  }

  var depth: Int { normal.count + shadow.count }

  /// What became of a job that asked to be let in.
  enum Admission: Equatable {
    case admitted
    case full(waiting: Int, limit: Int, retryAfter: Duration)
    /// Likewise in bytes.
    case fullOfBytes(waiting: Int, limit: Int, retryAfter: Duration)
    case shadowDropped
  }

  /// Rows that may wait: by count, and by how long they would where nobody has said how many may.
  var rowLimit: Int {
    guard let waitMax = settings.estimatedWaitMax else { return settings.countedRows }
    let byDelay = Double(waitMax.nanoseconds) * Double(settings.lanes) / costPerRow
    return min(settings.countedRows, max(settings.lanes, Int(min(byDelay, 1e9))))
  }

  mutating func add(_ job: QueuedJob) -> Admission {
    if job.job.priority == .shadow {
      let fits = shadow.count == 0 || shadow.bytes + job.bytes <= settings.queueBytes
      guard shadow.count < settings.shadowQueueJobs, fits else { return .shadowDropped }
      shadow.add(job)
      return .admitted
    }
    if !job.job.wasAdmitted {
      if let limit = settings.queue.maxRows,
        let full = full(waiting: normal.rows(level: job.level), job, limit)
      {
        return full
      }
      if let full = full(waiting: normal.rows, job, rowLimit) { return full }
      if normal.count > 0, normal.bytes + job.bytes > settings.queueBytes {
        return .fullOfBytes(
          waiting: normal.bytes, limit: settings.queueBytes, retryAfter: retryAfter)
      }
    }
    normal.add(job)
    return .admitted
  }

  /// Nil where the job fits. An empty queue takes any job, or one with more rows than the limit could never run.
  private func full(
    waiting: Int, _ job: QueuedJob, _ limit: Int
  ) -> Admission? {
    guard waiting > 0, waiting + job.job.rows > limit else { return nil }
    return .full(waiting: waiting, limit: limit, retryAfter: retryAfter)
  }

  /// How long what waits at present would take.
  private var retryAfter: Duration {
    let wait = Double(normal.rows) * costPerRow / Double(settings.lanes)
    return .nanoseconds(Int64(min(wait, 6e10)))
  }

  /// What a lane is to do.
  enum Turn {
    case run(LaneRun)
    case wait(until: MonotonicTime)
    case sleep
    /// Nothing is left, and nothing will come.
    case end
  }

  /// The next turn of a lane, and what has waited for too long or for nobody: that is answered first, and does not run.
  mutating func next(
    _ priority: EngineJob.Priority, at now: MonotonicTime
  ) -> (turn: Turn, expired: [QueuedJob]) {
    var expired = priority == .normal ? normal.expire(at: now) : shadow.expire(at: now)
    var step = take(priority, at: now)
    // Whose client has left goes when its turn comes: the others take the room.
    while case .run(let jobs) = step, jobs.contains(where: \.isDeserted) {
      expired += jobs.filter(\.isDeserted)
      let left = jobs.filter { !$0.isDeserted }
      step = left.isEmpty ? take(priority, at: now) : .run(left)
    }
    switch step {
    case .run(let jobs):
      nextRun += 1
      for job in jobs { job.start() }
      let run = LaneRun(id: nextRun, jobs: jobs)
      running[nextRun] = run
      return (.run(run), expired)
    case .wait(let until): return (.wait(until: until), expired)
    case .nothing: return (isClosing ? .end : .sleep, expired)
    }
  }

  private mutating func take(
    _ priority: EngineJob.Priority, at now: MonotonicTime
  ) -> Batcher.Step {
    priority == .normal
      ? normal.take(at: now, isClosing: isClosing) : shadow.take(at: now, isClosing: isClosing)
  }

  /// Whether more waits for the lanes of this priority.
  func isWaiting(_ priority: EngineJob.Priority) -> Bool {
    priority == .normal ? normal.count > 0 : shadow.count > 0
  }

  /// Notes the end of a run.
  ///
  /// - Returns: whether the version has become cheap enough, for long enough, to run inline again.
  mutating func ended(_ run: LaneRun, computeTime: Int64) -> Bool {
    running[run.id] = nil
    let perRow = Double(computeTime) / Double(max(1, run.rows))
    // Of a run that was stopped it is only known that it would have taken no less.
    let isStopped = run.stop.isRequested
    if isStopped, perRow < costPerRow {
      cheapRuns = 0
      return false
    }
    // One run that hung says little of the next: only a row of them may close the queue.
    let seen = isStopped ? min(perRow, 2 * costPerRow) : perRow
    costPerRow = max(1, costPerRow + 0.2 * (seen - costPerRow))
    let isCheap = !isStopped && perRow < Double(settings.inlineRunMax.nanoseconds)
    cheapRuns = isCheap ? cheapRuns + 1 : 0
    return cheapRuns >= settings.cheapRunsToReturn
  }

  /// Starts over, with a cost that was just seen where there is one.
  mutating func becameDear(costPerRow: Double?) {
    if let costPerRow { self.costPerRow = max(1, costPerRow) }
    cheapRuns = 0
  }

  var isBatching: Bool { normal.batching.maxRows > 1 }

  /// From now on each request runs by itself.
  mutating func stopBatching() {
    normal.stopBatching()
    shadow.stopBatching()
  }

  mutating func withdraw() -> [QueuedJob] { normal.remove { $0.job.isMovable } }

  /// Jobs whose time is over: out of the queue, or still in a lane's hands.
  mutating func expired(at now: MonotonicTime) -> [QueuedJob] {
    normal.expire(at: now) + shadow.expire(at: now)
      + running.values.flatMap(\.jobs).filter { $0.answerBy <= now && !$0.isAnswered }
  }

  /// Runs whose answers would go nowhere: all their jobs were answered without them.
  var abandoned: [LaneRun] { running.values.filter { $0.jobs.allSatisfy(\.isAnswered) } }

  /// When the next job that is here will have taken too long; nil when there is none.
  func nextDeadline(after now: MonotonicTime) -> MonotonicTime? {
    let waiting = [normal.nextDeadline, shadow.nextDeadline].compactMap(\.self)
    let underWay = running.values.flatMap(\.jobs).map(\.answerBy).filter { $0 > now }
    return (waiting + underWay).min()
  }

  mutating func close() { isClosing = true }
}

/// Jobs that share one run of the engine.
struct LaneRun {
  let id: Int
  let jobs: [QueuedJob]
  let stop = RunStop()

  var rows: Int { jobs.reduce(0) { $0 + $1.job.rows } }
}
