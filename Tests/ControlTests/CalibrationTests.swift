import Domain
import Foundation
import Statistics
import Testing

@testable import Control
@testable import Storage

struct CalibrationTests {
  private static let noon = Timestamp(seconds: 1_767_268_800)
  private static let one = ModelVersion(model: "m", version: "1")

  private static func reference(rows: Int = 2_000) -> FrozenReference {
    var builder = ReferenceBuilder(
      ["a", "b"].map { FeatureDeclaration(name: $0, kind: .numeric) }, seed: 1)
    var random = SplitMix64(seed: 8)
    for _ in 0..<rows {
      builder.add(row: (0..<2).map { _ in Double.random(in: 0..<1, using: &random) })
    }
    return FrozenReference(
      id: 3, version: one, madeAt: noon, source: "test", rows: Int64(rows),
      features: builder.references())
  }

  private static func counts(
    _ reference: FrozenReference, rows: Int, with random: inout SplitMix64
  ) -> FeatureCounts {
    var counts = FeatureCounts(
      reference: reference.id, features: reference.features.map { BinCounts($0.bins) })
    for index in reference.features.indices {
      let bins = reference.features[index].bins
      for _ in 0..<rows {
        counts.features[index].add(bins.cell(of: Double.random(in: 0..<1, using: &random)))
      }
    }
    return counts
  }

