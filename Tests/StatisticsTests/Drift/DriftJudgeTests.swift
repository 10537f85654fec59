import Foundation
import Statistics
import Testing

/// A reference and windows against it, made of drawn values.
private struct Bench {
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(state: seed) }

  mutating func normals(_ count: Int, shift: Double = 0, scale: Double = 1) -> [Double] {
    (0..<count).map { _ in shift + scale * random.normal() }
  }

  static func reference(
    _ values: [Double], name: String = "x", role: FeatureRole = .feature, missing: Int = 0
  ) -> FeatureReference {
    var feature = FeatureValues(
      FeatureDeclaration(name: name, kind: .numeric, role: role), seed: 1)
    for value in values { feature.add(value) }
    for _ in 0..<missing { feature.addMissing() }
    return feature.reference()
  }

  static func window(
    _ values: [Double], _ reference: FeatureReference, missing: Int = 0, texts: Int = 0
  ) -> FeatureWindow {
    var counts = BinCounts(reference.bins)
    for value in values { counts.add(reference.bins.cell(of: value)) }
    counts.add(FrozenBins.missingCell, count: Int64(missing))
    for _ in 0..<texts { counts.add(reference.bins.cell(of: "red")) }
    return FeatureWindow(counts: counts)
  }

  static func judge(_ reference: FeatureReference, _ window: FeatureWindow) -> FeatureDrift {
    DriftJudge.judge([reference], [window]).features[0]
  }
}

struct DriftJudgeTests {
  @Test func `the same values are no drift at all`() throws {
    var bench = Bench(seed: 1)
    let values = bench.normals(1_500)
    let reference = Bench.reference(values)
    let drift = Bench.judge(reference, Bench.window(values, reference))
    let comparison = try #require(drift.comparison)
    #expect(drift.verdict == .ok)
    #expect(comparison.psi == 0)
    #expect(comparison.js == 0)
    #expect(comparison.ks == 0)
    #expect(comparison.w1OverStandardDeviation == 0)
    #expect(comparison.chiSquared.p == 1)
    #expect(drift.adjustedP == 1)
    #expect(drift.sentence == "as in the reference")
  }

  @Test func `below 200 rows there is no verdict, however plain the shift`() {
    var bench = Bench(seed: 2)
    let reference = Bench.reference(bench.normals(1_500))
    let few = Bench.judge(reference, Bench.window(bench.normals(137, shift: 9), reference))
    #expect(few.verdict == .collecting)
    #expect(few.sentence == "collecting 137/200 rows")
    #expect(few.adjustedP == nil)
    #expect(few.comparison != nil)
    let enough = Bench.judge(reference, Bench.window(bench.normals(200, shift: 9), reference))
    #expect(enough.verdict == .major)
    let small = Bench.reference(bench.normals(150))
    let onSmall = Bench.judge(small, Bench.window(bench.normals(900, shift: 9), small))
    #expect(onSmall.verdict == .collecting)
    #expect(onSmall.cause == .referenceTooSmall)
    #expect(onSmall.sentence == "no verdict: the reference has 150 rows, 200 are the least")
    #expect(small.warning == "the reference has 150 rows; 200 are the least for a verdict")
    let steady = Bench.reference(bench.normals(640))
    #expect(steady.warning == "the reference has 640 rows; from 1 000 on it is steady")
  }

  @Test func `a shift is told with the share of values where it shows most`() throws {
    var bench = Bench(seed: 3)
    let reference = Bench.reference(bench.normals(5_000))
    let drift = Bench.judge(reference, Bench.window(bench.normals(1_000, shift: 0.5), reference))
    #expect(drift.verdict == .major || drift.verdict == .drift)
    #expect(drift.cause == .shift)
    #expect(
      drift.sentence.contains(#/^\d\d % of 1 000 values are above 1\.\d+, 10 % in the reference$/#),
      "\(drift.sentence)")
    let far = Bench.judge(reference, Bench.window(bench.normals(1_000, shift: 3), reference))
    #expect(far.verdict == .major)
  }

