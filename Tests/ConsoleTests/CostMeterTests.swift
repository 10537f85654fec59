import Domain
import Testing
import TextUI

@testable import Console

struct CostMeterTests {
  @Test func `a period's cost is what came in it, by its seconds`() throws {
    let start = ContinuousClock.now
    var meter = CostMeter(
      ProcessUse(processorSeconds: 10, residentBytes: 1), bytes: 1_000, at: start)
    var asked = 0
    func use() -> ProcessUse {
      asked += 1
      return ProcessUse(processorSeconds: 10.1, residentBytes: 30 << 20)
    }
    for second in 1...4 {
      meter.wokeUp()
      meter.drew(in: .microseconds(100 * second))
      #expect(meter.take(use, bytes: 1_000 + 300 * second, at: start + .seconds(second)) == nil)
    }
    #expect(asked == 0, "nothing is read before the period is over")
    meter.wokeUp()
    // Later than due: it wakes nobody for it.
    let first = meter.take(use, bytes: 3_000, at: start + .seconds(10))
    let cost = try #require(first)
    #expect(abs(cost.processor - 0.01) < 1e-9 && cost.residentBytes == 30 << 20)
    #expect(cost.bytesPerSecond == 200 && cost.wakeupsPerSecond == 0.5 && cost.seconds == 10)
    #expect(cost.frame?.mean == 250 && cost.frame?.worst == 400)
    let second = meter.take(use, bytes: 3_000, at: start + .seconds(20))
    let quiet = try #require(second)
    #expect(quiet.frame == nil && quiet.bytesPerSecond == 0 && quiet.processor == 0)
  }

  @Test func `the runtime measures itself and puts it into the state`() {
    var hand = Hand(Sample.state(.system, size: Size(width: 120, height: 36)))
    hand.act(.cost(Sample.cost), after: 1)
    #expect(hand.state.cost == Sample.cost)
    #expect(hand.state.csv.contains("to the terminal,412"))
  }
}
