import Foundation
import Testing
import vigia

/// The program's exit codes and one-line errors.
@Suite(.serialized) struct ProgramTests {
  @Test func `the demo without a console answers everything, and its summary adds up`() throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (status, output, errors) = try Program.run([
      "demo", "--headless", "--no-backfill", "--duration", "4", "--rate", "50", "--json",
      "--data-dir", "\(folder)/d", "--record", "\(folder)/r.csv",
    ])
    #expect(status == 0, "\(errors)")
    let summary = try #require(
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    #expect(summary["failures"] as? Int == 0)
    let requests = try #require(summary["requests"] as? Int)
    #expect(requests > 20)
    let lines = try String(contentsOfFile: "\(folder)/r.csv", encoding: .utf8)
      .split(separator: "\n")
    #expect(lines.count == requests + 1)
    let (verified, _, _) = try Program.run(["audit", "verify", "--data-dir", "\(folder)/d"])
    #expect(verified == 0)
  }

  @Test(arguments: [
    (["--no-such-flag"], Int32(2), "no-such-flag"), (["modle", "list"], 2, "did you mean model?"),
    (["serve", "--config", "/nonexistent/vigia.yaml"], 2, "no such file"),
    (["model", "list", "--attach", "unix:/nonexistent.sock"], 3, "no vigia answers"),
    (["model", "list", "--attach", "ftp://x"], 2, "expected unix:PATH"),
    (["model", "split", "m", "2", "150%", "--reason", "x"], 2, "a share is a percentage"),
    (["freeze", "m", "--until", "someday", "--reason", "x"], 2, "--until takes"),
    (["demo", "--headless", "--rate", "0"], 2, "--rate takes"),
    (["demo", "--headless", "--data-dir", "/proc/nowhere"], 3, "data folder"),
    (["demo", "--headless", "--examples", "/nonexistent"], 3, "demo.json"),
    (
      ["serve", "--model-repository", "/nonexistent", "--data-dir", "FOLDER"], 3, "repository"
    ),
    (["audit", "verify", "--data-dir", "/nonexistent"], 3, "no such file"),
  ])
  func `what cannot be done is said with its own exit code`(
    _ words: [String], _ status: Int32, _ text: String
  ) throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (found, output, errors) = try Program.run(words.map { $0 == "FOLDER" ? folder : $0 })
    #expect(found == status)
    #expect((output + errors).contains(text), "\(output)\(errors)")
  }

  @Test(arguments: [["\u{1B}[31mred"], ["--\u{1B}[31mred"], ["model", "show", "\u{9B}31m"]])
  func `no byte of an argument reaches the terminal as control`(_ words: [String]) throws {
    let (status, output, errors) = try Program.run(words)
    #expect(status != 0)
    #expect(!(output + errors).unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{9B}" })
  }

  @Test func `a second server on one data folder is refused, and told how to attach`() async throws
  {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = Process()
    first.executableURL = URL(filePath: Program.path)
    first.arguments = [
      "demo", "--headless", "--no-backfill", "--rate", "20", "--data-dir", "\(folder)/d",
    ]
    first.standardError = FileHandle.nullDevice
    first.standardOutput = FileHandle.nullDevice
    try first.run()
    defer { first.terminate() }
    while try Program.run(["model", "list", "--data-dir", "\(folder)/d"]).status != 0 {
      try #require(first.isRunning)
    }
    let (status, _, errors) = try Program.run([
      "demo", "--headless", "--duration", "1", "--data-dir", "\(folder)/d",
    ])
    #expect(status == 3)
    #expect(errors.contains("vigia console --attach unix:\(folder)/d/vigia.sock"))
    first.terminate()
    first.waitUntilExit()
    #expect(first.terminationStatus == 0)
  }
}
