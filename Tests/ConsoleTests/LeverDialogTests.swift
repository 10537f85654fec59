import Console
import Domain
import Testing
import TextUI

/// Pin, limit, shed and eject from the keyboard: filled in, checked, and sent as the command line sends them.
struct LeverDialogTests {
  private static func hand(_ snapshot: SystemSnapshot? = nil) -> Hand {
    Hand(
      Sample.state(
        .overview, size: Size(width: 120, height: 36), snapshot: snapshot,
        selecting: Selection(model: "fraud", version: "31")))
  }

  private static func action(_ hand: Hand) -> Command.Action? {
    if case .send(let command) = hand.sent.last { command.action } else { nil }
  }

  @Test func `F pins to where a rollback would go, or to what is typed`() throws {
    var hand = Self.hand()
    hand.press(.character("F"))
    try expectSnapshot(hand.text, "dialog-pin")
    hand.press(.tab)
    hand.press(.backspace, .backspace)
    #expect(!hand.text.contains("target"))
    hand.type("29")
    hand.press(.enter)
    // The version as typed, with its own health and its file.
    #expect(hand.text.contains("to        29   no request in the last minute  sha256"))
    #expect(hand.text.contains("target    ● not loaded; it is loaded first"))
    hand.press(.character("y"))
    #expect(Self.action(hand) == .pin(model: "fraud", version: "29", verification: .required))
  }

  /// A pin to what fails already would keep it in force.
  @Test func `F pins to the chosen row, else to what is right more often, never to what fails`()
    throws
  {
    let snapshot = Sample.snapshot()
    let index = try #require(snapshot.models.firstIndex { $0.name == "electricity" })
    let deployment = snapshot.models[index].deployment
    let (champion, challenger) = (deployment.champion, try #require(deployment.challenger?.version))
    let target = try #require(deployment.rollbackTarget)
    func pinned(on version: String, alerting: String?, rival: String? = nil) -> String? {
      var snapshot = snapshot
      snapshot.alerts =
        alerting.map {
          [Sample.alert("Wrong", ["model": "electricity", "version": $0], since: 9)]
        } ?? []
      func score(_ version: String, _ share: Double) -> ChampionAccuracy.Score {
        .init(
          version: version, labelled: 900, accuracy: share, low: share - 0.02, high: share + 0.02)
      }
      let judgement = ChampionAccuracy(
        champion: score(champion, 0.6), majority: 0.5, rival: rival.map { score($0, 0.8) },
        isBelowRival: rival != nil)
      snapshot.models[index].judgement?.championAccuracy = judgement
      var hand = Hand(
        Sample.state(
          .overview, size: Size(width: 120, height: 36), snapshot: snapshot,
          selecting: Selection(model: "electricity", version: version)))
      hand.press(.character("F"))
      return hand.asking?.text(.version)
    }
    #expect(pinned(on: champion, alerting: champion, rival: challenger) == challenger)
    #expect(pinned(on: champion, alerting: nil, rival: challenger) == challenger)
    #expect(pinned(on: champion, alerting: champion) == target)
    #expect(pinned(on: challenger, alerting: nil) == challenger)
    #expect(pinned(on: challenger, alerting: champion) == challenger)
    #expect(pinned(on: challenger, alerting: challenger) == target)
  }

  @Test func `an act from any panel is because of the alert that presses on what it takes out`() {
    var snapshot = Sample.snapshot()
    snapshot.alerts = [Sample.burn]
    func reason(on version: String, _ key: Character) -> String? {
      var hand = Hand(
        Sample.state(
          .overview, size: Size(width: 120, height: 36), snapshot: snapshot,
          selecting: Selection(model: "fraud", version: version)))
      hand.press(.character(key))
      return hand.asking?.text(.reason)
    }
    #expect(reason(on: "31", "R") == "ModelErrorBudgetBurnFast 63.1 > 14.4")
    #expect(reason(on: "31", "F") == "ModelErrorBudgetBurnFast 63.1 > 14.4")
    #expect(reason(on: "31", "f") == "freeze from console")
  }

  @Test func `a pin's question says how often both versions are right, and of how many labels`() {
    var snapshot = Sample.snapshot()
    func text() -> String {
      var hand = Self.hand(snapshot)
      hand.press(.character("F"))
      return hand.text
    }
    let index = snapshot.models.firstIndex { $0.name == "fraud" } ?? 0
    /// Of all versions but this one no label has come.
    func label(_ labelled: String?, count: Int64 = 0, accuracy: Double = 0) {
      for place in snapshot.models[index].versions.indices {
        let isIt = snapshot.models[index].versions[place].version == labelled
        snapshot.models[index].versions[place].recent.labels = isIt ? count : 0
        snapshot.models[index].versions[place].recent.accuracy = isIt ? accuracy : nil
      }
    }
    label("31", count: 1_204, accuracy: 0.612)
    #expect(text().contains("accuracy  .612 of 1 204 labels in 15 min"))
    #expect(text().contains("accuracy  no label in 15 min"))
    label("30", count: 1, accuracy: 0.871)
    #expect(text().contains("accuracy  .871 of 1 label in 15 min"))
    #expect(text().contains("accuracy  no label in 15 min"))
    label(nil)
    #expect(!text().contains("in 15 min"))
  }

  @Test func `in production the version to pin to is typed`() {
    var snapshot = Sample.snapshot()
    snapshot.server.environment = "production"
    var hand = Self.hand(snapshot)
    hand.press(.character("F"))
    hand.press(.character("y"))
    #expect(hand.sent.isEmpty)
    #expect(hand.text.contains("which version?"))
  }

  @Test func `F on what is pinned lifts it`() {
    var snapshot = Sample.snapshot()
    let index = snapshot.models.firstIndex { $0.name == "fraud" }!
    snapshot.models[index].deployment.pin = .init(
      version: "30", since: Sample.at(-60), by: "ana", reason: "until it is understood")
    var hand = Self.hand(snapshot)
    hand.press(.character("F"))
    #expect(hand.text.contains("by ana"))
    hand.press(.character("y"))
    #expect(Self.action(hand) == .unpin(model: "fraud"))
  }

  @Test func `M asks for a rate, and takes each client, one, or all`() throws {
    var hand = Self.hand()
    hand.press(.character("M"))
    hand.press(.character("y"))
    #expect(hand.sent.isEmpty)
    #expect(hand.text.contains("how many requests a second?"))
    hand.press(.tab, .tab)
    hand.type("200")
    hand.press(.enter)
    try expectSnapshot(hand.text, "dialog-limit")
    hand.press(.character("y"))
    #expect(
      Self.action(hand) == .limit(model: "fraud", scope: .eachClient, rate: 200, burst: nil))
  }

