import Domain
import Statistics
import Testing

@testable import Control
@testable import Storage

/// Requests from while one version of a comparison was not in memory, as after a restart.
struct BrokenSplitTests {
  /// A minute of 40 requests a second, a tenth of them for the challenger if it is there, as the folder gives them.
  private static func pass(_ bench: inout JudgementBench, isBroken: Bool, isSticky: Bool) {
    for _ in 0..<60 {
      var folder = SecondFolder(clientsPerModel: 10, objective: { _ in nil })
      for number in 0..<40 {
        let isChallenger = !isBroken && number % 10 == 0
        var record = PredictionRecord(
          id: RequestID(time: Timestamp(seconds: bench.second), random: (0, UInt64(number))),
          version: isChallenger ? JudgementBench.two : JudgementBench.one,
          variant: isChallenger ? .challenger : .champion, client: "acme", outcome: .ok,
          revision: 1,
          routingKey: isSticky && !isBroken ? UInt64(bench.second) * 100 + UInt64(number) : nil,
          arrivedAt: Timestamp(seconds: bench.second), totalTime: 1_000_000, rows: 1,
          predictions: [.integer(1)])
        record.isOutsideSplit = isBroken
        folder.add(record)
        _ = folder.join(
          LabelBatch.Label(id: "", values: [.integer(1)]), id: record.id, model: "m",
          now: Timestamp(seconds: bench.second))
      }
      bench.step(folding: &folder)
    }
  }

  @Test(arguments: [false, true])
  func `what the champion answers in the challenger's place is no part of the comparison`(
    isSticky: Bool
  ) throws {
    var bench = JudgementBench(challenger: 0.1)
    if isSticky { bench.board = JudgementBoard(routingHeaders: ["m": "X-Routing-Key"]) }
    Self.pass(&bench, isBroken: false, isSticky: isSticky)
    var before = try #require(bench.board.models["m"]?.experiment)
    before.settleDraws()
    Self.pass(&bench, isBroken: true, isSticky: isSticky)
    bench.board = JudgementBoard(
      remembered: bench.board.memories.encoded(),
      routingHeaders: isSticky ? ["m": "X-Routing-Key"] : [:])
    Self.pass(&bench, isBroken: true, isSticky: isSticky)
    let after = try #require(bench.board.models["m"]?.experiment)
    #expect(after.memory.judge.arrivals == before.memory.judge.arrivals)
    #expect(
      after.memory.judge.guardrails.map(\.trials) == before.memory.judge.guardrails.map(\.trials))
    #expect(after.lately.latency == before.lately.latency)
    #expect(after.lately.recent == before.lately.recent)
    #expect(after.lately.keyless == before.lately.keyless)
    Self.pass(&bench, isBroken: false, isSticky: isSticky)
    let summary = try #require(bench.judgement?.experiment)
    #expect(summary.verdict != .ratioMismatch, "\(summary.words)")
    for name in ["errors", "wrong_predictions"] {
      let guardrail = try #require(summary.guardrails.first { $0.name == name })
      #expect(guardrail.champion.trials == 4_320 && guardrail.challenger.trials == 480)
    }
  }
}
