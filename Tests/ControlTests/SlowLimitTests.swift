import Domain
import Foundation
import Statistics
import Testing

@testable import Control
@testable import Storage

/// What slow requests are counted by where a model has no latency objective.
struct SlowLimitTests {
  /// Of microseconds, the champion's 1,000: up to which its answers lie in one bucket.
  private static func edge() -> Double {
    var sketch = DDSketch()
    sketch.add(1_000)
    return sketch.bucketEdge(aboveQuantile: 0.99) ?? 0
  }

  private static func pass(
    _ bench: inout JudgementBench, _ seconds: Int, challenger: Double
  ) {
    for _ in 0..<seconds {
      let rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: 50),
        bench.rollup(JudgementBench.two, .challenger, ok: 50, latency: challenger),
      ]
      bench.step { $0.rollups = rollups }
    }
  }

  @Test func `a challenger that is many times slower is not promoted, but rolled back`() throws {
    var bench = JudgementBench(challenger: 0.5, hasObjective: false)
    Self.pass(&bench, 10, challenger: 15_000)
    let waiting = try #require(bench.judgement?.experiment)
    #expect(waiting.verdict == .collecting)
    #expect(
      waiting.words
        == "not enough data: 500 of 1000 answers of the champion, whose p99 is what slow requests are counted by"
    )
    #expect(waiting.guardrails.first { $0.name == "slow_requests" }?.limit == nil)
    Self.pass(&bench, 120, challenger: 15_000)
    let experiment = try #require(bench.judgement?.experiment)
    #expect(experiment.verdict == .rollBack, "\(experiment.words)")
    #expect(
      experiment.words.contains(
        "challenger is slow more often: 100 % against 0 %")
        && experiment.words.hasSuffix(
          "slow is above 1 ms, the champion's p99 when the comparison began"),
      "\(experiment.words)")
    let slow = try #require(experiment.guardrails.first { $0.name == "slow_requests" })
    #expect(slow.limit == .init(microseconds: Self.edge(), source: .championP99))
    #expect(slow.champion.events == 0 && slow.challenger.events == slow.challenger.trials)
    #expect(Self.edge() > 1_000 && Self.edge() < 1_021)
  }

  @Test func `a challenger that is as quick is not held back, once there is enough`() throws {
    var bench = JudgementBench(challenger: 0.5, hasObjective: false)
    Self.pass(&bench, 140, challenger: 1_000)
    let experiment = try #require(bench.judgement?.experiment)
    #expect(experiment.verdict == .promote, "\(experiment.words)")
    #expect(
      experiment.words.hasSuffix(
        "; slow is above 1 ms, the champion's p99 when the comparison began"))
  }

  @Test func `the limit stays as it was, over a restart and when the champion becomes slower`()
    throws
  {
    var bench = JudgementBench(challenger: 0.5, hasObjective: false)
    Self.pass(&bench, 30, challenger: 1_000)
    #expect(bench.board.slowLimits == ["m": Self.edge()])
    var restarted = JudgementBench(challenger: 0.5, hasObjective: false)
    restarted.board = JudgementBoard(remembered: bench.board.memories.encoded())
    restarted.second = bench.second
    for _ in 0..<60 {
      let rollup = restarted.rollup(JudgementBench.one, .champion, ok: 50, latency: 90_000)
      restarted.step { $0.rollups = [rollup] }
    }
    #expect(restarted.board.slowLimits == ["m": Self.edge()])
    restarted.deployment.challenger = nil
    restarted.step()
    #expect(restarted.board.slowLimits.isEmpty)
  }

  @Test func `what an older Vigia began without slow requests is watched for them from now on`()
    throws
  {
    var bench = JudgementBench(challenger: 0.5, hasObjective: false)
    Self.pass(&bench, 5, challenger: 15_000)
    var memory = try #require(bench.board.models["m"]?.experiment?.remembered)
    memory.judge = ExperimentJudge(
      policy: ExperimentWatch.policy(isSticky: false, hasLimit: false, hasLabels: false))
    let json = String(decoding: try JSONEncoder().encode(memory), as: UTF8.self)
    #expect(!json.contains("slowLimit") && !json.contains("slow_requests"))
    var restarted = JudgementBench(challenger: 0.5, hasObjective: false)
    restarted.board = JudgementBoard(remembered: ["experiment:m": json])
    restarted.second = bench.second
    Self.pass(&restarted, 60, challenger: 15_000)
    let experiment = try #require(restarted.judgement?.experiment)
    #expect(experiment.verdict == .rollBack, "\(experiment.words)")
    #expect(experiment.since == bench.judgement?.experiment?.since)
  }

  @Test func `counts by another limit than the frozen one are left out`() throws {
    var bench = JudgementBench(challenger: 0.5, hasObjective: false)
    Self.pass(&bench, 30, challenger: 1_000)
    let before = bench.judgement?.experiment?.guardrails.first { $0.name == "slow_requests" }
    for limits in [[:], ["m": 1.0]] {
      let rollup = bench.rollup(JudgementBench.two, .challenger, ok: 50, latency: 15_000)
      bench.step { batch in
        batch.rollups = [rollup]
        batch.slowLimits = limits
      }
    }
    let after = bench.judgement?.experiment?.guardrails.first { $0.name == "slow_requests" }
    #expect(after?.challenger == before?.challenger && (before?.challenger.trials ?? 0) > 0)
  }

  @Test func `a key that asked before there was a limit has its trial afterwards`() throws {
    var watch = ExperimentWatch(
      champion: "1", challenger: "2", since: Timestamp(seconds: JudgementBench.start),
      isSticky: true)
    watch.noteShare(0.5, revision: 1)
    let bench = JudgementBench()
    func batch(isSlow: Bool) -> SecondBatch {
      var batch = SecondBatch(
        time: Timestamp(seconds: JudgementBench.start), from: JudgementBench.start,
        to: JudgementBench.start + 1)
      batch.rollups = [bench.rollup(JudgementBench.one, .champion, ok: 1_000)]
      for (version, variant, first) in [
        (JudgementBench.one, Variant.champion, UInt64(1)), (JudgementBench.two, .challenger, 1_001),
      ] {
        let requests = (first..<first + 100).map { key in
          KeyedEvents.Request(key: key, isError: false, isSlow: isSlow && variant == .challenger)
        }
        batch.keyed.append(
          KeyedRollup(
            version: version, variant: variant, revision: 1,
            events: KeyedEvents(requests: requests)))
      }
      if let limit = watch.memory.slowLimit { batch.slowLimits["m"] = limit }
      return batch
    }
    watch.observe(batch(isSlow: false), model: "m", objective: nil)
    func slow() -> GuardrailEvidence? {
      watch.memory.judge.guardrails.first { $0.rule.guardrail == .slowRequests }
    }
    #expect(watch.memory.slowLimit == Self.edge() && slow()?.trials.total == 0)
    watch.observe(batch(isSlow: true), model: "m", objective: nil)
    watch.observe(batch(isSlow: true), model: "m", objective: nil)
    #expect(slow()?.trials == ByArm(champion: 100, challenger: 100))
    #expect(slow()?.events == ByArm(champion: 0, challenger: 100))
  }

  @Test func `the recorder counts by the limit it is given, and says for which whole batch`() {
    var folder = SecondFolder(clientsPerModel: 10, objective: { _ in nil })
    let time = Timestamp(seconds: JudgementBench.start)
    func add(milliseconds: Int64, _ number: UInt64) {
      folder.add(
        PredictionRecord(
          id: RequestID(time: time, random: (0, number)), version: JudgementBench.one,
          variant: .champion, client: "acme", outcome: .ok, revision: 1, routingKey: number,
          arrivedAt: time, totalTime: milliseconds * 1_000_000, rows: 1))
    }
    func take() -> SecondBatch {
      SecondBatch(
        folder.take(), seconds: time.seconds..<time.seconds + 1, time: time, dropped: 0,
        status: StoreStatus())
    }
    add(milliseconds: 30, 1)
    folder.setSlowLimits(["m": 10_000])
    add(milliseconds: 30, 2)
    let mixed = take()
    #expect(mixed.slowLimits.isEmpty && mixed.rollups.first?.byRevision[1]?.above == 1)
    add(milliseconds: 30, 3)
    add(milliseconds: 5, 4)
    let whole = take()
    #expect(whole.slowLimits == ["m": 10_000])
    #expect(whole.rollups.first?.byRevision[1]?.above == 1)
    #expect(whole.rollups.first?.counters.slow == 0, "an objective there is none")
    #expect(whole.clients.map(\.times.above) == [1] && whole.clients.map(\.times.slow) == [0])
    #expect(whole.keyed.first?.events.requests.map(\.isSlow) == [true, false])
  }
}
