import Domain
import Storage
import Synchronization
import Testing

@testable import Control

struct NotificationDeliveryTests {
  @Test func `an entry goes when its target has accepted it, not before`() async throws {
    let bench = try DeliveryBench([.alertmanager])
    try bench.queue(.firing("A"), .firing("B"))
    bench.answer(.retry(reason: "nobody listens there"))
    await bench.look()
    #expect(bench.sent.map(\.count) == [2])
    #expect(await bench.status.waiting == 2)
    bench.answer(.accepted)
    await bench.look(after: 0.5)
    #expect(bench.sent.count == 1, "it was left alone for a second")
    await bench.look(after: 0.5)
    #expect(bench.sent.map(\.count) == [2, 2])
    await bench.look(after: 3_600)
    #expect(bench.sent.count == 2)
    let status = await bench.status
    #expect(status.sent == 1 && status.failed == 1 && status.waiting == 0)
    #expect(status.lastFailure == "nobody listens there")
    #expect(status.lastSuccess == bench.begin.adding(seconds: 1))
  }

  @Test func `a target that is away for an hour is asked at a slower and slower pace`()
    async throws
  {
    let bench = try DeliveryBench([.webhook])
    try bench.queue(.firing())
    bench.answer(.retry(reason: "away"))
    for _ in 0..<3_600 { await bench.look(after: 1) }
    // Nine times after 1, 2, 4 ... 256 s, which make 511; the tenth at 512 s, and ten more, one each 300 s.
    #expect(bench.sent.count == 20)
    bench.answer(.accepted)
    await bench.look(after: 300)
    #expect(await bench.status.waiting == 0)
  }

  @Test func `what a target refuses is counted, told, and not said again`() async throws {
    let bench = try DeliveryBench([.webhook])
    try bench.queue(.firing())
    bench.answer(.refused(reason: "status 400: no"))
    await bench.look()
    await bench.look(after: 3_600)
    #expect(bench.sent.count == 1)
    let status = await bench.status
    #expect(status.failed == 1 && status.lost == 1 && status.waiting == 0)
    #expect(status.lastFailure == "status 400: no")
  }

  @Test func `one alert that Alertmanager refuses does not keep it from the others`()
    async throws
  {
    let bench = try DeliveryBench([.alertmanager])
    try bench.queue(.firing("A"), .firing("bad"), .firing("C"))
    bench.answer { batch in
      batch.notifications.contains { $0.alert.name == "bad" }
        ? .refused(reason: "status 400") : .accepted
    }
    await bench.look()
    #expect(bench.sent == [["A", "bad", "C"], ["A"], ["bad"], ["C"]])
    let status = await bench.status
    #expect(status.sent == 2 && status.failed == 1 && status.lost == 1 && status.waiting == 0)
  }

  @Test func `a webhook gets a message a group, Alertmanager all at once`() async throws {
    let alerts = [Alert.firing("A"), .firing("B"), .firing("A", instance: "2")]
    let webhook = try DeliveryBench([.webhook])
    try webhook.queue(alerts)
    await webhook.look()
    #expect(webhook.sent == [["A", "A"], ["B"]])
    let alertmanager = try DeliveryBench([.alertmanager])
    try alertmanager.queue(alerts)
    await alertmanager.look()
    #expect(alertmanager.sent == [["A", "B", "A"]])
  }

  @Test func `what could not be said for a week is given up and counted`() async throws {
    let bench = try DeliveryBench([.command])
    try bench.queue(.firing())
    await bench.look(after: 7 * 86_400 + 1)
    #expect(bench.sent.isEmpty)
    let status = await bench.status
    #expect(status.failed == 1 && status.waiting == 0)
    #expect(status.lastFailure == "1 could not be said for a week")
  }

