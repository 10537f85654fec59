import AsyncHTTPClient
import Foundation
import Testing
import vigia

/// `vigia serve` in a process of its own, on the demo's models or others.
final class ServeProcess {
  let folder: String
  let port: Int
  private let process = Process()

  /// - Parameters:
  ///   - models: the `models` block of its configuration.
  ///   - repository: below the package's root.
  ///   - more: further settings of its configuration, made for the folder in which it lies.
  init(
    models: String, repository: String = "Examples/electricity/models",
    more: (_ folder: String) throws -> String = { _ in "" }
  ) throws {
    folder = try Program.folder()
    // Free a moment ago, and nobody else asks for ports here.
    port = try Listener().port
    let repository = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: repository).path()
    let text = """
      listen: 127.0.0.1:\(port)
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
  }

  deinit {
    signal(SIGCONT)
    signal(SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Runs `vigia` against this server.
  @discardableResult
  func vigia(_ words: String...) throws -> String {
    let (status, output, errors) = try Program.run(words + ["--data-dir", "\(folder)/data"])
    try #require(status == 0, "\(words): \(output)\(errors)\(log)")
    return output
  }

  /// Likewise, whatever comes of it.
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

/// A client that the body of a test has to itself.
func withTransport<Value>(
  to port: Int, connections: Int = 16, _ body: (DemoTransport) async throws -> Value
) async throws -> Value {
  let client = DemoTransport.makeClient(connections: connections)
  do {
    let value = try await body(DemoTransport.http(client, port: port))
    try await client.shutdown()
    return value
  } catch {
    try? await client.shutdown()
    throw error
  }
}
