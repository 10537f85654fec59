import Testing

@testable import Statistics

struct DriftCalibrationTests {
  private static let names = ["a", "b", "c", "d"]

  private static let references: [FeatureReference] = {
    var builder = ReferenceBuilder(
      names.map { FeatureDeclaration(name: $0, kind: .numeric) }, seed: 1)
    var random = SplitMix64(seed: 5)
    for _ in 0..<5_000 { builder.add(row: names.map { _ in random.uniform() }) }
    return builder.references()
  }()

  /// Windows of values that are pushed up by a share of the range.
  private static func windows(_ pushes: [Double], rows: Int = 500) -> [[BinCounts]] {
    var random = SplitMix64(seed: 11)
    return pushes.map { push in
      references.map { reference in
        var counts = BinCounts(reference.bins)
        for _ in 0..<rows {
          counts.add(reference.bins.cell(of: min(1, random.uniform() + push)))
        }
        return counts
      }
    }
  }

  @Test func `of pure noise, plain chi-squared calls a twentieth drift and Vigia next to none`() {
    let windows = Self.windows(Array(repeating: 0, count: 30))
    let drawn = DriftCalibration.samplingNoise(
      Self.references, windows: windows, draws: 500, seed: 1)
    let plain = drawn[.chiSquared]
    #expect(plain.feature.trials == 2_000 && plain.window.trials == 500)
    #expect(plain.feature.interval.low < 0.06 && plain.feature.interval.high > 0.04)
    // Four tests that have nothing to do with each other: 1 - 0.95^4.
    #expect(plain.window.interval.low < 0.185 && plain.window.interval.high > 0.185)
    #expect((drawn[.window].window.share ?? 1) <= 0.01)
    #expect((drawn[.standing].window.share ?? 1) <= (drawn[.window].window.share ?? 0))
    #expect(
      drawn
        == DriftCalibration.samplingNoise(Self.references, windows: windows, draws: 500, seed: 1))
    #expect(
      drawn
        != DriftCalibration.samplingNoise(Self.references, windows: windows, draws: 500, seed: 2))
  }

  @Test func `small windows make the plain index cry, and not its threshold by size`() {
    let drawn = DriftCalibration.samplingNoise(
      Self.references, windows: Self.windows([0, 0], rows: 200), seed: 1)
    #expect((drawn[.psi].window.share ?? 0) > (drawn[.window].window.share ?? 1))
    #expect(drawn[.psi].feature.alarms > 0)
  }

  @Test func `windows below the least rows are no trials`() {
    let drawn = DriftCalibration.samplingNoise(
      Self.references, windows: Self.windows([0], rows: 100), seed: 1)
    #expect(drawn[.standing].window.trials == 0 && drawn[.psi].feature.trials == 0)
  }

  @Test func `nights that differ from days are told as what they would have been`() {
    let steady = DriftCalibration.asTrafficVaries(
      Self.references, windows: Self.windows(Array(repeating: 0, count: 12), rows: 2_500))
    #expect(steady[.standing].window == AlarmRate(alarms: 0, of: 12))
    let pushes = (0..<12).map { $0 < 6 ? 0 : 0.3 }
    let varied = DriftCalibration.asTrafficVaries(
      Self.references, windows: Self.windows(pushes, rows: 2_500))
    #expect((varied[.standing].window.share ?? 0) > 0.8)
    #expect(varied[.chiSquared].window.share == 1)
  }
}