  /// A store with so many minutes up to noon: 700 requests each, 7 of them failed and 14 slow. The first ones may be rows that
  /// nobody was served.
  private static func store(
    _ folder: TemporaryFolder, _ reference: FrozenReference, minutes: Int, backfilled: Int = 0
  ) throws -> MetricStore {
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    let store = try MetricStore(
      directory: folder.path, now: noon.adding(seconds: -60 * Double(minutes)))
    var random = SplitMix64(seed: 2)
    let series = SeriesKey(version: one, variant: .champion)
    for minute in (1...minutes).reversed() {
      let second = noon.seconds - 60 * Int64(minute)
      let key = SecondKey(series: series, second: second)
      var batch = PendingBatch()
      var rollup = SecondRollup(version: one, variant: .champion, second: second)
      rollup.counters.ok = 693
      rollup.counters.failed = 7
      rollup.counters.slow = 14
      for answer in 0..<693 { rollup.latency.add(1_000 + 10 * Double(answer % 100)) }
      batch.rollups[key] = rollup
      batch.features[key] = counts(reference, rows: 700, with: &random)
      var quality = QualityRow()
      for row in 0..<50 {
        quality.add(predicted: .integer(1), truth: .integer(row < 10 ? 0 : 1), scores: [])
      }
      batch.quality[key] = quality
      guard minute <= minutes - backfilled else {
        try store.backfill(batch, seconds: second..<second + 60)
        continue
      }
      #expect(
        store.write(
          batch, seconds: second..<second + 60, now: Timestamp(seconds: second + 60)))
    }
    return store
  }

  private let stretches = "stretches of whole minutes with 48 labelled rows or more"

  private static func report(
    _ store: MetricStore, _ reference: FrozenReference?, hasObjective: Bool = true
  ) throws -> CalibrationReport.Model {
    let deployment = Deployment(
      model: "m", revision: 1, champion: "1", championSince: noon,
      challenger: .init(version: "2", weight: 0.2))
    var effort = Calibration.Effort()
    (effort.windows, effort.runs, effort.blocks, effort.days) = (200, 40, 20_000, 10)
    let calibration = Calibration(
      metrics: store, references: reference.map { [$0] } ?? [], deployments: ["m": deployment],
      objectives: hasObjective
        ? ["m": ServiceObjective(availability: 0.98, latency: 50_000, latencyObjective: 0.9)] : [:],
      effort: effort)
    return try #require(try calibration.report(now: noon).models.first)
  }

  @Test func `a day of its own traffic calibrates every rule`() throws {
    let folder = TemporaryFolder()
    let reference = Self.reference()
    let store = try Self.store(folder, reference, minutes: 90)
    defer { store.close() }
    let model = try Self.report(store, reference)
    let version = try #require(model.versions.first)
    // Three minutes of 700 rows make a window of 2,000.
    #expect(version.windows == 30 && version.windowRows == [2_100, 2_100])
    guard case .measured(let noise) = version.samplingNoise,
      case .measured(let varied) = version.asTrafficVaries,
      case .measured(let concept) = version.concept
    else {
      Issue.record("\(version)")
      return
    }
    #expect(noise[.standing].window.trials >= 200 && noise[.standing].window.alarms == 0)
    #expect(noise[.chiSquared].window.alarms > 0)
    #expect(varied[.standing].window == AlarmRate(alarms: 0, of: 30))
    #expect(version.conceptBlocks == stretches && concept.isKept)
    let shares = model.experiments.compactMap { one -> Double? in
      guard case .measured(let found) = one else { return nil }
      #expect(found.rollbacks.trials == 40 && found.rollbacks.interval.low <= found.alpha)
      return found.share
    }
    #expect(shares == [0.05, 0.2])
    let burns = model.objectives.compactMap { one -> BurnCalibration? in
      if case .measured(let burn) = one.burn { burn } else { nil }
    }
    #expect(model.objectives.map(\.kind) == [.availability, .latency] && burns.count == 2)
    #expect(abs((burns.first?.badShare ?? 0) - 0.01) < 1e-9 && burns.first?.pages.alarms == 0)
  }

  @Test func `without an objective slow is what is above the champion's own first p99`() throws {
    let folder = TemporaryFolder()
    let store = try Self.store(folder, Self.reference(), minutes: 90)
    defer { store.close() }
    let counts = try store.minutes(Self.one, from: 0, to: Self.noon.seconds)
    let calibration = Calibration(metrics: store, references: [], deployments: [:], objectives: [:])
    let minutes = try #require(try calibration.minutesAboveOwnP99(counts, of: Self.one))
    // The first two minutes are what the limit is made of.
    #expect(counts.count == 90 && minutes.count == 88)
    #expect(minutes.allSatisfy { $0.slow <= 7 && $0.requests == 700 && $0.failures == 7 })
    #expect(try calibration.minutesAboveOwnP99(Array(counts.prefix(1)), of: Self.one) == nil)
    // Ten slower ones in a thousand are the hundredth that may lie above.
    #expect(Calibration.p99Bucket([0, 990, 10]) == 1 && Calibration.p99Bucket([0, 989, 11]) == 2)
    #expect(Calibration.p99Bucket([999]) == nil)
    let model = try Self.report(store, nil, hasObjective: false)
    let found = model.experiments.compactMap { one -> ExperimentCalibration? in
      if case .measured(let found) = one { found } else { nil }
    }
    #expect(found.count == 2 && found.allSatisfy { $0.rollbacks.interval.low <= $0.alpha })
  }

  @Test func `what was not served is replayed by no rule`() throws {
    let folder = TemporaryFolder()
    let reference = Self.reference()
    let store = try Self.store(folder, reference, minutes: 90, backfilled: 88)
    defer { store.close() }
    let model = try Self.report(store, reference)
    #expect(model.versions.first?.windows == 0)
    #expect(
      model.versions.first?.concept
        == .notEnough(stored: 2, needed: 24, of: stretches))
    #expect(
      model.experiments == [
        .notEnough(stored: 1_400, needed: 4_000, of: "requests of the champion")
      ])
    #expect(model.objectives.first?.burn == .notEnough(stored: 2, needed: 60, of: "minutes"))
  }

  @Test func `minutes without a request are no shortage of minutes`() throws {
    let folder = TemporaryFolder()
    let store = try Self.store(folder, Self.reference(), minutes: 90)
    defer { store.close() }
    let calibration = Calibration(
      metrics: store, references: [],
      deployments: [
        "idle": Deployment(model: "idle", revision: 1, champion: "1", championSince: Self.noon)
      ],
      objectives: [
        "idle": ServiceObjective(availability: 0.98, latency: 50_000, latencyObjective: 0.9)
      ])
    let model = try #require(try calibration.report(now: Self.noon).models.first)
    #expect(model.objectives.first?.burn == .notEnough(stored: 0, needed: 1, of: "requests"))
  }

  @Test func `what is too little is told with its counts, and is no figure`() throws {
    let folder = TemporaryFolder()
    let reference = Self.reference()
    let store = try Self.store(folder, reference, minutes: 2)
    defer { store.close() }
    let model = try Self.report(store, reference)
    let version = try #require(model.versions.first)
    let missing = "finished windows"
    #expect(version.samplingNoise == .notEnough(stored: 0, needed: 1, of: missing))
    #expect(version.asTrafficVaries == .notEnough(stored: 0, needed: 5, of: missing))
    #expect(
      version.concept == .notEnough(stored: 2, needed: 24, of: stretches))
    #expect(
      model.experiments == [
        .notEnough(stored: 1_400, needed: 4_000, of: "requests of the champion")
      ])
    #expect(model.objectives.first?.burn == .notEnough(stored: 2, needed: 60, of: "minutes"))
    let json = String(decoding: try JSONEncoder().encode(version.concept), as: UTF8.self)
    #expect(json.contains(#""not_enough""#) && json.contains(#""stored":2"#))
    #expect(try Self.report(store, reference) == model)
    #expect(try Self.report(store, nil).versions.isEmpty)
  }

  @Test func `windows end as the live rule ends them, and other bins are left out`() {
    let reference = Self.reference()
    var random = SplitMix64(seed: 3)
    func minute(_ number: Int64, _ rows: Int) -> (minute: Int64, counts: FeatureCounts) {
      (number * 60, Self.counts(reference, rows: rows, with: &random))
    }
    func totals(_ minutes: [(minute: Int64, counts: FeatureCounts)]) -> [Int64] {
      DriftReplay.windows(of: minutes, reference).map { $0[0].total }
    }
    // Two parts of one minute stand in one window, however many rows they have.
    #expect(totals([minute(0, 1_900), minute(0, 200), minute(1, 50)]) == [2_100])
    // With little traffic after an hour, with too little not at all.
    #expect(totals((0..<61).map { minute($0, 10) }) == [600])
    #expect(totals((0..<119).map { minute($0, 3) }) == [201])
    #expect(totals((0..<60).map { minute($0, 3) }) == [])
    var other = minute(0, 2_500)
    other.counts.reference = 2
    #expect(totals([other]) == [])
  }
}
