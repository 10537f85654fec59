import Statistics
import Testing

struct WilsonIntervalTests {
  /// Newcombe 1998, Statistics in Medicine 17, table I, method 3 (Wilson without continuity correction).
  @Test(arguments: [
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
  ])
  func `the interval is that of Newcombe's examples`(
    successes: Int64, trials: Int64, low: Double, high: Double
  ) {
    let interval = WilsonInterval(successes: successes, trials: trials)
    #expect(abs(interval.low - low) < 0.000_05)
    #expect(abs(interval.high - high) < 0.000_05)
  }

  @Test func `without a trial nothing is known`() {
    let interval = WilsonInterval(successes: 0, trials: 0)
    #expect(interval.low == 0)
    #expect(interval.high == 1)
  }

  @Test func `the interval holds the share, stays within zero and one, and is symmetric`() {
    for trials in [1, 2, 7, 100, 1_000_000] as [Int64] {
      for successes in Set([0, 1, trials / 2, trials - 1, trials]) {
        let interval = WilsonInterval(successes: successes, trials: trials)
        let mirrored = WilsonInterval(successes: trials - successes, trials: trials)
        let share = Double(successes) / Double(trials)
        #expect(interval.low <= share && share <= interval.high)
        #expect(interval.low >= 0 && interval.high <= 1)
        #expect(abs(interval.low - (1 - mirrored.high)) < 1e-12)
      }
    }
  }
}
