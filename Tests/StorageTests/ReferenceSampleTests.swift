import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

struct ReferenceSampleTests {
  private static func version(_ number: Int) -> ModelVersion {
    ModelVersion(model: "m", version: "\(number)")
  }

  private static func store(in folder: TemporaryFolder) throws -> MetricStore {
    var settings = MetricStore.Settings()
    // A sixteenth of it is theirs.
    settings.maximumBytes = 16 << 20
    return try MetricStore(directory: folder.path, settings: settings, now: .noon)
  }

  @Test func `references in the making have a bound, and the largest are left out`() throws {
    let folder = try TemporaryFolder()
    let store = try Self.store(in: folder)
    defer { store.close() }
    let samples = Dictionary(
      uniqueKeysWithValues: [400, 300, 500].enumerated().map {
        (Self.version($0), Data(repeating: 7, count: $1 << 10))
      })
    #expect(try store.store(referenceSamples: samples) == [Self.version(2)])
    #expect(try store.referenceSamples().keys.sorted() == [Self.version(0), Self.version(1)])
    #expect(try store.store(referenceSamples: [:]).isEmpty)
    #expect(try store.referenceSamples().isEmpty)
  }

  @Test func `a file that is nearly full gives them up, and takes no more`() throws {
    let folder = try TemporaryFolder()
    let store = try Self.store(in: folder)
    defer { store.close() }
    let sample = [Self.version(1): Data(repeating: 7, count: 300 << 10)]
    #expect(try store.store(referenceSamples: sample).isEmpty)
    let pages = store.settings.maximumPages
    // Something else takes nine tenths.
    try store.transaction { _, db in
      try db.execute(sql: "CREATE TABLE filler(data BLOB NOT NULL)")
      try db.execute(
        sql: "INSERT INTO filler VALUES (zeroblob(?))", arguments: [pages * 4_096 * 9 / 10])
      #expect(try MetricWriter.isTight(pages, in: db))
    }
    for _ in 0..<10 { #expect(store.write(.one(), seconds: 0..<0, now: .noon)) }
    #expect(try store.referenceSamples().isEmpty)
    #expect(try store.store(referenceSamples: sample) == [Self.version(1)])
  }
}
