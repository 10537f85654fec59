import Domain
import Statistics
import Testing

@testable import Control
@testable import vigia

struct CalibrationTextTests {
  @Test(arguments: [false, true])
  func `without a configuration it is said that none was read`(_ isConfigured: Bool) {
    let report = CalibrationReport(
      models: [
        .init(model: "m", versions: [], champion: "1", experiments: [], objectives: [])
      ])
    let lines = CalibrationText.lines(report, isConfigured: isConfigured)
    #expect(lines.contains("  objectives: none configured") == isConfigured)
    #expect(
      lines.contains { $0.contains("no configuration was read; with --config FILE") }
        != isConfigured)
  }

  private static func last(_ burn: Calibrated<BurnCalibration>) -> String? {
    let report = CalibrationReport(
      models: [
        .init(
          model: "m", versions: [], champion: "1", experiments: [],
          objectives: [.init(kind: .latency, target: 0.99, burn: burn)])
      ])
    return CalibrationText.lines(report, isConfigured: true).last
  }

  private static func burn(bad: Int64) -> BurnCalibration {
    .resampled(
      [RequestCount(bad: bad, total: 1_000, filledSeconds: 60)],
      objective: ServiceLevelObjective(.latency(milliseconds: 50), share: 0.99), days: 30, seed: 1)
  }

  @Test func `an alarm that fires all the time is told as such, and its store as no A/A`() throws {
    let always = try #require(Self.last(.measured(Self.burn(bad: 1_000))))
    #expect(always.hasPrefix("    at 100 % bad, 1 % allowed: 1.0 ("))
    #expect(
      always.hasSuffix(
        " tickets in 30 days, a page fires 100 % of the time and a ticket 100 %: no A/A, since "
          + "more is bad than is allowed, and no alarm is false"))
    let never = try #require(Self.last(.measured(Self.burn(bad: 1))))
    #expect(never.hasSuffix("a page fires 0 % of the time and a ticket 0 %"))
  }

  @Test func `what is missing is told, also where nothing is stored`() {
    #expect(
      Self.last(.notEnough(stored: 0, needed: 1, of: "requests")) == "    no requests are stored")
    #expect(
      Self.last(.notEnough(stored: 2, needed: 60, of: "minutes"))
        == "    not enough stored: 2 of 60 minutes")
  }
}
