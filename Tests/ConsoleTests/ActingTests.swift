import Console
import Domain
import Testing
import TextUI

struct ActingTests {
  private static let size = Size(width: 100, height: 30)

  private static func hand(
    _ panel: PanelID = .overview, _ model: String = "fraud", _ version: String = "31",
    server: ServerInfo = Sample.server,
    configuration: ConsoleConfiguration = ConsoleConfiguration(endpoint: "here")
  ) -> Hand {
    Hand(
      Sample.state(
        panel, size: size, snapshot: Sample.snapshot(server: server), configuration: configuration,
        selecting: Selection(model: model, version: version)))
  }

  private static func command(_ effect: Effect?) -> Command? {
    if case .send(let command) = effect { command } else { nil }
  }

  @Test func `two keys roll back, on the state that was shown`() throws {
    var hand = ActingTests.hand()
    hand.press(.character("R"))
    try expectSnapshot(hand.text, "dialog-rollback")
    hand.press(.character("y"))
    let command = try #require(ActingTests.command(hand.sent.first))
    #expect(command.action == .rollBack(model: "fraud", breakGlass: false))
    #expect(command.reason == "rollback from console")
    #expect(command.origin == .console)
    let fraud = Sample.fraud()
    let champion = try #require(fraud.version("31"))
    let target = try #require(fraud.version("30"))
    let expected = Command.Expectation(
      revision: 12, champion: "31", championSHA256: String(champion.sha256.prefix(12)),
      targetSHA256: String(target.sha256.prefix(12)))
    #expect(command.expected == expected)
    hand.act(.outcome(command, .done(sequence: 42, revision: 13, summary: "fraud is back on 30")))
    #expect(hand.state.dialog == nil)
    #expect(hand.state.status?.text == "fraud is back on 30")
  }

  @Test func `R pressed twice, and y pressed twice, do one thing`() {
    var hand = ActingTests.hand()
    hand.press(.character("R"), .character("R"), .character("R"))
    #expect(hand.sent.isEmpty)
    #expect(hand.asking != nil)
    hand.press(.character("y"), .character("y"), .character("R"), .character("y"))
    #expect(hand.sent.count == 1)
  }

  @Test func `a paste goes into the words of a note, and answers nothing`() {
    var hand = ActingTests.hand()
    hand.press(.character("n"))
    hand.batch([.paste("see https://wiki/runs/7\ny\n")], after: 1)
    #expect(hand.asking?.text(.reason) == "see https://wiki/runs/7 y ")
    #expect(hand.sent.isEmpty)
    // Not on the buttons, and not before it can have been seen.
    hand.press(.escape)
    hand.press(.character("n"))
    hand.batch([.paste("y\n")], after: 0.1)
    #expect(hand.asking?.text(.reason) == "")
  }

  @Test func `keys are ignored for 300 ms, and bursts and pastes are dropped`() {
    var quick = ActingTests.hand()
    quick.press(.character("R"))
    quick.press(.character("y"), after: 0.2)
    #expect(quick.sent.isEmpty)
    quick.press(.character("y"), after: 0.2)
    #expect(quick.sent.count == 1)

    var together = ActingTests.hand()
    together.batch([.key(.character("R")), .key(.character("y"))])
    #expect(together.sent.isEmpty)
    #expect(together.asking != nil)

    var burst = ActingTests.hand()
    burst.press(.character("R"))
    burst.batch("yyyy".map { .key(.character($0)) })
    #expect(burst.sent.isEmpty)

    var paste = ActingTests.hand()
    paste.press(.character("R"))
    paste.batch([.paste("y")])
    #expect(paste.text.contains("a paste is not taken in a question that acts"))
    #expect(paste.sent.isEmpty)
  }

  @Test func `a stray key disarms the answer for a second`() {
    var hand = ActingTests.hand()
    for character in "Ready" { hand.press(.character(character), after: 0.4) }
    #expect(hand.sent.isEmpty)
    #expect(hand.asking != nil)
    hand.press(.character("y"), after: 1.5)
    #expect(hand.sent.count == 1)
  }

