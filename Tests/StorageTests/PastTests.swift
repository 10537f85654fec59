import Domain
import Testing

@testable import Storage

/// What was counted up to a moment, from the rows that are left of it.
struct PastTests {
  /// Three hours, a request each 20 s: fine rows of the last hour are left, of ten seconds of the time before.
  private static func store(_ folder: TemporaryFolder) throws -> MetricStore {
    let store = try MetricStore(directory: folder.path, now: .noon)
    for step in 0..<540 {
      var folder = SecondFolder(clientsPerModel: 5, objective: { _ in 3_000 })
      folder.add(.sample(second: Double(20 * step), number: UInt64(step), microseconds: 1_000))
      let now = Timestamp.noon.adding(seconds: Double(20 * step + 20))
      let isWritten = store.write(folder.take(), seconds: now.seconds - 20..<now.seconds, now: now)
      #expect(isWritten)
    }
    return store
  }

  @Test func `figures are as fine as the rows that are left`() throws {
    let folder = try TemporaryFolder()
    let store = try Self.store(folder)
    let newest = Timestamp.noon.seconds + 10_800
    #expect(try store.resolution(at: newest) == 1)
    #expect(try store.resolution(at: newest - 3_400) == 1)
    #expect(try store.resolution(at: newest - 3_600) == 10)
    #expect(try store.resolution(at: newest - 3 * 86_400) == 60)
    #expect(try store.resolution(at: newest - 40 * 86_400) == 3_600)
  }

  @Test func `a minute has its three requests, however old it is`() throws {
    let folder = try TemporaryFolder()
    let store = try Self.store(folder)
    for age in stride(from: Int64(60), to: 10_700, by: 340) {
      let moment = Timestamp.noon.seconds + 10_800 - age
      let step = try store.resolution(at: moment)
      let end = moment / step * step
      let counts = try store.counted(.first, from: end - 60, to: end)
      #expect(counts.requests == 3, "\(age) s ago, in steps of \(step) s")
    }
    #expect(try store.counted(.first, from: 10, to: 10).requests == 0)
    #expect(try store.counted(.second, from: 0, to: Timestamp.noon.seconds).requests == 0)
  }
}
