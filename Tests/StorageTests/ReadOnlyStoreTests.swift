import Domain
import Foundation
import Testing

@testable import Storage

struct ReadOnlyStoreTests {
  @Test func `what a server writes is read beside it, and nothing is written`() throws {
    let folder = try TemporaryFolder()
    #expect(try MetricStore.readOnly(directory: folder.path) == nil)
    let store = try MetricStore(directory: folder.path, now: .noon)
    defer { store.close() }
    var batch = PendingBatch()
    var rollup = SecondRollup(
      version: .first, variant: .champion, second: Timestamp.noon.seconds)
    rollup.counters.ok = 7
    let key = SecondKey(
      series: SeriesKey(version: .first, variant: .champion), second: Timestamp.noon.seconds)
    batch.rollups[key] = rollup
    let seconds = Timestamp.noon.seconds..<Timestamp.noon.seconds + 1
    #expect(store.write(batch, seconds: seconds, now: .noon))
    let reader = try #require(try MetricStore.readOnly(directory: folder.path))
    defer { reader.close() }
    let from = Timestamp.noon.seconds - 60
    func minutes() throws -> [Int64] {
      try reader.minutes(.first, from: from, to: from + 600).map(\.ok)
    }
    #expect(try minutes() == [7])
    #expect(try reader.versions(of: "electricity") == [.first])
    #expect(!reader.write(batch, seconds: seconds, now: .noon))
    #expect(throws: StorageError.self) {
      try reader.write([
        JudgementRecord(
          time: .noon, version: .first,
          content: .quality(QualityBlock(from: 0, to: 1, rows: 1, labelled: 1)))
      ])
    }
    // What comes later is seen as well.
    #expect(store.write(batch, seconds: seconds, now: .noon))
    #expect(try minutes() == [14])
  }

  @Test func `a killed server's file is read, and an empty one refused with a sentence`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    let copy = try folder.copy()
    store.close()
    let reader = try #require(try MetricStore.readOnly(directory: copy.path))
    #expect(try reader.versions(of: "electricity").isEmpty)
    reader.close()
    let empty = try TemporaryFolder()
    try Data().write(to: URL(fileURLWithPath: empty.file(MetricStore.fileName)))
    #expect(throws: StorageError.self) { try MetricStore.readOnly(directory: empty.path) }
  }

  @Test func `references are read beside a server, the newest of each version`() throws {
    let folder = try TemporaryFolder()
    #expect(try StateStore.readReferences(in: folder.path) == nil)
    let store = try StateStore(directory: folder.path)
    defer { store.close() }
    try store.store(FeatureFolderTests.reference(id: 1))
    try store.store(FeatureFolderTests.reference(id: 2))
    try store.store(FeatureFolderTests.reference(id: 3, .second))
    let found = try #require(try StateStore.readReferences(in: folder.path))
    #expect(found.map(\.id).sorted() == [2, 3])
    #expect(Set(found.map(\.version)) == [.first, .second])
  }
}
