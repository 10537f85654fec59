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
}
