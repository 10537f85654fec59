import Alerting
import Domain
import PromQL
import Synchronization
import Testing

@testable import Control

/// A source that says what a test wants.
private final class ScriptedSource: Sendable {
  typealias Reply = Result<MetricAnswer, SeriesSourceFailure>

  private let state = Mutex(State())

  private struct State {
    var replies: [String: Reply] = [:]
    var other: Reply = .success(MetricAnswer(kind: .vector, results: []))
    var asked: [String] = []
  }

  func set(_ query: String, _ reply: Reply?) { state.withLock { $0.replies[query] = reply } }
  func setOthers(_ reply: Reply) { state.withLock { $0.other = reply } }
  func takeAsked() -> [String] {
    state.withLock { state in
      defer { state.asked = [] }
      return state.asked
    }
  }

  func ask(_ question: MetricQuery) async -> Reply {
    state.withLock { state in
      state.asked.append(question.expression)
      return state.replies[question.expression] ?? state.other
    }
  }

  static func vector(_ values: ([String: String], String)...) -> Reply {
    .success(
      MetricAnswer(
        kind: .vector,
        results: values.map { labels, value in
          MetricAnswer.Result(labels: labels, points: [.init(time: 0, value: value)])
        }))
  }

  static let one = vector(([:], "1"))
  static let gone = Reply.failure(.silent(reason: "nobody listens there"))
}

struct SourceWatchTests {
  private static let start = Timestamp(seconds: 1_767_268_800)

  private static func rules(_ expressions: [String], labels: [String: String] = [:]) throws
    -> SourceRules
  {
    SourceRules(
      name: "fleet", address: "http://10.0.0.5:9090", interval: 10_000, labels: labels,
      groups: [
        RuleGroup(
          name: "g", file: "fleet.yaml",
          rules: try expressions.enumerated().map { index, text in
            .alert(AlertRule(name: "R\(index)", query: try Query(text)))
          })
      ])
  }

  private static func watch(
    _ source: ScriptedSource, _ expressions: [String], labels: [String: String] = [:]
  ) throws -> SourceWatch {
    SourceWatch(try rules(expressions, labels: labels)) { await source.ask($0) }
  }

  private static func at(_ seconds: Double) -> Timestamp { start.adding(seconds: seconds) }

