import Domain
import GRDB
import Testing

@testable import Storage

struct NotificationQueueTests {
  @Test func `what was taken in waits until it is accepted, over a restart`() throws {
    let folder = try TemporaryFolder()
    let first = try StateStore(directory: folder.path)
    try first.store(NotificationPlan(send: [.sample(), .sample("chat")]), now: .noon)
    // As a process that is killed leaves it.
    let killed = try folder.copy()
    first.close()

    let store = try StateStore(directory: killed.path)
    let waiting = try store.due("pager")
    #expect(waiting.map(\.notification) == [.sample()])
    #expect(waiting.map(\.attempts) == [0])
    #expect(try store.waitingNotifications() == ["pager": 1, "chat": 1])
    try store.endNotifications(waiting.map(\.id))
    #expect(try store.due("pager").isEmpty)
    #expect(try store.due("chat").count == 1)
    // Accepted, and still known to have been said.
    #expect(Set(try store.toldNotifications().map(\.target)) == ["pager", "chat"])
  }

  @Test func `an alert that flaps while its target is away is one entry, at the same pace`()
    throws
  {
    let store = try StateStore.inMemory()
    try store.store(NotificationPlan(send: [.sample()]), now: .noon)
    let later = Timestamp.noon.adding(seconds: 40)
    for attempt in 1...3 {
      try store.postponeNotifications(try store.due("pager", at: later).map(\.id), until: later)
      let state = attempt % 2 == 0 ? Alert.State.firing : .resolved
      try store.store(
        NotificationPlan(send: [.sample(state: state)]), now: .noon.adding(seconds: 20))
    }
    #expect(try store.waitingNotifications() == ["pager": 1])
    #expect(try store.due("pager", at: .noon.adding(seconds: 39)).isEmpty)
    let entry = try #require(try store.due("pager", at: later).first)
    #expect(entry.notification == .sample(state: .resolved))
    #expect(entry.attempts == 3)
    #expect(entry.created == .noon)
  }

  @Test func `a state that comes while an older one is on its way stays when that is accepted`()
    throws
  {
    let store = try StateStore.inMemory()
    try store.store(NotificationPlan(send: [.sample()]), now: .noon)
    let sending = try store.due("pager").map(\.id)
    try store.store(NotificationPlan(send: [.sample(state: .resolved)]), now: .noon)
    try store.endNotifications(sending)
    try store.postponeNotifications(sending, until: .noon.adding(seconds: 99))
    #expect(try store.due("pager").map(\.notification) == [.sample(state: .resolved)])
  }

  @Test func `that an alert is resolved is said, though its schedule has forgotten it`() throws {
    let store = try StateStore.inMemory()
    try store.store(NotificationPlan(send: [.sample()]), now: .noon)
    try store.endNotifications(try store.due("pager").map(\.id))
    let resolved = AlertNotification.sample(state: .resolved)
    try store.store(NotificationPlan(send: [resolved], forget: [resolved.key]), now: .noon)
    #expect(try store.toldNotifications().isEmpty)
    let waiting = try store.due("pager")
    #expect(waiting.map(\.notification) == [resolved])
    try store.endNotifications(waiting.map(\.id))
    #expect(try Self.rows(store) == 0)
  }

  @Test func `what is forgotten after it was accepted is gone`() throws {
    let store = try StateStore.inMemory()
    try store.store(NotificationPlan(send: [.sample()]), now: .noon)
    try store.endNotifications(try store.due("pager").map(\.id))
    try store.store(NotificationPlan(forget: [AlertNotification.sample().key]), now: .noon)
    #expect(try Self.rows(store) == 0)
  }

  @Test func `an entry that cannot be read holds up no other`() throws {
    let store = try StateStore.inMemory()
    try store.store(
      NotificationPlan(send: [.sample(), .sample(name: "Slow")]), now: .noon)
    try store.use { db in
      try db.execute(
        sql: "UPDATE notification SET json = 'x', checksum = NULL WHERE id = 1")
      for seal in RowSeal.all { try seal.sealUnsealed(db) }
    }
    #expect(try store.due("pager", limit: 1).isEmpty)
    #expect(try store.due("pager", limit: 1).map(\.notification) == [.sample(name: "Slow")])
  }

