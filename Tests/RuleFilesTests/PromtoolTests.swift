import Alerting
import Foundation
import RuleFiles
import Testing

/// The cases of `Fixtures/promtool`, each with what the real promtool 2.42 said of it (`Fixtures/promtool/record`).
@Suite struct PromtoolTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/promtool").path

  static let cases: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  @Test func `there are cases that pass and cases that fail`() throws {
    let codes = try Self.cases.map { try said($0).code }
    #expect(codes.count { $0 == 0 } >= 15)
    #expect(codes.count { $0 != 0 } >= 15)
  }

  @Test(arguments: cases)
  func `a file of unit tests passes where it passes in promtool, and fails in its words`(
    name: String
  ) throws {
    let (code, text) = try said(name)
    let report = RuleTestReport(path: "\(Self.folder)/\(name).yaml")
    #expect(report.isPassed == (code == 0), "\(report.diagnostics) \(report.failures)")
    // What cannot be read is told with file, line and column; what is not as expected, in promtool's words.
    let ownWords = report.failures.contains { $0.description.hasPrefix("error in line") }
    guard report.diagnostics.isEmpty, !ownWords else { return }
    let lines = report.failures.flatMap { $0.description.split(separator: "\n").map(String.init) }
    #expect(lines == text)
  }

  private func said(_ name: String) throws -> (code: Int, text: [String]) {
    let text = try String(contentsOfFile: "\(Self.folder)/\(name).said", encoding: .utf8)
    var lines = text.split(separator: "\n").map(String.init)
    let code = try #require(Int(lines.removeFirst()))
    return (code, lines.filter { !$0.hasPrefix("  FAILED:") && !$0.hasPrefix("  WARNING:") })
  }
}
