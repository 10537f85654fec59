import Foundation
import Statistics
import Testing

struct SampleRatioTests {
  @Test func `a gross fault is found within a hundred units`() {
    var test = SampleRatioTest()
    var units = 0
    while !test.isMismatch, units < 1_000 {
      test.observe(challenger: 1, champion: 3, share: 0.05)
      units += 4
    }
    #expect(units <= 100)
  }

  @Test func `a skew of two points in a hundred is found within twenty thousand units`() {
    var test = SampleRatioTest()
    for _ in 0..<200 { test.observe(challenger: 52, champion: 48, share: 0.5) }
    #expect(test.isMismatch)
  }

  @Test func `counts in the said ratio are no mismatch, under any ramp`() {
    var test = SampleRatioTest()
    for share in [0.01, 0.05, 0.25, 0.5, 0.9] {
      for _ in 0..<100 {
        let challenger = Int((share * 1_000).rounded())
        test.observe(challenger: challenger, champion: 1_000 - challenger, share: share)
      }
    }
    #expect(test.p == 1)
    #expect(!test.isMismatch)
  }

  /// Ten splits of two thousand units: no one of them tells, together they do, because odds go over.
  @Test func `a skew is found although the split changes all the time`() {
    var test = SampleRatioTest()
    for share in stride(from: 0.05, through: 0.5, by: 0.05) {
      let odds = 1.25 * share / (1 - share)
      let challenger = Int((2_000 * odds / (1 + odds)).rounded())
      var alone = SampleRatioTest()
      alone.observe(challenger: challenger, champion: 2_000 - challenger, share: share)
      #expect(!alone.isMismatch)
      test.observe(challenger: challenger, champion: 2_000 - challenger, share: share)
    }
    #expect(test.isMismatch)
  }

  @Test func `a flag stays although later counts are even`() {
    var test = SampleRatioTest()
    test.observe(challenger: 80, champion: 20, share: 0.5)
    #expect(test.isMismatch)
    let p = test.p
    for _ in 0..<1_000 { test.observe(challenger: 50, champion: 50, share: 0.5) }
    #expect(test.isMismatch)
    #expect(test.p == p)
    #expect(test.logE < 0)
  }

  @Test(arguments: [0.01, 0.05, 0.5])
  func `while units are drawn as said the evidence is a martingale`(share: Double) {
    var before = SampleRatioTest()
    before.observe(challenger: 9, champion: 100, share: 0.1)
    var (challenger, champion) = (before, before)
    challenger.observe(challenger: 1, champion: 0, share: share)
    champion.observe(challenger: 0, champion: 1, share: share)
    let expectation =
      share * exp(challenger.logE - before.logE) + (1 - share) * exp(champion.logE - before.logE)
    #expect(abs(expectation - 1) < 1e-9)
  }

  @Test func `units of an arm with all or none of the traffic are not counted`() {
    var test = SampleRatioTest()
    test.observe(challenger: 1_000, champion: 0, share: 1)
    test.observe(challenger: 0, champion: 1_000, share: 0)
    #expect(test.p == 1)
  }
}
