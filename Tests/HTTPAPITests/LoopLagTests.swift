import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import HTTPAPI

/// How late an event loop's timers are, on a clock of the test's own.
struct LoopLagTests {
  @Test
  func `a loop that is on time has no lag, and one that stands still is as late as it stands`() {
    let loop = EmbeddedEventLoop()
    let clock = Mutex(loop.now)
    let lag = LoopLag(now: { clock.withLock { $0 } })
    let advance = { (amount: TimeAmount) in
      clock.withLock { $0 = $0 + amount }
      loop.advanceTime(by: amount)
    }
    lag.watch(loop)
    for _ in 0..<5 { advance(.milliseconds(100)) }
    #expect(lag.take() == [0])

    clock.withLock { $0 = $0 + .milliseconds(350) }
    #expect(
      lag.take() == [250_000], "its timer is due since a quarter of a second, and was not run")
    loop.advanceTime(by: .milliseconds(350))
    #expect(lag.take() == [250_000], "now it was run, and so late")
    for _ in 0..<3 { advance(.milliseconds(100)) }
    #expect(lag.take() == [0])
    lag.end()
    #expect(lag.take().isEmpty)
  }
}
