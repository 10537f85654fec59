import Domain
import Statistics
import Testing

@testable import Control
@testable import Storage

/// A rollout's last steps: the challenger's share grows to all of the traffic.
struct LastSplitTests {
  /// Half a minute under one share, in which one request in `part` fails at both.
  private static func pass(_ bench: inout JudgementBench, _ share: Double, failing part: Int64) {
    bench.deployment.revision += 1
    bench.deployment.challenger?.weight = share
    let challenger = Int64(200 * share)
    for _ in 0..<30 {
      var rollups: [SecondRollup] = []
      for (version, variant, requests) in [
        (JudgementBench.one, Variant.champion, 200 - challenger),
        (JudgementBench.two, .challenger, challenger),
      ] where requests > 0 {
        let failed = requests / part
        rollups.append(bench.rollup(version, variant, ok: requests - failed, failed: failed))
      }
      let counted = rollups
      bench.step { $0.rollups = counted }
    }
  }

  @Test func `the rates are those of the splits that gave both a share, weighted alike`() throws {
    var bench = JudgementBench(challenger: 0.1, hasObjective: false)
    // A quiet hour, then a bad one for both.
    Self.pass(&bench, 0.1, failing: 20)
    Self.pass(&bench, 0.5, failing: 4)
    let before = try #require(bench.judgement?.experiment)
    let errors = try #require(before.guardrails.first { $0.name == "errors" })
    let (champion, challenger) = (
      try #require(errors.champion.shownRate), try #require(errors.challenger.shownRate)
    )
    #expect(
      abs(champion - challenger) < 0.000_1, "as good as each other: \(champion), \(challenger)")
    #expect(
      abs(Double(errors.champion.events) / Double(errors.champion.trials) - champion) > 0.01,
      "which the counts of both splits together would not show")
    #expect(errors.difference?.value == challenger - champion)

    Self.pass(&bench, 1, failing: 3)
    let after = try #require(bench.judgement?.experiment)
    let last = try #require(after.guardrails.first { $0.name == "errors" })
    #expect(last.champion == errors.champion && last.challenger == errors.challenger)
    #expect(
      after.words.contains("the challenger has all of the traffic: nothing is compared any more"),
      "\(after.words)")
  }
}
