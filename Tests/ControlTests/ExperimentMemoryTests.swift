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
    #expect(watch.lately.labels.challenger == 120 && watch.lately.latency.difference != nil)
  }
}
