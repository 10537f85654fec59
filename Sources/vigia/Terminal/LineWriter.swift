import Glibc
import Synchronization
import Waiting

/// Writes lines to a descriptor on a thread of its own: a reader that stops reading holds up nobody, and one that is
/// gone is noticed at once, also while there is nothing to write.
package final class LineWriter: Sendable {
  private struct State {
    var lines: [String] = []
    var dropped = 0
    var isFinished = false
    var isGone = false
  }

  private let output: Int32
  private let limit: Int
  private let wakeEnds: (read: Int32, write: Int32)
  private let state = Mutex(State())
  private let ended = TimedSemaphore()
  /// Ends when nobody reads any more, or `finish` was called.
  package let reader: AsyncStream<Void>
  private let readerGone: AsyncStream<Void>.Continuation

  /// - Parameter limit: how many lines may wait; later ones are counted and left out.
  /// - Returns: nil where the system lends no pipe.
  package init?(output: Int32 = STDOUT_FILENO, limit: Int = 5_000) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // A wake that finds the pipe full is not needed.
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    self.output = output
    self.limit = limit
    wakeEnds = (ends[0], ends[1])
    (reader, readerGone) = AsyncStream.makeStream(of: Void.self)
    NamedThread.start("vigia-plain") { [self] in work() }
  }

  deinit {
    close(wakeEnds.read)
    close(wakeEnds.write)
  }

  /// - Returns: false when nobody reads any more.
  package func put(_ lines: [String]) -> Bool {
    let isGone = state.withLock { state in
      let room = max(0, limit - state.lines.count)
      state.lines += lines.prefix(room)
      state.dropped += max(0, lines.count - room)
      return state.isGone
    }
    wake()
    return !isGone
  }

  /// Writes what still waits, for a second at most. Nothing may be put afterwards.
  package func finish() {
    state.withLock { $0.isFinished = true }
    wake()
    _ = ended.wait(atMost: .seconds(1))
  }

  private func wake() {
    var byte: UInt8 = 1
    _ = write(wakeEnds.write, &byte, 1)
  }

  private func work() {
    defer {
      readerGone.finish()
      ended.signal()
    }
    while isRead() {
      let (lines, isFinished) = state.withLock { state in
        var lines = state.lines
        if state.dropped > 0 {
          lines.append("\(state.dropped) lines were left out: they were not read in time")
        }
        state.lines = []
        state.dropped = 0
        return (lines, state.isFinished)
      }
      guard lines.allSatisfy({ isWritten($0 + "\n") }) else {
        state.withLock { $0.isGone = true }
        return
      }
      if isFinished { return }
    }
    state.withLock { $0.isGone = true }
  }

  /// Waits for something to write; false when there is nobody to write it for.
  private func isRead() -> Bool {
    while true {
      var waiting = [
        pollfd(fd: output, events: 0, revents: 0),
        pollfd(fd: wakeEnds.read, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&waiting, 2, -1)
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      if waiting[0].revents != 0 { return false }
      if waiting[1].revents != 0 {
        var bytes = [UInt8](repeating: 0, count: 256)
        _ = read(wakeEnds.read, &bytes, bytes.count)
        return true
      }
    }
  }

  private func isWritten(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
      if count > 0 {
        bytes = bytes.dropFirst(count)
      } else if errno == EAGAIN {
        var room = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
        _ = poll(&room, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