  @Test func `the longest due come first, and no more than are asked for`() throws {
    let store = try StateStore.inMemory()
    for (index, name) in ["A", "B", "C"].enumerated() {
      try store.store(
        NotificationPlan(send: [.sample(name: name)]), now: .noon.adding(seconds: -Double(index)))
    }
    #expect(try store.due("pager", limit: 2).map(\.notification.alert.name) == ["C", "B"])
  }

  @Test func `targets that are configured no more are forgotten`() throws {
    let store = try StateStore.inMemory()
    try store.store(NotificationPlan(send: [.sample(), .sample("chat")]), now: .noon)
    try store.removeNotifications(exceptFor: ["chat", "new"])
    #expect(try store.waitingNotifications() == ["chat": 1])
  }

  @Test func `a plan that cannot be stored whole is not stored at all`() throws {
    let store = try StateStore.inMemory()
    try store.use {
      try $0.execute(
        sql: """
          CREATE TRIGGER full BEFORE INSERT ON notification WHEN NEW.receiver = 'chat'
          BEGIN SELECT RAISE(ABORT, 'no room'); END
          """)
    }
    #expect(throws: StorageError.self) {
      try store.store(NotificationPlan(send: [.sample(), .sample("chat")]), now: .noon)
    }
    #expect(try Self.rows(store) == 0)
  }

  @Test func `silences, acknowledgements and rules' memories are kept, replaced and removed`()
    throws
  {
    let store = try StateStore.inMemory()
    let (down, slow) = (AlertID(["alertname": "Down"]), AlertID(["alertname": "Slow"]))
    try store.store(ruleMemories: ["a;b": "{}", "c;d": "[1]"])
    try store.store(ruleMemories: ["a;b": "[2]"])
    #expect(try store.ruleMemories() == ["a;b": "[2]", "c;d": "[1]"])
    try store.remove(ruleMemories: ["c;d", "none"])
    #expect(try store.ruleMemories() == ["a;b": "[2]"])

    var silence = Silence.sample
    try store.store(silence)
    silence.comment = "longer"
    try store.store(silence)
    #expect(try store.silences() == [silence])

    let taken = Acknowledgement(by: "ada", at: .noon, note: "on it")
    try store.store(taken, of: down)
    try store.store(taken, of: slow)
    #expect(try store.acknowledgements() == [down: taken, slow: taken])
    try store.remove(silences: [silence.id], acknowledgements: [slow])
    #expect(try store.silences().isEmpty)
    #expect(try store.acknowledgements() == [down: taken])
  }

  private static func rows(_ store: StateStore) throws -> Int? {
    try store.use { try Int.fetchOne($0, sql: "SELECT count(*) FROM notification") }
  }
}

extension StateStore {
  fileprivate func due(
    _ target: String, at time: Timestamp = .noon, limit: Int = 100
  ) throws -> [QueuedNotification] {
    try dueNotifications(for: target, now: time, limit: limit)
  }
}

extension AlertNotification {
  static func sample(
    _ target: String = "pager", name: String = "ModelDown", state: Alert.State = .firing
  ) -> AlertNotification {
    let alert = Alert(
      labels: ["alertname": name, "model": "electricity"], annotations: ["summary": "it is down"],
      group: "serving", state: state, value: 0.5, activeAt: .noon, firedAt: .noon,
      resolvedAt: state == .resolved ? .noon.adding(seconds: 30) : nil)
    return AlertNotification(target: target, alert: alert, at: .noon, since: .noon, validity: 240)
  }
}

extension Silence {
  static let sample = Silence(
    id: "silence-1", matchers: [AlertMatcher(name: "model", value: "electricity")],
    startsAt: .noon, endsAt: .noon.adding(seconds: 3_600), createdBy: "ada", comment: "moving")
}
