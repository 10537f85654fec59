import Domain
import Foundation
import GRDB
import Synchronization
import Testing

@testable import Storage

struct DiskFullTests {
  /// A disk of its own, where root may mount one.
  private final class SmallDisk {
    let folder: TemporaryFolder

    init(megabytes: Int) throws {
      folder = try TemporaryFolder()
      try #require(
        Self.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder.path))
    }

    deinit { Self.run("umount", folder.path) }

    /// Takes all that is left; gives it back when removed.
    func fill() throws {
      if !FileManager.default.fileExists(atPath: filler) {
        try #require(FileManager.default.createFile(atPath: filler, contents: nil))
      }
      let file = try #require(FileHandle(forWritingAtPath: filler))
      try file.seekToEnd()
      for size in [1 << 20, 4_096] {
        while (try? file.write(contentsOf: Data(count: size))) != nil {}
      }
      try? file.close()
    }

    func free() throws { try FileManager.default.removeItem(atPath: filler) }

    private var filler: String { folder.file("filler") }

    @discardableResult
    static func run(_ words: String...) -> Bool {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = words
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { return false }
      process.waitUntilExit()
      return process.terminationStatus == 0
    }

    static let isAllowed: Bool = {
      guard getuid() == 0, let folder = try? TemporaryFolder(),
        run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path)
      else { return false }
      return run("umount", folder.path)
    }()
  }

  @Test(.enabled(if: SmallDisk.isAllowed, "a small disk can be mounted by root alone"))
  func `on a full disk the ledger goes on, telemetry pauses, and goes on when there is room`()
    throws
  {
    let disk = try SmallDisk(megabytes: 24)
    let path = disk.folder.path
    let state = try StateStore(directory: path)
    let clock = ManualClock()
    let metrics = try MetricStore(directory: path, now: clock.now)
    let recorder = Recorder(store: metrics, clock: { clock.now })
    var number: UInt64 = 0
    func second() {
      for _ in 0..<50 {
        number += 1
        recorder.record(
          .sample(second: Double(number / 50), number: number, clientID: "c\(number)"))
      }
      clock.advance(seconds: 1)
      recorder.flush()
    }
    for _ in 0..<20 { second() }
    #expect(metrics.status.paused == nil)
    for _ in 0..<5 { try state.append(.sample()) }

    try disk.fill()
    for _ in 0..<5 { second() }
    #expect(metrics.status.paused?.contains("kept for the ledger") == true)
    #expect(metrics.status.dropped == 250)
    for row in 6...105 {
      #expect(try state.append(.sample(reason: String(repeating: "x", count: 200))).sequence == row)
    }
    #expect(state.headFileFailure == nil)
    // What was written before can be read, and nothing of it was deleted for room.
    let query = SeriesQuery(
      measure: .requestRate, model: "electricity",
      window: Window(from: Timestamp.noon.seconds, to: Timestamp.noon.seconds + 10, step: 10))
    #expect(try metrics.series(query).lines.first?.values == [49.9])

    try disk.free()
    second()
    #expect(metrics.status.paused == nil)
    #expect(metrics.status.dropped == 250)
    try state.append(.sample())
    #expect(disk.folder.names.contains(DiskReserve.fileName))
    #expect(try state.verify().isSound)
    #expect(try metrics.reading { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    recorder.close()
    metrics.close()
    state.close()
  }

  @Test(.enabled(if: SmallDisk.isAllowed, "a small disk can be mounted by root alone"))
  func `after a kill the stores open on a full disk, and telemetry goes on when there is room`()
    throws
  {
    let disk = try SmallDisk(megabytes: 24)
    let path = disk.folder.path
    let clock = ManualClock()
    do {
      let template = try TemporaryFolder()
      let state = try StateStore(directory: template.path)
      try state.append(.sample())
      let metrics = try MetricStore(directory: template.path, now: clock.now)
      #expect(metrics.write(.one(), seconds: 0..<0, now: clock.now))
      for name in template.names where !name.hasSuffix("-shm") {
        try FileManager.default.copyItem(
          atPath: template.file(name), toPath: disk.folder.file(name))
      }
      metrics.close()
      state.close()
    }
    try disk.fill()
    // What was kept for it opens the ledger; nothing is left for telemetry.
    let state = try StateStore(directory: path)
    try disk.fill()
    let metrics = try MetricStore(directory: path, now: clock.now)
    #expect(!metrics.isOpen)
    #expect(metrics.status.paused?.contains("no room") == true)
    #expect(throws: StorageError.full(path: disk.folder.file("metrics.db"))) {
      try metrics.recordedModels()
    }
    #expect(!metrics.write(.one(), seconds: 0..<0, now: clock.now))
    #expect(metrics.status.dropped == 1)

    try disk.free()
    #expect(metrics.write(.one(), seconds: 0..<0, now: clock.now))
    #expect(metrics.isOpen && metrics.status.paused == nil && metrics.loss == nil)
    #expect(try metrics.recordedModels() == ["electricity"])
    #expect(try state.append(.sample()).sequence == 2)
    metrics.close()
    state.close()
  }

  @Test func `telemetry leaves the rest of the disk alone, and goes on by itself`() throws {
    let folder = try TemporaryFolder()
    let free = Mutex<Int64>(1 << 30)
    let store = try MetricStore(
      directory: folder.path, now: .noon,
      disk: { DiskSpace(total: 1 << 40, free: free.withLock { $0 }) })
    func write() -> Bool { store.write(.one(), seconds: 0..<0, now: .noon) }
    #expect(write())
    free.withLock { $0 = 31 << 20 }
    #expect(!write())
    #expect(
      store.status.paused
        == "31 MB are left: free some space on the disk of \(folder.file("metrics.db")). "
        + "They are kept for the ledger. It goes on by itself.")
    free.withLock { $0 = 33 << 20 }
    #expect(write())
    #expect(store.status.paused == nil && store.status.dropped == 1)
  }

  @Test func `of a small disk telemetry leaves twice the reserve, which is not its own`() throws {
    let folder = try TemporaryFolder()
    let free = Mutex<Int64>(0)
    let store = try MetricStore(
      directory: folder.path, now: .noon,
      disk: { DiskSpace(total: 60 << 20, free: free.withLock { $0 }) })
    func write(free bytes: Int64) -> Bool {
      free.withLock { $0 = bytes }
      return store.write(.one(), seconds: 0..<0, now: .noon)
    }
    #expect(!write(free: 2 * DiskReserve.bytes - 1))
    #expect(write(free: 2 * DiskReserve.bytes))
  }

  @Test func `a ledger that cannot grow gives up its reserve, says so, and goes on with room`()
    throws
  {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    try store.append(.sample())
    #expect(DurableFile.size(folder.file(DiskReserve.fileName)) == DiskReserve.bytes)
    #expect(try folder.mode(DiskReserve.fileName) == 0o600)
    try store.queue.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages)")
    }
    let error = #expect(throws: StorageError.self) {
      for _ in 0..<100 { try store.append(.sample(reason: String(repeating: "x", count: 900))) }
    }
    #expect(error == .full(path: folder.file("state.db")))
    #expect(!folder.names.contains(DiskReserve.fileName))
    #expect(try store.verify().isSound)
    try store.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 10000") }
    try store.append(.sample())
    #expect(folder.names.contains(DiskReserve.fileName))
    #expect(try store.verify().isSound)
  }

  @Test(.enabled(if: SmallDisk.isAllowed, "a small disk can be mounted by root alone"))
  func `on a full disk the error budget is still kept, if not what judges remember`() throws {
    let disk = try SmallDisk(megabytes: 48)
    let store = try StateStore(directory: disk.folder.path)
    defer { store.close() }
    try store.append(.sample())
    #expect(DurableFile.size(disk.folder.file(DiskReserve.fileName)) == DiskReserve.bytes)
    try disk.fill()
    let memory = String(repeating: "x", count: 8 << 20)
    #expect(throws: StorageError.full(path: disk.folder.file("state.db"))) {
      try store.store(judges: ["drift:m@1": memory], budgets: ["m": [0: "{}"]], oldestDay: 0)
    }
    #expect(try store.budgets() == ["m": [0: "{}"]])
    #expect(try store.judges().isEmpty)
    try disk.free()
    try store.store(judges: ["drift:m@1": "{}"], budgets: ["m": [0: "[]"]], oldestDay: 0)
    #expect(try store.budgets() == ["m": [0: "[]"]])
    #expect(try store.judges() == ["drift:m@1": "{}"])
    #expect(disk.folder.names.contains(DiskReserve.fileName))
    #expect(try store.verify().isSound)
  }
}