  @Test func `a small shift that many rows make certain is no drift, and said`() throws {
    var bench = Bench(seed: 4)
    let reference = Bench.reference(bench.normals(50_000))
    let drift = Bench.judge(reference, Bench.window(bench.normals(50_000, shift: 0.1), reference))
    #expect(try #require(drift.adjustedP) < 1e-20)
    #expect(drift.verdict == .ok)
    #expect(drift.sentence.hasPrefix("a real shift, too small to matter: PSI 0.0"))
  }

  @Test func `missing values, and values that are not finite, are drift of their own`() {
    var bench = Bench(seed: 5)
    let reference = Bench.reference(bench.normals(2_000), missing: 4)
    let missing = Bench.judge(
      reference, Bench.window(bench.normals(600), reference, missing: 400))
    #expect(missing.verdict == .major)
    #expect(missing.sentence == "40 % of 1 000 values are missing, 0.20 % in the reference")
    let nan = Array(repeating: Double.nan, count: 100)
    let broken = Bench.judge(reference, Bench.window(bench.normals(900) + nan, reference))
    #expect(broken.verdict == .major)
    #expect(broken.sentence == "10 % of 1 000 values are not finite, 0 % in the reference")
  }

  @Test func `a feature that vanishes is told as such, whether it is empty or not sent`() {
    var bench = Bench(seed: 6)
    let reference = Bench.reference(bench.normals(2_000), missing: 2_000)
    let empty = Bench.judge(reference, Bench.window([], reference, missing: 400))
    #expect(empty.verdict == .missing)
    #expect(empty.cause == .vanished)
    #expect(empty.sentence == "no value in 400 rows; in the reference 50 % had one")
    let gone = Bench.judge(reference, FeatureWindow(counts: nil))
    #expect(gone.verdict == .missing)
    #expect(gone.comparison == nil)
    #expect(gone.sentence == "the feature is not sent any more")
    #expect(DriftJudge.judge([reference], [FeatureWindow(counts: nil)]).isDrift)
  }

  /// In a fresh sample some names are new; in rows that the reference was made of none is.
  @Test(arguments: [2, 5, 10, 20, 40])
  func `names that came once are no drift when they come again`(
    percent: Int
  ) {
    func values(_ rows: Range<Int>, _ once: String) -> FeatureValues {
      var values = FeatureValues(FeatureDeclaration(name: "shop", kind: .categorical), seed: 1)
      for row in rows { values.add(row % 100 < percent ? "\(once)\(row)" : "c\(row % 5)") }
      return values
    }
    func judge(_ now: FeatureValues) -> FeatureDrift {
      var (before, now) = (values(0..<2_000, "u"), now)
      let reference = before.reference()
      return Bench.judge(reference, FeatureWindow(counts: now.counts(on: reference.bins)))
    }
    let same = judge(values(0..<2_000, "u"))
    #expect(same.verdict == .ok && same.comparison?.psi == 0)
    #expect(judge(values(300..<1_100, "u")).verdict == .ok)
    #expect(judge(values(0..<1_000, "v")).verdict == .ok)
    var appears = values(0..<1_000, "v")
    for _ in 0..<600 { appears.add("a level that appears") }
    #expect(judge(appears).verdict != .ok)
  }

