package import Alerting

/// What the unit tests of one file came to.
package struct RuleTestReport: Sendable {
  package var path: String
  package var tests = 0
  /// Assertions that were made, those that failed among them.
  package var cases = 0
  /// Why the file, or its rule files, cannot be used; no test ran then.
  package var diagnostics: [FileDiagnostic] = []
  package var failures: [RuleTestFailure] = []
  package var warnings: [String] = []

  package var isPassed: Bool { diagnostics.isEmpty && failures.isEmpty }

  /// Reads the file, and the rule files that it names from its own folder on, and runs the tests.
  package init(path: String) {
    self.path = path
    let file: RuleTestFile
    do throws(FileDiagnostic) {
      let (read, problems) = RuleTestFile.read(try TextFile.read(path), path: path)
      guard let read else {
        diagnostics = problems
        return
      }
      file = read
    } catch {
      diagnostics = [error]
      return
    }
    // Without a test nothing needs the rules: so promtool takes it.
    guard !file.tests.isEmpty else { return }
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) }
    let library = RuleLibrary(patterns: file.ruleFiles, folder: folder ?? "")
    warnings = library.unmatched.map { "no file match pattern \($0)" }
    diagnostics = library.diagnostics
    guard diagnostics.isEmpty else { return }
    tests = file.tests.count
    cases = file.tests.reduce(0) { $0 + $1.alerts.count + $1.expressions.count }
    failures = RuleTestRunner(file, groups: library.groups).run()
  }
}