  @Test func `the tail of a word whose head came too early is no answer`() {
    for pause in [0.02, 0.05, 0.1, 0.2] {
      var hand = ActingTests.hand()
      for character in "Readily y" { hand.press(.character(character), after: pause) }
      #expect(hand.sent.isEmpty, "\(pause)")
    }
  }

  @Test func `Enter and Esc leave, and nothing is done`() {
    for key in [Key.enter, .escape] {
      var hand = ActingTests.hand()
      hand.press(.character("R"), key)
      #expect(hand.state.dialog == nil)
      #expect(hand.state.status?.text == "nothing was done")
      #expect(hand.sent.isEmpty)
    }
  }

  @Test func `no confirm key is its opener or beside it`() {
    let beside: Set<Character> = ["6", "7", "t", "u", "g", "h"]
    let acts = Keymap().bindings.filter(\.intent.isAct)
    #expect(acts.count == 14)
    for key in acts.flatMap(\.keys) {
      guard case .character(let opener) = key else { continue }
      let lowered = Character(opener.lowercased())
      #expect(lowered != "y" && !beside.contains(lowered))
    }
  }

  @Test func `production wants the version typed`() throws {
    var server = Sample.server
    server.environment = "production"
    var hand = ActingTests.hand(server: server)
    hand.press(.character("R"), .character("y"))
    #expect(hand.sent.isEmpty)
    #expect(hand.text.contains("this is production: Tab, then type 30"))
    hand.press(.tab)
    hand.type("30")
    hand.press(.enter)
    #expect(hand.sent.isEmpty)
    hand.press(.character("y"))
    #expect(hand.sent.count == 1)
    #expect(hand.text.contains(" PROD "))
  }

  @Test func `a reason is needed, and what is typed goes with the command`() {
    var hand = ActingTests.hand()
    hand.press(.character("R"), .tab, .control("u"), .enter, .character("y"))
    #expect(hand.sent.isEmpty)
    hand.press(.tab)
    hand.type("yes: errors, y?")
    hand.press(.enter, .character("y"))
    #expect(ActingTests.command(hand.sent.first)?.reason == "yes: errors, y?")
  }

