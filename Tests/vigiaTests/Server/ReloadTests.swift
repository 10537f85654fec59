import Foundation
import Testing
import vigia

/// A running server whose configuration and rule files are edited.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ReloadTests {
  private static func rules(_ expressions: String...) -> String {
    "groups:\n  - name: g\n    interval: 1s\n    rules:\n"
      + expressions.enumerated().map {
        "      - { alert: Rule\($0 + 1), expr: \"\($1)\", labels: { severity: warning } }\n"
      }.joined()
  }

  private static func write(_ text: String, _ name: String, of server: ServeProcess) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(server.folder)/\(name)"), options: .atomic)
  }

  private static func server() async throws -> ServeProcess {
    let server = try await ServeProcess(models: "  electricity: { champion: \"1\" }") { folder in
      try Data(rules("vector(1)").utf8).write(to: URL(filePath: "\(folder)/rules.yaml"))
      return "rules: [rules.yaml]"
    }
    try await server.wait("electricity") { $0.contains("ready") }
    return server
  }

  private static func wait(
    _ server: ServeProcess, _ words: [String], until isThere: (String) -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let end = ContinuousClock.now + .seconds(60)
    var last = ""
    while ContinuousClock.now < end {
      let (_, output, errors) = try Program.run(words + ["--data-dir", "\(server.folder)/data"])
      last = output + errors
      if isThere(last) { return }
      try await ContinuousClock().sleep(for: .milliseconds(100))
    }
    Issue.record("\(words): \(last)\(server.log)", sourceLocation: sourceLocation)
  }

  @Test func `rules come and go with their file, a bad line changes nothing and is shown`()
    async throws
  {
    let server = try await Self.server()
    try await Self.wait(server, ["alert", "list"]) { $0.contains("Rule1") }
    try server.vigia("incident", "open", "edits", "--model", "electricity", "--reason", "test")

    // Without a word to the server.
    try Self.write(Self.rules("vector(1)", "vector(2)"), "rules.yaml", of: server)
    try await Self.wait(server, ["alert", "list"]) { $0.contains("Rule2") }

    try Self.write(Self.rules("vector(1)", "vector(2) >"), "rules.yaml", of: server)
    let refused = try server.tryVigia("reload")
    #expect(refused.status == 1)
    #expect(refused.output.contains("rules.yaml:6:"), "\(refused.output)")
    #expect(refused.output.contains("stays in force"))
    try await Self.wait(server, ["alert", "list"]) { $0.contains("Rule2") }
    try await Self.wait(server, ["snapshot", "overview", "--format", "text"]) {
      $0.contains("rules.yaml:6:")
    }

    try Self.write(Self.rules("vector(1)"), "rules.yaml", of: server)
    let taken = try server.tryVigia("reload")
    #expect(taken.status == 0 && taken.output.contains("Rule2 removed"), "\(taken.output)")
    try await Self.wait(server, ["alert", "list"]) { text in
      text.split(separator: "\n").contains { $0.contains("Rule2") && $0.contains("resolved") }
    }
    #expect(try server.vigia("reload").contains("nothing has changed"))
    let shown = try server.tryVigia("incident", "show", "inc-1").output
    #expect(shown.contains("Rule2 added") && shown.contains("rules.yaml:6:"))
    #expect(shown.contains("Rule2 removed"))
    let ledger = try server.tryVigia("audit", "list").output
    #expect(ledger.contains("rules.yaml:6:") && ledger.contains("Rule2 removed"))
  }

  @Test func `receivers are taken over, what is not is named, and SIGHUP ends nothing`()
    async throws
  {
    let server = try await Self.server()
    let told = "\(server.folder)/told"
    let path = "\(server.folder)/vigia.yaml"
    let before = try String(contentsOfFile: path, encoding: .utf8)
    let changed =
      before.replacing("champion: \"1\"", with: "champion: \"2\"")
      + "\nexternal_url: https://v.example\nenvironment: staging\n"
      + "notify: [{ name: hook, command: [/usr/bin/tee, \(told)] }]\n"
    try Self.write(changed, "vigia.yaml", of: server)
    server.signal(SIGHUP)
    try await Self.wait(server, ["audit", "list"]) { $0.contains("hook added") }
    let ledger = try server.tryVigia("audit", "list").output
    #expect(ledger.contains("environment takes a restart"), "\(ledger)")
    #expect(ledger.contains("models.electricity takes a restart"))
    #expect(try server.vigia("model", "show", "electricity").contains("champion"))
    try Self.write(changed + "no_such_key: 1\n", "vigia.yaml", of: server)
    let refused = try server.tryVigia("reload")
    #expect(refused.status == 1 && refused.output.contains("vigia.yaml:"), "\(refused.output)")
    #expect(refused.output.contains("no_such_key"))
    // The receivers of the last sound reading are told.
    try server.vigia("alert", "test", "--reason", "is the hook still told?")
    let end = ContinuousClock.now + .seconds(30)
    var text = ""
    while ContinuousClock.now < end, !text.contains("TestPage") {
      try await ContinuousClock().sleep(for: .milliseconds(100))
      text = (try? String(contentsOfFile: told, encoding: .utf8)) ?? ""
    }
    #expect(text.contains("TestPage") && text.contains("https://v.example/alert/"), "\(text)")
  }
}
