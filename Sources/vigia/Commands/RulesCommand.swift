import Alerting
import ArgumentParser
import RuleFiles

/// `vigia rules`: rule files and their unit tests, without a server.
struct RulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Show, check and test the rules that raise alerts.",
    subcommands: [List.self, Test.self, Check.self])

  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Run unit tests of rules, in promtool's format.",
      discussion: """
        All rules are evaluated at every evaluation_interval from 0 on over the series of the test, as Prometheus 2.42 would, \
        and compared with what the file expects: the alerts that fire, labels and annotations whole, and the values of \
        expressions. The rule_files that it names start at its own folder, and may have * and ?.

          vigia rules test rules/tests/*_test.yaml

        Exit 0 all as expected, 1 something is not, 2 usage, or a file that cannot be used (file:line:column: reason).
        """)
    @Argument(help: ArgumentHelp("The unit-test files.", valueName: "file"))
    var files: [String]
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let reports = files.map(RuleTestReport.init)
      if json {
        try Output.json(Summary(reports))
      } else {
        reports.forEach(print)
      }
      if reports.contains(where: { !$0.diagnostics.isEmpty }) { throw ExitCode(2) }
      if reports.contains(where: { !$0.isPassed }) { throw ExitCode(1) }
    }

    private func print(_ report: RuleTestReport) {
      for warning in report.warnings { Output.note("vigia: \(report.path): \(warning)") }
      for diagnostic in report.diagnostics { Output.line(diagnostic.description) }
      guard report.diagnostics.isEmpty else { return }
      guard !report.isPassed else {
        return Output.line(
          "\(report.path): ok, \(report.cases) expectations in \(report.tests) tests")
      }
      Output.line(
        "\(report.path): FAILED, \(report.failures.count) of \(report.cases) expectations")
      for failure in report.failures {
        for line in failure.description.split(separator: "\n") { Output.line(String(line)) }
        Output.line("")
      }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check rule files.",
      discussion: """
        Prints file:line:column: reason for each thing that is wrong in a file of Prometheus' format (2.42): unknown keys, \
        durations, names, expressions, templates. A console takes the groups in which nothing is wrong. Exit 1 when \
        something is.
        """)
    @Argument(help: ArgumentHelp("The rule files.", valueName: "file"))
    var files: [String]
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let library = RuleLibrary(patterns: files)
      let diagnostics =
        library.diagnostics
        + library.unmatched.map { FileDiagnostic(path: $0, reason: "no such file") }
      let rules = library.groups.flatMap(\.rules)
      let alerts = rules.count { if case .alert = $0 { true } else { false } }
      if json {
        try Output.json(
          CheckSummary(
            groups: library.groups.count, alerts: alerts, records: rules.count - alerts,
            diagnostics: diagnostics.map(DiagnosticSummary.init)))
      } else {
        for diagnostic in diagnostics { Output.line(diagnostic.description) }
        if diagnostics.isEmpty {
          Output.line(
            "ok: \(alerts) alerts and \(rules.count - alerts) recording rules in "
              + "\(library.groups.count) groups")
        }
      }
      if !diagnostics.isEmpty { throw ExitCode(1) }
    }
  }
}

// MARK: JSON

private struct Summary: Encodable {
  var passed: Bool
  var files: [FileSummary]

  init(_ reports: [RuleTestReport]) {
    passed = reports.allSatisfy(\.isPassed)
    files = reports.map(FileSummary.init)
  }
}

private struct FileSummary: Encodable {
  var file: String
  var passed: Bool
  var tests: Int
  var expectations: Int
  var failures: [Failure]
  var diagnostics: [DiagnosticSummary]
  var warnings: [String]

  struct Failure: Encodable {
    var test: String
    var text: String
  }

  init(_ report: RuleTestReport) {
    file = report.path
    passed = report.isPassed
    tests = report.tests
    expectations = report.cases
    failures = report.failures.map { Failure(test: $0.test, text: $0.description) }
    diagnostics = report.diagnostics.map(DiagnosticSummary.init)
    warnings = report.warnings
  }
}

private struct CheckSummary: Encodable {
  var groups: Int
  var alerts: Int
  var records: Int
  var diagnostics: [DiagnosticSummary]
}

private struct DiagnosticSummary: Encodable {
  var file: String
  var line: Int?
  var column: Int?
  var reason: String

  init(_ diagnostic: FileDiagnostic) {
    file = diagnostic.path
    line = diagnostic.place?.line
    column = diagnostic.place?.column
    reason = diagnostic.reason
  }
}
