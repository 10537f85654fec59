import Domain
import Statistics
import Testing

@testable import Control
@testable import Storage

/// Requests without the key to which a model's routing sticks.
struct KeylessRequestTests {
  private static let headers = ["m": "X-Routing-Key"]

  /// A minute of 40 requests a second, as the folder gives them.
  ///
  /// - Parameter keyed: how many of a second's requests have a key of their own.
  private static func pass(_ bench: inout JudgementBench, keyed: Int) {
    for _ in 0..<60 {
      var folder = SecondFolder(clientsPerModel: 10, objective: { _ in nil })
      for number in 0..<40 {
        let isChallenger = number % 2 == 1
        folder.add(
          PredictionRecord(
            id: RequestID(
              time: Timestamp(seconds: bench.second), random: (0, UInt64(number))),
            version: isChallenger ? JudgementBench.two : JudgementBench.one,
            variant: isChallenger ? .challenger : .champion, client: "acme", outcome: .ok,
            revision: 1,
            routingKey: number < keyed ? UInt64(bench.second) * 100 + UInt64(number) : nil,
            arrivedAt: Timestamp(seconds: bench.second), totalTime: 1_000_000, rows: 1))
      }
      bench.step(folding: &folder)
    }
  }

  @Test func `a header that nobody sends is told, with the requests that are not judged for it`()
    throws
  {
    var bench = JudgementBench(challenger: 0.5)
    bench.board = JudgementBoard(routingHeaders: Self.headers)
    Self.pass(&bench, keyed: 0)
    let experiment = try #require(bench.judgement?.experiment)
    #expect(experiment.verdict == .collecting)
    #expect(
      experiment.words.hasPrefix("not enough data: ")
        && experiment.words.hasSuffix(
          "; 2400 of 2400 requests carry no X-Routing-Key and are not judged: "
            + "send it, or remove routing_key"),
      "\(experiment.words)")
  }

  @Test func `where some send it keys are judged, and the others are counted`() throws {
    var bench = JudgementBench(challenger: 0.5)
    bench.board = JudgementBoard(routingHeaders: Self.headers)
    Self.pass(&bench, keyed: 30)
    let experiment = try #require(bench.judgement?.experiment)
    let errors = try #require(experiment.guardrails.first { $0.name == "errors" })
    #expect(errors.champion.trials == 900 && errors.challenger.trials == 900)
    #expect(experiment.words.contains("600 of 2400 requests carry no X-Routing-Key"))
  }

  @Test func `a few without the key are not worth a word, nor are any where nothing sticks`() throws
  {
    var keyed = JudgementBench(challenger: 0.5)
    keyed.board = JudgementBoard(routingHeaders: Self.headers)
    Self.pass(&keyed, keyed: 40)
    var free = JudgementBench(challenger: 0.5)
    Self.pass(&free, keyed: 0)
    for bench in [keyed, free] {
      let words = try #require(bench.judgement?.experiment?.words)
      #expect(!words.contains("carry no"), "\(words)")
    }
    #expect(!KeylessRequests(count: 9, of: 1_000).areMany)
    #expect(KeylessRequests(count: 10, of: 1_000).areMany)
  }

  @Test func `when routing_key is removed, requests are compared from then on`() throws {
    var bench = JudgementBench(challenger: 0.5)
    bench.board = JudgementBoard(routingHeaders: Self.headers)
    Self.pass(&bench, keyed: 0)
    let remembered = bench.board.memories.encoded()
    bench.board = JudgementBoard(remembered: remembered)
    let before = bench.second
    Self.pass(&bench, keyed: 0)
    let experiment = try #require(bench.judgement?.experiment)
    #expect(experiment.since.seconds > before)
    #expect(experiment.guardrails.first { $0.name == "errors" }?.challenger.trials == 1_200)

    bench.board = JudgementBoard(remembered: remembered, routingHeaders: Self.headers)
    Self.pass(&bench, keyed: 0)
    let resumed = try #require(bench.judgement?.experiment)
    #expect(resumed.words.contains("4800 of 4800"), "\(resumed.words)")
  }
}
