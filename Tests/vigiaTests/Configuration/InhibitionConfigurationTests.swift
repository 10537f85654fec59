import Alerting
import Domain
import Testing
import vigia

/// What hides what, as the configuration says it in Alertmanager's form.
@Suite struct InhibitionConfigurationTests {
  private func load(_ text: String) -> ConfigurationLoader.Result {
    ConfigurationLoader(environment: [:], workingDirectory: "/srv").load(text: text)
  }

  @Test func `rules of one's own are read, and hide`() throws {
    let result = load(
      """
      inhibit_rules:
        - source_matchers: [alertname="DatabaseDown"]
          target_matchers: [alertname=~"Model.*|Release.*", severity!="info"]
          equal: [model]
        - source_matchers: severity=critical, team=data
          target_matchers: [severity="warning"]
      """)
    #expect(result.diagnostics.isEmpty)
    let rules = try #require(result.configuration?.inhibitions)
    #expect(rules.count == 2 && rules[0].equal == ["model"] && rules[1].equal.isEmpty)
    #expect(rules[1].source.map(\.name) == ["severity", "team"])
    let now = Timestamp(seconds: 1_000)
    func alert(_ labels: [String: String]) -> Alert {
      Alert(labels: labels, state: .firing, value: 1, activeAt: now, firedAt: now)
    }
    let cause = alert(["alertname": "DatabaseDown", "model": "m"])
    let consequence = alert(["alertname": "ModelSlow", "model": "m", "severity": "critical"])
    let other = alert(["alertname": "ModelSlow", "model": "n", "severity": "critical"])
    var inbox = AlertInbox()
    #expect(
      inbox.alerts(from: [cause, consequence, other], at: now).allSatisfy { $0.inhibitedBy == nil })
    inbox.use(InhibitRule.standard + rules)
    let seen = inbox.alerts(from: [cause, consequence, other], at: now)
    #expect(seen.first { $0.id == consequence.id }?.inhibitedBy == cause.id)
    #expect(seen.first { $0.id == other.id }?.inhibitedBy == nil)
  }

  @Test(arguments: [
    ("inhibit_rules: a", "1:16: inhibit_rules: expected a list of { source_matchers: [...]"),
    (
      "inhibit_rules: [{ target_matchers: [a=b] }]",
      "1:17: inhibit_rules[1] needs \"source_matchers\", which is missing"
    ),
    (
      "inhibit_rules: [{ source_matchers: [a], target_matchers: [a=b] }]",
      "1:37: inhibit_rules[1].source_matchers: expected matchers as"
    ),
    (
      "inhibit_rules: [{ source_matchers: ['a=~\"(\"'], target_matchers: [a=b] }]",
      "1:17: inhibit_rules[1]: expected patterns that can be read"
    ),
    (
      "inhibit_rules: [{ source_matchers: [a=b], target_matchers: [a=b], equal: model }]",
      "inhibit_rules[1].equal: expected a list of labels' names"
    ),
    ("inhibit_rules: [{ source: [a=b] }]", "unknown key \"source\""),
  ])
  func `what is wrong is said with its place`(_ text: String, _ message: String) {
    let result = load(text)
    let found = result.diagnostics.map { "\($0)" }
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }
}
