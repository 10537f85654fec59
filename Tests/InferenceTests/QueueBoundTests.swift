import Domain
import InferenceProtocol
import Testing

@testable import Inference

/// How many rows may wait for the lanes of a version, and by whose word.
@Suite struct QueueBoundTests {
  /// Of a version on one lane whose row takes 130 ms.
  private func queue(_ policy: QueuePolicy, lanes: Int = 1) -> LaneQueue {
    LaneQueue(settings: ModelServerSettings(lanes: lanes, queue: policy), costPerRow: 130e6)
  }

  @Test(arguments: [
    (QueuePolicy(), 7), (QueuePolicy(timeout: .seconds(8)), 61),
    (QueuePolicy(timeout: .milliseconds(260)), 2),
    (QueuePolicy(timeout: .milliseconds(260), timeoutAction: .delay), 7),
    (QueuePolicy(maxRows: 64, timeout: .seconds(8)), 8_192), (QueuePolicy(maxRows: 3), 8_192),
    (QueuePolicy(maxRows: 5_000, priorityLevels: 2), 10_000),
  ])
  func `what is configured is the bound, and the estimate is where nothing is`(
    policy: QueuePolicy, rows: Int
  ) {
    #expect(queue(policy).rowLimit == rows)
  }

  @Test func `as many rows wait as are configured, whatever a row takes`() {
    var queue = queue(QueuePolicy(maxRows: 64, timeout: .seconds(8)))
    for _ in 0..<64 { #expect(queue.add(job()) == .admitted) }
    guard case .full(waiting: 64, limit: 64, _) = queue.add(job()) else {
      Issue.record("a row more was let in, or fewer were")
      return
    }
  }

  @Test func `one run that hung does not close the queue`() throws {
    var queue = queue(QueuePolicy())
    _ = queue.add(job())
    guard case .run(let run) = queue.next(.normal, at: MonotonicTime(nanoseconds: 0)).turn else {
      Issue.record("it does not run")
      return
    }
    run.stop.request()
    _ = queue.ended(run, computeTime: 60_000_000_000)
    #expect(queue.rowLimit == 6)
  }

  @Test(arguments: [
    (QueuePolicy(), "at most 7 rows wait: more would wait for over 1.0 s, as a row takes lately"),
    (
      QueuePolicy(maxRows: 64),
      "at most 64 rows wait in a priority level, as configured (max_rows)"
    ),
    (QueuePolicy(timeout: .seconds(3_600)), "at most 8192 rows wait"),
  ])
  func `the bound in force is told with what it comes from`(policy: QueuePolicy, text: String) {
    let queue = queue(policy)
    let figures = queue.settings.queueFigures(rowLimit: queue.rowLimit)
    #expect(ExecutionFigures(reason: "", queue: figures).queueText == text)
  }

  @Test func `Triton's configuration has the queue and the cache that are configured`() async throws
  {
    let policy = QueuePolicy(
      maxRows: 64, timeout: .milliseconds(100), timeoutAction: .delay,
      allowsTimeoutOverride: false, priorityLevels: 3, defaultPriority: 2)
    for (settings, text) in [
      (
        ModelServerSettings(lanes: 1, batching: .off, queue: policy, cacheBytes: 1 << 20),
        #""dynamic_batching":{"preferred_batch_size":[],"max_queue_delay_microseconds":0,"priority_levels":3,"#
          + #""default_priority_level":2,"default_queue_policy":{"timeout_action":"DELAY","#
          + #""default_timeout_microseconds":100000,"allow_timeout_override":false,"max_queue_size":64}},"#
          + #""response_cache":{"enable":"#
      ),
      (ModelServerSettings(lanes: 1, batching: .off), nil),
    ] as [(ModelServerSettings, String?)] {
      let bench = try Bench(versions: ["1"], settings: settings)
      try await bench.loadAll()
      try bench.deploy("1")
      let json = String(
        decoding: try bench.plane.configuration(model: "m", version: nil).json(), as: UTF8.self)
      #expect(json.contains(text ?? "}],\"instance_group\""), "\(json)")
      #expect(json.contains("response_cache") == (text != nil))
    }
  }

  private func job() -> QueuedJob {
    let job = EngineJob(
      inputs: [], rows: 1, deadline: MonotonicTime(nanoseconds: 100_000_000_000), timeout: .zero)
    return QueuedJob(job, enqueuedAt: MonotonicTime(nanoseconds: 0)) { _ in }
  }
}
