package import Inference

/// Jobs that no upstream has yet, by priority level: bounded by rows, and by how long they would wait. Pure.
package struct RemoteQueue {
  package struct Limits: Sendable {
    /// Rows that may wait, at most, unless the policy lets more wait.
    package var rows = 8_192
    /// Bytes of memory that they may hold, at most; likewise the copies for a shadow.
    package var bytes = 256 << 20
    /// They are also bounded by how long they would wait, at the time that a row took lately: this, unless the policy says
    /// for how long a request may wait, or how many rows.
    package var delay = Duration.seconds(1)
    /// Copies that may wait for a shadow.
    package var shadowJobs = 64
    /// Who may wait, for how long, and in which order. Nothing of it is about copies for a shadow.
    package var policy = QueuePolicy()

    package init(policy: QueuePolicy = QueuePolicy()) { self.policy = policy }
  }

  enum Admission: Equatable {
    case admitted
    case full(waiting: Int, limit: Int, retryAfter: Duration)
    /// Likewise in bytes.
    case fullOfBytes(waiting: Int, limit: Int, retryAfter: Duration)
    case shadowDropped
  }

  let limits: Limits
  /// Nanoseconds of a round trip, by the row, as seen lately.
  private(set) var costPerRow: Double
  private var retries: [RemoteJob] = []
  /// By level, and last those that have waited for too long where the policy delays them.
  private var levels: [WaitingJobs]
  private var shadow = WaitingJobs()

  init(limits: Limits, costPerRow: Double) {
    self.limits = limits
    self.costPerRow = max(1, costPerRow)
    levels = Array(repeating: WaitingJobs(), count: limits.policy.priorityLevels + 1)
  }

  var depth: Int { retries.count + count + shadow.count }

  private var count: Int { levels.reduce(0) { $0 + $1.count } }
  private var rows: Int { levels.reduce(0) { $0 + $1.rows } }
  private var bytes: Int { levels.reduce(0) { $0 + $1.bytes } }

  /// - Parameter slots: requests that may be with the upstreams at a time.
  mutating func add(_ job: RemoteJob, slots: Int) -> Admission {
    if job.job.priority == .shadow {
      let fits = shadow.count == 0 || shadow.bytes + job.bytes <= limits.bytes
      guard shadow.count < limits.shadowJobs, fits else { return .shadowDropped }
      shadow.append(job)
      return .admitted
    }
    if !job.job.wasAdmitted, let full = full(for: job, slots: max(1, slots)) { return full }
    levels[job.level - 1].append(job)
    return .admitted
  }

  /// Nil where the job fits. An empty queue takes any job, or one with more rows than the limit could never run.
  private func full(for job: RemoteJob, slots: Int) -> Admission? {
    let wait = Double(rows) * costPerRow / Double(slots)
    let retryAfter = Duration.nanoseconds(Int64(min(wait, 6e10)))
    func full(waiting: Int, _ limit: Int) -> Admission? {
      guard waiting > 0, waiting + job.job.rows > limit else { return nil }
      return .full(waiting: waiting, limit: limit, retryAfter: retryAfter)
    }
    if let limit = limits.policy.maxRows,
      let full = full(waiting: levels[job.level - 1].rows, limit)
    {
      return full
    }
    if let full = full(waiting: rows, rowLimit(slots: slots)) { return full }
    guard count > 0, bytes + job.bytes > limits.bytes else { return nil }
    return .fullOfBytes(waiting: bytes, limit: limits.bytes, retryAfter: retryAfter)
  }

  /// Rows that may wait: by count, and by how long they would where nobody has said how many may.
  private func rowLimit(slots: Int) -> Int {
    let counted = limits.policy.countedRows(atLeast: limits.rows)
    guard let waitMax = limits.policy.estimatedWaitMax(otherwise: limits.delay) else {
      return counted
    }
    let byDelay = waitMax / .nanoseconds(1) * Double(slots) / costPerRow
    return min(counted, max(slots, Int(min(byDelay, 1e9))))
  }

  /// What becomes of a job that has waited for as long as it may.
  enum Lateness: Equatable {
    /// It was taken out, to be answered.
    case rejected
    /// It goes when nothing else waits.
    case delayed
    /// It does not wait here.
    case started
  }

  mutating func isLate(_ job: RemoteJob) -> Lateness {
    guard levels[job.level - 1].remove(job) else { return .started }
    guard limits.policy.timeoutAction == .delay else { return .rejected }
    levels[levels.count - 1].append(job)
    return .delayed
  }

  /// Puts a job that an upstream refused before all that wait.
  mutating func retry(_ job: RemoteJob) { retries.append(job) }

  /// The next job for which `take` has a place, with that place: second tries first, copies for a shadow last.
  mutating func next(_ take: (_ excluding: Int?) -> Int?) -> (job: RemoteJob, upstream: Int)? {
    for (index, job) in retries.enumerated() {
      if let upstream = take(job.refusedBy) {
        retries.remove(at: index)
        return (job, upstream)
      }
    }
    guard count + shadow.count > 0, let upstream = take(nil) else { return nil }
    return (popFirst() ?? shadow.popFirst()).map { ($0, upstream) }
  }

  /// The oldest of the highest level in which one waits.
  private mutating func popFirst() -> RemoteJob? {
    guard let level = levels.firstIndex(where: { $0.count > 0 }) else { return nil }
    return levels[level].popFirst()
  }

  /// Takes out those whose clients have left and who would be next, so that the others get their turn.
  mutating func takeDesertedHead() -> [RemoteJob] {
    var taken = takeDesertedRetries()
    while let job = levels.first(where: { $0.count > 0 })?.first, job.isDeserted {
      taken.append(job)
      _ = popFirst()
    }
    return taken
  }

  /// Takes out all whose clients have left: they take others' room. - Complexity: O(n).
  mutating func takeDeserted() -> [RemoteJob] {
    takeDesertedRetries() + remove(where: \.isDeserted)
  }

  private mutating func takeDesertedRetries() -> [RemoteJob] {
    let taken = retries.filter(\.isDeserted)
    if !taken.isEmpty { retries.removeAll { job in taken.contains { $0 === job } } }
    return taken
  }

  mutating func withdraw() -> [RemoteJob] {
    defer { retries.removeAll { $0.job.isMovable } }
    return retries.filter { $0.job.isMovable } + remove { $0.job.isMovable }
  }

  /// Takes one job out.
  ///
  /// - Returns: false when it does not wait here.
  mutating func remove(_ job: RemoteJob) -> Bool {
    if let index = retries.firstIndex(where: { $0 === job }) {
      retries.remove(at: index)
      return true
    }
    return levels.indices.contains { levels[$0].remove(job) } || shadow.remove(job)
  }

  private mutating func remove(where isTaken: (RemoteJob) -> Bool) -> [RemoteJob] {
    levels.indices.flatMap { levels[$0].remove(where: isTaken) }
  }

  mutating func ended(rows: Int, roundTrip: Int64) {
    let perRow = Double(roundTrip) / Double(max(1, rows))
    costPerRow = max(1, costPerRow + 0.2 * (perRow - costPerRow))
  }
}