  /// Of what was never seen before and what is not seen again, one cannot be told from the other.
  @Test func `names that hardly come twice get no verdict, unless they vanish`() {
    func values(_ names: (Int) -> String) -> FeatureValues {
      var values = FeatureValues(FeatureDeclaration(name: "id", kind: .categorical), seed: 1)
      for row in 0..<1_000 { values.add(names(row)) }
      return values
    }
    var before = values { "a\($0)" }
    var now = values { _ in "b" }
    let reference = before.reference()
    let drift = Bench.judge(
      reference, FeatureWindow(counts: now.counts(on: reference.bins), rows: 1_000))
    #expect(drift.verdict == .noVerdict && drift.cause == .levelsTooRare)
    #expect(drift.comparison == nil && drift.adjustedP == nil)
    #expect(
      drift.sentence
        == "no verdict: 100 % of the reference's 1 000 values are of levels too rare to compare")
    var bench = Bench(seed: 8)
    let gone = Bench.judge(reference, Bench.window([], reference, missing: 400))
    #expect(gone.verdict == .missing)
    let number = Bench.reference(bench.normals(1_000), name: "x")
    let window = Bench.window(bench.normals(1_000), number)
    let report = DriftJudge.judge(
      [reference, number], [FeatureWindow(counts: now.counts(on: reference.bins)), window])
    #expect(
      report.sentence == "no drift in 1 feature; 1 without a verdict: levels too rare to compare")
    #expect(
      DriftJudge.judge([reference], [FeatureWindow(counts: now.counts(on: reference.bins))])
        .sentence
        == "no verdict: levels too rare to compare")
    // Half of them known is enough.
    var half = values { $0 % 2 == 0 ? "red" : "a\($0)" }
    let known = half.reference()
    let shifted = Bench.judge(
      known, FeatureWindow(counts: now.counts(on: known.bins), rows: 1_000))
    #expect(shifted.verdict == .major)
  }

  @Test func `a feature that changes its type is told as such`() {
    var bench = Bench(seed: 7)
    let reference = Bench.reference(bench.normals(2_000))
    let text = Bench.judge(reference, Bench.window(bench.normals(20), reference, texts: 980))
    #expect(text.verdict == .missing)
    #expect(text.cause == .changedType)
    #expect(text.sentence == "98 % of 1 000 values are text, where the reference has numbers")
    var names = FeatureValues(FeatureDeclaration(name: "c", kind: .categorical), seed: 1)
    for row in 0..<1_000 { names.add(row % 2 == 0 ? "red" : "blue") }
    let colours = names.reference()
    let numbers = Bench.judge(colours, Bench.window(bench.normals(500), colours))
    #expect(numbers.cause == .changedType)
    #expect(numbers.sentence == "100 % of 500 values are numbers, where the reference has names")
  }

  @Test func `a constant that starts to vary has a verdict of its own`() {
    var bench = Bench(seed: 8)
    let reference = Bench.reference(Array(repeating: 0.0435, count: 1_200))
    let changed = Bench.judge(reference, Bench.window(bench.normals(1_000), reference))
    #expect(changed.verdict == .constantChanged)
    #expect(changed.sentence == "was always 0.0435; now 100 % of 1 000 values differ")
    let partly = Array(repeating: 0.0435, count: 700) + Array(repeating: 0.05, count: 300)
    let drift = Bench.judge(reference, Bench.window(partly, reference))
    #expect(drift.sentence == "was always 0.0435; now 30 % of 1 000 values differ")
    let still = Array(repeating: 0.0435, count: 999) + [0.05]
    #expect(Bench.judge(reference, Bench.window(still, reference)).verdict == .ok)
    let missing = Array(repeating: 0.0435, count: 500)
    let sparse = Bench.judge(reference, Bench.window(missing, reference, missing: 500))
    #expect(sparse.verdict == .major)
    #expect(sparse.sentence.hasPrefix("50 % of 1 000 values are missing"))
    let empty = Bench.reference([], missing: 1_000)
    let filled = Bench.judge(empty, Bench.window(bench.normals(300), empty, missing: 200))
    #expect(filled.verdict == .constantChanged)
    #expect(filled.sentence == "was always missing; now 60 % of 500 rows have a value")
    #expect(Bench.judge(empty, Bench.window([], empty, missing: 500)).verdict == .ok)
    #expect(Bench.judge(empty, FeatureWindow(counts: nil)).verdict == .ok)
    var level = FeatureValues(FeatureDeclaration(name: "zone", kind: .categorical), seed: 1)
    for _ in 0..<1_000 { level.add("eu") }
    let zone = level.reference()
    var window = BinCounts(zone.bins)
    for row in 0..<500 { window.add(zone.bins.cell(of: row < 100 ? "eu" : "us")) }
    let moved = Bench.judge(zone, FeatureWindow(counts: window))
    #expect(moved.verdict == .constantChanged)
    #expect(moved.sentence == #"was always "eu"; now 80 % of 500 values differ"#)
  }

  @Test func `one unseen level among hundreds of rows is no drift`() {
    var values = FeatureValues(FeatureDeclaration(name: "c", kind: .categorical), seed: 1)
    for row in 0..<1_000 { values.add(["a", "b", "c"][row % 3]) }
    let reference = values.reference()
    var window = BinCounts(reference.bins)
    for row in 0..<900 { window.add(reference.bins.cell(of: ["a", "b", "c"][row % 3])) }
    window.add(reference.bins.cell(of: "d"))
    #expect(Bench.judge(reference, FeatureWindow(counts: window)).verdict == .ok)
    for _ in 0..<200 { window.add(reference.bins.cell(of: "d")) }
    let drift = Bench.judge(reference, FeatureWindow(counts: window))
    #expect(drift.verdict == .major)
    #expect(
      drift.sentence == "18 % of 1 101 values are of levels never seen before, 0 % in the reference"
    )
  }

  @Test func `score and class come first and are not adjusted, features are`() throws {
    var bench = Bench(seed: 9)
    var references = (0..<10).map { Bench.reference(bench.normals(2_000), name: "f\($0)") }
    references.append(Bench.reference(bench.normals(2_000), name: "score", role: .score))
    let windows = references.map { Bench.window(bench.normals(1_000, shift: 0.06), $0) }
    let report = DriftJudge.judge(references, windows)
    #expect(report.features.map(\.name) == ["score"] + (0..<10).map { "f\($0)" })
    let score = try #require(report.features.first)
    #expect(score.adjustedP == score.comparison?.chiSquared.p)
    let raw = report.features.dropFirst().compactMap { $0.comparison?.chiSquared.p }
    #expect(
      report.features.dropFirst().map(\.adjustedP) == Multiplicity.benjaminiHochberg(raw))
  }

  @Test func `features without a test do not count in the adjustment`() {
    var bench = Bench(seed: 10)
    let references = (0..<3).map { Bench.reference(bench.normals(2_000), name: "f\($0)") }
    let windows = [
      Bench.window(bench.normals(1_000, shift: 0.1), references[0]),
      Bench.window(bench.normals(50), references[1]), FeatureWindow(counts: nil),
    ]
    let report = DriftJudge.judge(references, windows)
    #expect(report.features[0].adjustedP == report.features[0].comparison?.chiSquared.p)
    #expect(report.features[1].adjustedP == nil)
    #expect(report.features[2].adjustedP == nil)
  }

  @Test func `what the same hours always were is no drift`() {
    var bench = Bench(seed: 11)
    // By day around 0, by night around 2.
    let night = bench.normals(1_000, shift: 2)
    let reference = Bench.reference(bench.normals(3_000) + night)
    var window = Bench.window(bench.normals(800, shift: 2), reference)
    #expect(Bench.judge(reference, window).verdict == .major)
    window.seasonal = Bench.window(night, reference).counts
    let usual = Bench.judge(reference, window)
    #expect(usual.verdict == .ok)
    #expect(usual.cause == .seasonal)
    #expect(usual.sentence.hasPrefix("as usual at this hour: PSI 0.0"))
    var odd = Bench.window(bench.normals(800, shift: 5), reference)
    odd.seasonal = window.seasonal
    #expect(Bench.judge(reference, odd).verdict == .major)
    // Too few rows of that hour: the whole reference decides.
    window.seasonal = Bench.window(Array(night.prefix(150)), reference).counts
    #expect(Bench.judge(reference, window).verdict == .major)
    // Other than that hour, but as the reference is on the whole: it has to differ from both.
    let mixed = bench.normals(600) + bench.normals(200, shift: 2)
    var day = Bench.window(mixed, reference)
    day.seasonal = Bench.window(night, reference).counts
    #expect(Bench.judge(reference, day).verdict == .ok)
  }

  @Test func `the summary names the worst and counts the rest`() {
    var bench = Bench(seed: 12)
    let references = (0..<4).map { Bench.reference(bench.normals(2_000), name: "f\($0)") }
    func report(_ shifts: [Double], _ counts: [Int] = [1_000, 1_000, 1_000, 1_000]) -> DriftReport {
      DriftJudge.judge(
        references,
        zip(references, zip(shifts, counts)).map { reference, window in
          Bench.window(bench.normals(window.1, shift: window.0), reference)
        })
    }
    let two = report([0, 1, 2, 0])
    #expect(two.sentence.hasPrefix("drift in 2 of 4 features, the worst f2 (PSI "))
    #expect(two.ranked.map(\.name).prefix(2) == ["f2", "f1"])
    #expect(two.isDrift)
    let none = report([0, 0, 0, 0])
    #expect(none.sentence == "no drift in 4 features")
    #expect(!none.isDrift)
    #expect(
      report([0, 0, 0, 0], [1_000, 100, 1_000, 10]).sentence
        == "no drift in 2 features; 2 without a verdict: too few rows")
    #expect(report([9, 9, 9, 9], [1, 1, 1, 1]).sentence == "no verdict: too few rows")
  }

  /// At 0.01 with the index's own threshold beside it, less than one window in a hundred: of 1,800, 18 are expected at most.
  @Test func `windows without drift are seldom called drifted`() {
    var alarms = 0
    var bench = Bench(seed: 13)
    for _ in 0..<30 {
      let reference = Bench.reference(bench.normals(1_000))
      for rows in [200, 500, 1_000, 2_000] {
        for _ in 0..<15 {
          let drift = Bench.judge(reference, Bench.window(bench.normals(rows), reference))
          if drift.verdict.isDrift { alarms += 1 }
        }
      }
    }
    #expect(alarms <= 18)
  }

  @Test func `a shift of half a standard deviation in 500 rows is found nearly always`() {
    var bench = Bench(seed: 14)
    var found = 0
    for _ in 0..<100 {
      let reference = Bench.reference(bench.normals(1_000))
      let window = Bench.window(bench.normals(500, shift: 0.5), reference)
      if Bench.judge(reference, window).verdict.isDrift { found += 1 }
    }
    #expect(found >= 95)
  }
}

