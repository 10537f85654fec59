import Foundation
import Testing

@testable import Statistics

struct SeededDrawingTests {
  @Test(arguments: [(20, 0.3), (1_000, 0.004), (1_000, 0.05), (400, 0.93), (2_000_000, 0.5)])
  func `binomial draws have the mean and the variance of their distribution`(
    _ trials: Int64, _ p: Double
  ) {
    var random = SplitMix64(seed: 7)
    let draws = (0..<20_000).map { _ in Double(random.binomial(trials, p)) }
    let mean = draws.reduce(0, +) / 20_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    let expected = Double(trials) * p
    let spread = expected * (1 - p)
    // Five standard errors.
    #expect(abs(mean - expected) < 5 * (spread / 20_000).squareRoot())
    #expect(abs(variance / spread - 1) < 5 * (2.0 / 20_000).squareRoot() + 0.01)
    #expect(draws.allSatisfy { $0 >= 0 && $0 <= Double(trials) })
  }

  /// By inversion, and by rejection.
  @Test(arguments: [(30, 0.2), (60, 0.4)])
  func `each number comes as often as its probability says`(_ trials: Int64, _ p: Double) {
    var random = SplitMix64(seed: 3)
    var counts = Array(repeating: Int64(0), count: Int(trials) + 1)
    for _ in 0..<50_000 { counts[Int(random.binomial(trials, p))] += 1 }
    let n = Double(trials)
    var statistic = 0.0
    var cells = 0
    for k in 0...Int(trials) {
      let choose = lgamma(n + 1) - lgamma(Double(k) + 1) - lgamma(n - Double(k) + 1)
      let expected = 50_000 * exp(choose + Double(k) * log(p) + (n - Double(k)) * log(1 - p))
      guard expected >= 5 else { continue }
      cells += 1
      statistic += (Double(counts[k]) - expected) * (Double(counts[k]) - expected) / expected
    }
    #expect(ChiSquared.upperTail(statistic, degreesOfFreedom: cells - 1) > 0.001)
  }

  @Test func `what cannot happen does not, and what must does`() {
    var random = SplitMix64(seed: 1)
    #expect(random.binomial(50, 0) == 0 && random.binomial(50, 1) == 50)
    #expect(random.binomial(0, 0.5) == 0)
    let drawn = random.multinomial(1_000, from: [0, 3, 0, 7])
    #expect(drawn.reduce(0, +) == 1_000 && drawn[0] == 0 && drawn[2] == 0)
    #expect(abs(drawn[1] - 300) < 75)
  }

  @Test func `an alarm rate knows its interval`() {
    var rate = AlarmRate()
    #expect(rate.share == nil && rate.interval.high == 1)
    for index in 0..<100 { rate.add(index % 20 == 0) }
    #expect(rate == AlarmRate(alarms: 5, of: 100) && rate.share == 0.05)
    #expect(rate.interval.low < 0.05 && rate.interval.high > 0.05)
  }
}
