package import Alerting
import Foundation
import PromQL
import RuleFiles

/// The rules that a server is to keep, as they stand on the disk.
package struct RuleSet: Sendable {
  package internal(set) var groups: [RuleGroup]
  /// Alerts and recorded series that a unit test beside the rules looks at.
  package internal(set) var tested: Set<String>
  var found: [Problem]
  /// In the order of reading.
  var files: [String]
  /// The files that each pattern names.
  var matches: [String: [String]]

  struct Problem: Sendable {
    /// A file, or a pattern that names none.
    var place: String
    var text: String
  }

  /// `file:line:column: reason`.
  package var problems: [String] { found.map(\.text) }

  /// - Parameter patterns: absolute paths in which `*` and `?` may stand.
  package init(patterns: [String]) {
    let library = RuleLibrary(patterns: patterns)
    groups = library.groups
    (files, matches) = (library.files, library.matches)
    found =
      library.diagnostics.map { Problem(place: $0.path, text: $0.description) }
      + library.unmatched.map { Problem(place: $0, text: "\($0): no such rule file") }
    tested = Set(Self.tests(beside: library.files).flatMap(Self.names))
  }

  private static func tests(beside files: [String]) -> [String] {
    let folders = Set(files.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path })
    return folders.sorted().flatMap { folder -> [String] in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/tests")) ?? []
      return names.filter { $0.hasSuffix("_test.yaml") || $0.hasSuffix("_test.yml") }
        .map { "\(folder)/tests/\($0)" }
    }
  }

  private static func names(in path: String) -> [String] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let file = RuleTestFile.read(text, path: path).0
    else { return [] }
    return file.tests.flatMap { test in
      test.alerts.map(\.alert)
        + test.expressions.flatMap { one in
          (try? Query(one.expression))?.selectors.map(\.metricName) ?? []
        }
    }
  }

  /// The rules that come with Vigia.
  static func standardPatterns(executable: String? = Bundle.main.executablePath) -> [String] {
    standardFolder("rules", with: "serving.yaml", executable).map { ["\($0)/*.yaml"] } ?? []
  }

  /// Their pages.
  static func standardRunbooks(executable: String? = Bundle.main.executablePath) -> String? {
    standardFolder("runbooks", with: "Watchdog.md", executable)
  }

  /// A folder in a parent of the executable, or in `share/vigia` there, that has this file.
  private static func standardFolder(
    _ name: String, with file: String, _ executable: String?
  ) -> String? {
    guard let executable else { return nil }
    var folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath()
    for _ in 0..<6 where folder.path != "/" {
      folder.deleteLastPathComponent()
      for place in [name, "share/vigia/\(name)"] {
        let candidate = folder.appendingPathComponent(place).path
        if FileManager.default.fileExists(atPath: "\(candidate)/\(file)") { return candidate }
      }
    }
    return nil
  }
}
