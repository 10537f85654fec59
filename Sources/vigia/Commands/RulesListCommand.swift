import ArgumentParser
import Domain
import Foundation
import Integrations

extension RulesCommand {
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "How each rule of a running server stands.",
      discussion: """
        State, how long ago it was evaluated and fired last, and whether a unit test looks at it. Exit 1 when a rule cannot \
        be evaluated.
        """)
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      let rules = try await connection.withClient { try await $0.alerts().rules }
      if json {
        try Output.json(rules)
      } else {
        let now = Timestamp.now
        Output.table(
          ["GROUP", "RULE", "STATE", "EVALUATED", "LAST FIRED", "TESTED"],
          rules.map { rule in
            [
              (rule.source.map { "@\($0) " } ?? "") + rule.group, rule.name,
              rule.isRecording ? "recording" : rule.state.words,
              rule.lastEvaluation.map { "\(AlertText.span($0, now)) ago" } ?? "never",
              rule.isRecording
                ? "" : rule.lastFired.map { "\(AlertText.span($0, now)) ago" } ?? "never",
              rule.isTested == true ? "yes" : "never tested",
            ]
          })
        for rule in rules {
          if let failure = rule.failure { Output.line("\(rule.name): \(failure)") }
        }
      }
      if rules.contains(where: { $0.failure != nil }) { throw ExitCode(1) }
    }
  }
}

extension RuleStatus.State {
  var words: String { rawValue.replacing("_", with: " ") }
}

/// How alerts are written in tables.
enum AlertText {
  /// How long before `now`.
  static func span(_ time: Timestamp, _ now: Timestamp) -> String {
    let seconds = Int(max(0, now.secondsSince(time)))
    switch seconds {
    case ..<120: return "\(seconds) s"
    case ..<7_200: return "\(seconds / 60) min"
    case ..<172_800: return "\(seconds / 3_600) h"
    default: return "\(seconds / 86_400) d"
    }
  }

  /// `0.42 > 0.05`
  static func value(_ alert: Alert) -> String {
    let value = alert.value.map { String(format: "%.4g", $0) } ?? ""
    return [value, alert.bound ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
  }
}
