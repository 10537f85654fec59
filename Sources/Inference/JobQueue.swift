/// Jobs in the order in which they came, with the rows that they hold.
struct JobQueue {
  private var jobs: [QueuedJob] = []
  private var head = 0
  private(set) var rows = 0

  var count: Int { jobs.count - head }
  var earliestDeadline: MonotonicTime? { jobs[head...].map(\.job.deadline).min() }

  mutating func append(_ job: QueuedJob) {
    jobs.append(job)
    rows += job.job.rows
  }

  mutating func popFirst() -> QueuedJob? {
    guard head < jobs.count else { return nil }
    let job = jobs[head]
    head += 1
    rows -= job.job.rows
    // Amortised O(1): what was taken goes when it is half of the array.
    if head * 2 >= jobs.count {
      jobs.removeFirst(head)
      head = 0
    }
    return job
  }

  /// Takes out all that `isTaken` picks. - Complexity: O(n).
  mutating func remove(where isTaken: (QueuedJob) -> Bool) -> [QueuedJob] {
    let taken = jobs[head...].filter(isTaken)
    guard !taken.isEmpty else { return [] }
    jobs = jobs[head...].filter { !isTaken($0) }
    head = 0
    rows = jobs.reduce(0) { $0 + $1.job.rows }
    return taken
  }
}
