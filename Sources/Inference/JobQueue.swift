/// Jobs in the order in which they came, with the rows and bytes that they hold.
struct JobQueue {
  /// Whether they are here until their last deadline, for they have waited past the policy's already.
  private let holdsDelayed: Bool
  private var jobs: [QueuedJob] = []
  private var head = 0
  private(set) var rows = 0
  private(set) var bytes = 0
  /// Nothing is due here before this: a bound, which a scan makes exact again.
  private(set) var earliest = MonotonicTime.never

  init(holdsDelayed: Bool = false) { self.holdsDelayed = holdsDelayed }

  var count: Int { jobs.count - head }

  /// - Precondition: `offset` is below `count`; 0 is the oldest.
  subscript(offset: Int) -> QueuedJob { jobs[head + offset] }

  func min(of time: (QueuedJob) -> MonotonicTime) -> MonotonicTime? {
    jobs[head...].map(time).min()
  }

  mutating func append(_ job: QueuedJob) {
    jobs.append(job)
    rows += job.job.rows
    bytes += job.bytes
    earliest = Swift.min(earliest, due(job))
  }

  /// - Precondition: `count` of them are here.
  mutating func removeFirst(_ count: Int) -> [QueuedJob] {
    let taken = Array(jobs[head..<head + count])
    head += count
    for job in taken {
      rows -= job.job.rows
      bytes -= job.bytes
    }
    // Amortised O(1): what was taken goes when it is half of the array.
    if head * 2 >= jobs.count {
      jobs.removeFirst(head)
      head = 0
    }
    if jobs.isEmpty { earliest = .never }
    return taken
  }

  /// Takes out all that are due. - Complexity: O(n).
  mutating func removeDue(at now: MonotonicTime) -> [QueuedJob] {
    let isLast = holdsDelayed
    let taken = remove { Self.due($0, isLast) <= now }
    earliest = min(of: due) ?? .never
    return taken
  }

  /// Takes out all that `isTaken` picks. - Complexity: O(n).
  mutating func remove(where isTaken: (QueuedJob) -> Bool) -> [QueuedJob] {
    let taken = jobs[head...].filter(isTaken)
    guard !taken.isEmpty else { return [] }
    jobs = jobs[head...].filter { !isTaken($0) }
    head = 0
    rows = jobs.reduce(0) { $0 + $1.job.rows }
    bytes = jobs.reduce(0) { $0 + $1.bytes }
    return taken
  }

  private func due(_ job: QueuedJob) -> MonotonicTime { Self.due(job, holdsDelayed) }

  private static func due(_ job: QueuedJob, _ isLast: Bool) -> MonotonicTime {
    isLast ? job.answerBy : job.startBy
  }
}
