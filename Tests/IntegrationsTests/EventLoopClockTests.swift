import Integrations
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct EventLoopClockTests {
  private let clock = EventLoopClock()

  @Test func `a sleep ends at its moment, not before`() async throws {
    let moment = clock.now + .milliseconds(30)
    try await clock.sleep(until: moment, tolerance: nil)
    #expect(clock.now >= moment)
    try await clock.sleep(until: moment, tolerance: nil)
  }

  @Test(arguments: [true, false])
  func `a sleep that is cancelled ends at once, begun or not`(_ hasBegun: Bool) async throws {
    let clock = clock
    let sleeper = Task(executorPreference: EventLoopExecutor.shared) {
      try await clock.sleep(for: .seconds(3_600))
    }
    // Its steps run in turn: this one after the sleeper's first.
    if hasBegun { await Task(executorPreference: EventLoopExecutor.shared) {}.value }
    sleeper.cancel()
    await #expect(throws: CancellationError.self) { try await sleeper.value }
  }

  @Test func `tasks with its executor run and wait on the event loop`() async throws {
    let loop = EventLoopExecutor.shared.loop
    try await withTaskExecutorPreference(EventLoopExecutor.shared) {
      #expect(await isOn(loop))
      try await clock.sleep(for: .milliseconds(1))
      #expect(await isOn(loop))
      async let child = isOn(loop)
      #expect(await child)
    }
    #expect(await !isOn(loop))
  }
}

/// Whether a task's step runs on the loop.
@concurrent private func isOn(_ loop: any EventLoop) async -> Bool { loop.inEventLoop }
