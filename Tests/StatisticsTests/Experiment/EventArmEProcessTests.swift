import Foundation
import Statistics
import Testing

struct EventArmEProcessTests {
  /// One event at a time, as the definition has it.
  private func definition(
    _ events: [(isChallenger: Bool, share: Double)], margin: Double, direction: Double
  ) -> Double {
    func q(_ r: Double, _ share: Double) -> Double { share * r / (share * r + 1 - share) }
    var sum = 0.0
    for j in 1...32 {
      let ratio = margin * pow(64, direction * Double(j) / 32)
      var product = 1.0
      for (isChallenger, share) in events {
        product *=
          isChallenger
          ? q(ratio, share) / q(margin, share) : (1 - q(ratio, share)) / (1 - q(margin, share))
      }
      sum += product
    }
    return log(sum / 32)
  }

  private let events: [(isChallenger: Bool, share: Double)] = (0..<200).map { (index: Int) in
    let shares: [Double] = [0.01, 0.05, 0.25, 0.5]
    return (index % 7 == 0 || index % 11 == 3, shares[index / 50])
  }

  @Test(arguments: [1.0, 1.1, 1.25])
  func `the evidence is the mean of the likelihood ratios of its definition`(margin: Double) {
    for (alternative, direction) in [(EventArmEProcess.Alternative.worse, 1.0), (.notWorse, -1)] {
      var process = EventArmEProcess(margin: margin, alternative: alternative)
      #expect(process.logE == 0)
      for event in events { process.observe(isChallenger: event.isChallenger, share: event.share) }
      let expected = definition(events, margin: margin, direction: direction)
      #expect(abs(process.logE - expected) < 1e-9 * max(1, abs(expected)))
    }
  }

  @Test func `events count alike one by one, at once, and in any order`() {
    var single = EventArmEProcess(margin: 1.25, alternative: .worse)
    for event in events { single.observe(isChallenger: event.isChallenger, share: event.share) }
    var backward = EventArmEProcess(margin: 1.25, alternative: .worse)
    for event in events.reversed() {
      backward.observe(isChallenger: event.isChallenger, share: event.share)
    }
    var batches = EventArmEProcess(margin: 1.25, alternative: .worse)
    for share in [0.5, 0.01, 0.25, 0.05] {
      let challenger = events.count { $0.share == share && $0.isChallenger }
      batches.observe(challenger: challenger, champion: 50 - challenger, share: share)
    }
    #expect(abs(single.logE - backward.logE) < 1e-9)
    #expect(abs(single.logE - batches.logE) < 1e-9)
  }

  /// Whatever is certain before it happens is no evidence.
  @Test func `events of an arm that has all or none of the traffic tell nothing`() {
    var process = EventArmEProcess(margin: 1.25, alternative: .worse)
    process.observe(challenger: 50, champion: 0, share: 1)
    process.observe(challenger: 0, champion: 50, share: 0)
    #expect(process.logE == 0)
  }

  /// The expectation of E after one event more, at the edge of what is forgiven: one, whatever was seen before.
  @Test(arguments: [0.01, 0.05, 0.5, 0.9], [1.0, 1.25])
  func `at the margin the evidence is a martingale, below it a supermartingale`(
    share: Double, margin: Double
  ) {
    var before = EventArmEProcess(margin: margin, alternative: .worse)
    before.observe(challenger: 7, champion: 12, share: 0.3)
    func expectation(_ ratio: Double) -> Double {
      var (challenger, champion) = (before, before)
      challenger.observe(isChallenger: true, share: share)
      champion.observe(isChallenger: false, share: share)
      let q = share * ratio / (share * ratio + 1 - share)
      return q * exp(challenger.logE - before.logE) + (1 - q) * exp(champion.logE - before.logE)
    }
    #expect(abs(expectation(margin) - 1) < 1e-12)
    #expect(expectation(margin * 0.8) < 1)
    #expect(expectation(margin * 1.5) > 1)
  }

  @Test func `a process without some of its events is the process of the others`() {
    var whole = EventArmEProcess(margin: 1.25, alternative: .worse)
    var part = whole
    var rest = whole
    for (index, event) in events.enumerated() {
      whole.observe(isChallenger: event.isChallenger, share: event.share)
      if index % 3 == 0 {
        part.observe(isChallenger: event.isChallenger, share: event.share)
      } else {
        rest.observe(isChallenger: event.isChallenger, share: event.share)
      }
    }
    #expect(abs(whole.without(part).logE - rest.logE) < 1e-9)
  }

  @Test func `evidence beyond what a number holds stays finite in its logarithm`() {
    var process = EventArmEProcess(margin: 1.25, alternative: .worse)
    process.observe(challenger: 1_000_000, champion: 0, share: 0.05)
    #expect(process.logE.isFinite && process.logE > 1_000_000)
  }
}
