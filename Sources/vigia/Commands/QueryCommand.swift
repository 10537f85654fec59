import ArgumentParser
import Control
import Domain
import Foundation
import Integrations
import PromQL
import Storage

/// `vigia query`: the rules' language over what a server measured lately.
struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query", abstract: "Evaluate an expression in PromQL over a server's series.",
    discussion: """
      Reads the series of /metrics: of the last hour as rules read them, each five seconds, ALERTS and recorded series among \
      them; of the time before as the store has it: requests, labels, times, latency and the machine each minute for a \
      month, each hour for two years, each ten seconds where a question spans six hours or less of the last two days; \
      clients each minute for a day; drift, labelled blocks and comparisons as they were judged, budgets and accuracy each four \
      minutes. Burn rates have no past: ask for the requests.

        vigia query 'sum by (model) (rate(vigia_requests_total[1m]))'
        vigia query 'vigia_queue_depth' --range 10m --step 30s
        vigia query 'sum(rate(vigia_requests_total{outcome="failed"}[5m]))' --at 2026-11-26T03:12:00Z --range 1h
        vigia query --store /srv/dead-host/metrics.db 'sum(increase(vigia_requests_total[1d]))'
        vigia query --source fleet 'up == 0'      # what a source of the configuration says

      Exit 1 when the expression cannot be read (line:column: reason) or evaluated.
      """)
  @Argument(help: "The expression.") var expression: String
  @Option(
    help: ArgumentHelp(
      "At this moment: 2026-11-26T03:12:00Z, or seconds since 1970; now, or the store's last second, unless told.",
      valueName: "time"))
  var at: String?
  @Option(help: ArgumentHelp("Over so long until then, as 10m or 1d.", valueName: "duration"))
  var range: String?
  @Option(
    help: ArgumentHelp(
      "From one value to the next, as 30s; 15s unless told, more where a range is long.",
      valueName: "duration"))
  var step: String?
  @Option(
    help: ArgumentHelp(
      "Ask this source of the server's configuration instead.", valueName: "name"))
  var source: String?
  @Option(
    help: ArgumentHelp(
      "Ask a store without its server instead: metrics.db, or its folder.", valueName: "path"))
  var store: String?
  @OptionGroup var connection: ConnectionOptions
  @Flag(help: "Print Prometheus' JSON.") var json = false

  func run() async throws {
    let answer =
      if let store {
        try await answer(fromStore: store)
      } else {
        try await answerOfServer()
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

  private func answerOfServer() async throws -> MetricAnswer {
    let asked = try question(now: .now)
    return try await connection.withClient { client in
      try await Self.answer(asked, from: client)
    }
  }

  private func answer(fromStore path: String) async throws -> MetricAnswer {
    let source = try StoreConsoleSource.opened(path)
    defer { source.close() }
    return try await Self.answer(try question(now: source.snapshot.time), from: source)
  }

  private static func answer(
    _ question: MetricQuery, from source: any ConsoleSource
  ) async throws -> MetricAnswer {
    do throws(SourceError) {
      return try await source.metrics(question)
    } catch .invalid(let reason) {
      throw CommandFailure.found(reason)
    } catch .failed(let reason) {
      throw CommandFailure.found(reason)
    }
  }

  private func question(now: Timestamp) throws -> MetricQuery {
    let time = try at.map(Self.moment) ?? now.microseconds / 1_000
    var question = MetricQuery(expression: expression, time: time, source: source)
    guard let range else { return question }
    let length = try Self.milliseconds(range)
    // As many values as a wide terminal has columns.
    let step = try step.map(Self.milliseconds) ?? max(15_000, length / 240_000 * 1_000)
    question.range = .init(from: time - length, step: step)
    return question
  }

  private static func moment(_ text: String) throws -> Int64 {
    if let seconds = Double(text), seconds.magnitude < 1e12 { return Int64(seconds * 1_000) }
    if let date = try? Date(text, strategy: .iso8601) {
      return Int64((date.timeIntervalSince1970 * 1_000).rounded())
    }
    throw CommandFailure.usage(
      "expected a time as 2026-11-26T03:12:00Z or seconds since 1970, found \"\(text)\"")
  }

  /// `2m30s`, as in the language itself.
  private static func milliseconds(_ text: String) throws -> Int64 {
    do throws(PrometheusDuration.Malformed) {
      return try PrometheusDuration.parse(text)
    } catch {
      throw CommandFailure.usage(
        "expected a duration as 30s, 10m or 1h30m, found \"\(text)\": \(error.description)")
    }
  }
}
