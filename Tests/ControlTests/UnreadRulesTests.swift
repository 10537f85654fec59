import Alerting
import Domain
import Foundation
import PromQL
import Synchronization
import Testing

@testable import Control

/// A rule that cannot be read when a server starts says nothing about the alerts that it had; what else is known of an alert
/// beside its value.
struct UnreadRulesTests {
  private static let start = Timestamp(seconds: 1_767_268_800)

  private static func group(
    _ expression: String = "vigia_queue_depth > 100", keepFiring: Int64 = 0
  ) throws -> RuleGroup {
    RuleGroup(
      name: "g", file: "rules/g.yaml", interval: 5_000,
      rules: [
        .alert(
          AlertRule(
            name: "QueueLong", query: try Query(expression), hold: 0, keepFiring: keepFiring,
            labels: [
              TemplatedText(name: "severity", template: try AlertTemplate("critical"))
            ], annotations: []))
      ])
  }

  private static func page(_ depth: Double) -> MetricsText {
    var page = MetricsText()
    page.family(SeriesCatalogue.queueDepth) { page in
      page.sample([("model", "m"), ("version", "1")], depth)
    }
    page.family(SeriesCatalogue.lanes) { page in
      page.sample([("model", "m"), ("version", "1")], 1.0 / 3)
    }
    return page
  }

  /// A loop whose alert fires since the start, and somebody has it in hand.
  private static func shelf() async throws -> Shelf {
    let shelf = Shelf()
    let loop = AlertLoop(store: shelf)
    await loop.use([try group()], tested: [])
    _ = await loop.tick(page(250), now: start)
    let alert = try #require(await loop.report.alerts.first)
    await loop.acknowledge(
      alert.id, Acknowledgement(by: "ana", at: start, note: "looking"), now: start)
    return shelf
  }

  private static func inbox(_ shelf: Shelf) -> AlertInbox {
    shelf.content.withLock { AlertInbox(acknowledgements: $0.acknowledgements) }
  }

  @Test func `what fired stays through a start with a bad line, and goes on when it is mended`()
    async throws
  {
    let shelf = try await Self.shelf()
    let loop = AlertLoop(store: shelf, inbox: Self.inbox(shelf))
    await loop.use([], tested: [], isWhole: false)
    let later = Self.start.adding(seconds: 600)
    _ = await loop.tick(Self.page(3), now: later)
    let held = try #require(await loop.report.alerts.first)
    #expect(
      held.state == .firing && held.firedAt == Self.start && held.acknowledgement?.by == "ana")
    #expect(held.unseen == .unread)
    let rule = try #require(await loop.report.rules.first)
    #expect(rule.name == "QueueLong" && rule.file == "rules/g.yaml" && rule.state == .error)
    #expect(rule.failure?.contains("could not be read") == true)
    // Read again, and still bad.
    let mended = Self.start.adding(seconds: 700)
    _ = await loop.replace(
      [], tested: [], sources: [], externalURL: "", isWhole: false, now: mended)
    #expect(await loop.report.alerts.first?.state == .firing)
    _ = await loop.replace(
      [try Self.group()], tested: [], sources: [], externalURL: "", now: mended)
    _ = await loop.tick(Self.page(250), now: mended.adding(seconds: 5))
    let alert = try #require(await loop.report.alerts.first)
    #expect(alert.firedAt == Self.start && alert.acknowledgement?.by == "ana")
    #expect(alert.unseen == nil)
    #expect(await loop.report.rules.map(\.state) == [.firing])
  }

  @Test func `what fired is over when its rule turns out to be gone`() async throws {
    let shelf = try await Self.shelf()
    let loop = AlertLoop(store: shelf, inbox: Self.inbox(shelf))
    await loop.use([], tested: [], isWhole: false)
    let later = Self.start.adding(seconds: 600)
    let change = await loop.replace(
      [], tested: [], sources: [], externalURL: "", now: later)
    #expect(change?.steps.map(\.transition.to) == [.resolved])
    #expect(await loop.report.alerts.map(\.state) == [.resolved])
    #expect(await loop.report.rules.isEmpty)
    #expect(shelf.content.withLock { $0.rules.isEmpty })
  }

  @Test func `a bound that is a series is told as the number that it was`() async throws {
    let loop = AlertLoop(store: Shelf())
    await loop.use(
      [
        try Self.group(
          "vigia_queue_depth > on (model) 100 * vigia_lanes and on (model) vigia_lanes > 0")
      ], tested: [])
    _ = await loop.tick(Self.page(250), now: Self.start)
    #expect(await loop.report.alerts.first?.bound == "> 33.33")
  }

  @Test func `two rules of one name have each its own bound`() async throws {
    func rule(_ factor: Int, _ severity: String) throws -> Rule {
      .alert(
        AlertRule(
          name: "QueueLong",
          query: try Query("vigia_queue_depth > on (model, version) \(factor) * vigia_lanes"),
          labels: [TemplatedText(name: "severity", template: try AlertTemplate(severity))]))
    }
    let loop = AlertLoop(store: Shelf())
    await loop.use(
      [
        RuleGroup(
          name: "g", file: "rules/g.yaml", interval: 5_000,
          rules: [try rule(300, "warning"), try rule(600, "critical")])
      ], tested: [])
    _ = await loop.tick(Self.page(250), now: Self.start)
    let bounds = await loop.report.alerts.map { ($0.severity, $0.bound) }
    #expect(bounds.first { $0.0 == .warning }?.1 == "> 100")
    #expect(bounds.first { $0.0 == .critical }?.1 == "> 200")
  }

  @Test func `an alert that its rule holds knows when it is over`() async throws {
    let loop = AlertLoop(store: Shelf())
    await loop.use([try Self.group(keepFiring: 120_000)], tested: [])
    _ = await loop.tick(Self.page(250), now: Self.start)
    #expect(await loop.report.alerts.first?.endsAt == nil)
    for second in [5.0, 10, 15] {
      _ = await loop.tick(Self.page(3), now: Self.start.adding(seconds: second))
    }
    let alert = try #require(await loop.report.alerts.first)
    #expect(alert.state == .keepFiring)
    #expect(alert.endsAt == Self.start.adding(seconds: 125))
  }
}
