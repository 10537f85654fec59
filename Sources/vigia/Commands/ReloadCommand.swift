import ArgumentParser
import Domain
import Integrations

/// `vigia reload`: what a changed file or SIGHUP does, with an answer.
struct ReloadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload", abstract: "Have a server read its configuration and rule files again.",
    discussion: """
      A server does so by itself within a few seconds after a file has changed, and at SIGHUP. Rules, receivers (notify), \
      sources and external_url are taken over; what else has changed takes a restart, and is named. No traffic moves. Of a \
      file with something wrong in it what was in force stays. Exit 1 when there is one: file:line:column: reason.
      """)
  @OptionGroup var connection: ConnectionOptions
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let report = try await connection.withClient { try await $0.reload() }
    if json {
      try Output.json(report)
    } else if report.isEmpty {
      Output.line("nothing has changed")
    } else {
      for change in report.changes { Output.line(change) }
      for key in report.needsRestart { Output.line("\(key) takes a restart") }
      for problem in report.problems { Output.line(problem) }
    }
    if !report.problems.isEmpty { throw ExitCode(1) }
  }
}
