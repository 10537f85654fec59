import Console
import Domain
import Testing
import TextUI

/// The inbox of alerts, and what the other panels show of them.
struct AlertPanelTests {
  private static let size = Size(width: 120, height: 36)

  private static func hand(
    _ panel: PanelID = .alerts, _ alerts: [Alert] = Sample.alerts, size: Size = size
  ) -> Hand {
    Hand(Sample.state(panel, size: size, snapshot: Sample.alerted(alerts)))
  }

  private static func command(_ hand: Hand) -> Command? {
    if case .send(let command) = hand.sent.last { command } else { nil }
  }

  @Test(arguments: Size.usual)
  func `no alert says so, and since when rules are looked at`(_ size: Size) throws {
    let hand = Self.hand(.alerts, [], size: size)
    #expect(hand.text.contains("no alert is pending or fires"))
    try expectSnapshot(hand.text, "alerts-none-\(size.name)")
  }

  @Test func `without a rule nothing is called well, and it is said what to do`() {
    var snapshot = Sample.alerted([])
    snapshot.alertRules = 0
    let hand = Hand(Sample.state(.alerts, size: Self.size, snapshot: snapshot))
    #expect(hand.text.contains("no rules") && hand.text.contains("Name their files in `rules`"))
    #expect(!hand.text.contains("no alert is pending") && !hand.text.contains("● none"))
    snapshot.alertRules = 7
    let ruled = Hand(Sample.state(.alerts, size: Self.size, snapshot: snapshot))
    #expect(ruled.text.contains("no alert is pending") && ruled.text.contains("● none"))
  }

  @Test(arguments: Size.usual)
  func `names are whole where there is room for them`(_ size: Size) {
    let slow = Sample.alert(
      "ReleaseFailing", ["model": "electricity", "version": "3"], severity: "critical",
      value: 0.8, summary: "slow", since: 122)
    for panel in [PanelID.alerts, .overview] {
      let text = Self.hand(panel, [slow], size: size).text
      #expect(text.contains("ReleaseFailing ") && text.contains(" electricity 3 "))
    }
  }

  @Test(arguments: Size.usual)
  func `hostile text is shown as visible escapes and breaks no column`(_ size: Size) throws {
    let hostile =
      "\u{1B}]0;owned\u{7}\u{202E}evil\u{9B}31m\n\r" + String(repeating: "wide界", count: 80)
    var alert = Sample.alert(
      hostile, ["model": hostile, "version": hostile, hostile: hostile], severity: "critical",
      value: 1e300, bound: "> \(hostile)", summary: hostile, since: 5)
    alert.acknowledgement = Acknowledgement(by: hostile, at: Sample.at(-4), note: hostile)
    alert.owner = hostile
    var other = alert
    other.acknowledgement = nil
    other.labels["severity"] = "warning"
    other.id = AlertID(other.labels)
    other.inhibitedBy = alert.id
    other.silence(
      Silence(
        id: hostile, matchers: [], startsAt: Sample.now, endsAt: Sample.at(60), createdBy: hostile,
        comment: hostile))
    var hand = Self.hand(.alerts, [alert, other], size: size)
    try expectSnapshot(hand.text, "alerts-hostile-\(size.name)")
    var pictures = [hand.text]
    for keys in [[Key.enter], [.escape, .character("s")], [.escape, .character("a")]] {
      for key in keys { hand.press(key) }
      pictures.append(hand.text)
    }
    for text in pictures {
      let isClean = text.unicodeScalars.allSatisfy {
        $0 == "\n" || !($0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E)
      }
      #expect(isClean)
    }
  }

  @Test(arguments: Size.usual)
  func `one alert shows its labels, times, words and consequences`(_ size: Size) throws {
    var hand = Self.hand(size: size)
    hand.press(.enter)
    try expectSnapshot(hand.text, "alerts-open-\(size.name)")
    hand.press(.tab)
    var seen = hand.text
    hand.press(.pageDown)
    seen += hand.text
    #expect(seen.contains("of the same cause: 2"))
    #expect(seen.contains("alertname=ModelErrorBudgetBurnFast"))
    hand.press(.escape)
    #expect(!hand.state.alertList.isOpen)
  }

