import Domain
import Inference
import Statistics
import Testing

@testable import Control
@testable import Storage

/// More keys than a comparison holds at a time.
struct ManyKeysTests {
  @Test func `once there are too many keys, a fair part of them goes on being counted`() {
    var watch = ExperimentWatch(
      champion: "1", challenger: "2", since: Timestamp(seconds: JudgementBench.start),
      isSticky: true)
    watch.noteShare(0.5, revision: 1)
    func trials() -> ByArm<Int> { watch.memory.judge.guardrails.first?.trials ?? .zero }
    func ask(_ keys: Range<Int>) {
      var batch = SecondBatch(
        time: Timestamp(seconds: JudgementBench.start), from: JudgementBench.start,
        to: JudgementBench.start + 1)
      var events = ByArm(champion: KeyedEvents(), challenger: KeyedEvents())
      for key in keys {
        let position = RoutingHash.position(model: "m", key: "user \(key)")
        events[position < 0.5 ? .challenger : .champion].requests.append(
          .init(key: position.bitPattern, isError: false, isSlow: false))
      }
      batch.keyed = [
        KeyedRollup(
          version: JudgementBench.one, variant: .champion, revision: 1, events: events.champion),
        KeyedRollup(
          version: JudgementBench.two, variant: .challenger, revision: 1,
          events: events.challenger),
      ]
      watch.observe(batch, model: "m", objective: nil)
    }
    ask(0..<40_000)
    let before = trials()
    ask(40_000..<50_000)
    let (champion, challenger) = (
      trials().champion - before.champion, trials().challenger - before.challenger
    )
    // Every second or fourth of 10,000, half of them at either arm.
    #expect(champion > 1_000 && champion < 2_800, "\(champion)")
    #expect(challenger > 1_000 && challenger < 2_800, "\(challenger)")
  }

  @Test func `keys that the split moved, and that routing did not keep, stand in the verdict`()
    throws
  {
    var bench = JudgementBench(challenger: 0.1)
    bench.board = JudgementBoard(routingHeaders: ["m": "X-User"])
    func ask(_ arm: Variant, _ keys: Range<UInt64>, isError: Bool = false) {
      let version = arm == .champion ? JudgementBench.one : JudgementBench.two
      let rollup = bench.rollup(version, arm, ok: Int64(keys.count))
      let events = KeyedEvents(
        requests: keys.map { KeyedEvents.Request(key: $0, isError: isError, isSlow: false) })
      let revision = bench.deployment.revision
      bench.step { batch in
        batch.rollups = [rollup]
        batch.keyed = [
          KeyedRollup(version: version, variant: arm, revision: revision, events: events)
        ]
      }
    }
    ask(.champion, 100..<1_000)
    ask(.challenger, 0..<100)
    ask(.challenger, 100..<105, isError: true)
    bench.deployment.revision = 2
    bench.deployment.challenger?.weight = 0.5
    ask(.challenger, 100..<500)
    let experiment = try #require(bench.judgement?.experiment)
    let errors = try #require(experiment.guardrails.first { $0.name == "errors" })
    #expect(errors.challenger.events == 0 && errors.challenger.trials == 500)
    #expect(
      experiment.words.hasSuffix(
        "; 5 keys were at both arms under one share: judged at the arm of the first request, "
          + "5 requests at the other left out"
          + "; 400 keys changed arms with the share: counted at both, evidence once"),
      "\(experiment.words)")
  }
}
