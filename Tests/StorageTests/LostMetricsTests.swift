import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

/// What is told of a `metrics.db` that was there, and of which nothing is left; and what is answered while it is replaced.
struct LostMetricsTests {
  private static func written() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    #expect(store.write(.one(), seconds: 0..<0, now: .noon))
    defer { store.close() }
    return try folder.copy()
  }

  private static func loss(_ folder: TemporaryFolder, isExpected: Bool = true) throws
    -> MetricStore.Loss?
  {
    let store = try MetricStore(directory: folder.path, now: .noon, isExpected: isExpected)
    defer { store.close() }
    #expect(store.write(.one(), seconds: 0..<0, now: .noon))
    return store.loss
  }

  @Test func `a missing or empty file is a loss where there was one`() throws {
    #expect(try Self.loss(Self.written()) == nil)
    #expect(try Self.loss(TemporaryFolder(), isExpected: false) == nil)
    #expect(try Self.loss(TemporaryFolder()) == .missing)
    let empty = try TemporaryFolder()
    try Data().write(to: URL(fileURLWithPath: empty.file("metrics.db")))
    #expect(try Self.loss(empty) == .empty)
  }

  @Test func `the log beside an empty file is moved aside`() throws {
    let folder = try Self.written()
    try Data().write(to: URL(fileURLWithPath: folder.file("metrics.db")))
    let aside = "metrics.db.corrupt-\(Timestamp.noon.seconds)"
    #expect(try Self.loss(folder) == .damaged(movedTo: folder.file(aside)))
    #expect(folder.names.contains("\(aside)-wal"))
  }

  @Test func `there is a history as soon as the ledger has a row`() throws {
    let folder = try TemporaryFolder()
    #expect(!StateStore.hasHistory(folder.path))
    let state = try StateStore(directory: folder.path)
    #expect(!StateStore.hasHistory(folder.path))
    try state.append(.sample())
    #expect(StateStore.hasHistory(folder.path))
    state.close()
  }

  @Test func `a question that meets damage is told to come again, and then has its answer`() throws
  {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    do throws(StorageError) {
      try store.reading { _ in throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "bad") }
    } catch {
      #expect(
        error.description == "\(folder.file("metrics.db")): expected a sound database, found "
          + "damage (11 (database disk image is malformed): bad). It is begun anew within a second; ask again then."
      )
    }
    #expect(store.write(.one(), seconds: 0..<0, now: .noon))
    #expect(try store.recordedModels() == ["electricity"])
    store.close()
  }
}
