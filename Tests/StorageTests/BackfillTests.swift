import Domain
import InferenceProtocol
import Statistics
import Testing

@testable import Storage

struct BackfillTests {
  private static let noon = Timestamp.noon.seconds
  private static let rowsASecond = 7

  /// A minute each, from so many minutes after noon on; every seventh row fails, every third is wrong.
  private static func piece(_ minute: Int64, _ folder: inout BackfillFolder) -> PendingBatch {
    for number in 0..<Int(60 * Int64(rowsASecond)) {
      let second = Double(minute * 60) + Double(number) / Double(rowsASecond)
      let isFailed = number % 7 == 0
      folder.add(
        .sample(
          second: second, number: UInt64(number), client: "demo",
          version: number % 10 == 0 ? .second : .first,
          variant: number % 10 == 0 ? .challenger : .champion, outcome: isFailed ? .failed : .ok,
          microseconds: 500, predictions: isFailed ? [] : [.integer(Int64(number % 2))]),
        FeatureFolderTests.tensors([Float(number % 100) / 100, 7]),
        truth: [.integer(number % 3 == 0 ? 5 : Int64(number % 2))],
        labelledAt: Timestamp.noon.adding(seconds: second + 5))
    }
    return folder.take()
  }

  /// The hour before noon, in pieces of a minute.
  private static func filled(_ folder: TemporaryFolder) throws -> MetricStore {
    let store = try MetricStore(directory: folder.path, now: Timestamp(seconds: noon - 3_600))
    var backfill = BackfillFolder(
      objective: { _ in 400 }, references: [FeatureFolderTests.reference()])
    for minute in -60..<0 {
      let seconds = noon + Int64(minute) * 60
      try store.backfill(piece(Int64(minute), &backfill), seconds: seconds..<seconds + 60)
    }
    return store
  }

  @Test func `every second that was not served is marked, and no other`() throws {
    let folder = try TemporaryFolder()
    let store = try Self.filled(folder)
    #expect(try store.backfilled() == [Self.noon - 3_600..<Self.noon])
    #expect(store.write(.one(), seconds: Self.noon..<Self.noon + 9, now: .noon.adding(seconds: 9)))
    #expect(try store.backfilled() == [Self.noon - 3_600..<Self.noon])
    #expect(try store.lastRecorded() == Self.noon + 9)
    let later = Self.noon + 600..<Self.noon + 660
    var backfill = BackfillFolder()
    try store.backfill(backfill.take(), seconds: later)
    store.close()
    let again = try MetricStore(directory: folder.path, now: Timestamp(seconds: later.upperBound))
    #expect(try again.backfilled() == [Self.noon - 3_600..<Self.noon, later])
  }

