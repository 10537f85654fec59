import Glibc
import Inference
import Synchronization
import Testing
import Waiting

struct BlockingThreadTests {
  @Test func `work in the background has a lower priority, and leaves its caller's as it was`()
    async throws
  {
    let usual = await BlockingThread.run("usual") { Self.niceness }
    #expect(await BlockingThread.runInBackground("background") { Self.niceness } == max(10, usual))
    #expect(await BlockingThread.run("usual") { Self.niceness } == usual)
    await #expect(throws: InferenceError.stopping) {
      try await BlockingThread.runInBackground("failing") { () throws(InferenceError) -> Int in
        throw .stopping
      }
    }
  }

  @Test func `a session is taken apart in the background`() async throws {
    let niceness = Mutex<Int32?>(nil)
    let model = FakeModel()
    let server = try model.server(
      Bench.version("1"), release: { niceness.withLock { $0 = Self.niceness } })
    await server.close()
    #expect(niceness.withLock { $0 ?? 0 } >= 10)
  }

  /// Of the calling thread.
  private static var niceness: Int32 {
    getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
  }
}
