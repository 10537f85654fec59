import Inference

/// Jobs in the order in which they came, with the rows and bytes that they hold.
struct WaitingJobs {
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

  /// Takes one out: the first, as a rule, which has waited longest. - Complexity: O(1) for the first, else O(n).
  ///
  /// - Returns: false when it does not wait here.
  mutating func remove(_ job: RemoteJob) -> Bool {
    if first === job { return popFirst() != nil }
    guard let index = jobs[head...].firstIndex(where: { $0 === job }) else { return false }
    jobs.remove(at: index)
    rows -= job.job.rows
    bytes -= job.bytes
    return true
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
