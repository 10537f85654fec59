import AsyncHTTPClient
import Domain
import Foundation
import Integrations
import Testing
import vigia

/// `vigia serve` in a process of its own, on the demo's models or others.
final class ServeProcess {
  let folder: String
  /// A free one, of the server's own choice.
  private(set) var port = 0
  private let process = Process()

  /// - Parameters:
  ///   - models: the `models` block of its configuration.
  ///   - repository: below the package's root.
  ///   - more: further settings of its configuration, made for the folder in which it lies.
  init(
    models: String, repository: String = "Examples/electricity/models",
    more: (_ folder: String) throws -> String = { _ in "" }
  ) async throws {
    folder = try Program.folder()
    let repository = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: repository).path()
    let text = """
      listen: 127.0.0.1:0
      data_dir: \(folder)/data
      model_repository: \(repository)
      models:
      \(models)
      \(try more(folder))
      """
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/vigia.yaml"))
    process.executableURL = URL(filePath: Program.path)
    process.arguments = ["serve", "--config", "\(folder)/vigia.yaml"]
    process.standardOutput = FileHandle.nullDevice
    try Data().write(to: URL(filePath: "\(folder)/log"))
    process.standardError = FileHandle(forWritingAtPath: "\(folder)/log")
    try process.run()
    port = try await boundPort()
  }

  private func boundPort() async throws -> Int {
    let end = ContinuousClock.now + .seconds(60)
    while true {
      if let found = log.firstMatch(of: /"listen":"127.0.0.1:(\d+)"/), let port = Int(found.1) {
        return port
      }
      try #require(process.isRunning && ContinuousClock.now < end, "\(log)")
      await Task.yield()
    }
  }

  deinit {
    signal(SIGCONT)
    signal(SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Ends it as a service manager would, and comes back when it has ended.
  func terminate() async throws {
    signal(SIGTERM)
    let end = ContinuousClock.now + .seconds(60)
    while process.isRunning {
      try #require(ContinuousClock.now < end, "\(log)")
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Stops it, and comes back when it answers nothing any more: a thread that runs goes on until it meets the signal.
  func freeze() async throws {
    signal(SIGSTOP)
    let tasks = "/proc/\(process.processIdentifier)/task"
    let end = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < end {
      let states = ((try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []).compactMap
      {
        // The state stands after the name, which is in parentheses.
        (try? String(contentsOfFile: "\(tasks)/\($0)/stat", encoding: .utf8))?
          .split(separator: ")").last?.first { $0 != " " }
      }
      if !states.isEmpty, states.allSatisfy({ $0 == "T" }) { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("it did not stop")
  }

  /// Runs `vigia` against this server. What it refused for want of time, done nothing, is sent again.
  @discardableResult
  func vigia(_ words: String...) throws -> String {
    let end = ContinuousClock.now + .seconds(60)
    while true {
      let (status, output, errors) = try Program.run(words + ["--data-dir", "\(folder)/data"])
      if status == 0 { return output }
      try #require(
        Program.lacksTime(output + errors) && ContinuousClock.now < end,
        "\(words): \(output)\(errors)\(log)")
    }
  }

  /// What the console sees, from this process: a program takes longer to start than some of what tests look at lasts.
  func console<Value>(_ body: (ConsoleClient) async throws -> Value) async throws -> Value {
    let limit = Duration.seconds(60)
    let console = ConsoleClient(
      endpoint: .socket(path: "\(folder)/data/vigia.sock"),
      timing: .init(connecting: limit, question: limit, command: limit))
    do {
      let value = try await body(console)
      await console.shutdown()
      return value
    } catch {
      await console.shutdown()
      throw error
    }
  }

  /// Waits until the server's figures are as they are wanted.
  func waitForStatus(
    sourceLocation: SourceLocation = #_sourceLocation, _ isWanted: (SystemSnapshot) -> Bool
  ) async throws {
    try await console { console in
      let end = ContinuousClock.now + .seconds(60)
      while true {
        let status = try await console.status()
        if isWanted(status) { return }
        try #require(
          ContinuousClock.now < end, "\(status)\(log)", sourceLocation: sourceLocation)
      }
    }
  }

  /// Likewise the versions of all models.
  func waitForVersions(
    sourceLocation: SourceLocation = #_sourceLocation, _ areWanted: ([VersionSnapshot]) -> Bool
  ) async throws {
    try await waitForStatus(sourceLocation: sourceLocation) {
      areWanted($0.models.flatMap(\.versions))
    }
  }

  /// Rolls a model back. What the disk did not take in time is sent again.
  func rollBack(_ model: String) async throws {
    try await console { console in
      let end = ContinuousClock.now + .seconds(60)
      while true {
        let outcome = await console.send(
          Command(
            id: CommandID(random: (.random(in: .min ... .max), .random(in: .min ... .max))),
            action: .rollBack(model: model, breakGlass: false), reason: "test", origin: .console))
        if case .done = outcome { return }
        guard case .refused(let refusal) = outcome, refusal.code == .auditUnavailable,
          ContinuousClock.now < end
        else {
          Issue.record("\(outcome)\(log)")
          return
        }
      }
    }
  }

  /// Runs `vigia` against this server, whatever comes of it.
  func tryVigia(_ words: String...) throws -> (status: Int32, output: String, errors: String) {
    try Program.run(words + ["--data-dir", "\(folder)/data"])
  }

  var log: String { (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "" }

  /// Looks until the versions of a model stand as they are wanted.
  func wait(_ model: String, until isThere: (String) -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(60)
    var last = ""
    while ContinuousClock.now < end {
      let (status, output, _) = try Program.run([
        "model", "show", model, "--data-dir", "\(folder)/data",
      ])
      if status == 0, isThere(output) { return }
      last = output
      try #require(process.isRunning, "\(log)")
      await Task.yield()
    }
    Issue.record("\(last)\(log)")
  }
}

/// More than a busy machine needs for an answer.
let patience = Duration.seconds(60)

/// A client that the body of a test has to itself.
func withTransport<Value>(
  to port: Int, connections: Int = 16, _ body: (DemoTransport) async throws -> Value
) async throws -> Value {
  let client = DemoTransport.makeClient(
    connections: connections, connect: patience, pause: patience)
  do {
    let value = try await body(DemoTransport.http(client, port: port, within: patience))
    try await client.shutdown()
    return value
  } catch {
    try? await client.shutdown()
    throw error
  }
}
