import Foundation
import Testing
import Waiting

struct TimedSemaphoreTests {
  @Test func `signals are counted, and each lets one pass`() {
    let semaphore = TimedSemaphore(value: 1)
    semaphore.signal()
    semaphore.wait()
    #expect(semaphore.wait(atMost: .zero))
    #expect(!semaphore.wait(atMost: .milliseconds(1)))
    semaphore.signal()
    #expect(semaphore.wait(atMost: .seconds(60)))
  }

  @Test func `one that waits is woken by a signal from another thread`() {
    let (asked, answered) = (TimedSemaphore(), TimedSemaphore())
    let thread = Thread {
      for _ in 0..<1_000 {
        asked.wait()
        answered.signal()
      }
    }
    thread.start()
    for _ in 0..<1_000 {
      asked.signal()
      #expect(answered.wait(atMost: .seconds(60)))
    }
  }

  @Test func `a wait lasts as long as the monotonic clock says`() {
    let begun = ContinuousClock.now
    #expect(!TimedSemaphore().wait(atMost: .milliseconds(30)))
    #expect(ContinuousClock.now - begun >= .milliseconds(30))
  }
}
