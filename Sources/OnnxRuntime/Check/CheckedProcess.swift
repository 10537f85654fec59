import COnnxRuntime
package import Foundation
import Glibc

/// A child that gets a little on its standard input, says a little, and is ended when its time is over.
package enum CheckedProcess {
  package struct Ending: Sendable {
    package var cause: Cause
    package var output: Data
    /// The last of what it wrote to standard error.
    package var errors: String
  }

  package enum Cause: Equatable, Sendable {
    case exited(Int32)
    case signal(Int32)
    /// Or was not wanted any more.
    case timedOut
  }

  package struct Failure: Error, CustomStringConvertible {
    package var description: String
  }

  /// How a program that is not ours is run: with this environment and no other, in a process group of its own that is
  /// ended as a whole, and without the signals that a server ignores. It has ended when it has itself; what it left
  /// behind may hold its outputs for ever.
  package struct Stranger: Sendable {
    package var environment: [String: String]
    /// Asked 20 times a second: true ends it.
    package var isUnwanted: @Sendable () -> Bool

    package init(
      environment: [String: String], isUnwanted: @escaping @Sendable () -> Bool = { false }
    ) {
      self.environment = environment
      self.isUnwanted = isUnwanted
    }
  }

  /// Blocks until the child is gone; it never outlives this call.
  ///
  /// - Parameter stranger: nil for this program as a child of itself.
  /// - Throws: `Failure` when it cannot be started.
  package static func run(
    _ executable: String, _ arguments: [String], input: Data, timeout: Duration,
    as stranger: Stranger? = nil
  ) throws -> Ending {
    // Closed at the end of this function, whichever way it is left.
    let (standardInput, output, errors) = (try Pipe(isSocket: true), try Pipe(), try Pipe())
    let pid = try spawn(
      executable, arguments, stranger, standardInput.read, output.write, errors.write)
    for pipe in [output, errors] { pipe.closeWriting() }
    standardInput.closeReading()
    let deadline = ContinuousClock.now + timeout
    var exchange = Exchange(input: input, standardInput, output, errors)
    var status: Int32?
    if let stranger {
      while status == nil, ContinuousClock.now < deadline, !stranger.isUnwanted() {
        _ = exchange.step(until: min(deadline, .now + .milliseconds(50)))
        status = endedStatus(of: pid)
      }
      exchange.drain()
    } else if exchange.run(until: deadline) {
      status = wait(for: pid, until: deadline)
    }
    guard let status else {
      kill(stranger == nil ? pid : -pid, SIGKILL)
      _ = wait(for: pid, until: nil)
      return exchange.ending(.timedOut)
    }
    let signal = status & 0x7f
    return exchange.ending(signal == 0 ? .exited(status >> 8 & 0xff) : .signal(signal))
  }

  package static func name(of signal: Int32) -> String {
    let names = [
      SIGABRT: "SIGABRT", SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGILL: "SIGILL",
      SIGFPE: "SIGFPE", SIGTRAP: "SIGTRAP", SIGTERM: "SIGTERM", SIGSYS: "SIGSYS",
    ]
    return names[signal] ?? "see signal(7)"
  }

  private static func spawn(
    _ executable: String, _ arguments: [String], _ stranger: Stranger?, _ input: Int32,
    _ output: Int32, _ errors: Int32
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    // A server's sockets are not closed on exec: a child that outlives it would go on listening in its name.
    closeFrom(&actions, 3)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of the pool block signals, and a child inherits that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var flags = Int16(POSIX_SPAWN_SETSIGMASK)
    if stranger != nil {
      var heard = sigset_t()
      sigemptyset(&heard)
      for signal in [SIGPIPE, SIGHUP, SIGINT, SIGTERM, SIGQUIT] { sigaddset(&heard, signal) }
      posix_spawnattr_setsigdefault(&attributes, &heard)
      flags |= Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETPGROUP)
    }
    posix_spawnattr_setflags(&attributes, flags)
    var words = cStrings([stranger == nil ? "vigia" : executable] + arguments)
    let environment =
      stranger?.environment
      ?? ProcessInfo.processInfo.environment.merging(own) { _, own in own }
    var variables = cStrings(environment.map { "\($0.key)=\($0.value)" })
    defer { for word in words + variables { free(word) } }
    var pid = pid_t()
    let failure = posix_spawn(&pid, executable, &actions, &attributes, &words, &variables)
    guard failure == 0 else {
      throw Failure(description: "\(executable): \(String(cString: strerror(failure)))")
    }
    return pid
  }

  /// An arena of its own for each thread would be counted as memory that the model takes. A backtrace would take
  /// seconds, and hide the last words of a crash, which are its reason.
  private static let own = ["MALLOC_ARENA_MAX": "1", "SWIFT_BACKTRACE": "enable=no"]

  /// Copies that end with nil, to be freed one by one.
  private static func cStrings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
  }

  /// The raw status of a child that has ended; nil while it is there.
  private static func endedStatus(of pid: pid_t) -> Int32? {
    var status: Int32 = 0
    return waitpid(pid, &status, WNOHANG) == pid ? status : nil
  }

  /// - Returns: the raw status; nil when the child is still there at the deadline.
  private static func wait(for pid: pid_t, until deadline: ContinuousClock.Instant?) -> Int32? {
    var status: Int32 = 0
    while true {
      let found = waitpid(pid, &status, deadline == nil ? 0 : WNOHANG)
      if found == pid { return status }
      if found < 0, errno != EINTR { return 0 }
      guard found == 0, let deadline else { continue }
      if ContinuousClock.now > deadline { return nil }
      // Its pipes are closed, so it is about to be gone.
      usleep(500)
    }
  }
}

