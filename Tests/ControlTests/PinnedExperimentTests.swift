import Domain
import Statistics
import Testing

@testable import Control
@testable import Storage

/// A pin answers for both arms for a while, and takes nothing from what was compared.
struct PinnedExperimentTests {
  private static func run(_ bench: inout JudgementBench, seconds: Int, isBad: Bool = true) {
    for _ in 0..<seconds {
      var rollups = [bench.rollup(JudgementBench.one, .champion, ok: 90)]
      if bench.deployment.pin == nil {
        rollups.append(
          bench.rollup(JudgementBench.two, .challenger, ok: isBad ? 8 : 10, failed: isBad ? 2 : 0))
      }
      let answered = rollups
      let client = ClientCount(
        version: JudgementBench.one, variant: .champion, client: "acme", outcome: .ok,
        minute: bench.second - bench.second % 60, count: 90)
      bench.step { batch in
        batch.rollups = answered
        batch.clients = [client]
      }
    }
  }

  private static func pin(_ bench: inout JudgementBench, to version: String?) {
    bench.deployment.revision += 1
    bench.deployment.pin = version.map {
      .init(version: $0, since: Timestamp(seconds: bench.second), by: "ana", reason: "r")
    }
  }

  @Test(arguments: [false, true])
  func `a verdict outlives a pin, and a restart under it`(isRestarted: Bool) throws {
    var bench = JudgementBench(challenger: 0.1)
    Self.run(&bench, seconds: 60)
    let before = try #require(bench.judgement?.experiment)
    var evidence = try #require(bench.board.models["m"]?.experiment)
    evidence.settleDraws()
    Self.pin(&bench, to: "1")
    if isRestarted {
      bench.board.settleDraws()
      bench.board = JudgementBoard(remembered: bench.board.memories.encoded())
    }
    Self.run(&bench, seconds: 12)
    let paused = try #require(bench.judgement?.experiment)
    #expect(
      paused.words == "nothing is compared while 1 is pinned; until then: \(before.dryRun ?? "")")
    #expect(paused.verdict == .rollBack && paused.dryRun == nil && before.dryRun != nil)
    let waiting = try #require(bench.board.models["m"]?.experiment)
    #expect(waiting.memory.judge.arrivals == evidence.memory.judge.arrivals)
    #expect(waiting.lately.recent == evidence.lately.recent)
    #expect(waiting.lately.suspects == evidence.lately.suspects)
    Self.pin(&bench, to: nil)
    Self.run(&bench, seconds: 1)
    var after = try #require(bench.judgement?.experiment)
    #expect(after.guardrails.first?.challenger.trials == 610)
    #expect(after.guardrails.first?.champion.trials == 5_490)
    #expect(after.since == before.since && after.dryRun == before.dryRun)
    after.guardrails = before.guardrails
    #expect(after.verdict == before.verdict && after.words == before.words)
    #expect(bench.told == ["experiment"])
  }

  @Test func `answers and labels of before the pin count, and those of the pin do not`() throws {
    var bench = JudgementBench(challenger: 0.1)
    Self.run(&bench, seconds: 10, isBad: false)
    Self.pin(&bench, to: "1")
    let late = bench.rollup(JudgementBench.two, .challenger, ok: 0, failed: 3)
    var mixed = bench.rollup(JudgementBench.one, .champion, ok: 50)
    mixed.byRevision[1] = mixed.byRevision[bench.deployment.revision]
    var old = late
    old.byRevision = [1: late.byRevision[bench.deployment.revision] ?? RevisionCounts()]
    var counts = LabelCounts()
    counts.wrong = 7
    let labels = [1, bench.deployment.revision].flatMap { revision in
      [(JudgementBench.one, Variant.champion), (JudgementBench.two, .challenger)].map {
        RevisionLabels(version: $0.0, variant: $0.1, revision: revision, counts: counts)
      }
    }
    let rollups = [mixed, old]
    bench.step { batch in
      batch.rollups = rollups
      batch.revisionLabels = labels
    }
    let guardrails = try #require(bench.judgement?.experiment?.guardrails)
    let errors = try #require(guardrails.first { $0.name == "errors" })
    #expect(errors.champion.trials == 10 * 90 + 50)
    #expect(errors.challenger.trials == 103 && errors.challenger.events == 3)
    let wrong = try #require(guardrails.first { $0.name == "wrong_predictions" })
    #expect(wrong.champion.trials == 7 && wrong.challenger.trials == 7)
  }

  @Test func `no arm was silent while nothing was compared`() throws {
    var (steady, pinned) = (JudgementBench(challenger: 0.1), JudgementBench(challenger: 0.1))
    Self.run(&steady, seconds: 60, isBad: false)
    Self.run(&pinned, seconds: 60, isBad: false)
    Self.pin(&pinned, to: "3")
    pinned.second += 7_199
    pinned.step { $0.from -= 7_199 }
    Self.pin(&pinned, to: nil)
    Self.run(&steady, seconds: 1, isBad: false)
    Self.run(&pinned, seconds: 1, isBad: false)
    #expect(pinned.judgement?.experiment?.words == steady.judgement?.experiment?.words)
    #expect(pinned.judgement?.experiment?.words.contains("not enough data: 610") == true)
  }

  @Test func `another challenger when the pin is lifted is compared anew`() throws {
    var bench = JudgementBench(challenger: 0.1)
    Self.run(&bench, seconds: 60)
    Self.pin(&bench, to: "1")
    Self.run(&bench, seconds: 5)
    bench.deployment.challenger?.version = "3"
    Self.run(&bench, seconds: 5)
    #expect(bench.judgement?.experiment == nil)
    Self.pin(&bench, to: nil)
    bench.step()
    let experiment = try #require(bench.judgement?.experiment)
    #expect(experiment.challenger == "3" && experiment.verdict == .collecting)
    #expect(experiment.guardrails.allSatisfy { $0.champion.trials == 0 })
  }
}
