import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

/// The nth operation of the disk fails, for n from the first until none does.
@Suite(.serialized) struct FaultyDiskTests {
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: path(folder), withIntermediateDirectories: true)
    return folder
  }

  /// Each of the first, which open the file and begin to write; of the rest every thirteenth.
  private static func next(_ number: Int) -> Int { number + (number < 30 ? 1 : 13) }

  private static func path(_ folder: TemporaryFolder) -> String {
    folder.file(FaultyDisk.marker)
  }

  /// Opens a ledger and decides four times.
  ///
  /// - Returns: the rows that were acknowledged.
  private static func decide(in path: String) -> [AuditEntry] {
    guard let store = try? StateStore(directory: path) else { return [] }
    defer { store.close() }
    return (1...4).compactMap { number in
      try? store.append(
        .sample(command: "command-\(number)", reason: String(repeating: "x", count: 3_000)),
        deployment: .sample(revision: Int64(number))
      ) { .done(sequence: $0.sequence, revision: nil, summary: "") }
    }
  }

  @Test(arguments: FaultyDisk.Fault.allCases)
  func `whichever operation fails, what was acknowledged is there, and the chain is sound`(
    fault: FaultyDisk.Fault
  ) throws {
    var (number, failed, refused) = (0, 1, 0)
    while failed > 0 {
      number = Self.next(number)
      let folder = try Self.folder()
      FaultyDisk.arm(fault, at: number)
      let acknowledged = Self.decide(in: Self.path(folder))
      failed = FaultyDisk.disarm()
      refused += acknowledged.count < 4 ? 1 : 0
      // Back on a sound disk.
      let store = try StateStore(directory: Self.path(folder))
      defer { store.close() }
      #expect(store.problem?.blocksChanges != true, "operation \(number): \(store.problem as Any)")
      for entry in acknowledged {
        #expect(try store.entry(entry.sequence) == entry, "operation \(number)")
      }
      #expect(try store.verify().isSound, "operation \(number)")
      let last = Int64(acknowledged.last?.commandID?.text.dropFirst(8) ?? "0") ?? 0
      #expect(try store.deployments()["electricity"]?.revision ?? 0 >= last)
      try store.append(.sample())
      try #require(number < 2_000)
    }
    // It did reach the commits.
    #expect(number > 8 && refused > 0)
  }

  @Test(arguments: FaultyDisk.Fault.allCases)
  func `whichever operation fails, telemetry says what it dropped and goes on by itself`(
    fault: FaultyDisk.Fault
  ) throws {
    var (number, failed) = (0, 1)
    while failed > 0 {
      number = Self.next(number)
      let folder = try Self.folder()
      // Opening is the ledger's test: a server that cannot open its telemetry does not start.
      let store = try MetricStore(directory: Self.path(folder), now: .noon)
      defer { store.close() }
      FaultyDisk.arm(fault, at: number)
      var (written, lost) = (0, 0)
      for second in 0..<6 {
        let now = Timestamp.noon.adding(seconds: Double(second))
        if store.write(.one(), seconds: now.seconds..<now.seconds + 1, now: now) {
          written += 1
        } else {
          lost += 1
        }
      }
      failed = FaultyDisk.disarm()
      #expect(store.status.dropped == Int64(lost), "operation \(number)")
      let later = Timestamp.noon.adding(seconds: 60)
      // A file that was found damaged is replaced at the flush after.
      let goesOn = (0..<2).contains { _ in store.write(.one(), seconds: 0..<0, now: later) }
      #expect(goesOn && store.status.paused == nil, "operation \(number)")
      try #require(number < 4_000)
    }
    #expect(number > 4)
  }
}