struct DriftPersistenceTests {
  private func transitions(
    _ windows: [(DriftVerdict, Double?)]
  ) -> [DriftPersistence.Transition?] {
    var persistence = DriftPersistence()
    return windows.map { persistence.step($0.0, psi: $0.1) }
  }

  @Test func `two drifted windows in a row open, one does not`() {
    #expect(
      transitions([(.drift, 0.15), (.ok, 0), (.drift, 0.15), (.drift, 0.15), (.drift, 0.15)])
        == [nil, nil, nil, .opened, nil])
  }

  @Test func `one window that cannot be overlooked opens`() {
    #expect(transitions([(.major, 0.25)]) == [.opened])
    #expect(transitions([(.constantChanged, 4)]) == [.opened])
    #expect(transitions([(.missing, nil)]) == [.opened])
    #expect(transitions([(.constantChanged, 0.12)]) == [nil])
  }

  @Test func `three clean windows in a row close`() {
    #expect(
      transitions([
        (.major, 1), (.ok, 0), (.ok, 0), (.drift, 0.2), (.ok, 0), (.ok, 0), (.ok, 0), (.ok, 0),
      ]) == [.opened, nil, nil, nil, nil, nil, .closed, nil])
  }

  @Test func `a window without a verdict changes nothing`() {
    #expect(
      transitions([(.drift, 0.2), (.collecting, 9), (.drift, 0.2)]) == [nil, nil, .opened])
    #expect(
      transitions([
        (.major, 1), (.ok, 0), (.collecting, nil), (.ok, 0), (.collecting, 1), (.ok, 0),
      ]) == [.opened, nil, nil, nil, nil, .closed])
  }

  @Test func `what stands is kept over a restart`() throws {
    var persistence = DriftPersistence()
    _ = persistence.step(.drift, psi: 0.2)
    let data = try JSONEncoder().encode(persistence)
    var kept = try JSONDecoder().decode(DriftPersistence.self, from: data)
    #expect(kept == persistence)
    #expect(kept.step(.drift, psi: 0.2) == .opened)
  }
}
