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
}
