import Alerting
import Domain
import Foundation
import PromQL
import Synchronization
import Testing

@testable import Control

/// What a state.db would keep, in memory.
final class Shelf: RuleMemoryStore {
  struct Content {
    var rules: [String: String] = [:]
    var acknowledgements: [AlertID: Acknowledgement] = [:]
    var silences: [Silence.ID: Silence] = [:]
  }

  let content = Mutex(Content())

  func ruleMemories() -> [String: String] { content.withLock { $0.rules } }
  func store(ruleMemories: [String: String]) -> Bool {
    content.withLock { $0.rules.merge(ruleMemories) { $1 } }
    return true
  }
  func remove(ruleMemory key: String) { content.withLock { $0.rules[key] = nil } }
  func store(_ acknowledgement: Acknowledgement, of alert: AlertID) {
    content.withLock { $0.acknowledgements[alert] = acknowledgement }
  }
  func store(_ silence: Silence) { content.withLock { $0.silences[silence.id] = silence } }
  func remove(silences: [Silence.ID], acknowledgements: [AlertID]) {
    content.withLock { content in
      for id in silences { content.silences[id] = nil }
      for id in acknowledgements { content.acknowledgements[id] = nil }
    }
  }
}

struct AlertLoopTests {
  private static let start = Timestamp(seconds: 1_767_268_800)

  private static func groups(_ expression: String, hold: Int64 = 10_000) throws -> [RuleGroup] {
    [
      RuleGroup(
        name: "g", file: "rules/g.yaml", interval: 5_000,
        rules: [
          .alert(
            AlertRule(
              name: "QueueLong", query: try Query(expression), hold: hold,
              labels: [
                TemplatedText(name: "severity", template: try AlertTemplate("critical"))
              ],
              annotations: [
                TemplatedText(
                  name: "summary",
                  template: try AlertTemplate("{{ $labels.model }} waits: {{ $value }}"))
              ]))
        ])
    ]
  }

  private static func page(_ depth: Double?) -> MetricsText {
    var page = MetricsText()
    page.family(SeriesCatalogue.queueDepth) { page in
      if let depth { page.sample([("model", "m"), ("version", "1")], depth) }
    }
    return page
  }

  private static func loop(_ shelf: Shelf, hold: Int64 = 10_000) async throws -> AlertLoop {
    let loop = AlertLoop(store: shelf)
    await loop.use(try groups("vigia_queue_depth > 100", hold: hold), tested: ["QueueLong"])
    return loop
  }

  @Test func `an alert is pending, fires, is told with its value and bound, and is over`()
    async throws
  {
    let loop = try await Self.loop(Shelf())
    #expect(await loop.tick(Self.page(7), now: Self.start) == nil)
    var seen: [RuleStatus.State] = []
    var texts: [String] = []
    var told: [String] = []
    for second in stride(from: 5.0, through: 40, by: 5) {
      let depth = second < 30 ? 250.0 : 3
      let change = await loop.tick(Self.page(depth), now: Self.start.adding(seconds: second))
      seen += change?.steps.map(\.transition.to) ?? []
      told += change?.steps.compactMap { AlertWords($0)?.summary } ?? []
      texts += change?.report.alerts.map(\.summary) ?? []
      if second == 20 {
        let alert = try #require(await loop.report.alerts.first)
        #expect(alert.state == .firing && alert.value == 250 && alert.bound == "> 100")
        #expect(alert.severity == .critical && alert.model == "m")
      }
    }
    #expect(seen == [.pending, .firing, .resolved])
    #expect(texts.first == "m waits: 250")
    // Pending from 5 s on, firing from 15 s on, true until 25 s.
    #expect(told.last?.hasSuffix(" is over after 15 s") == true, "\(told)")
    let rule = try #require(await loop.report.rules.first)
    #expect(rule.isTested == true && rule.state == .resolved && rule.lastFired != nil)
  }

  /// States of the alert after a restart five minutes on, by seconds since then, while the depth is 3.
  private static func restarted(_ rule: String, _ seconds: [Double]) async throws -> [Alert.State?]
  {
    let shelf = Shelf()
    var settings = AlertLoop.Settings()
    settings.context.heartbeat = try Query("vigia_queue_depth offset 1m")
    let first = AlertLoop(settings: settings, store: shelf)
    await first.use(try groups(rule, hold: 0), tested: [])
    _ = await first.tick(page(250), now: start)
    #expect(await first.report.alerts.first?.state == .firing)
    let second = AlertLoop(settings: settings, store: shelf)
    await second.use(try groups(rule, hold: 0), tested: [])
    let again = start.adding(seconds: 300)
    var states: [Alert.State?] = []
    for passed in stride(from: 0.0, through: seconds.last ?? 0, by: 5) {
      _ = await second.tick(page(3), now: again.adding(seconds: passed))
      if seconds.contains(passed) { states.append(await second.report.alerts.first?.state) }
    }
    return states
  }

