import Foundation
import Glibc
import Waiting

/// The backfill in a process of its own, before there is a server: its memory goes with it, and a model that crashes takes
/// nothing else along. It says itself, on standard error, how far it is.
struct BackfillStep {
  /// Of `vigia demo`, without the program's name.
  var arguments: [String]

  /// Returns when it has ended, well or not: without it the demo begins at zero.
  ///
  /// - Throws: `CancellationError` when a person ended it.
  func run() async throws {
    // A ^C reaches both; who looks after the data folder has to outlive it.
    let before = signal(SIGINT, SIG_IGN)
    defer { signal(SIGINT, before) }
    let arguments = arguments
    let status = await BlockingThread.run("backfill-wait") { () throws(Never) in
      Self.status(of: arguments)
    }
    if status == SIGINT { throw CancellationError() }
  }

  /// Of `waitpid`; -1 where it could not be started.
  private static func status(of arguments: [String]) -> Int32 {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of the pool block signals, and SIGINT is ignored here: a child inherits both.
    var (none, ours) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigemptyset(&ours)
    sigaddset(&ours, SIGINT)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &ours)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var words: [UnsafeMutablePointer<CChar>?] = (["vigia"] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var pid = pid_t()
    guard posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, &words, environ) == 0 else {
      return -1
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return status
  }
}
