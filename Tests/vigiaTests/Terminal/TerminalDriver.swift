import Foundation
import Testing

/// A program in a real terminal (tmux), to type at and to look at.
///
/// Waiting means looking again until the screen shows what is expected; a screen that never does is in the failure.
final class TerminalDriver {
  private let socket = "vigia-test-\(UUID().uuidString.prefix(8))"

  /// - Parameter command: run by the terminal's shell.
  init(_ command: String, width: Int = 120, height: Int = 36) throws {
    try tmux(
      "-f", "/dev/null", "new-session", "-d", "-x", "\(width)", "-y", "\(height)",
      "env LANG=C.UTF-8 LC_ALL=C.UTF-8 \(command)")
  }

  /// Ends the terminal and what still runs in it.
  func end() { _ = try? tmux("kill-server") }

  func type(_ keys: String...) throws { try tmux(["send-keys"] + keys) }

  var screen: String { (try? tmux("capture-pane", "-p")) ?? "" }

  /// Whether the program has ended.
  var isOver: Bool { (try? tmux("has-session")) == nil }

  /// Looks until the screen holds all of `texts`.
  func wait(for texts: String..., seconds: Double = 60) async throws {
    try await wait("\(texts)", seconds: seconds) {
      let screen = self.screen
      return texts.allSatisfy(screen.contains)
    }
  }

  func waitForEnd(seconds: Double = 60) async throws {
    try await wait("the end of the program", seconds: seconds) { self.isOver }
  }

  /// Types a key until the screen shows the answer: a dialog takes none in its first moments.
  func type(_ key: String, until text: String, seconds: Double = 60) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      try type(key)
      if (try? await wait(for: text, seconds: 2)) != nil { return }
    }
    throw Missing(what: text, screen: screen)
  }

  /// Opens a dialog and says yes. One that cannot be answered, since a busy machine has not finished its preflight or
  /// the ledger's row in time, is closed and opened again: to say yes again may mean another thing.
  func act(
    _ key: String, asking question: String, until text: String, seconds: Double = 120
  ) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      try await type(key, until: question)
      for _ in 0..<10 where !screen.contains("not performed") {
        try type("y")
        if (try? await wait(for: text, seconds: 2)) != nil { return }
      }
      // An Escape that another key follows at once is the begin of a sequence to whoever reads it.
      while screen.contains(question), ContinuousClock.now < end {
        try type("Escape")
        try? await wait("no question", seconds: 2) { !self.screen.contains(question) }
      }
    }
    throw Missing(what: text, screen: screen)
  }

  /// Types a key until the program has ended.
  func typeUntilEnd(_ key: String, seconds: Double = 60) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      try? type(key)
      if (try? await waitForEnd(seconds: 2)) != nil { return }
    }
    throw Missing(what: "the end of the program", screen: screen)
  }

  struct Missing: Error, CustomStringConvertible {
    var what: String
    var screen: String
    var description: String { "expected \(what), the screen shows:\n\(screen)" }
  }

  private func wait(
    _ what: String, seconds: Double, until isThere: () -> Bool
  ) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while !isThere() {
      guard ContinuousClock.now < end else { throw Missing(what: what, screen: screen) }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  @discardableResult
  private func tmux(_ words: String...) throws -> String { try tmux(words) }

  @discardableResult
  private func tmux(_ words: [String]) throws -> String {
    let (status, output, _) = try Program.spawn("/usr/bin/env", ["tmux", "-L", socket] + words)
    guard status == 0 else {
      throw Missing(what: "tmux \(words.first ?? "") to work; is it installed?", screen: output)
    }
    return output
  }
}

/// The program under test: it stands beside the tests.
enum Program {
  static var path: String {
    let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let beside = tests.deletingLastPathComponent().appending(path: "vigia").path()
    if FileManager.default.isExecutableFile(atPath: beside) { return beside }
    return URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: ".build/debug/vigia").path()
  }

  /// Runs it to its end.
  static func run(_ words: [String]) throws -> (status: Int32, output: String, errors: String) {
    try spawn(path, words)
  }

  /// Runs a program to its end, without Foundation's `Process`: that one waits for whoever inherited its descriptors,
  /// which a server that the program leaves behind has.
  static func spawn(
    _ program: String, _ words: [String]
  ) throws -> (status: Int32, output: String, errors: String) {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "\(folder)/out", O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, "\(folder)/err", O_WRONLY | O_CREAT, 0o600)
    for descriptor in Int32(3)..<256 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    var arguments = ([program] + words).map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    // The runner's threads block signals, and a child inherits that: it would be deaf to SIGTERM.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var pid = pid_t()
    let failure = posix_spawn(&pid, program, &actions, &attributes, &arguments, environ)
    try #require(failure == 0, "\(program) cannot be started")
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return (
      status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f,
      try String(contentsOfFile: "\(folder)/out", encoding: .utf8),
      try String(contentsOfFile: "\(folder)/err", encoding: .utf8)
    )
  }

  /// Whether a command was refused since a busy machine was too slow: its disk for the ledger's row, or the version for
  /// its preflight.
  static func lacksTime(_ text: String) -> Bool {
    ["the disk did not confirm", "answered within", "is still being loaded"].contains(
      where: text.contains)
  }

  /// A new folder, short enough for a socket's path.
  static func folder() throws -> String {
    let folder = "/tmp/vigia-test-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }
}