  @Test func `after a start what fired goes on until enough is measured to tell`() async throws {
    #expect(
      try await Self.restarted("max_over_time(vigia_queue_depth[1m]) > 100", [0, 50, 70])
        == [.firing, .firing, .resolved])
  }

  @Test func `after a start what is seen to be well is over at once`() async throws {
    #expect(try await Self.restarted("vigia_queue_depth > 100", [0]) == [.resolved])
  }

  @Test func `a question that takes too long, or one too many, is refused`() async throws {
    let query = try Query("sum(rate(vector(1)[1h:1s]))")
    let long = try Query("count_over_time((vector(time()))[20h:1s])")
    let sight = Evaluator(source: SeriesSource { _ in [] }, sampleLimit: 2_000_000)
    let question = MetricQuery(expression: "", time: Self.start.microseconds / 1_000)
    func reason(_ desk: QuestionDesk, _ query: Query) async -> String? {
      defer { desk.close() }
      do throws(MetricQueryFailure) {
        _ = try await desk.answer(query, question) { sight }
        return nil
      } catch {
        #expect(!error.isBadQuery)
        return error.reason
      }
    }
    #expect(await reason(QuestionDesk(), query) == nil)
    #expect(
      await reason(QuestionDesk(patience: .zero), long)
        == "query timed out in expression evaluation")
    let huge = try Query("count_over_time((vector(time()))[200d:1s])")
    #expect(await reason(QuestionDesk(patience: .seconds(600)), huge)?.contains("too many") == true)
    #expect(await reason(QuestionDesk(places: 0), query)?.contains("wait already") == true)
  }

  private static func replace(
    _ loop: AlertLoop, _ groups: [RuleGroup], after seconds: Double
  ) async -> AlertLoop.Change? {
    await loop.replace(
      groups, tested: [], sources: [], externalURL: "https://v.example",
      now: start.adding(seconds: seconds))
  }

  @Test func `a rule that is edited keeps its alert, and one that is taken out ends it`()
    async throws
  {
    let shelf = Shelf()
    let loop = try await Self.loop(shelf, hold: 0)
    _ = await loop.tick(Self.page(250), now: Self.start)
    let fired = try #require(await loop.report.alerts.first)
    #expect(fired.state == .firing)
    let edited = await Self.replace(
      loop, try Self.groups("vigia_queue_depth > 200", hold: 60_000), after: 1)
    #expect(edited?.steps.isEmpty ?? true)
    _ = await loop.tick(Self.page(250), now: Self.start.adding(seconds: 6))
    #expect(await loop.report.alerts.map(\.state) == [.firing])
    #expect(await loop.report.alerts.map(\.firedAt) == [fired.firedAt])
    #expect(await loop.report.alerts.map(\.bound) == ["> 200"])

    let gone = try #require(await Self.replace(loop, [], after: 10))
    #expect(gone.steps.map(\.rule) == ["QueueLong"])
    #expect(gone.steps.map(\.transition.to) == [.resolved])
    #expect(gone.report.alerts.map(\.id) == [fired.id])
    #expect(gone.report.alerts.map(\.resolvedAt) == [Self.start.adding(seconds: 10)])
    #expect(gone.report.rules.isEmpty && shelf.ruleMemories().isEmpty)
    // As long as any that is over.
    _ = await loop.tick(Self.page(250), now: Self.start.adding(seconds: 900))
    #expect(await loop.report.alerts.map(\.state) == [.resolved])
    _ = await loop.tick(Self.page(250), now: Self.start.adding(seconds: 915))
    #expect(await loop.report.alerts.isEmpty)
  }

  @Test func `a rule that comes back begins anew, and is one alert`() async throws {
    let loop = try await Self.loop(Shelf(), hold: 0)
    _ = await loop.tick(Self.page(250), now: Self.start)
    _ = await Self.replace(loop, [], after: 1)
    _ = await Self.replace(loop, try Self.groups("vigia_queue_depth > 100"), after: 2)
    #expect(await loop.report.rules.map(\.state) == [.inactive])
    let change = await loop.tick(Self.page(250), now: Self.start.adding(seconds: 6))
    #expect(change?.steps.map(\.transition.to) == [.pending])
    #expect(await loop.report.alerts.map(\.state) == [.pending])
  }

  @Test func `what a source made of rules that are in force no more is not taken`() async throws {
    let loop = AlertLoop(store: Shelf())
    let groups = try Self.groups("vigia_queue_depth > 100", hold: 0)
    let source = SourceRules(name: "fleet", address: "there", groups: groups)
    await loop.use([], tested: [], sources: [source])
    let evaluation = SourceEvaluation(
      group: groups[0],
      answers: [.samples([VectorSample(labels: LabelSet(["model": "m"]), value: 250)])],
      time: Self.start, seconds: 0)
    #expect(await loop.take(evaluation, from: source, now: Self.start)?.steps.count == 1)
    let gone = await loop.replace(
      [], tested: [], sources: [], externalURL: "", now: Self.start.adding(seconds: 1))
    #expect(gone?.steps.map(\.transition.to) == [.resolved])
    #expect(await loop.take(evaluation, from: source, now: Self.start.adding(seconds: 2)) == nil)
    #expect(await loop.report.alerts.map(\.state) == [.resolved])
  }

  @Test func `a restart goes on where the last run stood, and its downtime proves nothing`()
    async throws
  {
    let shelf = Shelf()
    do {
      let loop = try await Self.loop(shelf)
      for second in [0.0, 5, 10, 15] {
        _ = await loop.tick(Self.page(250), now: Self.start.adding(seconds: second))
      }
      #expect(await loop.report.alerts.map(\.state) == [.firing])
    }
    let loop = try await Self.loop(shelf)
    let known = await loop.start(now: Self.start.adding(seconds: 3_600))
    #expect(known.alerts.map(\.state) == [.firing])
    #expect(known.alerts.first?.firedAt == Self.start.adding(seconds: 10))
    // Nothing is measured yet: that is no sign of health.
    let change = await loop.tick(Self.page(nil), now: Self.start.adding(seconds: 3_605))
    #expect(change?.steps.contains { $0.transition.to == .resolved } != true)
    #expect(await loop.report.alerts.map(\.state) == [.firing])
    #expect(await loop.report.rules.map(\.state) == [.noData])
    #expect(await loop.report.alerts.map(\.unseen) == [.noData])
    _ = await loop.tick(Self.page(2), now: Self.start.adding(seconds: 3_610))
    #expect(await loop.report.alerts.map(\.state) == [.resolved])
  }

  @Test func `who has an alert in hand, and what is silenced, is seen and outlives a restart`()
    async throws
  {
    let shelf = Shelf()
    let loop = try await Self.loop(shelf, hold: 0)
    _ = await loop.tick(Self.page(250), now: Self.start)
    let id = try #require(await loop.report.alerts.first?.id)
    await loop.acknowledge(
      id, Acknowledgement(by: "ada", at: Self.start, note: "looking"), now: Self.start)
    let silence = Silence(
      id: "silence-1", matchers: [AlertMatcher(name: "model", value: "m")], startsAt: Self.start,
      endsAt: Self.start.adding(seconds: 60), createdBy: "ada", comment: "planned")
    await loop.set(silence, now: Self.start)
    var alert = try #require(await loop.report.alerts.first)
    #expect(alert.acknowledgement?.by == "ada" && alert.silencedBy == ["silence-1"])
    #expect(alert.silences == [silence])

    let content = shelf.content.withLock { $0 }
    let next = AlertLoop(
      store: shelf,
      inbox: AlertInbox(
        acknowledgements: content.acknowledgements, silences: Array(content.silences.values)))
    await next.use(try Self.groups("vigia_queue_depth > 100", hold: 0), tested: [])
    alert = try #require(await next.start(now: Self.start.adding(seconds: 30)).alerts.first)
    #expect(alert.acknowledgement?.by == "ada" && alert.silencedBy == ["silence-1"])
    _ = await next.tick(Self.page(250), now: Self.start.adding(seconds: 90))
    alert = try #require(await next.report.alerts.first)
    #expect(alert.acknowledgement?.by == "ada" && alert.silencedBy.isEmpty)
    #expect(alert.silences == nil)
    // The next occurrence is nobody's yet.
    _ = await next.tick(Self.page(1), now: Self.start.adding(seconds: 95))
    _ = await next.tick(Self.page(250), now: Self.start.adding(seconds: 100))
    alert = try #require(await next.report.alerts.first)
    #expect(alert.state == .firing && alert.acknowledgement == nil)
    #expect(shelf.content.withLock { $0.acknowledgements.isEmpty })
  }

  @Test func `a group that goes takes what was known of it along`() async throws {
    let shelf = Shelf()
    let loop = try await Self.loop(shelf, hold: 0)
    _ = await loop.tick(Self.page(250), now: Self.start)
    #expect(!shelf.ruleMemories().isEmpty)
    await loop.use([], tested: [])
    #expect(shelf.ruleMemories().isEmpty)
    _ = await loop.tick(Self.page(250), now: Self.start.adding(seconds: 5))
    #expect(await loop.report.alerts.isEmpty)
  }

  @Test func `queries see what is measured, and alerts`() async throws {
    let loop = try await Self.loop(Shelf(), hold: 0)
    _ = await loop.tick(Self.page(250), now: Self.start)
    let time = Self.start.microseconds / 1_000
    for (text, value) in [
      ("sum(vigia_queue_depth)", "250"), ("ALERTS{alertname=\"QueueLong\"}", "1"),
    ] {
      let answer = try await loop.answer(MetricQuery(expression: text, time: time))
      #expect(answer.kind == .vector && answer.results.map(\.points.count) == [1])
      #expect(answer.results.first?.points.first?.value == value)
    }
    await #expect(throws: MetricQueryFailure.self) {
      try await loop.answer(MetricQuery(expression: "rate(", time: time))
    }
  }
}
