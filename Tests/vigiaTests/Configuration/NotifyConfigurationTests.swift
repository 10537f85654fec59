import Domain
import Integrations
import Testing
import vigia

/// Who is told of alerts, as the configuration says it.
@Suite struct NotifyConfigurationTests {
  private func load(_ text: String, _ environment: [String: String] = [:])
    -> ConfigurationLoader.Result
  {
    ConfigurationLoader(environment: environment, workingDirectory: "/srv").load(text: text)
  }

  @Test func `receivers of each way are read`() throws {
    let result = load(
      """
      external_url: https://vigia.example/ops/
      notify:
        - name: oncall
          alertmanager: [http://10.0.0.1:9093, http://10.0.0.2:9093/am/]
        - name: chat
          webhook: https://hooks.example/services/T0/S3CRET?a=b
          authorization_file: secrets/chat
          severity: warning
        - name: pager
          command: [bin/page, --team, "ml ops", 7, true]
          severity: critical
      """)
    #expect(result.diagnostics.isEmpty)
    let configuration = try #require(result.configuration)
    #expect(configuration.externalURL == "https://vigia.example/ops")
    let targets = configuration.receivers.flatMap(\.targets)
    #expect(
      targets == [
        NotificationTarget(
          receiver: "oncall", kind: .alertmanager, address: "http://10.0.0.1:9093"),
        NotificationTarget(
          receiver: "oncall", kind: .alertmanager, address: "http://10.0.0.2:9093/am"),
        NotificationTarget(
          receiver: "chat", kind: .webhook, address: "https://hooks.example", least: .warning),
        NotificationTarget(
          receiver: "pager", kind: .command, address: "/srv/bin/page", least: .critical),
      ])
    #expect(configuration.receivers[1].authorization?.path == "/srv/secrets/chat")
    #expect(
      configuration.receivers[2].way
        == .command(["/srv/bin/page", "--team", "ml ops", "7", "true"]))
  }

  @Test func `nobody is told where nobody is named`() throws {
    let configuration = try #require(load("listen: 127.0.0.1:1").configuration)
    #expect(configuration.receivers.isEmpty && configuration.externalURL == nil)
  }

  @Test func `the variable holds a line of YAML`() throws {
    let result = load(
      "listen: 127.0.0.1:1",
      ["VIGIA_NOTIFY": "[{ name: a, webhook: 'https://h.example/' }]"])
    #expect(result.diagnostics.isEmpty)
    #expect(result.configuration?.receivers.map(\.name) == ["a"])
  }

  @Test(
    arguments: [
      (
        "notify: oncall",
        "1:9: notify: expected a list of { name: ..., webhook: ... }, found text \"oncall\""
      ),
      ("notify: [chat]", "1:10: notify[1]: expected a block of keys, found text \"chat\""),
      (
        "notify: [{ webhook: https://h.example }]",
        "1:10: notify[1] needs \"name\", which is missing"
      ),
      (
        "notify: [{ name: a b, webhook: https://h.example }]",
        "1:18: notify[1].name: expected a name of letters, digits, . - and _, found text \"a b\""
      ),
      (
        "notify: [{ name: a }]",
        "1:10: notify[1]: expected one of alertmanager, webhook and command, found none of them"
      ),
      (
        "notify: [{ name: a, webhook: https://h.example, command: [x] }]",
        "1:49: notify[1]: expected one of alertmanager, webhook and command, found 2 of them"
      ),
      (
        "notify: [{ name: a, webook: https://h.example, command: [x] }]",
        "1:21: unknown key \"webook\"; did you mean \"webhook\"?"
      ),
      (
        "notify: [{ name: a, webhook: https://ada:S3CRET@h.example/ }]",
        "1:30: notify[1].webhook: expected a URL without a user and password; put a token into "
          + "authorization_file, found another text"
      ),
      (
        "notify: [{ name: a, webhook: http://169.254.169.254/S3CRET }]",
        "1:30: notify[1].webhook: expected an address that is not link-local, found another text"
      ),
      (
        "notify: [{ name: a, alertmanager: [http://h:1, http://h:1/] }]",
        "1:48: notify[1].alertmanager[2]: expected each URL once, found text \"http://h:1/\""
      ),
      (
        "notify: [{ name: a, command: page }]",
        "1:30: notify[1].command: expected a list of a program's path and its arguments, found text "
          + "\"page\""
      ),
      (
        "notify: [{ name: a, command: [page, [x]] }]",
        "1:37: notify[1].command[2]: expected an argument, found a list of 1"
      ),
      (
        "notify: [{ name: a, command: [x], authorization_file: t }]",
        "1:35: notify[1].authorization_file: a file is not taken: a command gets none; it can read "
          + "one itself"
      ),
      (
        "notify: [{ name: a, command: [x], severity: page }]",
        "1:45: notify[1].severity: expected info, warning or critical, found text \"page\""
      ),
      (
        "notify: [{ name: a, command: [x] }, { name: a, command: [y] }]",
        "1:37: notify[2].name: expected each name once, found \"a\""
      ),
      (
        "external_url: vigia.example",
        "1:15: external_url: expected a URL as http://10.0.0.5:8000, found text \"vigia.example\""
      ),
    ])
  func `what is wrong is told with its place, and no secret`(text: String, message: String) {
    let result = load(text)
    #expect(result.configuration == nil)
    #expect(result.diagnostics.map(\.description) == ["vigia.yaml:\(message)"])
  }
}
