import ArgumentParser
import Domain
import Foundation
import Integrations

/// `vigia query`: the rules' language over what a server measured lately.
struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query", abstract: "Evaluate an expression in PromQL over a server's series.",
    discussion: """
      Reads what the rules read: each series of /metrics each five seconds for an hour, and for those that rules look \
      further back on longer. ALERTS and recorded series are among them.

        vigia query 'sum by (model) (rate(vigia_requests_total[1m]))'
        vigia query 'vigia_queue_depth' --range 10m --step 30s
        vigia query --source fleet 'up == 0'      # what a source of the configuration says

      Exit 1 when the expression cannot be read (line:column: reason) or evaluated.
      """)
  @Argument(help: "The expression.") var expression: String
  @Option(help: ArgumentHelp("At this moment, in seconds since 1970.", valueName: "time"))
  var at: Double?
  @Option(help: ArgumentHelp("Over so long until then, as 10m.", valueName: "duration"))
  var range: String?
  @Option(help: ArgumentHelp("From one value to the next, as 30s.", valueName: "duration"))
  var step = "15s"
  @Option(
    help: ArgumentHelp(
      "Ask this source of the server's configuration instead.", valueName: "name"))
  var source: String?
  @OptionGroup var connection: ConnectionOptions
  @Flag(help: "Print Prometheus' JSON.") var json = false

  func run() async throws {
    let time = at.map { Int64($0 * 1_000) } ?? Timestamp.now.microseconds / 1_000
    var question = MetricQuery(expression: expression, time: time, source: source)
    if let range {
      question.range = .init(
        from: time - (try Self.milliseconds(range)), step: try Self.milliseconds(step))
    }
    let asked = question
    let answer = try await connection.withClient { client in
      do throws(SourceError) {
        return try await client.metrics(asked)
      } catch .invalid(let reason) {
        throw CommandFailure.found(reason)
      } catch .failed(let reason) {
        throw CommandFailure.found(reason)
      }
    }
    if json { return try Output.json(answer) }
    if answer.results.isEmpty { return Output.line("no series") }
    for result in answer.results { show(result, answer.kind) }
  }

  private func show(_ result: MetricAnswer.Result, _ kind: MetricAnswer.Kind) {
    let name = result.labels["__name__"] ?? ""
    let labels = result.labels.filter { $0.key != "__name__" }.sorted { $0.key < $1.key }
      .map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ", ")
    let series = name + (labels.isEmpty && !name.isEmpty ? "" : "{\(labels)}")
    guard kind == .matrix else {
      let value = result.points.first?.value ?? ""
      return Output.line(kind == .vector ? "\(series) \(value)" : value)
    }
    Output.line(series)
    for point in result.points {
      Output.line("  \(Output.time(Timestamp(microseconds: point.time * 1_000)))  \(point.value)")
    }
  }

  private static func milliseconds(_ text: String) throws -> Int64 {
    let now = Timestamp.now
    return (try AlertCommand.end(after: text).microseconds - now.microseconds) / 1_000
  }
}
