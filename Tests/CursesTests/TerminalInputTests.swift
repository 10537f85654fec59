import Glibc
import Testing
import TextUI

@testable import Curses

/// How long what is undecided waits, on the clock: a terminal is a pipe here.
struct TerminalInputTests {
  private final class Line {
    let reading: Int32
    private let writing: Int32

    init() throws {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      (reading, writing) = (ends[0], ends[1])
    }

    deinit {
      close(reading)
      close(writing)
    }

    func send(_ text: String) throws {
      let bytes = Array(text.utf8)
      try #require(write(writing, bytes, bytes.count) == bytes.count)
    }
  }

  @Test func `an escape is a key after a moment, however often something else wakes`() throws {
    let line = try Line()
    let waker = try #require(WakeDescriptor())
    var input = TerminalInput(terminal: line.reading, waker: waker)
    input.expectAnswer(within: .seconds(600))
    try line.send("\u{1B}")
    let clock = ContinuousClock()
    let start = clock.now
    var events: [InputEvent] = []
    while events.isEmpty, start.duration(to: clock.now) < .seconds(20) {
      waker.wake()
      events = input.wait(.seconds(20), output: nil).events
      _ = waker.take()
    }
    #expect(events == [.key(.escape)])
    #expect(start.duration(to: clock.now) >= .milliseconds(100))
  }

  @Test func `keys that are typed without a pause reach the program while an answer is awaited`()
    throws
  {
    let line = try Line()
    let waker = try #require(WakeDescriptor())
    var input = TerminalInput(terminal: line.reading, waker: waker)
    input.expectAnswer(within: .seconds(600))
    try line.send("\u{1B}]")
    var events = input.wait(.zero, output: nil).events
    // Its time runs out.
    #expect(input.wait(.seconds(20), output: nil).events == [])
    for key in ["q", "1", "r"] {
      try line.send(key)
      events += input.wait(.zero, output: nil).events
    }
    #expect(events == "q1r".map { .key(.character($0)) })
    #expect(input.awaitsAnswer)
  }

  @Test func `after its time no answer is awaited`() throws {
    let line = try Line()
    let waker = try #require(WakeDescriptor())
    var input = TerminalInput(terminal: line.reading, waker: waker)
    input.expectAnswer(within: .zero)
    #expect(input.awaitsAnswer)
    try line.send("\u{1B}]")
    #expect(input.wait(.zero, output: nil).events == [])
    #expect(!input.awaitsAnswer)
    #expect(input.wait(.seconds(20), output: nil).events == [.key(.alt("]"))])
  }
}
