import Foundation
import Glibc
import Synchronization
import Testing
import Waiting

struct NamedThreadTests {
  @Test(arguments: 0..<200)
  func `a thread has its name where the system shows it`(_: Int) {
    let seen = Mutex("")
    let isDone = TimedSemaphore()
    NamedThread.start("vigia-test-name", stackBytes: 256 << 10) {
      let name = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
      seen.withLock { $0 = name ?? "unreadable" }
      isDone.signal()
    }
    isDone.wait()
    #expect(seen.withLock { $0 } == "vigia-test-name\n")
  }
}
