private import Glibc
import TextUI

/// Waits for a terminal and for wakes, and reads what the terminal sends.
struct TerminalInput {
  struct Arrival {
    var events: [InputEvent] = []
    var isWoken = false
    var isHungUp = false
    /// The terminal takes more of the backlog.
    var isWritable = false
  }

  private let terminal: Int32
  private let waker: WakeDescriptor
  private let clock = ContinuousClock()
  private var decoder = KeyDecoder()
  private var bytes = [UInt8](repeating: 0, count: 4096)
  /// When bytes came last: what is undecided waits from then on, whatever wakes this meanwhile.
  private var readAt: ContinuousClock.Instant
  private var answerUntil: ContinuousClock.Instant?

  init(terminal: Int32, waker: WakeDescriptor) {
    self.terminal = terminal
    self.waker = waker
    readAt = clock.now
  }

  var awaitsAnswer: Bool { decoder.awaitsAnswer }

  /// - Parameter time: how long what comes may be an answer; after it keys alone.
  mutating func expectAnswer(within time: Duration) {
    answerUntil = clock.now.advanced(by: time)
    decoder.expectAnswer()
  }

  /// Everything that is waiting, or that comes first within the time (nil: for ever). What is not
  /// decided yet (an escape that may begin a sequence) gives no event, and ends the wait in time to
  /// decide it.
  ///
  /// - Parameter output: where a backlog waits to be sent; nil when there is none.
  mutating func wait(_ time: Duration?, output: Int32?) -> Arrival {
    if let answerUntil, clock.now >= answerUntil { decoder.giveUpAnswer() }
    var readiness = poll([time, patience].compactMap { $0 }.min(), output: output)
    var arrival = Arrival()
    if !readiness.contains(.readable), patience == .zero { arrival.events = decoder.flush() }
    var isReadable = readiness.contains(.readable)
    while isReadable, arrival.events.count < 1024 {
      let count = read(terminal, &bytes, bytes.count)
      if count > 0 {
        arrival.events += decoder.decode(bytes[..<count])
        readAt = clock.now
      } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
        arrival.isHungUp = true
        break
      }
      let next = poll(.zero, output: nil)
      isReadable = next.contains(.readable)
      readiness.formUnion(next)
    }
    arrival.isWoken = readiness.contains(.woken)
    arrival.isWritable = readiness.contains(.writable)
    if readiness.contains(.hungUp) { arrival.isHungUp = true }
    return arrival
  }

  /// What is left of the decoder's.
  private var patience: Duration? {
    decoder.patience.map { max(.zero, $0 - readAt.duration(to: clock.now)) }
  }

  private struct Readiness: OptionSet {
    let rawValue: Int
    static let readable = Readiness(rawValue: 1)
    static let woken = Readiness(rawValue: 2)
    static let hungUp = Readiness(rawValue: 4)
    static let writable = Readiness(rawValue: 8)
  }

  private func poll(_ time: Duration?, output: Int32?) -> Readiness {
    var descriptors = [
      pollfd(fd: terminal, events: Int16(POLLIN), revents: 0),
      pollfd(fd: waker.number, events: Int16(POLLIN), revents: 0),
      pollfd(fd: output ?? -1, events: Int16(POLLOUT), revents: 0),
    ]
    // Rounded up: waking a little early would mean waking twice.
    let milliseconds = time.map { Int32(clamping: Int(($0 / .milliseconds(1)).rounded(.up))) } ?? -1
    guard Glibc.poll(&descriptors, 3, milliseconds) > 0 else { return [] }
    let state = Int32(descriptors[0].revents)
    var readiness: Readiness = []
    if state & POLLIN != 0 { readiness.insert(.readable) }
    if state & (POLLHUP | POLLERR | POLLNVAL) != 0 { readiness.insert(.hungUp) }
    if descriptors[1].revents != 0 { readiness.insert(.woken) }
    if descriptors[2].revents != 0 { readiness.insert(.writable) }
    return readiness
  }
}
