import Inference

/// Jobs that no upstream has yet: bounded by rows, and by how long they would wait. Pure.
package struct RemoteQueue {
  package struct Limits: Sendable {
    /// Rows that may wait, at most.
    package var rows = 8_192
    /// Bytes of memory that they may hold, at most; likewise the copies for a shadow.
    package var bytes = 256 << 20
    /// They are also bounded by how long they would wait, at the time that a row took lately.
    package var delay = Duration.seconds(1)
    /// Copies that may wait for a shadow.
    package var shadowJobs = 64

    package init() {}
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
  private var normal = WaitingJobs()
  private var shadow = WaitingJobs()

  init(limits: Limits, costPerRow: Double) {
    self.limits = limits
    self.costPerRow = max(1, costPerRow)
  }

  var depth: Int { retries.count + normal.count + shadow.count }

  /// - Parameter slots: requests that may be with the upstreams at a time.
  mutating func add(_ job: RemoteJob, slots: Int) -> Admission {
    if job.job.priority == .shadow {
      let fits = shadow.count == 0 || shadow.bytes + job.bytes <= limits.bytes
      guard shadow.count < limits.shadowJobs, fits else { return .shadowDropped }
      shadow.append(job)
      return .admitted
    }
    let slots = Double(max(1, slots))
    let byDelay = limits.delay / .nanoseconds(1) * slots / costPerRow
    let limit = min(limits.rows, max(Int(slots), Int(min(byDelay, 1e9))))
    // An empty queue takes any job, or one with more rows than the limit could never run.
    let fits = normal.count == 0 || normal.rows + job.job.rows <= limit
    let wait = Double(normal.rows) * costPerRow / slots
    let retryAfter = Duration.nanoseconds(Int64(min(wait, 6e10)))
    guard fits || job.job.wasAdmitted else {
      return .full(waiting: normal.rows, limit: limit, retryAfter: retryAfter)
    }
    let hasRoom = normal.count == 0 || normal.bytes + job.bytes <= limits.bytes
    guard hasRoom || job.job.wasAdmitted else {
      return .fullOfBytes(waiting: normal.bytes, limit: limits.bytes, retryAfter: retryAfter)
    }
    normal.append(job)
    return .admitted
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
    guard normal.count + shadow.count > 0, let upstream = take(nil) else { return nil }
    return (normal.popFirst() ?? shadow.popFirst()).map { ($0, upstream) }
  }

  /// Takes out those whose clients have left and who would be next, so that the others get their turn.
  mutating func takeDesertedHead() -> [RemoteJob] {
    var taken = takeDesertedRetries()
    while let job = normal.first, job.isDeserted {
      taken.append(job)
      _ = normal.popFirst()
    }
    return taken
  }

  /// Takes out all whose clients have left: they take others' room. - Complexity: O(n).
  mutating func takeDeserted() -> [RemoteJob] {
    takeDesertedRetries() + normal.remove(where: \.isDeserted)
  }

  private mutating func takeDesertedRetries() -> [RemoteJob] {
    let taken = retries.filter(\.isDeserted)
    if !taken.isEmpty { retries.removeAll { job in taken.contains { $0 === job } } }
    return taken
  }

  mutating func withdraw() -> [RemoteJob] {
    defer { retries.removeAll { $0.job.isMovable } }
    return retries.filter { $0.job.isMovable } + normal.remove { $0.job.isMovable }
  }

  /// Takes one job out.
  ///
  /// - Returns: false when it does not wait here.
  mutating func remove(_ job: RemoteJob) -> Bool {
    if let index = retries.firstIndex(where: { $0 === job }) {
      retries.remove(at: index)
      return true
    }
    return !normal.remove { $0 === job }.isEmpty || !shadow.remove { $0 === job }.isEmpty
  }

  mutating func ended(rows: Int, roundTrip: Int64) {
    let perRow = Double(roundTrip) / Double(max(1, rows))
    costPerRow = max(1, costPerRow + 0.2 * (perRow - costPerRow))
  }
}

/// Jobs in the order in which they came, with the rows and bytes that they hold.
private struct WaitingJobs {
  private var jobs: [RemoteJob] = []
  private var head = 0
  private(set) var rows = 0
  private(set) var bytes = 0

  var count: Int { jobs.count - head }

  var first: RemoteJob? { head < jobs.count ? jobs[head] : nil }

  mutating func append(_ job: RemoteJob) {
    jobs.append(job)
    rows += job.job.rows
    bytes += job.bytes
  }

  mutating func popFirst() -> RemoteJob? {
    guard head < jobs.count else { return nil }
    let job = jobs[head]
    head += 1
    rows -= job.job.rows
    bytes -= job.bytes
    // Amortised O(1): what was taken goes when it is half of the array.
    if head * 2 >= jobs.count {
      jobs.removeFirst(head)
      head = 0
    }
    return job
  }

  /// Takes out all that `isTaken` picks. - Complexity: O(n).
  mutating func remove(where isTaken: (RemoteJob) -> Bool) -> [RemoteJob] {
    // Asked once of each: its client may leave meanwhile.
    var (taken, left): ([RemoteJob], [RemoteJob]) = ([], [])
    for job in jobs[head...] {
      if isTaken(job) { taken.append(job) } else { left.append(job) }
    }
    guard !taken.isEmpty else { return [] }
    jobs = left
    head = 0
    rows = jobs.reduce(0) { $0 + $1.job.rows }
    bytes = jobs.reduce(0) { $0 + $1.bytes }
    return taken
  }
}
