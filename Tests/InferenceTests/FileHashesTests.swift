import Foundation
import Synchronization
import Testing

@testable import Inference

struct FileHashesTests {
  @Test func `a file is read again only when it has changed, or has only just`() throws {
    let path = NSTemporaryDirectory() + "vigia-hash-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let reads = Mutex(0)
    let clock = Mutex(Int(Date.now.timeIntervalSince1970))
    let hashes = FileHashes(
      now: { clock.withLock { $0 } },
      read: { path in
        reads.withLock { $0 += 1 }
        return ModelFile.hash(path)
      })
    #expect(hashes.hash(path) == nil)
    try Data("one".utf8).write(to: URL(filePath: path))
    let one = try #require(hashes.hash(path))
    #expect(one.byteCount == 3)
    #expect(hashes.hash(path)?.sha256 == one.sha256)
    // It could have changed again in that very moment.
    #expect(reads.withLock { $0 } == 3)
    clock.withLock { $0 += 60 }
    for _ in 0..<3 { #expect(hashes.hash(path)?.sha256 == one.sha256) }
    #expect(reads.withLock { $0 } == 4)
    // Another of the same size and time of change, under the same name.
    let times = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
    try Data("two".utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes(
      [.modificationDate: try #require(times)], ofItemAtPath: path)
    let two = try #require(hashes.hash(path))
    #expect(two.sha256 != one.sha256)
    #expect(reads.withLock { $0 } == 5)
    try FileManager.default.removeItem(atPath: path)
    #expect(hashes.hash(path) == nil)
  }
}
