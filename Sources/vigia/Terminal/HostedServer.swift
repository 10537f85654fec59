import Domain
import Foundation
import Glibc
import Synchronization
import Waiting

/// A server that a console started and looks after: a process of its own, in a session of its own, so that a
/// console that is closed, hung up or killed takes no request with it.
final class HostedServer: Sendable {
  let pid: pid_t
  private let errors: FileHandle
  private let state = Mutex(State())

  /// `POSIX_SPAWN_SETSID` of glibc's spawn.h, which is not imported without _GNU_SOURCE.
  private static let newSession: Int16 = 0x80

  private struct State {
    var lines = ""
    var status: Int32?
    var waiting: [CheckedContinuation<Int32, Never>] = []
    var onEarlyEnd: (@Sendable () -> Void)?
  }

  /// Starts this very program with other words.
  ///
  /// - Parameter arguments: without the program's name.
  init(arguments: [String]) throws(StartError) {
    var pipeEnds: [Int32] = [0, 0]
    guard pipe(&pipeEnds) == 0 else {
      throw .listen("a pipe to the server cannot be made: \(errnoText())")
    }
    defer { close(pipeEnds[1]) }
    for end in pipeEnds { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, pipeEnds[1], 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of the pool block signals, and a child inherits that: the server must hear SIGTERM.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Self.newSession | Int16(POSIX_SPAWN_SETSIGMASK))
    var words: [UnsafeMutablePointer<CChar>?] = (["vigia"] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var pid = pid_t()
    let failure = posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, &words, environ)
    guard failure == 0 else {
      close(pipeEnds[0])
      throw .listen("the server cannot be started: \(String(cString: strerror(failure)))")
    }
    self.pid = pid
    errors = FileHandle(fileDescriptor: pipeEnds[0], closeOnDealloc: true)
    watch()
  }

  /// What the server said on standard error last: why it did not start.
  var lastWords: String { state.withLock { $0.lines } }

  var status: Int32? { state.withLock { $0.status } }

  /// Called when the process ends, at once if it has ended already.
  func onEnd(_ body: @escaping @Sendable () -> Void) {
    let hasEnded = state.withLock { state in
      state.onEarlyEnd = body
      return state.status != nil
    }
    if hasEnded { body() }
  }

  /// Repeats `body`, on a thread of its own, until `ignoreEnd`: whoever is to hear it may not be there yet.
  func keepAsking(_ body: @escaping @Sendable () -> Void) {
    NamedThread.start("vigia-hosted") { [self] in
      while isAsked(body) { usleep(100_000) }
    }
  }

  private func isAsked(_ body: @Sendable () -> Void) -> Bool {
    state.withLock { state in
      guard state.onEarlyEnd != nil else { return false }
      body()
      return true
    }
  }

  func ignoreEnd() { state.withLock { $0.onEarlyEnd = nil } }

  func terminate() { if status == nil { kill(pid, SIGTERM) } }

  /// - Returns: the exit code; 128 plus the signal for a process that was killed.
  func waitForEnd() async -> Int32 {
    await withCheckedContinuation { continuation in
      let status: Int32? = state.withLock { state in
        if state.status == nil { state.waiting.append(continuation) }
        return state.status
      }
      if let status { continuation.resume(returning: status) }
    }
  }

  private func watch() {
    NamedThread.start("vigia-hosted") { [self] in
      while case let data = errors.availableData, !data.isEmpty {
        state.withLock {
          $0.lines = String(($0.lines + String(decoding: data, as: UTF8.self)).suffix(4_000))
        }
      }
      var raw: Int32 = 0
      while waitpid(pid, &raw, 0) < 0 && errno == EINTR {}
      let code = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f
      let (waiting, onEnd) = state.withLock { state in
        state.status = code
        defer { state.waiting = [] }
        return (state.waiting, state.onEarlyEnd)
      }
      for continuation in waiting { continuation.resume(returning: code) }
      onEnd?()
    }
  }
}