  @Test func `a limit of nothing lifts it, for the client that is named`() {
    var hand = Self.hand()
    hand.press(.character("M"))
    hand.press(.tab)
    for _ in 0..<4 { hand.press(.backspace) }
    hand.type("batch")
    hand.press(.tab)
    hand.type("0")
    hand.press(.enter)
    hand.press(.character("y"))
    #expect(
      Self.action(hand)
        == .limit(model: "fraud", scope: .client("batch"), rate: nil, burst: nil))
  }

  @Test func `a name that no client can have is not sent`() {
    var hand = Self.hand()
    hand.press(.character("M"))
    hand.press(.tab)
    for _ in 0..<4 { hand.press(.backspace) }
    hand.type("b\u{e9}la")
    hand.press(.tab)
    hand.type("5")
    hand.press(.enter)
    hand.press(.character("y"))
    #expect(hand.sent.isEmpty)
    #expect(hand.text.contains("1 to 128 characters of printable ASCII"))
  }

  @Test func `D sheds a share, and refuses what is none`() throws {
    var hand = Self.hand()
    hand.press(.character("D"))
    hand.press(.tab, .tab)
    hand.type("0")
    hand.press(.enter)
    hand.press(.character("y"))
    #expect(hand.sent.isEmpty)
    hand.press(.tab, .tab)
    hand.press(.backspace)
    hand.press(.enter)
    hand.press(.character("y"), after: 2)
    #expect(Self.action(hand) == .shed(model: "fraud", scope: .all, share: 0.2))
  }

  @Test func `J names the upstream that is unhealthy, and nothing where there is none`() {
    var hand = Self.hand()
    hand.press(.character("J"))
    #expect(hand.asking == nil)
    #expect(hand.text.contains("it has no upstream to eject"))
    var snapshot = Sample.snapshot()
    let index = snapshot.models.firstIndex { $0.name == "fraud" }!
    let version = snapshot.models[index].versions.firstIndex { $0.version == "31" }!
    snapshot.models[index].versions[version].upstreams = [
      UpstreamStatus(name: "http://a:8000", state: .healthy),
      UpstreamStatus(name: "http://b:8000", state: .unhealthy(reason: "no answer")),
    ]
    hand = Self.hand(snapshot)
    hand.press(.character("J"))
    hand.press(.character("y"))
    #expect(
      Self.action(hand)
        == .eject(model: "fraud", version: "31", upstream: "http://b:8000", seconds: 600))
  }
}

/// Z on the timeline takes a row back.
struct UndoDialogTests {
  private static func hand() -> Hand {
    Hand(Sample.state(.timeline, size: Size(width: 120, height: 36)))
  }

  @Test func `a row that changed something is taken back after a question`() throws {
    var hand = Self.hand()
    let entry = Sample.audit.first { $0.action == "promote" && $0.outcome == .done }!
    hand.state.timeline.selected = entry.sequence
    hand.press(.character("Z"))
    #expect(hand.text.contains("take the promote of fraud back"))
    try expectSnapshot(hand.text, "dialog-undo")
    hand.press(.character("y"))
    if case .send(let command) = hand.sent.last {
      #expect(command.action == .undo(model: entry.model!, row: entry.sequence))
    } else {
      Issue.record("nothing was sent")
    }
  }

  @Test func `a rollback is not taken back before the version that it left is released`() {
    var snapshot = Sample.snapshot()
    let entry = Sample.audit.first { $0.action == "rollback" && $0.outcome == .done }!
    let index = snapshot.models.firstIndex { $0.name == entry.model }!
    for isQuarantined in [true, false] {
      snapshot.models[index].deployment.quarantine =
        isQuarantined
        ? [entry.fromVersion!: .init(since: entry.time, by: "ana", reason: entry.reason)] : [:]
      var hand = Hand(
        Sample.state(.timeline, size: Size(width: 120, height: 36), snapshot: snapshot))
      hand.state.timeline.selected = entry.sequence
      hand.press(.character("Z"))
      #expect((hand.asking == nil) == isQuarantined)
      #expect(
        hand.text.contains("8, then L releases electricity 5 first: it is in quarantine")
          == isQuarantined)
    }
  }

  @Test func `a row that changed nothing says so`() {
    var hand = Self.hand()
    let entry = Sample.audit.first { $0.outcome == .event || $0.outcome == .refused }!
    hand.state.timeline.selected = entry.sequence
    hand.press(.character("Z"))
    #expect(hand.asking == nil)
    #expect(
      hand.text.contains("this row") || hand.text.contains("this \(entry.action)")
        || hand.text.contains("taken back"))
  }
}
