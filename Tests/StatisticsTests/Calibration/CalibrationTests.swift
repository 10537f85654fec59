import Foundation
import Testing

@testable import Statistics

struct ConceptCalibrationTests {
  private static func blocks(_ rate: Double, rows: Int64, count: Int) -> [Double] {
    var random = SplitMix64(seed: 4)
    return (0..<count).map { _ in Double(random.binomial(rows, rate)) / Double(rows) }
  }

  @Test(arguments: [(0.2, 48), (0.05, 400)])
  func `shuffled blocks hold the stated time`(_ rate: Double, _ rows: Int64) {
    let found = ConceptCalibration.shuffled(
      Self.blocks(rate, rows: rows, count: 60), loss: .wrongRows, blocks: 20_000, seed: 1)
    #expect(found.isKept && found.statedBlocks == 1_000)
    #expect(found.rate.trials == 19_980)
    #expect(found.leastBlocks >= 1_000)
  }

  @Test func `an alarm is counted, and its time is that of the blocks before it`() throws {
    // The rarely large block: the heaviest tail that a mean allows.
    let blocks = Array(repeating: 0.0, count: 39) + [1.0]
    let found = ConceptCalibration.shuffled(
      blocks, loss: .mean, runLength: 5, blocks: 20_000, seed: 1)
    let mean = try #require(found.blocks)
    #expect(found.rate.alarms > 20 && mean >= 5)
    #expect(found.leastBlocks < mean)
  }

  @Test func `a time that is not kept is said to be none`() {
    let rate = AlarmRate(alarms: 300, of: 10_000)
    #expect(!ConceptCalibration(statedBlocks: 1_000, rate: rate).isKept)
    #expect(
      ConceptCalibration(statedBlocks: 1_000, rate: AlarmRate(alarms: 10, of: 10_000)).isKept)
  }
}

struct ExperimentCalibrationTests {
  private static let minutes = Array(
    repeating: ExperimentCalibration.Minute(
      requests: 600, failures: 12, slow: 30, labels: 300, wrong: 60), count: 60)

  private static func policy(alpha: Double) -> ExperimentPolicy {
    var policy = ExperimentPolicy()
    policy.rules.append(GuardrailRule(.wrongPredictions))
    policy.alpha = alpha
    return policy
  }

  @Test(arguments: [0.05, 0.5]) func `a version is not worse than itself`(_ share: Double) {
    let found = ExperimentCalibration.split(
      Self.minutes, policy: Self.policy(alpha: 0.05), share: share, runs: 60, seed: 1)
    #expect(found.rollbacks.trials == 60 && found.share == share && found.alpha == 0.05)
    #expect(found.rollbacks.interval.low <= 0.05)
    #expect(found.mismatches.alarms <= 1)
  }

  @Test func `a judge that forgives nothing and asks for no proof rolls back, and that is seen`() {
    var policy = Self.policy(alpha: 0.99)
    policy.rules = [GuardrailRule(.slowRequests, margin: 0.8)]
    let found = ExperimentCalibration.split(
      Self.minutes, policy: policy, share: 0.5, runs: 40, seed: 1)
    #expect(found.rollbacks.alarms > 20)
  }
}

struct BurnCalibrationTests {
  private static let promise = ServiceLevelObjective(.availability, share: 0.999)

  private static func minutes(bad: Int64, of total: Int64) -> [RequestCount] {
    [
      RequestCount(bad: bad, total: total, filledSeconds: 60),
      RequestCount(bad: 0, total: total, filledSeconds: 60),
    ]
  }

  @Test func `traffic within its budget pages nobody`() {
    let found = BurnCalibration.resampled(
      Self.minutes(bad: 1, of: 1_000), objective: Self.promise, days: 60, seed: 1)
    #expect(found.pages == AlarmRate(alarms: 0, of: 86_400) && found.tickets.alarms == 0)
    #expect(found.paging.alarms == 0 && found.ticketing.alarms == 0 && !found.isOverBudget)
    #expect(found.badShare == 0.0005 && abs(found.budget - 0.001) < 1e-12)
  }

  @Test func `traffic about as bad as a page needs pages again and again`() {
    let found = BurnCalibration.resampled(
      Self.minutes(bad: 28, of: 1_000), objective: Self.promise, days: 10, seed: 1)
    #expect(found.pages.alarms > 2)
    // A ticket that is open goes on.
    #expect(found.tickets.alarms == 1)
  }

  @Test func `what fires all the time begins once, and is told by its share of the time`() {
    let found = BurnCalibration.resampled(
      [RequestCount(bad: 10, total: 10, filledSeconds: 60)], objective: Self.promise, days: 2,
      seed: 1)
    #expect(found.pages == AlarmRate(alarms: 1, of: 2_880))
    #expect(found.paging == AlarmRate(alarms: 2_880, of: 2_880) && found.ticketing.share == 1)
    #expect(found.isOverBudget)
  }

  @Test func `minutes without a request are drawn as well`() {
    let quiet = [
      RequestCount(bad: 2, total: 2, filledSeconds: 60),
      RequestCount(bad: 0, total: 0, filledSeconds: 60),
    ]
    // 100 % of what comes fails; two bad requests a minute are ten within the hour.
    let found = BurnCalibration.resampled(quiet, objective: Self.promise, days: 1, seed: 1)
    #expect(found.badShare == 1 && found.pages.alarms >= 1)
  }
}
