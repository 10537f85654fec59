import Inference
import Testing

@testable import Integrations

/// Whose turn it is.
@Suite struct RemoteQueueTests {
  @Test func `a turn goes past those whose clients have left`() {
    func waiting(_ client: ClientPresence?) -> RemoteJob {
      let job = RemoteBench.job(of: client)
      return RemoteJob(job, enqueuedAt: .now, limit: .seconds(30)) { _ in }
    }
    let gone = ClientPresence()
    var queue = RemoteQueue(limits: RemoteQueue.Limits(), costPerRow: 1)
    let jobs = [gone, nil, gone, gone, ClientPresence()].map(waiting)
    for job in jobs { #expect(queue.add(job, slots: 1) == .admitted) }
    gone.leave()
    #expect(queue.takeDesertedHead().map(ObjectIdentifier.init) == [ObjectIdentifier(jobs[0])])
    #expect(queue.next { _ in 0 }?.job === jobs[1])
    #expect(
      queue.takeDesertedHead().map(ObjectIdentifier.init) == jobs[2...3].map(ObjectIdentifier.init))
    #expect(queue.next { _ in 0 }?.job === jobs[4])
    #expect(queue.depth == 0)
  }

  private static func job(
    _ policy: QueuePolicy, level: Int = 0, rows: Int = 1, at start: MonotonicTime = .now,
    timeout: Duration = .seconds(30)
  ) -> RemoteJob {
    var job = RemoteBench.job(rows: rows, timeout: timeout)
    job.priorityLevel = level
    job.lastDeadline = start + .seconds(30)
    job.deadline = start + timeout
    return RemoteJob(job, enqueuedAt: start, limit: .seconds(20), policy: policy) { _ in }
  }

  private static func queue(_ policy: QueuePolicy, costPerRow: Double = 1) -> RemoteQueue {
    RemoteQueue(limits: RemoteQueue.Limits(policy: policy), costPerRow: costPerRow)
  }

  @Test func `a higher level goes first, and the default level is the policy's`() {
    let policy = QueuePolicy(priorityLevels: 3, defaultPriority: 2)
    var queue = Self.queue(policy)
    let jobs = [3, 0, 1, 2, 9].map { Self.job(policy, level: $0) }
    for job in jobs { #expect(queue.add(job, slots: 1) == .admitted) }
    let order = (0..<5).compactMap { _ in queue.next { _ in 0 }?.job }
    #expect(order.map(ObjectIdentifier.init) == [2, 1, 3, 4, 0].map { ObjectIdentifier(jobs[$0]) })
  }

  @Test func `max_rows bounds each level, whatever a row takes`() {
    let policy = QueuePolicy(maxRows: 4, priorityLevels: 2)
    // At a second a row the estimate alone would let one wait.
    var queue = Self.queue(policy, costPerRow: 1e9)
    for _ in 0..<2 {
      #expect(queue.add(Self.job(policy, level: 2, rows: 2), slots: 1) == .admitted)
    }
    #expect(
      queue.add(Self.job(policy, level: 2), slots: 1)
        == .full(waiting: 4, limit: 4, retryAfter: .seconds(4)))
    #expect(queue.add(Self.job(policy, level: 1, rows: 4), slots: 1) == .admitted)
  }

  @Test(
    arguments: [
      (nil, QueuePolicy.TimeoutAction.reject, 10), (.milliseconds(300), .reject, 3),
      (.milliseconds(300), .delay, 10), (.seconds(2), .delay, 20),
    ] as [(Duration?, QueuePolicy.TimeoutAction, Int)])
  func `as many rows wait as take what one may wait, at what a row took lately`(
    timeout: Duration?, action: QueuePolicy.TimeoutAction, limit: Int
  ) {
    let policy = QueuePolicy(timeout: timeout, timeoutAction: action)
    var queue = Self.queue(policy, costPerRow: 1e8)
    for _ in 0..<limit { #expect(queue.add(Self.job(policy), slots: 1) == .admitted) }
    #expect(
      queue.add(Self.job(policy), slots: 1)
        == .full(
          waiting: limit, limit: limit, retryAfter: .milliseconds(100) * limit))
  }

  @Test func `what is late is taken out, or goes last`() {
    for action in QueuePolicy.TimeoutAction.allCases {
      let policy = QueuePolicy(timeout: .milliseconds(1), timeoutAction: action, priorityLevels: 2)
      var queue = Self.queue(policy)
      let late = Self.job(policy, level: 1)
      let young = Self.job(policy, level: 2)
      for job in [late, young] { #expect(queue.add(job, slots: 1) == .admitted) }
      #expect(queue.isLate(late) == (action == .delay ? .delayed : .rejected))
      #expect(queue.next { _ in 0 }?.job === young)
      #expect(queue.isLate(young) == .started)
      #expect(queue.next { _ in 0 }?.job === (action == .delay ? late : nil))
    }
  }

  @Test(
    arguments: [
      (nil, QueuePolicy.TimeoutAction.reject, true, 5_000, 5_000),
      (nil, .reject, false, 20_000, 20_000), (.milliseconds(100), .reject, true, 100, 5_000),
      (.milliseconds(100), .delay, true, 100, 20_000), (.seconds(60), .reject, true, 5_000, 5_000),
    ] as [(Duration?, QueuePolicy.TimeoutAction, Bool, Int, Int)])
  func `by when a job has to start and to be answered`(
    timeout: Duration?, action: QueuePolicy.TimeoutAction, allows: Bool, startBy: Int,
    deadline: Int
  ) {
    let policy = QueuePolicy(
      timeout: timeout, timeoutAction: action, allowsTimeoutOverride: allows)
    let start = MonotonicTime(nanoseconds: 1_000)
    let job = Self.job(policy, at: start, timeout: .seconds(5))
    #expect(job.startBy == start + .milliseconds(startBy))
    #expect(job.deadline == start + .milliseconds(deadline))
    #expect(job.limit == .milliseconds(deadline))
  }

  @Test func `one that is taken out from anywhere leaves the rest in their order`() {
    var waiting = WaitingJobs()
    let jobs = (0..<5).map { _ in
      Self.job(QueuePolicy(), at: MonotonicTime(nanoseconds: 1), timeout: .seconds(5))
    }
    for job in jobs { waiting.append(job) }
    #expect(waiting.popFirst() === jobs[0])
    #expect(waiting.remove(jobs[3]) && waiting.remove(jobs[1]) && !waiting.remove(jobs[0]))
    #expect(waiting.count == 2 && waiting.rows == jobs[2].job.rows + jobs[4].job.rows)
    #expect(waiting.bytes == jobs[2].bytes + jobs[4].bytes)
    #expect(waiting.popFirst() === jobs[2] && waiting.popFirst() === jobs[4])
    #expect(waiting.popFirst() == nil && waiting.rows == 0 && waiting.bytes == 0)
  }
}
