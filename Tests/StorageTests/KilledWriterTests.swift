import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

/// What a killed writer leaves is a copy of its files while it is open: SQLite writes nothing at a kill.
struct KilledWriterTests {
  @Test func `every acknowledged audit row is there after a kill, and the chain verifies`() throws {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    for number in 1...40 {
      let acknowledged = try store.append(
        .sample(command: "command-\(number)"), deployment: .sample(revision: Int64(number))
      ) { .done(sequence: $0.sequence, revision: nil, summary: "") }
      guard number % 8 == 0 else { continue }
      let killed = try folder.copy()
      #expect(try StateStore.verify(directory: killed.path).isSound)
      let reopened = try StateStore(directory: killed.path)
      #expect(reopened.problem == nil)
      #expect(reopened.head == AuditHead(sequence: Int64(number), hash: acknowledged.hash))
      #expect(try reopened.deployments()["electricity"]?.revision == Int64(number))
      #expect(try Self.integrity(reopened.queue) == "ok")
      #expect(try reopened.append(.sample()).sequence == Int64(number) + 1)
      #expect(try reopened.verify().isSound)
    }
  }

  @Test(arguments: 1...12)
  func `a write-ahead log torn anywhere leaves a sound prefix of the chain`(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    var hashes = [AuditHead.empty.hash]
    for _ in 0..<20 { hashes.append(try store.append(.sample()).hash) }
    let killed = try folder.copy()
    let log = try FileHandle(forUpdating: URL(fileURLWithPath: killed.file("state.db-wal")))
    var generator = SplitMix(state: seed)
    let size = try log.seekToEnd()
    try log.truncate(atOffset: UInt64.random(in: 0...size, using: &generator))
    try log.close()

    let reopened = try StateStore(directory: killed.path)
    let kept = Int(reopened.head.sequence)
    #expect(reopened.head.hash == hashes[kept])
    #expect(try Self.integrity(reopened.queue) == "ok")
    // What the disk had promised and then lost is told, not papered over.
    #expect(
      reopened.problem == (kept == 20 ? nil : .tailMissing(stored: Int64(kept), head: 20)))
  }

  @Test(arguments: 1...60)
  func `a byte flipped in the write-ahead log shows no row that was not written, and is told`(
    seed: UInt64
  ) throws {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    let written = try (1...20).map { number in
      try store.append(.sample(command: "command-\(number)"))
    }
    let killed = try folder.copy()
    var generator = SplitMix(state: seed)
    try flip(killed.file("state.db-wal"), &generator)

    // A log that is cut off before the first table leaves nothing to serve.
    guard let reopened = try? StateStore(directory: killed.path) else {
      let repair = try StateRepair.prepare(
        directory: killed.path, by: written[0].principal, reason: "", now: .noon)
      try #require(repair).install()
      #expect(try StateStore.verify(directory: killed.path).isSound)
      return
    }
    let kept = Int(reopened.head.sequence)
    for entry in written.prefix(kept) { #expect(try reopened.entry(entry.sequence) == entry) }
    #expect(reopened.head.hash == (kept > 0 ? written[kept - 1].hash : AuditHead.empty.hash))
    #expect(
      reopened.problem == (kept == 20 ? nil : .tailMissing(stored: Int64(kept), head: 20)))
  }

  @Test func `verify works beside a running server`() throws {
    let (folder, store) = try AuditTamperTests.chain(of: 3)
    #expect(try StateStore.verify(directory: folder.path).count == 3)
    try store.append(.sample())
    #expect(try StateStore.verify(directory: folder.path).count == 4)
    #expect(try store.append(.sample()).sequence == 5)
  }

  @Test func `a kill loses no flushed second of telemetry`() throws {
    let folder = try TemporaryFolder()
    let clock = ManualClock()
    let store = try MetricStore(directory: folder.path, now: clock.now)
    let recorder = Recorder(store: store, clock: { clock.now })
    for second in 0..<30 {
      recorder.record(.sample(second: Double(second), number: UInt64(second)))
      clock.advance(seconds: 1)
      recorder.flush()
    }
    recorder.record(.sample(second: 30, number: 30))
    let killed = try folder.copy()
    let reopened = try MetricStore(directory: killed.path, now: clock.now)
    #expect(reopened.loss == nil)
    let result = try reopened.series(
      SeriesQuery(
        measure: .requestRate, model: "electricity",
        window: Window(from: Timestamp.noon.seconds, to: clock.now.seconds, step: 1)))
    #expect(result.lines.first?.values == Array(repeating: 1, count: 30))
    #expect(try reopened.reading { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    recorder.close()
    store.close()
  }

  private static func integrity(_ queue: DatabaseQueue) throws -> String? {
    try queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
  }
}
