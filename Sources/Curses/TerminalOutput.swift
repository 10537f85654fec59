private import Glibc

/// Sends bytes to a terminal without ever waiting for it: what a slow reader does not take stays
/// in a backlog, and meanwhile no further picture should be made.
struct TerminalOutput {
  /// For poll: writable when the backlog can go on.
  let descriptor: Int32
  /// The terminal is gone; everything that is sent is dropped.
  private(set) var isGone = false
  private(set) var bytesSent = 0
  private var backlog: ArraySlice<UInt8> = []
  private let isOwn: Bool

  /// Opens the terminal once more, since not to block is a property that a descriptor shares with
  /// those it was copied from: the shell's must stay as they are.
  init(terminal: Int32) {
    let own = open(
      "/proc/self/fd/\(terminal)", O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    descriptor = own >= 0 ? own : terminal
    isOwn = own >= 0
  }

  var isBacklogged: Bool { !backlog.isEmpty }

  mutating func send(_ bytes: [UInt8]) {
    if backlog.isEmpty { backlog = bytes[...] } else { backlog += bytes }
    flush()
  }

  /// Sends as much of the backlog as the terminal takes now.
  mutating func flush() {
    while !backlog.isEmpty, !isGone {
      let sent = backlog.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if sent > 0 {
        backlog = backlog.dropFirst(sent)
        bytesSent += sent
      } else if errno == EAGAIN {
        return
      } else if errno != EINTR {
        isGone = true
      }
    }
    backlog = []
  }

  /// Waits for the terminal to take the backlog, but not for long; the rest is dropped.
  mutating func drain(within time: Duration) {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: time)
    flush()
    while !backlog.isEmpty, clock.now < deadline {
      var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&waiting, 1, 20)
      flush()
    }
    backlog = []
  }

  func close() {
    if isOwn { Glibc.close(descriptor) }
  }
}