/// Both ends of a pipe, closed on exec and with this object.
private final class Pipe {
  private(set) var read: Int32
  private(set) var write: Int32

  /// - Parameter isSocket: `send` to a child that has gone raises no signal, `write` to a pipe would.
  init(isSocket: Bool = false) throws {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let failure =
      isSocket ? socketpair(AF_UNIX, kind, 0, &ends) : pipeClosedOnExec(&ends)
    guard failure == 0 else {
      throw CheckedProcess.Failure(description: "no pipe: \(String(cString: strerror(errno)))")
    }
    (read, write) = (ends[0], ends[1])
  }

  deinit {
    closeReading()
    closeWriting()
  }

  func closeReading() {
    if read >= 0 { close(read) }
    read = -1
  }

  func closeWriting() {
    if write >= 0 { close(write) }
    write = -1
  }
}

/// What goes to and fro until the child has closed its ends.
private struct Exchange {
  private var input: Data
  private let pipes: (input: Pipe, output: Pipe, errors: Pipe)
  private var output = Data()
  private var errors = Data()

  /// A child that says more than this has lost its mind.
  private static let outputMax = 1 << 20
  private static let errorsMax = 8_192

  init(input: Data, _ standardInput: Pipe, _ output: Pipe, _ errors: Pipe) {
    self.input = input
    pipes = (standardInput, output, errors)
    for end in [standardInput.write, output.read, errors.read] {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }

  func ending(_ cause: CheckedProcess.Cause) -> CheckedProcess.Ending {
    .init(cause: cause, output: output, errors: String(decoding: errors, as: UTF8.self))
  }

  /// Takes in what a child has said that has ended.
  mutating func drain() {
    if pipes.output.read >= 0 { Self.read(pipes.output, into: &output, keeping: .first) }
    if pipes.errors.read >= 0 { Self.read(pipes.errors, into: &errors, keeping: .last) }
  }

  /// - Returns: whether the child closed both its ends before the deadline.
  mutating func run(until deadline: ContinuousClock.Instant) -> Bool {
    while pipes.output.read >= 0 || pipes.errors.read >= 0 {
      guard step(until: deadline) else { return false }
    }
    return true
  }

  /// Waits for the child to take or to say something, and does its part.
  ///
  /// - Returns: false where there was no time for it.
  mutating func step(until deadline: ContinuousClock.Instant) -> Bool {
    let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
    guard left > 0 else { return false }
    var watched = [
      pollfd(fd: pipes.input.write, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: pipes.output.read, events: Int16(POLLIN), revents: 0),
      pollfd(fd: pipes.errors.read, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&watched, 3, Int32(min(left, 60_000)) + 1) >= 0 || errno == EINTR else {
      return false
    }
    if watched[0].revents != 0 { writeSome() }
    if watched[1].revents != 0 { Self.read(pipes.output, into: &output, keeping: .first) }
    if watched[2].revents != 0 { Self.read(pipes.errors, into: &errors, keeping: .last) }
    return true
  }

  private mutating func writeSome() {
    let count = input.withUnsafeBytes {
      send(pipes.input.write, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    if count > 0 { input.removeFirst(count) }
    if input.isEmpty || count < 0 && errno != EAGAIN && errno != EINTR {
      pipes.input.closeWriting()
    }
  }

  private enum Kept { case first, last }

  private static func read(_ pipe: Pipe, into data: inout Data, keeping kept: Kept) {
    var piece = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(pipe.read, &piece, piece.count)
    if count == 0 || count < 0 && errno != EAGAIN && errno != EINTR { return pipe.closeReading() }
    guard count > 0 else { return }
    switch kept {
    case .first: data.append(contentsOf: piece.prefix(min(count, outputMax - data.count)))
    case .last: data = Data((data + piece.prefix(count)).suffix(errorsMax))
    }
  }
}
