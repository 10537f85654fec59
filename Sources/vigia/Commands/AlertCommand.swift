import ArgumentParser
import Domain
import Foundation
import Integrations

/// `vigia alert`: what fires, who has it in hand, and what is silenced.
struct AlertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alert", abstract: "Show, acknowledge and silence alerts.",
    subcommands: [
      List.self, Acknowledge.self, Silencing.self, Expire.self, TestPage.self,
    ])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Alerts, the most urgent first.",
      discussion: "Exit 1 when one fires that nobody has in hand and that is not silenced.")
    @Flag(help: "Silences, too.") var silences = false
    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      let report = try await connection.withClient { try await $0.alerts() }
      let isOpen = report.alerts.contains {
        $0.isFiring && !$0.isQuiet && $0.severity > .info
      }
      if json {
        try Output.json(report)
      } else {
        show(report)
      }
      if isOpen { throw ExitCode(1) }
    }

    private func show(_ report: AlertReport) {
      let now = Timestamp.now
      if report.alerts.isEmpty {
        Output.line("no alert")
      } else {
        Output.table(
          ["ID", "STATE", "SEVERITY", "ALERT", "AGE", "VALUE", "IN HAND", "SUMMARY"],
          report.alerts.map { alert in
            [
              "\(alert.id)", state(alert), alert.severity.rawValue, alert.name,
              AlertText.span(alert.firedAt ?? alert.activeAt, now), AlertText.value(alert),
              alert.acknowledgement?.by ?? "",
              (alert.source.map { "@\($0): " } ?? "") + alert.summary,
            ]
          })
      }
      guard silences else { return }
      if report.silences.isEmpty { return Output.line("no silence") }
      Output.table(
        ["SILENCE", "MATCHERS", "UNTIL", "BY", "COMMENT"],
        report.silences.map { silence in
          [
            silence.id, silence.matchers.map(\.description).joined(separator: ", "),
            silence.endsAt > now ? Output.time(silence.endsAt) : "over", silence.createdBy,
            silence.comment,
          ]
        })
    }

    private func state(_ alert: Alert) -> String {
      if alert.isFiring, !alert.silencedBy.isEmpty { return "silenced" }
      if alert.isFiring, alert.inhibitedBy != nil { return "consequence" }
      return alert.state.rawValue.replacing("_", with: " ")
    }
  }

  struct Acknowledge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ack", abstract: "Say that you have an alert in hand.",
      discussion: """
        Everybody who looks sees it. A pager that Vigia does not know is not told.

          vigia alert ack 1f2e3d4c5b6a7988 --reason "looking at it"
        """)
    @Argument(help: "Its id, as `vigia alert list` shows it.") var id: String
    @Option(help: ArgumentHelp("For so long, as 30m or 2h; else until it is over.")) var `for`:
      String?
    @Flag(help: "Take it back.") var undo = false
    @OptionGroup var steering: SteeringOptions

    func run() async throws {
      guard let alert = AlertID(id) else {
        throw ValidationError("an alert's id is 16 hexadecimal digits, found \(id)")
      }
      if undo { return try await steering.send(.unacknowledge(alert: alert)) }
      let until = try `for`.map { try AlertCommand.end(after: $0) }
      try await steering.send(.acknowledge(alert: alert, until: until))
    }
  }

  struct Silencing: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "silence", abstract: "Page nobody for alerts that fit, for a while.",
      discussion: """
        A matcher is name=value, name!=value, name=~regex or name!~regex; all must fit.

          vigia alert silence model=electricity severity!=critical --for 2h --reason "planned load test"
        """)
    @Argument(help: "What the alerts' labels must be.") var matchers: [String]
    @Option(help: ArgumentHelp("How long, as 30m, 2h or 3d.")) var `for`: String
    @OptionGroup var steering: SteeringOptions

    func run() async throws {
      let matchers = try matchers.map { text in
        guard let matcher = AlertMatcher(text) else {
          throw ValidationError(
            "expected name=value, name!=value, name=~regex or name!~regex, found \(text)")
        }
        return matcher
      }
      let until = try AlertCommand.end(after: `for`)
      try await steering.send(.silence(matchers: matchers, until: until))
    }
  }

  struct Expire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "unsilence", abstract: "End a silence.")
    @Argument(help: "Its id, as `vigia alert list --silences` shows it.") var id: String
    @OptionGroup var steering: SteeringOptions

    func run() async throws { try await steering.send(.expireSilence(id: id)) }
  }

  struct TestPage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "test", abstract: "Send a test page to everybody who is told of alerts.",
      discussion: """
        It goes to every receiver, whatever the least is that it is told. What stands behind one (an Alertmanager's routes) may \
        tell by the severity whom it wakes: --severity critical goes the whole way.
        """)
    @Option(
      help: ArgumentHelp("Of this severity: info, warning or critical.", valueName: "word"))
    var severity = "info"
    @OptionGroup var steering: SteeringOptions

    func run() async throws {
      guard let severity = Alert.Severity(rawValue: severity) else {
        throw ValidationError("expected info, warning or critical, found \(severity)")
      }
      try await steering.send(.testPage(severity: severity))
    }
  }

  /// - Throws: for anything but a whole number with s, m, h or d behind it.
  static func end(after text: String) throws -> Timestamp {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()),
      number > 0, number.isFinite
    else { throw ValidationError("expected a time as 30m, 2h or 3d, found \(text)") }
    return Timestamp.now.adding(seconds: number * unit)
  }
}
