import Alerting
import Domain
import Foundation
import Testing

@testable import vigia

struct AlertFilesCheckTests {
  private static let today = Timestamp(seconds: 1_795_651_200)

  private static func folder(_ files: [String: String]) throws -> String {
    let root = NSTemporaryDirectory() + "vigia-check-\(UUID().uuidString)"
    for (name, text) in files {
      let path = "\(root)/\(name)"
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
        withIntermediateDirectories: true)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    return root
  }

  private static let rule = """
    groups:
      - name: g
        rules:
          - alert: QueueLong
            expr: vigia_queue_depth > 100
    """

  private static func page(
    _ alert: String, query: String = "vigia_queue_depth", tested: String = "2026-11-01"
  ) -> String {
    """
    ---
    alert: \(alert)
    severity: warning
    owner: model-serving
    last_tested: \(tested)
    panels: [traffic]
    checks:
      - name: waiting
        query: '\(query)'
    actions: [limit]
    first_action: "look"
    ---
    # \(alert)

    ## Meaning

    Requests wait.
    """
  }

  private static func check(_ files: [String: String]) throws -> AlertFilesCheck {
    let root = try folder(files)
    defer { try? FileManager.default.removeItem(atPath: root) }
    return AlertFilesCheck(
      rules: ["\(root)/rules/*.yaml"], runbooks: "\(root)/runbooks", now: today)
  }

  @Test func `rules and pages that fit each other are nothing to speak of`() throws {
    let found = try Self.check([
      "rules/g.yaml": Self.rule, "runbooks/QueueLong.md": Self.page("QueueLong"),
    ])
    #expect(found.problems == [] && found.warnings == [])
  }

  @Test func `an alert without a page, and a page without an alert, are problems`() throws {
    let found = try Self.check([
      "rules/g.yaml": Self.rule, "runbooks/Other.md": Self.page("Other"),
    ])
    #expect(found.problems.contains { $0.contains("QueueLong has no runbook") })
    #expect(found.problems.contains { $0.contains("Other.md") })
  }

  @Test func `a rule and a page's query that cannot be read are told with their place`() throws {
    let found = try Self.check([
      "rules/g.yaml": Self.rule.replacing("> 100", with: "> ("),
      "runbooks/QueueLong.md": Self.page("QueueLong", query: "rate("),
    ])
    #expect(found.problems.contains { $0.contains("rules/g.yaml:5:") })
    #expect(found.problems.contains { $0.contains("runbooks/QueueLong.md:9: ") })
  }

  @Test func `a page that nobody went through for long is a warning`() throws {
    let found = try Self.check([
      "rules/g.yaml": Self.rule,
      "runbooks/QueueLong.md": Self.page("QueueLong", tested: "2026-01-01"),
    ])
    #expect(found.problems == [])
    #expect(found.warnings.count == 1 && found.warnings[0].contains("warning"))
  }

  @Test func `what comes with Vigia has no problem`() throws {
    let patterns = RuleSet.standardPatterns()
    let rules = try #require(patterns.first)
    let root = URL(fileURLWithPath: rules).deletingLastPathComponent().deletingLastPathComponent()
    let found = AlertFilesCheck(
      rules: patterns, runbooks: root.appendingPathComponent("runbooks").path, now: Self.today)
    #expect(found.problems == [])
    let set = RuleSet(patterns: patterns)
    #expect(set.problems.isEmpty && set.groups.count >= 6)
    let alerts = set.groups.flatMap(\.rules).map(\.name).filter { !$0.contains(":") }
    #expect(Set(alerts).subtracting(set.tested).isEmpty, "each alert has a unit test")
  }

  @Test func `a rule over a name that nothing has is told, and one over what is recorded is not`()
    throws
  {
    let rules = """
      groups:
        - name: g
          rules:
            - record: model:errors:rate
              expr: sum by (model) (rate(vigia_requests_total[1m]))
            - alert: Typo
              expr: vigia_requests_totl > 1 and on () vigia_request_duration_seconds_bucket
            - alert: Fine
              expr: model:errors:rate > 1 and {model="m"} unless ALERTS
            - alert: Gone
              expr: absent(another_server_up)
      """
    let found = try Self.check(["rules/a.yaml": rules, "runbooks/Typo.md": Self.page("Typo")])
    let told = found.warnings.filter { $0.contains("no series of this server") }
    #expect(told.count == 1)
    #expect(told.first?.contains("Typo looks at vigia_requests_totl") == true)
  }
}
