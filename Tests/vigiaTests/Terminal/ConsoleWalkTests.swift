import Domain
import Foundation
import Storage
import Testing
import vigia

/// The whole program in a real terminal.
@Suite(.serialized) struct ConsoleWalkTests {
  @Test func `a promotion and its rollback from the keyboard are in force and in the ledger`()
    async throws
  {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let terminal = try TerminalDriver(
      "\(Program.path) demo --no-backfill --rate 60 --data-dir \(folder)/d")
    defer {
      terminal.end()
      Self.endServer(of: folder)
    }
    try await terminal.wait(for: "LIVE", "electricity", "challenger")
    let threads = Self.threads(ofConsoleOn: folder)
    #expect(threads.contains("vigia-screen"))
    // Of libdispatch, which would wake each second of a pause.
    #expect(!threads.contains { $0.hasSuffix("qos") || $0.hasSuffix("overcommit") }, "\(threads)")
    try terminal.type("8")
    try await terminal.wait(for: "models", "unloaded")
    try terminal.type("Down")
    try terminal.type("Down")
    try await terminal.act(
      "P", asking: "promote electricity", until: "electricity 3 promoted (was 1)")
    try await terminal.act(
      "R", asking: "roll back electricity", until: "electricity rolled back from 3 to 1")
    try await terminal.type("q", until: "leave vigia")
    try await terminal.type("x", until: "This stops")
    try await terminal.typeUntilEnd("y")
    let store = try StateStore(directory: "\(folder)/d")
    let deployment = try #require(try store.deployments()["electricity"])
    #expect(deployment.champion == "1")
    #expect(deployment.quarantine.keys.sorted() == ["3"])
    let actions = try store.entries(AuditQuery()).filter { $0.outcome == .done }.map(\.action)
    #expect(Array(actions.reversed()) == ["promote", "rollback", "stop"])
    #expect(try store.verify().isSound)
  }

  @Test(.timeLimit(.minutes(3)))
  func `a demo ends when its terminal hangs up`() async throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let terminal = try TerminalDriver(
      "\(Program.path) demo --no-backfill --rate 20 --data-dir \(folder)/d")
    defer { Self.endServer(of: folder) }
    try await terminal.wait(for: "LIVE", "electricity")
    #expect(Self.server(of: folder) != nil)
    terminal.end()
    while Self.server(of: folder) != nil {
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// The names of all threads of the processes that have a console's screen on the folder's server.
  private static func threads(ofConsoleOn folder: String) -> [String] {
    let files = FileManager.default
    let processes = (try? files.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.flatMap { process -> [String] in
      guard Int(process) != nil,
        let words = files.contents(atPath: "/proc/\(process)/cmdline"),
        String(decoding: words, as: UTF8.self).contains(folder)
      else { return [] }
      let threads = (try? files.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
      let names = threads.compactMap { thread in
        files.contents(atPath: "/proc/\(process)/task/\(thread)/comm").map {
          String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .newlines)
        }
      }
      return names.contains("vigia-screen") ? names : []
    }
  }

  /// Where the walk fails, the console's server would go on, and take its time from all tests that follow.
  private static func endServer(of folder: String) {
    if let pid = server(of: folder) { kill(pid, SIGKILL) }
  }

  /// The server's process; nil where it does not run.
  private static func server(of folder: String) -> pid_t? {
    let text = (try? String(contentsOfFile: "\(folder)/d/vigia.lock", encoding: .utf8)) ?? ""
    guard let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)),
      let words = try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8),
      words.contains(folder)
    else { return nil }
    return pid
  }

  @Test func `a console on a port in use says so in one line and leaves the terminal whole`()
    async throws
  {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let listener = try Listener()
    let terminal = try TerminalDriver(
      "sh -c '\(Program.path) demo --port \(listener.port) --data-dir \(folder)/d; "
        + "echo \"ended with $?\"; cat'")
    defer { terminal.end() }
    try await terminal.wait(for: "ended with 3", "in use")
  }
}