  @Test func `what asks for somebody stands above what is quiet, and that above what is over`() {
    let names = Self.hand().state.alertGroups.map(\.lead.name)
    #expect(
      names == [
        "ModelErrorBudgetBurnFast", "NoTraffic", "DiskNearlyFull", "FeatureDrift", "LabelsLate",
        "LoadShed",
      ])
    let text = Self.hand().text
    #expect(text.contains("■ 1 page  ▲ 1 warning  1 pending  2 quiet  1 over"))
    #expect(text.contains("took 4 min"))
    #expect(text.contains("63.1 > 14.4"))
    #expect(text.contains("firing, ana"))
  }

  @Test(arguments: Size.usual)
  func `who silenced an alert, until when and why stands in the list and in its facts`(
    _ size: Size
  ) {
    var alert = Sample.alert("LabelsLate", ["model": "m"], since: 60)
    alert.silence(
      Silence(
        id: "0192-silence", matchers: [], startsAt: Sample.at(-60), endsAt: Sample.at(1_649),
        createdBy: "ada", comment: "planned"))
    var hand = Self.hand(.alerts, [alert], size: size)
    #expect(hand.text.contains("silenced by ada until 14:30:00: planned"))
    hand.press(.enter)
    #expect(hand.text.contains("ada until 14:30:00: planned"))
    hand.press(.escape, .character("s"))
    #expect(hand.text.contains("by ada until 14:30:00: planned"))
    #expect(!hand.text.contains("0192"))
    // An older server tells its id alone.
    alert.silences = nil
    #expect(Self.hand(.alerts, [alert], size: size).text.contains("silenced by 0192-silence"))
  }

  @Test(arguments: [
    (0.973, "> 0.95", Alert.Unit.ratio, false, "97.3 > 95 %", "97.3 > 95 %"),
    (0.000_2, "> 0.00025", .ratio, false, "0.02 > 0.025 %", "0.02>0.025 %"),
    (0.998, "< 0.9999", .ratio, false, "99.8 < 99.99 %", "99.8<99.99 %"),
    (0.063_1, "> 0.05", .ratio, true, "was 6.31 > 5 %", "was 6.31>5 %"),
    (1.2, "> 0.25", .seconds, false, "1200 > 250 ms", "1200>250 ms"),
    (7_250, "> 7200", .seconds, false, "2.01 > 2 h", "2.01 > 2 h"),
    (3e9, "< 6.4e+07", .bytes, false, "3000 < 64 MB", "3000 < 64 MB"),
    (12.4, "> 0", .perSecond, false, "12.4 > 0 /s", "12.4 > 0 /s"),
    (63.1, "> 14.4", nil, false, "63.1 > 14.4", "63.1 > 14.4"),
    (63.1, "> 14.123456789", nil, true, "was 63.1 > 14.123456789", "was 63.1"),
    (1, "== 1", nil, false, "true", "true"), (1, "== 1", nil, true, "was true", "was true"),
    (0, "== 0", nil, false, "0", "0"),
  ])
  func `a value stands before its limit in one unit, and its column cuts neither`(
    _ value: Double, _ bound: String, _ unit: Alert.Unit?, _ isBack: Bool, _ whole: String,
    _ narrow: String
  ) {
    let alert = Sample.alert(
      "Slow", ["model": "m"], isBack ? .keepFiring : .firing, value: value, bound: bound,
      unit: unit, since: 9)
    #expect(alert.valueText == whole)
    let text = Self.hand(.alerts, [alert], size: Size(width: 80, height: 24)).text
    #expect(text.contains(" \(narrow) ") && !text.contains("…"))
  }

  @Test func `the state is told beside who has it in hand, as long as it is not over`() {
    func text(_ state: Alert.State) -> String {
      var alert = Sample.alert("Slow", ["model": "fraud"], state, since: 9)
      alert.acknowledgement = Acknowledgement(by: "ana", at: Sample.at(-5))
      return Self.hand(.alerts, [alert], size: Size(width: 80, height: 24)).text
    }
    #expect(text(.firing).contains(" firing, ana "))
    #expect(text(.keepFiring).contains(" held, ana "))
    #expect(text(.pending).contains(" pending, ana "))
    #expect(text(.resolved).contains(" resolved  "))
  }

  @Test func `an alert whose rule sees nothing any more does not pass for one that fires`() {
    for (unseen, word) in [
      (Alert.Unseen.noData, " no data "), (.failing, " no answer "), (.unread, " unread "),
    ] {
      var alert = Sample.alert("Slow", ["model": "fraud"], .firing, since: 9)
      alert.unseen = unseen
      var hand = Self.hand(.alerts, [alert], size: Size(width: 120, height: 36))
      #expect(hand.text.contains(word))
      hand.press(.enter)
      #expect(hand.text.contains(" unseen "))
    }
  }

  @Test(arguments: Size.usual)
  func `who owns an alert stands in the list, and whole below it and in its facts`(
    _ size: Size
  ) throws {
    var alerts = Sample.alerts
    alerts[0].owner = "payments-platform-team"
    alerts[2].owner = "ml"
    var hand = Self.hand(.alerts, alerts, size: size)
    #expect(hand.text.contains("OWNER") == (size.width >= 120))
    #expect(hand.text.contains("owner payments-platform-team"))
    try expectSnapshot(hand.text, "alerts-owned-\(size.name)")
    hand.press(.enter)
    let words = hand.text.split { "│ \n".contains($0) }.joined(separator: " ")
    #expect(words.contains("owner payments-platform-team"))
    hand.press(.escape, .character("/"))
    hand.type("payments", after: 0.1)
    #expect(hand.state.listedAlerts.map(\.lead.name) == ["ModelErrorBudgetBurnFast"])
  }

  @Test func `without owners there is no column of them`() {
    #expect(!Self.hand(size: Size(width: 200, height: 60)).text.contains("OWNER"))
  }

  @Test func `the selection follows the alert, also into the group of its cause`() {
    var hand = Self.hand()
    hand.press(.down)
    #expect(hand.state.selectedAlert?.lead.name == "NoTraffic")
    let newer = Sample.alert("StoreBehind", severity: "critical", summary: "late", since: 1)
    hand.act(.snapshot(Sample.alerted([newer] + Sample.alerts, at: Sample.at(3))))
    #expect(hand.state.selectedAlert?.lead.name == "NoTraffic")
    var alerts = Sample.alerts
    alerts[1].inhibitedBy = Sample.burn.id
    hand.act(.snapshot(Sample.alerted(alerts, at: Sample.at(4))))
    #expect(hand.state.selectedAlert?.lead.name == "ModelErrorBudgetBurnFast")
    hand.act(.snapshot(Sample.alerted([], at: Sample.at(5))))
    #expect(hand.state.selectedAlert == nil)
  }

  @Test func `what was taken in hand stays selected, and R is still about it`() {
    var hand = Self.hand(.overview)
    hand.press(.character("6"), .character("a"), .character("y"))
    if let command = Self.command(hand) {
      hand.act(.outcome(command, .done(sequence: 42, revision: 0, summary: "it is yours")))
    }
    var alerts = Sample.alerts
    alerts[0].acknowledgement = Acknowledgement(by: "me", at: Sample.at(3))
    hand.act(.snapshot(Sample.alerted(alerts, at: Sample.at(4))), after: 1)
    #expect(hand.state.alertGroups.first?.lead.name == "NoTraffic")
    #expect(hand.state.selectedAlert?.lead.name == "ModelErrorBudgetBurnFast")
    hand.press(.character("R"))
    #expect(hand.asking?.model == "fraud")
  }

  @Test func `an alert that comes in above takes no key from the one looked at`() {
    var hand = Self.hand(.overview)
    hand.press(.character("6"))
    let newer = Sample.alert(
      "AAA", ["model": "bikes"], severity: "critical", summary: "late", since: 1)
    hand.act(.snapshot(Sample.alerted([newer] + Sample.alerts, at: Sample.at(3))), after: 1)
    hand.press(.character("a"))
    #expect(hand.asking?.alert?.name == "ModelErrorBudgetBurnFast")
  }

  @Test func `a filter lets through what has the words, in consequences too`() {
    var hand = Self.hand()
    hand.press(.character("/"))
    hand.type("candidateworse", after: 0.1)
    #expect(hand.state.listedAlerts.map(\.lead.name) == ["ModelErrorBudgetBurnFast"])
    #expect(hand.text.contains("1 of 6"))
    hand.press(.escape, .character("/"))
    hand.type("zzz", after: 0.1)
    hand.press(.enter, .character("a"))
    #expect(hand.text.contains("no alert passes the filter"))
    #expect(hand.state.dialog == nil)
    #expect(hand.state.status?.text == "there is no alert to act on")
  }

  @Test func `a asks and takes an alert in hand, until it is over or until a time`() throws {
    var hand = Self.hand()
    hand.press(.character("a"))
    try expectSnapshot(hand.text, "dialog-acknowledge")
    #expect(hand.text.contains("is not told"))
    hand.press(.enter)
    #expect(hand.sent.isEmpty && hand.state.dialog == nil)
    hand.press(.character("a"), .character("y"))
    var command = try #require(Self.command(hand))
    #expect(command.action == .acknowledge(alert: Sample.burn.id, until: nil))
    #expect(command.reason == "looking at it")
    #expect(command.expected == nil)
    hand.act(.outcome(command, .done(sequence: 42, revision: 0, summary: "it is yours")))
    #expect(hand.state.dialog == nil && hand.state.status?.text == "it is yours")
    hand.press(.character("a"), .tab)
    hand.type("30m", after: 0.1)
    hand.press(.enter, .character("y"))
    command = try #require(Self.command(hand))
    guard case .acknowledge(_, let until?) = command.action else {
      Issue.record("\(command.action)")
      return
    }
    #expect(until.secondsSince(hand.state.serverNow) == 1_800)
  }

  @Test func `a time that is none is not taken`() {
    var hand = Self.hand()
    hand.press(.character("a"), .tab)
    hand.type("soon", after: 0.1)
    hand.press(.enter, .character("y"))
    #expect(hand.sent.isEmpty)
    #expect(hand.text.contains("how long is written as 30m, 4h or 2d"))
  }

  @Test func `a on what somebody has in hand gives it back`() throws {
    var hand = Self.hand()
    hand.press(.down, .down, .down, .character("a"))
    #expect(hand.text.contains("give FeatureDrift back"))
    hand.press(.character("y"))
    let drift = try #require(Sample.alerts.first { $0.name == "FeatureDrift" })
    #expect(Self.command(hand)?.action == .unacknowledge(alert: drift.id))
  }

  @Test func `a on a group is about the first that nobody has in hand`() throws {
    var first = Sample.alert("Slow", ["model": "fraud", "version": "30"], since: 9)
    first.acknowledgement = Acknowledgement(by: "ana", at: Sample.at(-5))
    let second = Sample.alert("Slow", ["model": "fraud", "version": "31"], since: 9)
    var hand = Self.hand(.alerts, [first, second])
    #expect(hand.state.alertGroups.count == 1)
    hand.press(.character("a"))
    #expect(!hand.text.contains("leaves"))
    hand.press(.character("y"))
    #expect(Self.command(hand)?.action == .acknowledge(alert: second.id, until: nil))
  }

  @Test func `what is held, or fires for a version without traffic, is not told as the present`() {
    var alert = Sample.burn
    alert.labels["version"] = "30"
    alert.state = .firing
    var hand = Self.hand(.overview, [alert])
    #expect(hand.text.contains("no traffic any more: "))
    alert.labels["version"] = "31"
    hand = Self.hand(.overview, [alert])
    #expect(!hand.text.contains("no traffic any more"))
    alert.state = .keepFiring
    for panel in [PanelID.overview, .alerts] {
      hand = Self.hand(panel, [alert])
      #expect(hand.text.contains("value back, held; was: "))
    }
    #expect(hand.text.contains("was 63.1"))
  }

  @Test func `the page of an alert that is gone is left, and a question from it waits`() throws {
    var flood = Sample.alert("ClientFlood", ["model": "fraud", "client": "demo"], since: 9)
    flood.state = .pending
    let shed = Sample.alert("RequestsShed", ["model": "fraud"], since: 9)
    var hand = Self.hand(.alerts, [flood, shed])
    hand.state.alertList.selected = flood.id
    hand.press(.enter)
    #expect(hand.state.alertList.opened == flood.id)
    hand.press(.character("M"))
    let asked = try #require(hand.asking)
    var next = try #require(hand.state.live)
    next.alerts = [shed]
    next.time = next.time.adding(seconds: 1)
    hand.act(.snapshot(next))
    #expect(!hand.state.alertList.isOpen)
    #expect(hand.asking?.act == asked.act)
    #expect(hand.text.contains("changed meanwhile: ClientFlood of fraud is there no more"))
    hand.press(.character("y"), after: 0.1)
    #expect(hand.sent.isEmpty)
  }

  @Test func `a on a group says what of it still asks for somebody`() {
    let versions = (30...32).map {
      Sample.alert("Slow", ["model": "fraud", "version": "\($0)"], since: 9)
    }
    var hand = Self.hand(.alerts, versions)
    hand.press(.character("a"))
    #expect(hand.text.contains("leaves   Slow of fraud 31 and 1 more, a again takes it"))
  }

  @Test func `s silences the rule for the model, as long as a digit says`() throws {
    var hand = Self.hand()
    hand.press(.character("s"))
    try expectSnapshot(hand.text, "dialog-silence")
    hand.press(.character("2"), .character("y"))
    guard case .silence(let matchers, let until)? = Self.command(hand)?.action else {
      Issue.record("nothing was silenced")
      return
    }
    #expect(
      matchers.map(\.description) == ["alertname=ModelErrorBudgetBurnFast", "model=fraud"])
    #expect(until.secondsSince(hand.state.serverNow) == 4 * 3_600)
  }

  @Test func `s on what is silenced ends the silence`() {
    var hand = Self.hand()
    hand.press(.end, .up, .character("s"))
    #expect(hand.text.contains("end the silence of LabelsLate"))
    hand.press(.character("y"))
    #expect(Self.command(hand)?.action == .expireSilence(id: "0192-silence-labels"))
  }

  @Test func `what is over needs nobody`() {
    var hand = Self.hand()
    hand.press(.end, .character("a"))
    #expect(hand.state.dialog == nil)
    #expect(hand.state.status?.text == "LoadShed is over: there is nothing to have in hand")
  }

  @Test func `a question says what others did meanwhile, and waits`() {
    var hand = Self.hand()
    hand.press(.character("a"))
    var alerts = Sample.alerts
    alerts[0].acknowledgement = Acknowledgement(by: "bo", at: Sample.at(2))
    hand.act(.snapshot(Sample.alerted(alerts, at: Sample.at(2))), after: 1)
    #expect(hand.text.contains("changed meanwhile: it is firing, by bo now; look again"))
    hand.press(.character("y"), after: 0.5)
    #expect(hand.sent.isEmpty)
    hand.act(.snapshot(Sample.alerted([], at: Sample.at(3))), after: 1)
    #expect(hand.text.contains("it is there no more"))
  }

  @Test func `shell commands typed by mistake act on nothing`() {
    for command in ["amtool silence add x", "ls -la /var/log", "sudo systemctl stop vigia"] {
      for pause in [0, 0.05, 0.4] {
        var hand = Self.hand()
        hand.type(command, after: pause)
        hand.press(.enter, after: pause)
        #expect(hand.sent.isEmpty, "\(command) at \(pause)")
      }
    }
  }

  @Test func `R is about the model of the alert, and of none where it names none`() {
    var hand = Self.hand()
    hand.state.selection = Selection(model: "electricity", version: "7")
    hand.press(.character("R"))
    #expect(hand.asking?.model == "fraud")
    hand.press(.escape, .down, .down, .character("R"))
    #expect(hand.state.dialog == nil)
    #expect(hand.state.status?.text.contains("names no model that is served") == true)
  }

  @Test func `the alert's model is gone along with to the next panel`() {
    var hand = Self.hand()
    hand.state.selection = Selection(model: "electricity", version: "7")
    hand.press(.character("2"))
    #expect(hand.state.selected?.model.name == "fraud")
  }

  @Test func `the palette finds alerts`() {
    var hand = Self.hand(.overview)
    hand.press(.character(":"))
    hand.type("labelslate", after: 0.1)
    hand.press(.enter)
    #expect(hand.state.panel == .alerts)
    #expect(hand.state.selectedAlert?.lead.name == "LabelsLate")
  }

  @Test(arguments: [
    ("fraud 31 fails 6 % of its requests", "fails 6 % of its requests"),
    ("fraud 31: inputs drifted", "inputs drifted"),
    ("fraud 310 fails", "fraud 310 fails"), ("fraud 31", "fraud 31"), ("it fails", "it fails"),
  ])
  func `a summary beside its subject does not name it again`(_ summary: String, _ said: String) {
    let labels = ["model": "fraud", "version": "31"]
    let alert = Sample.alert("Failing", labels, summary: summary, since: 40)
    #expect(alert.summaryBesideSubject == said)
  }

  @Test(arguments: Size.usual)
  func `the overview shows the open ones`(_ size: Size) throws {
    let hand = Self.hand(.overview, size: size)
    #expect(hand.text.contains("6 alerts"))
    #expect(hand.text.contains(" ■ 1 page  ▲ 1 warning ─╮"))
    #expect(!hand.text.contains("LabelsLate"))
    try expectSnapshot(hand.text, "overview-alerts-\(size.name)")
  }

  @Test
  func
    `the overview says what the runbook begins with, and no rollback where that is another lever`()
  {
    let fraud = ["model": "fraud", "version": "31"]
    let burn = Sample.alert("ModelErrorBudgetBurnFast", fraud, severity: "critical", since: 122)
    let text = Self.hand(.overview, [burn]).text
    #expect(
      text.contains("b ModelErrorBudgetBurnFast: press 1: if one version stands out, press R"))
    #expect(text.contains("R rolls fraud back to 30, it is loaded"))
    let shed = Self.hand(.overview, [Sample.alert("RequestsShed", fraud, since: 122)]).text
    #expect(shed.contains("b RequestsShed: press 3: who asks so much?"))
    #expect(!shed.contains("R rolls fraud back"))
    #expect(Self.hand(.overview, []).text.contains("R rolls "))
  }

  @Test func `an alert that is open stays when its cause fires, and its page with it`() {
    let fraud = ["model": "fraud", "version": "31"]
    var drift = Sample.alert("RequestsShed", fraud, summary: "sheds", since: 60)
    var hand = Self.hand(.alerts, [drift])
    hand.press(.enter)
    let cause = Sample.alert(
      "ModelErrorBudgetBurnFast", fraud, severity: "critical", summary: "burns", since: 5)
    drift.inhibitedBy = cause.id
    hand.act(.snapshot(Sample.alerted([cause, drift], at: Sample.at(4))))
    #expect(hand.text.contains("alerts  RequestsShed") && hand.state.readAlert?.id == drift.id)
    hand.press(.escape)
    hand.press(.enter)
    #expect(hand.text.contains("alerts  ModelErrorBudgetBurnFast"))
  }

  @Test func `what proved an act before an alert is no proof for it`() {
    let fraud = ["model": "fraud", "version": "31"]
    func text(since seconds: Double) -> String {
      let alert = Sample.alert("RequestsShed", fraud, summary: "sheds", since: seconds)
      var snapshot = Sample.alerted([alert])
      var recovery = Sample.recovery(.recovered(seconds: 41))
      recovery.model = "fraud"
      recovery.switchedAt = Sample.at(-100)
      snapshot.recoveries = [recovery]
      var hand = Hand(Sample.state(.alerts, size: Self.size, snapshot: snapshot))
      hand.press(.enter)
      return hand.text
    }
    #expect(text(since: 200).contains("proof"))
    #expect(!text(since: 20).contains("proof"))
  }

  @Test(arguments: Size.usual)
  func `many alerts leave the models their rows`(_ size: Size) throws {
    let many = (1...9).map {
      Sample.alert("Rule\($0)", ["model": "bikes"], summary: "number \($0)", since: Double($0))
    }
    let text = Self.hand(.overview, many, size: size).text
    for name in ["electricity", "fraud", "bikes"] { #expect(text.contains(name)) }
    #expect(text.contains("Rule4") && !text.contains("Rule5"))
    #expect(text.contains("5 more: 6"))
  }

  @Test func `three hundred alerts are listed, walked and drawn in little time`() {
    let many = (1...300).map {
      Sample.alert("Rule\($0)", ["model": "bikes"], summary: "number \($0)", since: Double($0))
    }
    var hand = Self.hand(.alerts, many, size: Size(width: 200, height: 60))
    let time = processorTime {
      for _ in 0..<5 {
        hand.press(.down)
        _ = hand.text
      }
    }
    #expect(time / 5 < .seconds(1))
    hand.press(.end)
    #expect(hand.text.contains("Rule300"))
  }

  @Test func `a click on the overview's alerts opens them`() throws {
    var hand = Self.hand(.overview)
    let grid = view(hand.state, size: Self.size, look: Look())
    let y = try #require(
      grid.text.split(separator: "\n", omittingEmptySubsequences: false)
        .firstIndex { $0.contains("NoTraffic") })
    let target = try #require(grid.target(at: Point(x: 20, y: y)))
    hand.act(.click(target, at: Sample.instant + .seconds(100)), after: 1)
    #expect(hand.state.panel == .alerts)
  }

  @Test func `the header counts what fires`() {
    let wide = Size(width: 200, height: 60)
    let before = Self.hand(.overview, [], size: wide).text.split(separator: "\n")[0]
    let after = Self.hand(.overview, size: wide).text.split(separator: "\n")[0]
    #expect(after.contains("■ 1 page"))
    #expect(!before.contains("critical"))
  }

  @Test func `an alert that begins to fire is said, also while the panels are paused`() {
    var hand = Self.hand(.overview, [])
    hand.press(.character("p"))
    hand.act(.tick, after: 30)
    let before = hand.text
    hand.act(.snapshot(Sample.alerted([Sample.burn], at: Sample.at(40))), after: 1)
    #expect(hand.text != before)
    #expect(hand.text.contains("ModelErrorBudgetBurnFast fires: fraud 31 burns"))
    // The paused table has no such line: it stands under the header.
    hand.press(.down)
    #expect(hand.text.contains("ModelErrorBudgetBurnFast: fraud 31 burns"))
    // Its figures move, the picture does not.
    var moved = Sample.burn
    moved.value = 99
    moved.annotations["summary"] = "fraud 31 burns its error budget 99 times too fast"
    hand.act(.tick, after: 20)
    let calm = hand.text
    hand.act(.snapshot(Sample.alerted([moved], at: Sample.at(62))), after: 1)
    hand.act(.snapshot(Sample.alerted([moved], at: Sample.at(64))), after: 2)
    #expect(hand.text == calm)
    #expect(hand.state.patience == nil)
  }

  @Test func `an alert that fires still, or that somebody has in hand, is not said again`() {
    var hand = Self.hand(.latency)
    hand.act(.snapshot(Sample.alerted(at: Sample.at(2))), after: 1)
    #expect(hand.state.status == nil)
    var mine = Sample.alert("Slow", ["model": "fraud"], since: 1)
    mine.acknowledgement = Acknowledgement(by: "ana", at: Sample.now)
    hand.act(.snapshot(Sample.alerted(Sample.alerts + [mine], at: Sample.at(3))), after: 1)
    #expect(hand.state.status == nil)
  }

  @Test(arguments: [
    (63.1, "63.1"), (0.063_1, "0.0631"), (14.4, "14.4"), (1, "1"), (0, "0"), (0.5, "0.5"),
    (12_000, "12k"), (0.000_01, "<0.0001"), (-2.5, "-2.5"), (1_234, "1234"),
  ])
  func `values have three digits that count`(_ value: Double, _ expected: String) {
    let alert = Sample.alert("Slow", value: value, bound: "> 1", since: 1)
    #expect(alert.valueText == "\(expected) > 1")
  }

  @Test func `of a rule that asks whether something is so the answer is the value`() {
    let alert = Sample.alert(
      "NoTraffic", ["model": "fraud", "version": "31"], value: 0, bound: "== 0", since: 1)
    #expect(alert.isFlag && alert.valueText == "0")
    var hand = Self.hand(.alerts, [alert])
    hand.press(.character("F"))
    #expect(hand.text.contains("because    NoTraffic "))
    #expect(!hand.text.contains("NoTraffic 0"))
  }
}