  @Test func `what is refused by the store is not marked`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(
      directory: folder.path, now: Timestamp(seconds: Self.noon - 3_600),
      disk: { DiskSpace(total: 1 << 40, free: 1) })
    var backfill = BackfillFolder()
    let batch = Self.piece(-60, &backfill)
    #expect(throws: StorageError.self) {
      try store.backfill(batch, seconds: Self.noon - 3_600..<Self.noon - 3_540)
    }
    #expect(try store.backfilled().isEmpty)
    #expect(try store.lastRecorded() == nil)
  }

  @Test func `every tier counts exactly the rows that were scored`() throws {
    let folder = try TemporaryFolder()
    let store = try Self.filled(folder)
    defer { withExtendedLifetime(folder) {} }
    let rows = Int64(3_600 * Self.rowsASecond)
    var sums: [ModelVersion: MinuteCounts] = [:]
    for version in [ModelVersion.first, .second] {
      let minutes = try store.minutes(version, from: Self.noon - 3_600, to: Self.noon)
      #expect(minutes.count == 60)
      sums[version] = minutes.reduce(into: MinuteCounts(minute: 0)) { $0 += $1 }
    }
    let (first, second) = (try #require(sums[.first]), try #require(sums[.second]))
    #expect(second.requests == rows / 10)
    #expect(first.requests == rows - second.requests)
    let failed = Int64(60 * (0..<60 * Self.rowsASecond).count { $0 % 7 == 0 })
    #expect(first.serverErrors + second.serverErrors == failed)
    #expect(first.slow + second.slow == rows - failed)
    let labelled = first.labels.rows + second.labels.rows
    #expect(labelled == rows - failed)
    let wrong = Int64(60 * (0..<60 * Self.rowsASecond).count { $0 % 7 != 0 && $0 % 3 == 0 })
    #expect(first.labels.wrong + second.labels.wrong == wrong)
    #expect(first.predicted == first.labels.rows)

    // As finely, as coarsely, and in the latencies.
    for step in [Int64(1), 10, 60, 3_600] {
      let window = Window(from: Self.noon - 3_600, to: Self.noon, step: step)
      let rates = try store.series(
        SeriesQuery(measure: .requestRate, model: "electricity", window: window))
      let total = rates.lines.reduce(0.0) { sum, line in
        sum + line.values.reduce(0) { $0 + ($1 ?? 0) } * Double(step)
      }
      #expect(abs(total - Double(rows)) < 0.5, "\(step) s: \(total)")
    }
    let clients = try store.clients(from: Self.noon - 3_600, to: Self.noon)
    #expect(clients.reduce(0) { $0 + $1.counts.values.reduce(0, +) } == rows)
    #expect(Set(clients.map(\.client)) == ["demo"])
    let features = try store.features(.first, from: Self.noon - 3_600, to: Self.noon)
    let counted = features.reduce(0) { $0 + $1.counts.features[0].total }
    #expect(counted == first.requests - first.serverErrors)
    #expect(
      try store.secondsAlive(from: Self.noon - 3_600, to: Self.noon).values.allSatisfy { $0 == 60 })
  }

  @Test func `who judges what was served is not given the rest`() throws {
    let folder = try TemporaryFolder()
    let store = try Self.filled(folder)
    defer { withExtendedLifetime(folder) {} }
    let recorder = Recorder(store: store, clock: { .noon.adding(seconds: 59) })
    recorder.setReference(FeatureFolderTests.reference())
    recorder.record(
      .sample(second: 1), FeatureFolderTests.tensors([0.5, 7]))
    _ = recorder.join(
      model: "electricity",
      LabelBatch(labels: [
        .init(
          id: RequestID(time: .noon.adding(seconds: 1), random: (0, 0)).description,
          values: [.integer(1)])
      ]), now: .noon.adding(seconds: 6))
    recorder.flush()
    let (from, to) = (Self.noon - 7_200, Self.noon + 60)
    #expect(try store.minutes(.first, from: from, to: to).count == 61)
    #expect(
      try store.minutes(.first, from: from, to: to, servedOnly: true).map(\.minute) == [Self.noon])
    #expect(try store.quality(.first, from: from, to: to).count == 61)
    let served = try store.quality(.first, from: from, to: to, servedOnly: true)
    #expect(served.map { $0.row.sketch?.rows } == [1])
  }

  /// By the second, the minute and the hour: whatever its minutes were folded into meanwhile.
  @Test(arguments: [0, 90, 7_300])
  func `business by day has what champion and challenger served, and no more`(
    _ later: Int64
  ) throws {
    let folder = try TemporaryFolder()
    let store = try Self.filled(folder)
    defer { withExtendedLifetime(folder) {} }
    var served = SecondFolder(clientsPerModel: 5, objective: { _ in nil })
    for (number, variant) in [Variant.champion, .challenger, .direct, .shadow].enumerated() {
      served.add(.sample(second: 1, number: UInt64(number), variant: variant))
    }
    let from = Self.noon
    #expect(store.write(served.take(), seconds: from..<from + 9, now: .noon.adding(seconds: 9)))
    let end = from + 9 + later
    if later > 0 {
      #expect(
        store.write(PendingBatch(), seconds: end - 1..<end, now: Timestamp(seconds: end)))
    }
    let days = [from - 86_400 - 600, from - 600, end]
    let found = try store.counts(
      of: BusinessQuery(model: "electricity", borders: days, step: 86_400))
    #expect(found.map(\.ok) == [0, 2])
    #expect(found.map(\.serverErrors) == [0, 0])
    #expect(found.map(\.filled) == [0, later > 0 ? 10 : 9])
  }

  @Test func `an hour of which a part was not served is no season`() throws {
    let folder = try TemporaryFolder()
    let store = try Self.filled(folder)
    defer { withExtendedLifetime(folder) {} }
    // The hour is folded once the next one has begun.
    for second in [Self.noon + 3_600, Self.noon + 3_700] {
      _ = store.write(
        PendingBatch(), seconds: second..<second + 1, now: Timestamp(seconds: second + 1))
    }
    let (from, to) = (Self.noon - 3_600, Self.noon)
    #expect(try store.featureHours(.first, from: from, to: to).count == 1)
    #expect(try store.featureHours(.first, from: from, to: to, servedOnly: true).isEmpty)
  }
}