  @Test func `values come with the source's name and labels, and a series keeps what it had`()
    async throws
  {
    let source = ScriptedSource()
    let watch = try Self.watch(source, ["up == 0"], labels: ["cluster": "eu", "job": "none"])
    source.set(
      "up == 0",
      ScriptedSource.vector((["__name__": "up", "job": "web", "source": "kafka"], "+Inf")))
    let (status, evaluations) = await watch.look(now: Self.start)
    #expect(status.state == .up && status.lastAnswer == Self.start && status.rules == 1)
    let labels = LabelSet(
      name: "up",
      ["job": "web", "source": "fleet", "exported_source": "kafka", "cluster": "eu"])
    #expect(
      evaluations.map(\.answers) == [[.samples([VectorSample(labels: labels, value: .infinity)])]])
    #expect(source.takeAsked() == ["up == 0"])
  }

  @Test func `nothing is false where a selector finds something, else no data`() async throws {
    let source = ScriptedSource()
    let watch = try Self.watch(source, ["up == 0", "typo > 1", "vector(1) > 2", "a", "absent(b)"])
    source.set("count(up)", ScriptedSource.one)
    source.set(
      "count(a)", .failure(.refused(MetricQueryFailure(isBadQuery: false, reason: "no"))))
    let (_, evaluations) = await watch.look(now: Self.start)
    #expect(
      evaluations.map(\.answers) == [[.samples([]), .noData, .samples([]), .samples([]), .noData]])
  }

  @Test func `what the source refuses, and what is no vector, is the rule's failure`() async throws
  {
    let source = ScriptedSource()
    let watch = try Self.watch(source, ["a", "b", "c"])
    source.set(
      "a", .failure(.refused(MetricQueryFailure(isBadQuery: true, reason: "1:2: parse error"))))
    source.set("b", .success(MetricAnswer(kind: .matrix, results: [])))
    source.set(
      "c",
      .success(
        MetricAnswer(
          kind: .scalar, results: [.init(labels: [:], points: [.init(time: 0, value: "3")])]
        )))
    let (status, evaluations) = await watch.look(now: Self.start)
    #expect(status.state == .up)
    #expect(
      evaluations.map(\.answers) == [
        [
          .failed("1:2: parse error"), .failed("rule result is not a vector or scalar"),
          .samples([VectorSample(labels: LabelSet(["source": "fleet"]), value: 3)]),
        ]
      ])
  }

  @Test func `a source that is gone ends the round, is left alone for longer, and comes back`()
    async throws
  {
    let source = ScriptedSource()
    let watch = try Self.watch(source, ["a", "b", "c"])
    source.setOthers(ScriptedSource.gone)
    var (status, evaluations) = await watch.look(now: Self.start)
    #expect(status.state == .down && status.lastFailure == "nobody listens there")
    #expect(status.lastAnswer == nil && status.age(at: Self.at(7)) == 7)
    #expect(evaluations.map(\.answers) == [[.noData, .noData, .noData]])
    #expect(source.takeAsked() == ["a", "vector(1)"])
    // Whether it is back is asked first, more and more rarely, and once a minute at least.
    var asked: [Double] = []
    for second in 1...200 {
      (status, evaluations) = await watch.look(now: Self.at(Double(second)))
      let questions = source.takeAsked()
      guard !questions.isEmpty else { continue }
      #expect(questions == ["vector(1)"] && evaluations.map(\.answers.count) == [3])
      asked.append(Double(second))
    }
    #expect(asked == [10, 30, 70, 130, 190])
    source.setOthers(ScriptedSource.one)
    (status, evaluations) = await watch.look(now: Self.at(250))
    #expect(status.state == .up && status.lastAnswer == Self.at(250))
    #expect(source.takeAsked() == ["vector(1)", "a", "b", "c"])
    #expect(evaluations.first?.answers.allSatisfy { $0 != .noData } == true)
  }

  @Test func `one question that is too much fails alone`() async throws {
    let source = ScriptedSource()
    let watch = try Self.watch(source, ["a", "b"])
    source.set("a", .failure(.silent(reason: "no whole answer within 2000 ms")))
    source.set("vector(1)", ScriptedSource.one)
    source.set("b", ScriptedSource.one)
    let (status, evaluations) = await watch.look(now: Self.start)
    #expect(status.state == .up)
    #expect(evaluations.first?.answers.first == .failed("no whole answer within 2000 ms"))
    #expect(source.takeAsked() == ["a", "vector(1)", "b"])
  }

  @Test func `a rule that finds far too much is not taken`() async throws {
    let source = ScriptedSource()
    let watch = try Self.watch(source, ["a"])
    source.set(
      "a",
      .success(
        MetricAnswer(
          kind: .vector,
          results: (0...5_000).map {
            .init(labels: ["n": "\($0)"], points: [.init(time: 0, value: "1")])
          })))
    let (_, evaluations) = await watch.look(now: Self.start)
    #expect(
      evaluations.map(\.answers) == [
        [.failed("it finds 5001 series; a rule may find 5000")]
      ])
  }

  @Test
  func `a label that nobody could send on is made fit, and one that is far too long is not taken`()
    async throws
  {
    let source = ScriptedSource()
    let watch = try Self.watch(source, ["a", "b"])
    source.set(
      "a",
      ScriptedSource.vector((["http.status": "1", "2x": "2", "é": "3", "": "4"], "1")))
    source.set("b", ScriptedSource.vector((["x": String(repeating: "y", count: 4_097)], "1")))
    let (_, evaluations) = await watch.look(now: Self.start)
    let answers = try #require(evaluations.first?.answers)
    guard case .samples(let samples) = answers[0] else {
      Issue.record("\(answers)")
      return
    }
    let names = try #require(samples.first).labels.pairs.map(\.name)
    #expect(names.allSatisfy(RuleName.isLabel), "\(names)")
    #expect(names.contains("http_status") && names.contains("_2x"))
    #expect(answers[1] == .failed("a label of 4097 bytes; it may have 4096"))
  }

  @Test func `a source without rules is asked whether it is there, each interval`() async throws {
    let source = ScriptedSource()
    let watch = SourceWatch(SourceRules(name: "x", address: "", interval: 10_000)) {
      await source.ask($0)
    }
    for (second, isAsked) in [(0.0, true), (5, false), (10, true), (19, false), (20, true)] {
      _ = await watch.look(now: Self.at(second))
      #expect(source.takeAsked() == (isAsked ? ["vector(1)"] : []))
    }
  }

  @Test func `panels keep what they showed, and say why they show nothing new`() async throws {
    let source = ScriptedSource()
    let rules = SourceRules(
      name: "x", address: "", interval: 10_000,
      panels: [
        SourcePanelRule(title: "rate", expression: "r"),
        SourcePanelRule(title: "bad", expression: "b"),
      ])
    let watch = SourceWatch(rules) { await source.ask($0) }
    source.set("vector(1)", ScriptedSource.one)
    source.set(
      "b", .failure(.refused(MetricQueryFailure(isBadQuery: true, reason: "1:1: no such function")))
    )
    source.set(
      "r", ScriptedSource.vector((["job": "b"], "NaN"), (["__name__": "r", "job": "a"], "1.5")))
    var panels = await watch.look(now: Self.start).status.panels
    #expect(panels.map(\.title) == ["rate", "bad"] && panels[0].at == Self.start)
    #expect(
      panels[0].lines == [
        .init(labels: "{job=\"a\"}", values: [1.5]), .init(labels: "{job=\"b\"}", values: [nil]),
      ])
    #expect(panels[1].failure == "1:1: no such function" && panels[1].lines.isEmpty)
    // Not before its interval has passed; more series than there are lines are counted.
    source.set(
      "r",
      ScriptedSource.vector(
        (["job": "a"], "2"), (["job": "c"], "3"), (["job": "d"], "4"), (["job": "e"], "5"),
        (["job": "f"], "6")))
    _ = source.takeAsked()
    _ = await watch.look(now: Self.at(9))
    #expect(source.takeAsked().isEmpty)
    panels = await watch.look(now: Self.at(10)).status.panels
    #expect(panels[0].lines.map(\.values) == [[1.5, 2], [3], [4], [5]] && panels[0].more == 1)
    // While the source is gone, lines stay with their time.
    source.set("vector(1)", ScriptedSource.gone)
    panels = await watch.look(now: Self.at(20)).status.panels
    #expect(panels[0].lines.count == 4 && panels[0].at == Self.at(10))
    // A past has an end.
    source.set("vector(1)", ScriptedSource.one)
    for round in 0..<40 {
      panels = await watch.look(now: Self.at(40 + Double(round) * 10)).status.panels
    }
    #expect(panels[0].lines[0].values.count == 30)
  }

  @Test func `recording rules are refused by name, alerts beside them are taken`() throws {
    let group = RuleGroup(
      name: "g", file: "f.yaml",
      rules: [
        .record(RecordingRule(name: "job:up", query: try Query("sum by (job) (up)"))),
        .alert(AlertRule(name: "A", query: try Query("up == 0"))),
      ])
    let (groups, problems) = SourceRules.alertRules(of: [group], source: "fleet")
    #expect(groups.map { $0.rules.map(\.name) } == [["A"]])
    #expect(problems.count == 1 && problems[0].hasPrefix("f.yaml: job:up is recorded from"))
  }

  @Test func `a text that asks a query is told when the rules are read, and the alert is taken`()
    throws
  {
    let text = TemplatedText(
      name: "summary", template: try AlertTemplate(#"{{ query "up" | first | value }}"#))
    let group = RuleGroup(
      name: "g", file: "f.yaml",
      rules: [.alert(AlertRule(name: "A", query: try Query("up == 0"), annotations: [text]))])
    let (groups, problems) = SourceRules.alertRules(of: [group], source: "fleet")
    #expect(groups.map { $0.rules.map(\.name) } == [["A"]])
    #expect(problems.count == 1 && problems[0].hasPrefix("f.yaml: a text of A asks a query"))
  }

  @Test
  func
    `alerts of a source stand beside one's own, are held while it is gone, and outlive a restart`()
    async throws
  {
    let shelf = Shelf()
    let source = ScriptedSource()
    let rules = try Self.rules(["up == 0"])
    let watch = SourceWatch(rules) { await source.ask($0) }
    let loop = AlertLoop(store: shelf)
    await loop.use([], tested: ["R0"], sources: [rules])
    source.set("up == 0", ScriptedSource.vector((["instance": "a"], "0")))
    source.set("count(up)", ScriptedSource.one)

    func step(_ seconds: Double, on loop: AlertLoop) async -> [RuleStatus.State] {
      let (_, evaluations) = await watch.look(now: Self.at(seconds))
      var states: [RuleStatus.State] = []
      for evaluation in evaluations {
        let change = await loop.take(evaluation, from: rules, now: Self.at(seconds))
        states += change?.steps.map(\.transition.to) ?? []
      }
      return states
    }
    #expect(await step(0, on: loop) == [.firing])
    let alert = try #require(await loop.report.alerts.first)
    #expect(alert.source == "fleet" && alert.name == "R0" && alert.labels["instance"] == "a")
    #expect(await loop.report.rules.map(\.source) == ["fleet"])
    #expect(await loop.report.rules.map(\.isTested) == [true])

    source.set("up == 0", ScriptedSource.gone)
    source.set("vector(1)", ScriptedSource.gone)
    #expect(await step(10, on: loop) == [.noData])
    #expect(await loop.report.alerts.map(\.state) == [.firing])
    #expect(await loop.report.alerts.map(\.unseen) == [.noData])
    // What is measured here goes on all the same, and is no word on the source.
    _ = await loop.tick(MetricsText(), now: Self.at(15))
    #expect(await loop.report.rules.map(\.state) == [.noData])

    let next = AlertLoop(store: shelf)
    await next.use([], tested: [], sources: [rules])
    #expect(await next.start(now: Self.at(18)).alerts.map(\.state) == [.firing])
    source.set("vector(1)", ScriptedSource.one)
    source.set("up == 0", nil)
    #expect(await step(20, on: next).contains(.resolved))
    #expect(await next.report.alerts.map(\.state) == [.resolved])
    // A source that is no longer configured takes its alerts along.
    await next.use([], tested: [])
    #expect(shelf.ruleMemories().isEmpty)
  }

  @Test func `how sources stand is measured`() {
    var page = MetricsText()
    page.addSources(
      [
        SourceStatus(
          name: "a", address: "", state: .up, interval: 15, since: Self.start,
          lastAnswer: Self.at(10)),
        SourceStatus(name: "b", address: "", state: .down, interval: 5, since: Self.at(4)),
      ], now: Self.at(12))
    let lines = page.printed(as: .text).split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(
      lines == [
        "vigia_source_up{source=\"a\"} 1", "vigia_source_up{source=\"b\"} 0",
        "vigia_source_age_seconds{source=\"a\"} 2", "vigia_source_age_seconds{source=\"b\"} 8",
        "vigia_source_interval_seconds{source=\"a\"} 15",
        "vigia_source_interval_seconds{source=\"b\"} 5",
      ])
    var none = MetricsText()
    none.addSources([], now: Self.start)
    #expect(none.printed(as: .text).isEmpty)
  }
}
