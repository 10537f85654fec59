import Statistics
import Testing

struct BlockedProportionTests {
  private static func blocks(_ counts: [Int64], of total: Int64 = 100) -> BlockedProportion {
    BlockedProportion(counts.map { .init(count: $0, total: total) })
  }

  @Test func `blocks that differ no more than chance give Wilson's interval`() {
    let even = Self.blocks([20, 21, 19, 20, 22, 18])
    #expect(even.designEffect == 1)
    #expect(even.interval == WilsonInterval(successes: 120, trials: 600))
    #expect(Self.blocks([20]).interval == WilsonInterval(successes: 20, trials: 100))
    #expect(Self.blocks([]).interval == WilsonInterval(successes: 0, trials: 0))
    #expect(Self.blocks([0, 0, 0]).interval == WilsonInterval(successes: 0, trials: 300))
  }

  @Test func `blocks that differ widen it`() {
    // Means 0.2, standard deviation of six block shares 0.1: variance of the mean 0.01 / 6 against 0.16 / 600.
    let wild = Self.blocks([10, 30, 10, 30, 10, 30])
    #expect(abs(wild.designEffect - 0.012 / 6 / (0.16 / 600)) < 1e-9)
    let interval = wild.interval
    // About 0.2 -+ t(5) * 0.0447, drawn in as Wilson's are.
    #expect(interval.low < 0.12 && interval.low > 0.09 && interval.high > 0.31)
  }

  /// Nominally 95 %: of walks with a level of their own a block, at least nine in ten hold the true share.
  @Test func `it holds the true share as often as it says`() {
    var random = SplitMix64(seed: 7)
    var hits = 0
    for _ in 0..<1_000 {
      let blocks = (0..<6).map { _ -> BlockedProportion.Block in
        let level = 0.2 + 0.12 * (Double(random.next() >> 11) / 9_007_199_254_740_992 - 0.5)
        let wrong = (0..<500).count { _ in
          Double(random.next() >> 11) / 9_007_199_254_740_992 < level
        }
        return .init(count: Int64(wrong), total: 500)
      }
      let interval = BlockedProportion(blocks).interval
      if interval.low <= 0.2 && 0.2 <= interval.high { hits += 1 }
    }
    #expect(hits >= 930)
    #expect(hits <= 985)
  }
}
