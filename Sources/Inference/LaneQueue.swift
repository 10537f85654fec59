/// What the lanes of one version share: two queues, what runs, and what a row costs. Pure: the shell around it holds
/// the lock and performs what it says.
struct LaneQueue {
  let settings: ModelServerSettings
  /// Nanoseconds a row, as seen lately.
  private(set) var costPerRow: Double
  private(set) var shadowDropped: Int64 = 0
  private var normal = JobQueue()
  private var shadow = JobQueue()
  private var running: [ObjectIdentifier: QueuedJob] = [:]
  private var cheapRuns = 0
  private(set) var isClosing = false

  init(settings: ModelServerSettings, costPerRow: Double) {
    self.settings = settings
    self.costPerRow = max(1, costPerRow)
  }

  var depth: Int { normal.count + shadow.count }

  /// What became of a job that asked to be let in.
  enum Admission: Equatable {
    case admitted
    case full(waiting: Int, limit: Int, retryAfter: Duration)
    case shadowDropped
  }

  /// Rows that may wait: by count, and by how long they would.
  var rowLimit: Int {
    let byDelay =
      Double(settings.queueDelayMax.nanoseconds) * Double(settings.lanes) / costPerRow
    return min(settings.queueRows, max(settings.lanes, Int(min(byDelay, 1e9))))
  }

  mutating func add(_ job: QueuedJob) -> Admission {
    if job.job.priority == .shadow {
      guard shadow.count < settings.shadowQueueJobs else {
        shadowDropped += 1
        return .shadowDropped
      }
      shadow.append(job)
      return .admitted
    }
    let limit = rowLimit
    // An empty queue takes any job, or one with more rows than the limit could never run.
    let fits = normal.count == 0 || normal.rows + job.job.rows <= limit
    guard fits || job.job.wasAdmitted else {
      let wait = Double(normal.rows) * costPerRow / Double(settings.lanes)
      return .full(
        waiting: normal.rows, limit: limit, retryAfter: .nanoseconds(Int64(min(wait, 6e10))))
    }
    normal.append(job)
    return .admitted
  }

  mutating func next(_ priority: EngineJob.Priority) -> QueuedJob? {
    let job = priority == .normal ? normal.popFirst() : shadow.popFirst()
    if let job { running[ObjectIdentifier(job)] = job }
    return job
  }

  /// Notes the end of a run.
  ///
  /// - Returns: whether the version has become cheap enough, for long enough, to run inline again.
  mutating func ended(_ job: QueuedJob, computeTime: Int64) -> Bool {
    running[ObjectIdentifier(job)] = nil
    let perRow = Double(computeTime) / Double(max(1, job.job.rows))
    costPerRow = max(1, costPerRow + 0.2 * (perRow - costPerRow))
    cheapRuns = perRow < Double(settings.inlineRunMax.nanoseconds) ? cheapRuns + 1 : 0
    return cheapRuns >= settings.cheapRunsToReturn
  }

  /// Notes that a job was taken but not run.
  mutating func abandoned(_ job: QueuedJob) { running[ObjectIdentifier(job)] = nil }

  /// Starts over with a cost that was just seen.
  mutating func becameDear(costPerRow: Double) {
    self.costPerRow = max(1, costPerRow)
    cheapRuns = 0
  }

  mutating func withdraw() -> [QueuedJob] { normal.remove { $0.job.isMovable } }

  /// Jobs whose deadline has passed: out of the queue, or still in a lane's hands.
  mutating func expired(at now: MonotonicTime) -> [QueuedJob] {
    let isLate: (QueuedJob) -> Bool = { $0.job.deadline <= now }
    let late = normal.remove(where: isLate) + shadow.remove(where: isLate)
    return late + running.values.filter(isLate)
  }

  /// When the next job that is here will have taken too long; nil when there is none.
  func nextDeadline(after now: MonotonicTime) -> MonotonicTime? {
    let waiting = [normal.earliestDeadline, shadow.earliestDeadline].compactMap(\.self)
    let underWay = running.values.map(\.job.deadline).filter { $0 > now }
    return (waiting + underWay).min()
  }

  mutating func close() { isClosing = true }
}
