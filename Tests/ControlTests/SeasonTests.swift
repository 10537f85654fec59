import Domain
import Foundation
import Statistics
import Testing

@testable import Control
@testable import Storage

/// What the same hour of other weeks is taken to have been like.
struct SeasonTests {
  private static let one = ModelVersion(model: "m", version: "1")
  private static let hour: Int64 = 1_767_268_800
  private static let week: Int64 = 7 * 86_400

  /// A store that knows 300 rows of the hour in each of so many weeks before.
  private static func store(_ folder: TemporaryFolder, weeks: [Int64]) throws -> MetricStore {
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    var builder = ReferenceBuilder([FeatureDeclaration(name: "a", kind: .numeric)], seed: 1)
    for row in 0..<1_000 { builder.add(row: [Double(row)]) }
    let bins = builder.references()[0].bins
    let store = try MetricStore(
      directory: folder.path, now: Timestamp(seconds: hour - 5 * week))
    let series = SeriesKey(version: one, variant: .champion)
    for back in weeks.sorted(by: >) {
      let second = hour - back * week + 600
      var counts = BinCounts(bins)
      for row in 0..<300 { counts.add(bins.cell(of: Double(row))) }
      var batch = PendingBatch()
      batch.features[SecondKey(series: series, second: second)] = FeatureCounts(
        reference: 1, features: [counts])
      #expect(
        store.write(batch, seconds: second..<second + 1, now: Timestamp(seconds: second + 1)))
      // The hour is folded once the next one has begun.
      for later in [second + 3_600, second + 3_700] {
        #expect(
          store.write(
            PendingBatch(), seconds: later..<later + 1, now: Timestamp(seconds: later + 1)))
      }
    }
    return store
  }

  private static func rows(_ weeks: [Int64], driftOpenFor seconds: Int64? = nil) throws -> Int64? {
    let folder = TemporaryFolder()
    let store = try store(folder, weeks: weeks)
    defer { withExtendedLifetime(folder) {} }
    return ControlPlane.season(
      of: one, hour: hour, driftOpen: seconds.map { Timestamp(seconds: hour - $0) }, store
    )?.rows
  }

  @Test func `two weeks make a season, one does not`() throws {
    #expect(try Self.rows([]) == nil)
    #expect(try Self.rows([1]) == nil)
    #expect(try Self.rows([1, 3]) == 600)
    #expect(try Self.rows([1, 2, 3, 4]) == 1_200)
  }

  @Test func `what has drifted since a week ago is not as usual for that`() throws {
    #expect(try Self.rows([1, 2, 3, 4], driftOpenFor: Self.week + 60) == 900)
    #expect(try Self.rows([1, 2, 3], driftOpenFor: 2 * Self.week + 60) == nil)
    // It opened after that hour.
    #expect(try Self.rows([1, 2, 3, 4], driftOpenFor: Self.week - 3_600) == 1_200)
  }
}
