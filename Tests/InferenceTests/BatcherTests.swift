import Domain
import InferenceProtocol
import Testing

@testable import Inference

/// Triton's rules for dynamic batching, as scripts of what comes and what a lane is given.
@Suite struct BatcherTests {
  private static let key = BatchKey(outputs: [], dimensions: [])
  private static let other = BatchKey(outputs: ["y"], dimensions: [])

  private func job(
    _ rows: Int = 1, at time: Int64 = 0, level: Int = 0, key: BatchKey? = Self.key,
    deadline: Int64 = 10_000, last: Int64? = nil, policy: QueuePolicy = QueuePolicy()
  ) -> QueuedJob {
    let job = EngineJob(
      inputs: [], rows: rows, priorityLevel: level,
      deadline: MonotonicTime(nanoseconds: deadline), timeout: .zero,
      lastDeadline: MonotonicTime(nanoseconds: last ?? deadline))
    return QueuedJob(
      job, enqueuedAt: MonotonicTime(nanoseconds: time), key: key, policy: policy
    ) { _ in }
  }

  private func batcher(
    _ batching: BatchingPolicy, queue: QueuePolicy = QueuePolicy(), _ jobs: [QueuedJob]
  ) -> Batcher {
    var batcher = Batcher(batching, queue)
    for job in jobs { batcher.add(job) }
    return batcher
  }

  /// What a lane is given at a time, in words: the rows of a run's requests, or until when it is to wait.
  private func turn(_ batcher: inout Batcher, at time: Int64, isClosing: Bool = false) -> String {
    switch batcher.take(at: MonotonicTime(nanoseconds: time), isClosing: isClosing) {
    case .run(let jobs): "run " + jobs.map { "\($0.job.rows)" }.joined(separator: "+")
    case .wait(let until): "wait \(until.nanoseconds)"
    case .nothing: "nothing"
    }
  }

  @Test func `what waits goes together, up to the largest run, in its order`() {
    var batcher = batcher(BatchingPolicy(maxRows: 8), [job(3), job(4), job(2), job(1), job(9)])
    #expect(turn(&batcher, at: 0) == "run 3+4")
    #expect(turn(&batcher, at: 0) == "run 2+1")
    #expect(turn(&batcher, at: 0) == "run 9", "larger than the largest run: alone")
    #expect(turn(&batcher, at: 0) == "nothing")
    #expect(batcher.count == 0 && batcher.rows == 0)
  }

  @Test func `without batching each goes by itself`() {
    var batcher = batcher(.none, [job(1), job(1)])
    #expect(turn(&batcher, at: 0) == "run 1")
    #expect(turn(&batcher, at: 0) == "run 1")
  }

  @Test func `other outputs or shapes close a run, and nobody is overtaken`() {
    var batcher = batcher(
      BatchingPolicy(maxRows: 8),
      [job(1), job(2, key: Self.other), job(3), job(4, key: nil), job(1), job(2)])
    #expect(turn(&batcher, at: 0) == "run 1")
    #expect(turn(&batcher, at: 0) == "run 2")
    #expect(turn(&batcher, at: 0) == "run 3")
    #expect(turn(&batcher, at: 0) == "run 4")
    #expect(turn(&batcher, at: 0) == "run 1+2")
  }

  @Test func `a delay holds a run back until it is full or its oldest has waited`() {
    let policy = BatchingPolicy(maxRows: 4, delay: .nanoseconds(100))
    var first = batcher(policy, [job(1, at: 10), job(1, at: 60)])
    #expect(turn(&first, at: 70) == "wait 110")
    #expect(turn(&first, at: 110) == "run 1+1")
    var full = batcher(policy, [job(1, at: 10), job(3, at: 20), job(1, at: 20)])
    #expect(turn(&full, at: 20) == "run 1+3")
    #expect(turn(&full, at: 20) == "wait 120")
    #expect(turn(&full, at: 20, isClosing: true) == "run 1")
    // One that does not fit closes the run: to wait on would help nobody.
    var closed = batcher(policy, [job(2, at: 0), job(3, at: 0)])
    #expect(turn(&closed, at: 1) == "run 2")
  }

  @Test func `a run goes at a preferred size although it could grow`() {
    let policy = BatchingPolicy(maxRows: 16, delay: .nanoseconds(100), preferred: [4, 8])
    var few = batcher(policy, [job(1), job(2)])
    #expect(turn(&few, at: 1) == "wait 100")
    few.add(job(1))
    #expect(turn(&few, at: 1) == "run 1+2+1")
    var late = batcher(policy, [job(3), job(2)])
    #expect(turn(&late, at: 100) == "run 3+2", "the delay is over: all that fits goes")
    var eager = batcher(
      BatchingPolicy(maxRows: 16, preferred: [4]), [job(2), job(2), job(1)])
    #expect(turn(&eager, at: 0) == "run 2+2", "without a delay the largest preferred size goes")
    #expect(turn(&eager, at: 0) == "run 1")
  }

