import Alerting
import Domain
import Foundation
import PromQL
import RuleFiles
import Testing

/// The rules that Vigia brings: `rules`, `rules/tests`, `runbooks`.
@Suite struct DefaultRulesTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  private static let library = RuleLibrary(patterns: ["rules/*.yaml"], folder: root)

  static let testFiles: [String] = {
    let folder = root + "/rules/tests"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix("_test.yaml") }.sorted().map { folder + "/" + $0 }
  }()

  private static let alerts: [AlertRule] = library.groups.flatMap(\.rules).compactMap {
    if case .alert(let rule) = $0 { rule } else { nil }
  }

  @Test func `all rules load`() {
    #expect(Self.library.diagnostics.isEmpty)
    #expect(Self.library.files.count >= 6)
    #expect(Self.alerts.count >= 30)
  }

  @Test(arguments: testFiles)
  func `the rules do what their unit tests say`(path: String) {
    let report = RuleTestReport(path: path)
    #expect(report.diagnostics.isEmpty)
    #expect(report.failures.map(\.description) == [])
    #expect(report.cases > 0)
  }

  @Test func `each alert is tested where it fires and where it does not`() throws {
    var fires: Set<String> = []
    var isQuiet: Set<String> = []
    for path in Self.testFiles {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let file = try #require(RuleTestFile.read(text, path: path).0)
      for expectation in file.tests.flatMap(\.alerts) {
        if expectation.expected.isEmpty {
          isQuiet.insert(expectation.alert)
        } else {
          fires.insert(expectation.alert)
        }
      }
    }
    let names = Set(Self.alerts.map(\.name))
    #expect(names.subtracting(fires) == [])
    #expect(names.subtracting(isQuiet) == ["Watchdog"])
  }

  @Test func `each alert says how severe it is, what is wrong, and where its page is`() {
    for alert in Self.alerts {
      let severity = alert.labels.first { $0.name == "severity" }?.template.text
      #expect(["critical", "warning", "info"].contains(severity), "\(alert.name)")
      #expect(alert.annotations.map(\.name) == ["description", "runbook_url", "summary"])
      let page = alert.annotations.first { $0.name == "runbook_url" }?.template.text
      #expect(page == "runbooks/\(alert.name).md")
    }
  }

  private static let series: Set<String> = Set(
    SeriesCatalogue.all.flatMap { series in
      series.kind == .histogram
        ? ["_bucket", "_sum", "_count"].map { series.name + $0 } : [series.name]
    })

  @Test func `rules read series that exist`() {
    let recorded = Set(
      Self.library.groups.flatMap(\.rules).compactMap { rule -> String? in
        if case .record(let rule) = rule { rule.name } else { nil }
      })
    for rule in Self.library.groups.flatMap(\.rules) {
      for selector in rule.query.selectors {
        let isKnown =
          Self.series.contains(selector.name) || recorded.contains(selector.name)
          || selector.name == "ALERTS"
        #expect(isKnown, "\(rule.name): \(selector.name)")
      }
    }
  }

  @Test func `each alert has a page of its name, and each page an alert`() throws {
    let folder = Self.root + "/runbooks"
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".md") }
    #expect(Set(pages) == Set(Self.alerts.map { "\($0.name).md" }))
    for alert in Self.alerts {
      let text = try String(contentsOfFile: "\(folder)/\(alert.name).md", encoding: .utf8)
      let severity = alert.labels.first { $0.name == "severity" }?.template.text ?? ""
      #expect(text.hasPrefix("---\nalert: \(alert.name)\nseverity: \(severity)\n"))
      #expect(text.contains("\n# \(alert.name)\n"))
      let parts = ["## Meaning", "## Impact", "## Diagnosis", "## Mitigation"]
      let places = parts.compactMap { text.firstRange(of: "\n\($0)\n")?.lowerBound }
      #expect(places.count == parts.count && places == places.sorted(), "\(alert.name)")
      #expect(text.contains("\n- [ ] "))
    }
  }

  @Test func `the checks of each page can be read, over series that exist`() throws {
    for alert in Self.alerts {
      let path = "\(Self.root)/runbooks/\(alert.name).md"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      for line in text.split(separator: "\n") where line.hasPrefix("    query: '") {
        let query = String(line.dropFirst(12).dropLast()).replacing("''", with: "'")
        for selector in try Query(query).selectors {
          #expect(
            Self.series.contains(selector.name) || selector.name == "ALERTS",
            "\(alert.name): \(selector.name)")
        }
      }
    }
  }

  @Test func `a page on which a rollback would be wrong says so first`() throws {
    for alert in Self.alerts {
      let path = "\(Self.root)/runbooks/\(alert.name).md"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      guard text.contains("Do not roll back") else { continue }
      #expect(text.contains("\n# \(alert.name)\n\n**Do not roll back"), "\(alert.name)")
    }
  }
}