  @Test(.timeLimit(.minutes(1)))
  func `a target that never answers holds up no other`() async throws {
    let bench = try DeliveryBench([.webhook, .command])
    try bench.queue(.firing())
    let (heard, word) = AsyncStream.makeStream(of: String.self)
    bench.hold { batch in
      guard batch.target.kind == .webhook else {
        word.yield("told")
        return .accepted
      }
      try? await Task.sleep(for: .seconds(3_600))
      return .retry(reason: "cancelled")
    }
    let running = Task { await bench.delivery.run(pause: .milliseconds(1)) }
    for await _ in heard { break }
    running.cancel()
    await running.value
    // A stop is no failure of the one that was being waited for, and its entry is still there.
    let statuses = await bench.delivery.statuses()
    #expect(statuses.map(\.failed) == [0, 0])
    #expect(statuses[0].waiting == 1)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a target that is named later is told, and one that is named no more is not`()
    async throws
  {
    let bench = try DeliveryBench([.webhook])
    let old = bench.delivery.targets
    let new = NotificationTarget(receiver: "pager", kind: .command, address: "page")
    let (heard, word) = AsyncStream.makeStream(of: NotificationTarget.ID.self)
    bench.hold { batch in
      word.yield(batch.target.id)
      return .accepted
    }
    try bench.queue(.firing("A"))
    let running = Task { await bench.delivery.run(pause: .milliseconds(1)) }
    var told = heard.makeAsyncIterator()
    #expect(await told.next() == old[0].id)
    await bench.delivery.use(targets: [new])
    #expect(await bench.delivery.statuses().map(\.name) == ["pager"])
    try bench.queue(.firing("B"))
    #expect(await told.next() == new.id)
    await bench.delivery.use(targets: old + [new])
    try bench.queue(.firing("C"))
    let both = [await told.next(), await told.next()]
    #expect(Set(both) == [old[0].id, new.id])
    running.cancel()
    await running.value
    #expect(bench.sent == [["A"], ["B"], ["C"], ["C"]])
  }

  @Test func `silences are mirrored when they change, each minute, and after failures`()
    async throws
  {
    let bench = try DeliveryBench([.alertmanager])
    await bench.look()
    #expect(bench.mirrored.isEmpty)
    var silence = Silence(
      id: "one", matchers: [AlertMatcher(name: "model", value: "m")], startsAt: bench.begin,
      endsAt: bench.begin.adding(seconds: 600), createdBy: "ada", comment: "")
    await bench.delivery.use(silences: [silence])
    await bench.look()
    await bench.look(after: 59)
    #expect(bench.mirrored == [[silence]])
    await bench.look(after: 1)
    #expect(bench.mirrored.count == 2)
    silence.comment = "longer"
    bench.answer(.retry(reason: "away"))
    await bench.delivery.use(silences: [silence])
    await bench.look(after: 1)
    await bench.look(after: 0.5)
    #expect(bench.mirrored.count == 3)
    await bench.look(after: 0.5)
    #expect(bench.mirrored.count == 4)
    #expect(bench.mirrored.last == [silence])
    #expect(await bench.status.failed == 2)
  }
}

/// A delivery over a store in memory, with a clock that a test sets.
final class DeliveryBench: Sendable {
  typealias Answer = @Sendable (NotificationBatch) async -> DeliveryResult

  let delivery: NotificationDelivery
  let begin = Timestamp.at(0)
  private let store: StateStore
  private let script: Script

  private final class Script: Sendable {
    struct State {
      var now = Timestamp.at(0)
      var answer: Answer = { _ in .accepted }
      var sent: [[String]] = []
      var mirrored: [[Silence]] = []
    }
    let state = Mutex(State())
  }

  init(_ kinds: [ReceiverStatus.Kind]) throws {
    let targets = kinds.map {
      NotificationTarget(receiver: $0.rawValue, kind: $0, address: "there")
    }
    let script = Script()
    store = try StateStore.inMemory()
    self.script = script
    delivery = NotificationDelivery(
      store: store, targets: targets, jitter: { 0 }, now: { script.state.withLock { $0.now } },
      send: { batch in
        let answer = script.state.withLock { state in
          state.sent.append(batch.notifications.map(\.alert.name))
          return state.answer
        }
        return await answer(batch)
      },
      mirror: { target, silences in
        let answer = script.state.withLock { state in
          state.mirrored.append(silences)
          return state.answer
        }
        return await answer(
          NotificationBatch(target: target, notifications: [], now: .at(0)))
      })
  }

  /// The alerts' names of each message.
  var sent: [[String]] { script.state.withLock { $0.sent } }
  var mirrored: [[Silence]] { script.state.withLock { $0.mirrored } }
  var status: ReceiverStatus { get async { await delivery.statuses()[0] } }

  func answer(_ result: DeliveryResult) { hold { _ in result } }
  func answer(_ body: @escaping @Sendable (NotificationBatch) -> DeliveryResult) {
    hold { body($0) }
  }
  func hold(_ answer: @escaping Answer) { script.state.withLock { $0.answer = answer } }

  func queue(_ alerts: Alert...) throws { try queue(alerts) }

  func queue(_ alerts: [Alert]) throws {
    for target in delivery.targets {
      let send = alerts.map {
        AlertNotification(target: target.id, alert: $0, at: begin, since: begin, validity: 240)
      }
      try store.store(NotificationPlan(send: send), now: begin)
    }
  }

  func look(after seconds: Double = 0) async {
    script.state.withLock { $0.now = $0.now.adding(seconds: seconds) }
    for target in delivery.targets {
      await delivery.deliver(to: target)
      await delivery.mirrorSilences(to: target)
    }
  }
}