  @Test func `levels are strict, and a run fills up from lower ones`() {
    let queue = QueuePolicy(priorityLevels: 3, defaultPriority: 2)
    var batcher = batcher(
      BatchingPolicy(maxRows: 4), queue: queue,
      [
        job(1, level: 3, policy: queue), job(2, level: 9, policy: queue),
        job(1, level: 1, policy: queue), job(3, level: 3, policy: queue),
      ])
    #expect(batcher.rows(level: 2) == 2, "a level that there is not is the default")
    #expect(turn(&batcher, at: 0) == "run 1+2+1")
    #expect(turn(&batcher, at: 0) == "run 3")
  }

  @Test func `what has waited too long is taken out, or goes to the end`() {
    var reject = QueuePolicy(timeout: .nanoseconds(50))
    var first = batcher(
      .none, queue: reject, [job(1, at: 0, policy: reject), job(2, at: 10, policy: reject)])
    #expect(first.nextDeadline?.nanoseconds == 50)
    #expect(first.expire(at: MonotonicTime(nanoseconds: 50)).map(\.job.rows) == [1])
    #expect(turn(&first, at: 50) == "run 2")

    reject.timeoutAction = .delay
    let delay = reject
    var second = batcher(
      .none, queue: delay,
      [job(1, at: 0, deadline: 500, policy: delay), job(2, at: 40, deadline: 500, policy: delay)])
    #expect(second.expire(at: MonotonicTime(nanoseconds: 60)).isEmpty)
    #expect(turn(&second, at: 60) == "run 2", "the late one runs when nothing else waits")
    #expect(second.nextDeadline?.nanoseconds == 500)
    #expect(second.expire(at: MonotonicTime(nanoseconds: 500)).map(\.job.rows) == [1])
    #expect(second.count == 0)
  }

  @Test func `a request's own timeout counts where the policy lets it`() {
    let strict = QueuePolicy(allowsTimeoutOverride: false)
    #expect(job(deadline: 30, last: 100, policy: strict).startBy.nanoseconds == 100)
    #expect(job(deadline: 30, last: 100).startBy.nanoseconds == 30)
  }

  /// Whatever comes: each request leaves once, in the order of its level, in runs that keep the rules.
  @Test(arguments: 0..<40) func `no request is lost, doubled or overtaken`(seed: UInt64) {
    var random = SplitMix(state: seed)
    let queue = QueuePolicy(
      timeout: seed % 3 == 0 ? .nanoseconds(40) : nil, priorityLevels: Int(seed % 3) + 1)
    let policy = BatchingPolicy(
      maxRows: 1 + random.below(12), delay: .nanoseconds(random.below(30)),
      preferred: seed % 2 == 0 ? [] : [2, 5])
    var batcher = Batcher(policy, queue)
    var waiting: [QueuedJob] = []
    var time: Int64 = 0
    func leave(_ jobs: [QueuedJob]) {
      for job in jobs {
        let place = waiting.firstIndex { $0 === job }
        #expect(place != nil, "left without having waited")
        if let place { waiting.remove(at: place) }
      }
    }
    for _ in 0..<400 {
      time += Int64(random.below(6))
      let now = MonotonicTime(nanoseconds: time)
      for _ in 0..<random.below(4) {
        let job = job(
          1 + random.below(5), at: time, level: random.below(4),
          key: [Self.key, Self.key, Self.other, nil][random.below(4)], deadline: .max,
          policy: queue)
        batcher.add(job)
        waiting.append(job)
      }
      let late = batcher.expire(at: now)
      #expect(late.allSatisfy { $0.startBy <= now })
      leave(late)
      #expect(!waiting.contains { $0.startBy <= now })
      switch batcher.take(at: now) {
      case .nothing: #expect(waiting.isEmpty)
      case .wait(let until):
        #expect(until > now)
        #expect(waiting.allSatisfy { $0.enqueuedAt + policy.delay > now } || policy.delay > .zero)
      case .run(let jobs):
        #expect(jobs.count == 1 || jobs.reduce(0) { $0 + $1.job.rows } <= policy.maxRows)
        #expect(jobs.count == 1 || jobs.allSatisfy { $0.key != nil && $0.key == jobs[0].key })
        for job in jobs {
          let before = waiting.prefix { $0 !== job }.filter { $0.level == job.level }
          #expect(before.allSatisfy { one in jobs.contains { $0 === one } }, "overtaken")
        }
        leave(jobs)
      }
      #expect(batcher.count == waiting.count)
      #expect(batcher.rows == waiting.reduce(0) { $0 + $1.job.rows })
    }
  }
}

/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
private struct SplitMix {
  var state: UInt64

  mutating func below(_ limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
  }
}