  @Test func `R on a challenger sets its weight to nothing, on a shadow ends it`() {
    var challenger = ActingTests.hand(.overview, "electricity", "8")
    challenger.press(.character("R"), .character("y"))
    #expect(
      ActingTests.command(challenger.sent.first)?.action
        == .setWeight(model: "electricity", version: "8", weight: 0))
    var shadow = ActingTests.hand(.overview, "electricity", "9")
    shadow.press(.character("R"), .character("y"))
    #expect(
      ActingTests.command(shadow.sent.first)?.action
        == .setShadow(model: "electricity", version: nil))
  }

  @Test func `a share is typed in per cent and checked`() throws {
    var hand = ActingTests.hand(.overview, "electricity", "8")
    hand.press(.character("S"))
    hand.type("120")
    hand.press(.enter, .character("y"))
    #expect(hand.sent.isEmpty)
    #expect(hand.text.contains("a number from 0 to 100"))
    hand.press(.tab, .control("u"))
    let deployment = try #require(hand.state.live?.model("electricity")?.deployment)
    hand.type("\(deployment.share(of: "8") * 100)")
    hand.press(.enter, .character("y"))
    #expect(hand.sent.isEmpty)
    #expect(hand.text.contains("that is its share already"))
    hand.press(.tab, .control("u"))
    hand.type("25")
    hand.press(.enter)
    try expectSnapshot(hand.text, "dialog-share")
    hand.press(.character("y"))
    #expect(
      ActingTests.command(hand.sent.first)?.action
        == .setWeight(model: "electricity", version: "8", weight: 0.25))
  }

  @Test func `a promotion waits for its preflight, and going on without is a choice of its own`()
    throws
  {
    var hand = ActingTests.hand(.models, "fraud", "30")
    let version = ModelVersion(model: "fraud", version: "30")
    hand.press(.character("P"))
    #expect(hand.effects.contains(.preflight(version)))
    hand.press(.character("y"))
    #expect(hand.sent.isEmpty)
    let check = PreflightReport.Check(
      name: "recent requests", passed: false, detail: "3 of 20 not finite")
    hand.act(
      .preflight(version, .success(PreflightReport(version: version, sha256: "", checks: [check]))))
    hand.press(.character("y"))
    #expect(hand.sent.isEmpty)
    try expectSnapshot(hand.text, "dialog-promote-failed")
    hand.press(.character("w"), .character("y"))
    #expect(
      ActingTests.command(hand.sent.first)?.action
        == .promote(model: "fraud", version: "30", verification: .waived))
  }

  @Test func `a freeze has an end, and the same key lifts it`() {
    var hand = ActingTests.hand()
    hand.press(.character("f"), .tab, .control("u"))
    hand.type("4h")
    hand.press(.enter, .character("y"))
    guard case .freeze("fraud", let until) = ActingTests.command(hand.sent.first)?.action else {
      Issue.record("expected a freeze")
      return
    }
    #expect((14_390...14_420).contains(until.secondsSince(Sample.now)))
    var model = Sample.fraud()
    model.deployment.freeze = Deployment.Freeze(until: until, by: "ana", reason: "incident")
    var frozen = Hand(
      Sample.state(size: ActingTests.size, snapshot: Sample.snapshot(models: [model])))
    #expect(frozen.text.contains("frozen fraud until"))
    frozen.press(.character("f"), .character("y"))
    #expect(ActingTests.command(frozen.sent.first)?.action == .unfreeze(model: "fraud"))
  }

  @Test func `what cannot be done says why, without a dialog`() {
    var quarantined = ActingTests.hand(.models, "electricity", "5")
    quarantined.press(.character("P"))
    #expect(quarantined.state.dialog == nil)
    #expect(quarantined.state.status?.text.contains("quarantine") == true)
    var none = ActingTests.hand(.overview, "bikes", "1")
    none.press(.character("R"))
    #expect(none.state.status?.text.contains("no version to go back to") == true)
  }

  @Test func `read-only, replay, stopping and no connection refuse every act`() {
    var readOnly = Sample.server
    readOnly.isReadOnly = true
    var stopping = Sample.server
    stopping.isStopping = true
    var lost = ActingTests.hand()
    lost.act(.connectionLost(reason: "reset"))
    var hands = [
      ActingTests.hand(server: readOnly), ActingTests.hand(server: stopping), lost,
      ActingTests.hand(configuration: ConsoleConfiguration(endpoint: "x", isReadOnly: true)),
      ActingTests.hand(configuration: ConsoleConfiguration(endpoint: "x", isReplay: true)),
    ]
    for index in hands.indices {
      for key in "RPSCLf" {
        hands[index].press(.character(key))
        #expect(hands[index].state.dialog == nil)
        #expect(hands[index].state.status?.tone == .warn)
      }
    }
  }

  @Test func `a state that moved is shown anew, and the next y is not taken at once`() throws {
    var hand = ActingTests.hand()
    hand.press(.character("R"))
    var moved = Sample.fraud(revision: 13)
    moved.deployment.champion = "29"
    hand.act(.snapshot(Sample.snapshot(models: [moved])), after: 1)
    #expect(hand.asking?.seen?.revision == 13)
    hand.press(.character("y"), after: 0.5)
    #expect(hand.sent.isEmpty)
    #expect(hand.text.contains("changed meanwhile"))
    hand.press(.character("y"), after: 1)
    #expect(ActingTests.command(hand.sent.first)?.expected?.revision == 13)
  }

  @Test func `a refusal stands in the dialog with its reason`() throws {
    var hand = ActingTests.hand()
    hand.press(.character("R"), .character("y"))
    let command = try #require(ActingTests.command(hand.sent.first))
    hand.act(
      .outcome(command, .refused(Refusal(.stateMoved, "revision 14 is current, 12 was expected"))))
    #expect(hand.text.contains("refused: revision 14 is current, 12 was expected"))
  }

  @Test func `an audit that cannot be written offers break-glass as a second confirm`() throws {
    var hand = ActingTests.hand()
    hand.press(.character("R"), .character("y"))
    let command = try #require(ActingTests.command(hand.sent.first))
    hand.act(
      .outcome(command, .refused(Refusal(.auditUnavailable, "the disk did not answer in 500 ms"))))
    hand.press(.character("y"), after: 0.5)
    #expect(hand.sent.count == 1)
    try expectSnapshot(hand.text, "dialog-break-glass")
    hand.press(.character("y"))
    #expect(
      ActingTests.command(hand.sent.last)?.action == .rollBack(model: "fraud", breakGlass: true))
  }

  @Test func `an unknown outcome is asked for again by id until it is known`() throws {
    var hand = ActingTests.hand()
    hand.press(.character("R"), .character("y"))
    let command = try #require(ActingTests.command(hand.sent.first))
    hand.act(.outcome(command, .unknown(reason: "the connection was reset")))
    #expect(hand.effects.last == .lookUp(command.id, after: .seconds(1)))
    try expectSnapshot(hand.text, "dialog-unknown")
    hand.press(.character("y"))
    #expect(hand.sent.count == 1)
    hand.act(.connectionLost(reason: "reset"))
    hand.act(.lookedUp(command.id, .failure(.unreachable(reason: "reset"))))
    hand.act(.snapshot(Sample.snapshot()), after: 1)
    #expect(hand.effects.contains(.lookUp(command.id, after: .zero)))
    var never = hand
    hand.act(
      .lookedUp(
        command.id, .success(.done(sequence: 42, revision: 13, summary: "fraud is back on 30"))))
    #expect(hand.state.dialog == nil)
    #expect(hand.state.unresolved.isEmpty)

    never.act(.lookedUp(command.id, .success(nil)))
    #expect(never.text.contains("it never reached the server"))
    never.press(.character("y"), after: 2)
    #expect(ActingTests.command(never.sent.last) == command)
  }

  @Test func `a dialog shows live figures while the panels are paused, and says so`() {
    var hand = ActingTests.hand()
    hand.press(.character("p"))
    var model = Sample.fraud()
    model.versions[2].recent.p99 = 777_000
    hand.act(.snapshot(Sample.snapshot(models: [model])))
    hand.press(.character("R"))
    #expect(hand.text.contains("p99 777 ms"))
    #expect(hand.text.contains("the figures in here are live"))
  }

  @Test(arguments: [
    (Recovery.Status.watching, Int64(38)), (.recovered(seconds: 12), 480),
    (.notRecovering(reason: "errors 5.10 % (4.2 to 6.1)"), 20_000),
    (.relapsed(seconds: 300, reason: "errors at 5.1 %"), 20_000),
  ])
  func `the proof of a rollback stands on every panel`(_ status: Recovery.Status, _ requests: Int64)
  {
    let recovery = Sample.recovery(status, requests: requests)
    for panel in PanelID.allCases {
      let state = Sample.state(
        panel, size: ActingTests.size, snapshot: Sample.snapshot(recoveries: [recovery]))
      let text = view(state, size: ActingTests.size, look: Look()).text
      let words =
        switch status {
        case .watching:
          "watching 38 requests: errors 0.00 % (0 to 9.2)"
        case .recovered: "recovered in 12 s: errors 0.00 % (0 to 0.8), before"
        case .notRecovering: "not recovering after 2 min: errors 5.10 %"
        case .relapsed: "bad again after 5 min: errors at 5.1 %"
        }
      #expect(text.contains(words))
      #expect(text.contains("; fraud 31 to 30"))
    }
  }

  @Test func `a refusal stands for a minute, and does not hide the proof of a later rollback`() {
    let command = Command(
      id: CommandID("0192-refused")!,
      action: .promote(model: "fraud", version: "29", verification: .required),
      reason: "release", origin: .console)
    func text(refusedAt seconds: Double) -> String {
      var hand = Hand(
        Sample.state(
          size: Self.size, snapshot: Sample.snapshot(recoveries: [Sample.recovery(.watching)])))
      _ = update(
        &hand.state, .outcome(command, .refused(Refusal(.frozen, "it is frozen"))),
        at: Sample.at(seconds))
      hand.state.now = Sample.now
      return hand.text
    }
    // The switch was 12 s ago.
    #expect(text(refusedAt: -5).contains("was refused: it is frozen"))
    #expect(text(refusedAt: -20).contains("watching 38 requests"))
    var alone = Hand(Sample.state(size: Self.size))
    alone.act(.outcome(command, .refused(Refusal(.frozen, "it is frozen"))))
    alone.act(.snapshot(Sample.snapshot()), after: 50)
    #expect(alone.text.contains("was refused: it is frozen"))
    alone.act(.snapshot(Sample.snapshot()), after: 20)
    #expect(!alone.text.contains("was refused: it is frozen"))
  }

  @Test func `where nothing failed before, good requests are no recovery`() {
    var recovery = Sample.recovery(.recovered(seconds: 1))
    recovery.wasBad = false
    let state = Sample.state(
      .overview, size: ActingTests.size, snapshot: Sample.snapshot(recoveries: [recovery]))
    let text = view(state, size: ActingTests.size, look: Look()).text
    #expect(text.contains("no worse since: errors 0.00 % (0 to 9.2), before"))
    #expect(!text.contains("recovered in"))
  }

  @Test func `a recovery that labels prove says so first`() {
    var recovery = Sample.recovery(.recovered(seconds: 24))
    recovery.wasBad = true
    recovery.wrong = Recovery.Proportion(count: 12, total: 60, low: 0.12, high: 0.318)
    recovery.wrongBefore = Recovery.Proportion(count: 82, total: 200, low: 0.344, high: 0.479)
    func text() -> String {
      let state = Sample.state(
        .overview, size: ActingTests.size, snapshot: Sample.snapshot(recoveries: [recovery]))
      return view(state, size: ActingTests.size, look: Look()).text
    }
    #expect(
      text().contains("recovered in 24 s: wrong 20.0 % (12.0 to 31.8) of 60 labels, before 41"))
    recovery.status = .watching
    recovery.wasBad = false
    #expect(
      text().contains("watching 38 requests: wrong 20.0 % (12.0 to 31.8) of 60 labels, before"))
    recovery.wrong = Recovery.Proportion(count: 0, total: 0, low: 0, high: 1)
    #expect(text().contains("watching 38 requests: no label since, wrong before 41"))
  }

  @Test func `an answer in a row with other keys is not taken, and says how`() {
    var hand = ActingTests.hand()
    hand.press(.down, .up)
    hand.press(.character("R"), .character("y"), after: 0.4)
    #expect(hand.sent.isEmpty)
    #expect(hand.text.contains("pause for a second, then y"))
    hand.press(.character("y"), after: 0.8)
    #expect(hand.sent.count == 1)
  }

  @Test func `a calm hand is answered as soon as the question has settled`() {
    var hand = ActingTests.hand()
    hand.press(.down, .up, .character("R"))
    hand.press(.character("y"), after: 0.4)
    #expect(hand.sent.count == 1)
  }

  @Test(arguments: [0, 0.05, 0.4]) func `random keys never act`(pause: Double) {
    var hand = ActingTests.hand()
    let keys = Array("RPSCLfyRyPyw1234567890qn?jkhlpuv,.<>+-=abcdefg")
    for index in 0..<4_000 {
      let place = Int(Sample.noise(Int64(index)) * Double(keys.count))
      hand.press(.character(keys[min(place, keys.count - 1)]), after: pause)
      hand.state.exit = nil
    }
    #expect(hand.sent.isEmpty)
  }

  @Test(
    arguments: [
      (Recovery.Status.watching, [31: true, 840: true, 1_200: true]),
      (.recovered(seconds: 31), [31: true, 330: true, 332: false, 840: false]),
      (.notRecovering(reason: "errors"), [840: true, 901: false]),
      (.relapsed(seconds: 600, reason: "errors"), [840: true, 1_499: true, 1_501: false]),
    ])
  func `the proof of an act makes room for the place some minutes after it`(
    _ status: Recovery.Status, _ shown: [Int: Bool]
  ) {
    for (age, isShown) in shown {
      var recovery = Sample.recovery(status)
      recovery.switchedAt = Sample.at(-Double(age))
      let text = Hand(
        Sample.state(
          .overview, size: Self.size, snapshot: Sample.snapshot(recoveries: [recovery]))
      ).text
      #expect(text.contains("; fraud 31 to 30") == isShown, "\(status) after \(age) s")
      #expect(text.contains("overview › ") == !isShown)
    }
  }
}
