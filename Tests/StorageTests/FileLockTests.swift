import Domain
import Foundation
import Testing

@testable import Storage

/// What keeps another program from taking itself for the last one that has the database open.
struct FileLockTests {
  /// Locks that anybody has on a file, as the kernel lists them.
  private static func locks(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    let inode = try #require(attributes[.systemFileNumber] as? NSNumber).uint64Value
    return try String(contentsOfFile: "/proc/locks", encoding: .utf8)
      .split(separator: "\n").count { $0.contains(":\(inode) ") }
  }

  @Test func `the ledger's lock stays while it is verified`() throws {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    try store.append(.sample("one"))
    #expect(try Self.locks(folder.file("state.db")) > 0)
    #expect(try StateStore.verify(directory: folder.path).isSound)
    #expect(try store.verify().isSound)
    store.lookAtFile(now: .noon)
    #expect(try Self.locks(folder.file("state.db")) > 0)
    store.close()
  }

  @Test func `telemetry's lock stays while it is written`() throws {
    let bench = try RecorderBench()
    let path = bench.folder.file("metrics.db")
    for number in 0..<3 {
      bench.recorder.record(.sample(second: Double(number)))
      bench.clock.advance(seconds: 1)
      bench.recorder.flush()
    }
    #expect(bench.batches.all.allSatisfy { $0.status.paused == nil })
    #expect(try Self.locks(path) > 0)
  }
}
