import Domain
import Foundation
import Statistics
import Testing

@testable import Control
@testable import Storage

struct ExperimentMemoryTests {
  @Test func `what a comparison counted beside its evidence goes over a restart`() throws {
    var bench = JudgementBench(challenger: 0.2)
    for _ in 0..<120 {
      var rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: 40),
        bench.rollup(JudgementBench.two, .challenger, ok: 9, failed: 1),
      ]
      rollups[1].counters.predicted = 10
      let counted = rollups
      var labels = LabelRollup(
        version: JudgementBench.two, variant: .challenger, second: bench.second,
        counts: LabelCounts())
      labels.counts.correct = 1
      let late = labels
      let client = ClientCount(
        version: JudgementBench.two, variant: .challenger, client: "acme", outcome: .failed,
        minute: bench.second - bench.second % 60, count: 1)
      bench.step { batch in
        batch.rollups = counted
        batch.labels = [late]
        batch.clients = [client]
      }
    }
    let watch = try #require(bench.board.models["m"]?.experiment)
    let stored = try #require(bench.board.memories.encoded()["experiment:m"])
    let memory = try JSONDecoder().decode(ExperimentWatch.Memory.self, from: Data(stored.utf8))
    let resumed = ExperimentWatch(memory)
    #expect(resumed.lately == watch.lately && resumed.memory == watch.memory)
    #expect(resumed.lately.suspects.worst(of: 3_600, before: bench.second)?.badCount == 120)
    #expect(resumed.summary(share: 0.2) == watch.summary(share: 0.2))
    #expect(watch.lately.due != DueLabels() && watch.lately.latency.difference != nil)
  }

  @Test func `what a Vigia stored that knew of no crowds is gone on from`() throws {
    var bench = JudgementBench(challenger: 0.2)
    for _ in 0..<5 {
      let rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: 80),
        bench.rollup(JudgementBench.two, .challenger, ok: 20),
      ]
      bench.step { $0.rollups = rollups }
    }
    let stored = try #require(bench.board.memories.encoded()["experiment:m"])
    let names: Set = ["clientRequests", "asking"]
    func without(_ value: Any) -> Any {
      guard let object = value as? [String: Any] else { return value }
      return object.filter { !names.contains($0.key) }.mapValues(without)
    }
    let object = without(try JSONSerialization.jsonObject(with: Data(stored.utf8)))
    let older = try JSONSerialization.data(withJSONObject: object)
    #expect(older.count < stored.utf8.count)
    let memory = try JSONDecoder().decode(ExperimentWatch.Memory.self, from: older)
    #expect(memory.judge.arrivals == bench.board.models["m"]?.experiment?.memory.judge.arrivals)
    #expect(memory.lately != nil)
  }

  private static func courses(_ bench: JudgementBench) -> [ExperimentEffects] {
    bench.events.compactMap { event in
      guard case .judgement(let record) = event, case .effects(let effects) = record.content
      else { return nil }
      return effects
    }
  }

  @Test func `each guardrail's effect is taken down once a minute, and goes on after a restart`()
    throws
  {
    var bench = JudgementBench(challenger: 0.5)
    func run(_ bench: inout JudgementBench, seconds: Int) {
      for second in 0..<seconds {
        let isBad = second.isMultiple(of: 20)
        let rollups = [
          bench.rollup(JudgementBench.one, .champion, ok: 50, failed: isBad ? 1 : 0),
          bench.rollup(JudgementBench.two, .challenger, ok: 50, failed: isBad ? 2 : 0),
        ]
        bench.step { $0.rollups = rollups }
      }
    }
    run(&bench, seconds: 301)
    let course = try #require(Self.courses(bench).last)
    #expect(Self.courses(bench).count == 6)
    let errors = try #require(course.paths["errors"])
    #expect(errors.points.map { ($0.time - errors.points[0].time) / 60 } == [0, 1, 2, 3, 4, 5])
    #expect(errors.points.allSatisfy { $0.low <= $0.value && $0.value <= $0.high })
    let (first, last) = (errors.points[0], errors.points[5])
    #expect(last.high - last.low < first.high - first.low, "it narrows with what is known")
    let guardrail = bench.judgement?.experiment?.guardrails.first { $0.name == "errors" }
    #expect(guardrail?.margin == 0.005)

    var restarted = JudgementBench(challenger: 0.5)
    restarted.board = JudgementBoard(remembered: bench.board.memories.encoded())
    restarted.second = bench.second
    run(&restarted, seconds: 60)
    let further = try #require(Self.courses(restarted).last?.paths["errors"])
    #expect(further.points.count == 7)
    #expect(Array(further.points.prefix(6)) == errors.points)
  }
}
