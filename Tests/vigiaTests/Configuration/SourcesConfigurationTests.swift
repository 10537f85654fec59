import Control
import Domain
import Integrations
import Testing
import vigia

/// Other servers whose series are asked for, as the configuration says it.
@Suite struct SourcesConfigurationTests {
  private func load(_ text: String, _ environment: [String: String] = [:])
    -> ConfigurationLoader.Result
  {
    ConfigurationLoader(environment: environment, workingDirectory: "/srv").load(text: text)
  }

  @Test func `sources are read with all that they may have`() throws {
    let result = load(
      """
      sources:
        - name: fleet
          url: http://10.0.0.5:9090/
          rules: [fleet/*.yaml, /etc/rules.yml]
          panels: [{ title: requests/s, expr: "sum(rate(http_requests_total[1m]))" }]
        - name: mimir
          url: https://mimir.example/prometheus
          authorization_file: secrets/mimir
          headers: { X-Scope-OrgID: team }
          timeout_ms: 1500.5
          interval_ms: 30000
          labels: { cluster: eu }
          rules: mimir.yaml
        - { name: vm, url: "http://10.0.0.6:8428", basic_auth: { username: ada, password_file: pw } }
      """)
    #expect(result.diagnostics.isEmpty)
    let sources = try #require(result.configuration).sources
    #expect(sources.map(\.name) == ["fleet", "mimir", "vm"])
    #expect(
      sources.map { "\($0.address)" } == [
        "http://10.0.0.5:9090", "https://mimir.example/prometheus", "http://10.0.0.6:8428",
      ])
    #expect(sources[0].rules == ["/srv/fleet/*.yaml", "/etc/rules.yml"])
    #expect(sources[0].interval == 15_000 && sources[0].limits.query == .seconds(2))
    #expect(sources[0].panels.map(\.title) == ["requests/s"])
    #expect(sources[0].panels.map(\.expression) == ["sum(rate(http_requests_total[1m]))"])
    #expect(sources[1].credentials == .bearer(AuthorizationFile(path: "/srv/secrets/mimir")))
    #expect(sources[1].headers == [.init(name: "X-Scope-OrgID", value: "team")])
    #expect(sources[1].limits.query == .microseconds(1_500_500) && sources[1].interval == 30_000)
    #expect(sources[1].labels == ["cluster": "eu"] && sources[1].rules == ["/srv/mimir.yaml"])
    #expect(
      sources[2].credentials
        == .basic(user: "ada", password: AuthorizationFile(path: "/srv/pw")))
  }

  @Test func `the variable holds a line of YAML, and none is the rule`() throws {
    let result = load(
      "listen: 127.0.0.1:1", ["VIGIA_SOURCES": "[{ name: a, url: 'http://h.example:9090' }]"])
    #expect(result.diagnostics.isEmpty)
    #expect(result.configuration?.sources.map(\.name) == ["a"])
    #expect(load("listen: 127.0.0.1:1").configuration?.sources == [])
  }

  @Test(
    arguments: [
      (
        "sources: fleet",
        "1:10: sources: expected a list of { name: ..., url: ... }, found text \"fleet\""
      ),
      ("sources: [fleet]", "1:11: sources[1]: expected a block of keys, found text \"fleet\""),
      ("sources: [{ url: 'http://h' }]", "name"), ("sources: [{ name: a }]", "url"),
      ("sources: [{ name: a, url: h }]", "expected a URL as http://10.0.0.5:8000"),
      (
        "sources: [{ name: a, url: 'http://u:p@h' }]",
        "put them into basic_auth, found another text"
      ),
      ("sources: [{ name: a, url: 'http://169.254.169.254' }]", "not link-local"),
      ("sources: [{ name: a, url: 'http://h?x=1' }]", "ends with its path"),
      ("sources: [{ name: 'a b', url: 'http://h' }]", "a name of letters"),
      ("sources: [{ name: a, url: 'http://h' }, { name: a, url: 'http://i' }]", "each name once"),
      ("sources: [{ name: a, url: 'http://h', rule: [x] }]", "rules"),
      ("sources: [{ name: a, url: 'http://h', timeout_ms: 1 }]", "from 10 to 60000"),
      ("sources: [{ name: a, url: 'http://h', interval_ms: 10 }]", "from 1000 to 3600000"),
      (
        "sources: [{ name: a, url: 'http://h', labels: { source: x } }]",
        "alertname and source are given"
      ),
      ("sources: [{ name: a, url: 'http://h', labels: { a-b: x } }]", "a label's name"),
      ("sources: [{ name: a, url: 'http://h', headers: { Content-Type: x } }]", "a header"),
      (
        "sources: [{ name: a, url: 'http://h', authorization_file: x, basic_auth: { username: u, password_file: p } }]",
        "one of authorization_file and basic_auth, found both"
      ),
      ("sources: [{ name: a, url: 'http://h', basic_auth: { username: u } }]", "password_file"),
      (
        "sources: [{ name: a, url: 'http://h', basic_auth: { username: 'a:b', password_file: p } }]",
        "without a colon"
      ),
      ("sources: [{ name: a, url: 'http://h', basic_auth: x }]", "a block of keys"),
      ("sources: [{ name: a, url: 'http://h', panels: up }]", "a list of at most 8"),
      ("sources: [{ name: a, url: 'http://h', panels: [{ title: x }] }]", "expr"),
      ("sources: [{ name: a, url: 'http://h', panels: [{ title: x, expr: y, z: 1 }] }]", "z"),
    ])
  func `what is wrong with a source is told at its place`(text: String, words: String) {
    let result = load(text)
    #expect(result.configuration == nil)
    #expect(result.diagnostics.contains { $0.description.contains(words) }, "\(result.diagnostics)")
  }

  @Test func `a message never repeats a password`() {
    let text = load("sources: [{ name: a, url: 'http://u:S3CRET@h' }]").diagnostics
      .map(\.description).joined()
    #expect(!text.isEmpty && !text.contains("S3CRET"))
  }
}
