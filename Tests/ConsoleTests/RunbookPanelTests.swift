import Console
import Domain
import Testing
import TextUI

/// The pages that say what to do: their list, one that is read, and one beside its alert.
struct RunbookPanelTests {
  private static let size = Size(width: 120, height: 36)

  /// Answers what it asks, too.
  private static func hand(
    _ panel: PanelID, size: Size = size, _ snapshot: SystemSnapshot = Sample.inIncident()
  ) -> Hand {
    Hand(Sample.state(panel, size: size, snapshot: snapshot))
  }

  private static func answer(_ hand: inout Hand) {
    // Questions go out once a second.
    for _ in 0..<3 {
      hand.act(.tick, after: 1.1)
      Sample.answer(hand.effects, &hand.state)
    }
  }

  private static func opened(size: Size = size) -> Hand {
    var hand = hand(.alerts, size: size)
    hand.press(.enter)
    answer(&hand)
    return hand
  }

  private static func command(_ hand: Hand) -> Command? {
    if case .send(let command) = hand.sent.last { command } else { nil }
  }

  @Test(arguments: Size.usual)
  func `the list has every page, those of open alerts first`(_ size: Size) throws {
    var hand = Self.hand(.runbooks, size: size)
    Self.answer(&hand)
    try expectSnapshot(hand.text, "runbooks-list-\(size.name)")
  }

  @Test func `pages are listed as their alerts are, then the gravest first, then by name`() throws {
    var hand = Self.hand(.runbooks)
    hand.act(.tick, after: 1.1)
    let question = try #require(hand.state.board.entries[.runbookList]?.question)
    // As files are sorted; the second half has no alert.
    let pages: [(String, Alert.Severity?)] = [
      ("CandidateWorse", .critical), ("DiskNearlyFull", .critical), ("FeatureDrift", .warning),
      ("LoadShed", .critical), ("ModelErrorBudgetBurnFast", .critical), ("NoTraffic", .warning),
      ("A", nil), ("B", .info), ("C", .warning), ("D", .critical), ("E", .critical),
    ]
    let entries = pages.map { name, severity in
      RunbookEntry(id: name, alert: name, title: name, severity: severity)
    }
    hand.act(.answered(.runbookList, question, .success(.runbooks(.init(entries: entries)))))
    let rows = hand.text.split(separator: "\n").compactMap { line in
      pages.map(\.0).first { name in
        line.split(separator: " ").prefix(2).contains { $0 == name || $0 == "▌\(name)" }
      }
    }
    #expect(
      rows == [
        "ModelErrorBudgetBurnFast", "NoTraffic", "DiskNearlyFull", "CandidateWorse",
        "FeatureDrift", "LoadShed", "D", "E", "C", "B", "A",
      ])
    for words in ["■ page", "pending", "quiet", "over"] { #expect(hand.text.contains(words)) }
  }

  @Test func `Enter on an empty list says whether it is being read, failed or is empty`() throws {
    var hand = Hand(Sample.state(.runbooks, size: Self.size, answers: false))
    hand.act(.tick, after: 1.1)
    hand.press(.enter)
    #expect(hand.text.contains("no page yet: the list is being read"))
    let question = try #require(hand.state.board.entries[.runbookList]?.question)
    hand.act(.answered(.runbookList, question, .failure(.failed(reason: "the disk is gone"))))
    hand.press(.enter)
    #expect(hand.text.contains("cannot be read: the disk is gone. Asked again"))
    #expect(hand.text.contains("there is no page to open"))
    hand.act(.answered(.runbookList, question, .success(.runbooks(RunbookAnswer()))))
    hand.press(.enter)
    #expect(hand.text.contains("there is no page to open"))
  }

  @Test func `b without an alert says what it shows instead`() throws {
    var hand = Self.hand(.overview, Sample.alerted([]))
    Self.answer(&hand)
    hand.press(.character("b"))
    #expect(hand.text.contains("no alert is open; no page yet: the list is being read"))
    Self.answer(&hand)
    hand.press(.character("1"), .character("b"))
    #expect(hand.text.contains("no alert is open: these are all the pages"))
    hand.press(.enter)
    Self.answer(&hand)
    // The palette leaves panels as they are.
    hand.press(.character(":"))
    hand.type("bikes")
    hand.press(.enter, .character("b"))
    #expect(hand.text.contains("no alert is open: this page was open here; Esc leaves it"))
    #expect(!hand.text.contains("all the pages"))
  }

  @Test func `what is typed after a slash is looked for in all pages`() throws {
    var hand = Self.hand(.runbooks)
    Self.answer(&hand)
    hand.press(.character("/"))
    hand.type("asks mu")
    Self.answer(&hand)
    let asked = hand.state.board.entries[.runbookSearch]?.question
    if case .runbooks(let query, _)? = asked {
      #expect(query.search == "asks mu")
    } else {
      Issue.record("nothing was looked for")
    }
    #expect(hand.text.contains("who asks so much?"))
    #expect(!hand.text.contains("press 1: if one version"))
    hand.press(.enter)
    hand.press(.enter)
    Self.answer(&hand)
    #expect(hand.state.readPage?.id == "RequestsShed")
  }

  @Test func `while other words are looked for the former pages are gone, and it says so`() {
    var hand = Self.hand(.runbooks)
    Self.answer(&hand)
    hand.press(.character("/"))
    hand.type("asks")
    #expect(hand.text.contains("searching") && !hand.text.contains("who asks so much?"))
    #expect(hand.state.filterCounts == nil && !hand.text.contains("0 of 2"))
    hand.press(.enter, .enter)
    #expect(hand.text.contains("no page yet: the search is under way"))
    Self.answer(&hand)
    #expect(hand.text.contains("who asks so much?") && !hand.text.contains("searching"))
    // Files may have changed: the same words are asked again, and what was found stays meanwhile.
    hand.act(.snapshot(Sample.inIncident(at: Sample.at(40))), after: 30)
    #expect(hand.state.board.waitingSince(.runbookSearch) != nil)
    #expect(hand.text.contains("who asks so much?") && !hand.text.contains("searching"))
    Self.answer(&hand)
    hand.press(.character("/"), .character("x"))
    #expect(hand.text.contains("searching") && !hand.text.contains("who asks so much?"))
    hand.press(.escape)
    #expect(hand.text.contains("press 1: if one version") && !hand.text.contains("searching"))
  }

  @Test func `a server without runbooks is no failure, and says how to get them`() throws {
    var hand = Hand(Sample.state(.runbooks, size: Self.size, answers: false))
    hand.act(.tick, after: 1.1)
    let question = try #require(hand.state.board.entries[.runbookList]?.question)
    hand.act(
      .answered(.runbookList, question, .failure(.notFound(reason: "name a folder in `runbooks`"))))
    #expect(hand.text.contains("there are no runbooks: name a folder in `runbooks`"))
    #expect(!hand.text.contains("cannot be read") && !hand.text.contains("Asked again"))
    // The reason stands on the panel, and is not said a second time below.
    hand.press(.enter)
    #expect(hand.state.status?.text == "there is no page to open")
  }

  @Test func `a search that failed says why, and other words are searched for nevertheless`() {
    var hand = Self.hand(.runbooks)
    Self.answer(&hand)
    hand.press(.character("/"))
    hand.type("a")
    guard let question = hand.state.board.entries[.runbookSearch]?.question else {
      Issue.record("nothing was looked for")
      return
    }
    hand.act(.answered(.runbookSearch, question, .failure(.failed(reason: "the index is broken"))))
    #expect(hand.text.contains("cannot be read: the index is broken"))
    hand.type("b")
    #expect(hand.text.contains("searching") && !hand.text.contains("the index is broken"))
  }

  @Test(arguments: Size.usual)
  func `an alert opens with its series, its facts and its page`(_ size: Size) throws {
    let hand = Self.opened(size: size)
    #expect(hand.text.contains("failing share"))
    #expect(hand.text.contains("31: 0.0631"))
    #expect(!hand.text.contains("bikes: 0.5"))
    try expectSnapshot(hand.text, "alerts-page-\(size.name)")
  }

  @Test func `what a page has done first is not asked for again once it was done`() {
    func text(_ recoveries: [Recovery]) -> String {
      var snapshot = Sample.inIncident()
      snapshot.recoveries = recoveries
      var hand = Self.hand(.alerts, snapshot)
      hand.press(.enter)
      Self.answer(&hand)
      return hand.text
    }
    #expect(!text([]).contains("done since"))
    let done = text([Sample.recovery(.watching)])
    #expect(done.contains("done since: fraud 31 to 30 at "), "\(done)")
  }

  @Test(arguments: Size.usual)
  func `a page with something wrong says what, and nothing of it is control`(_ size: Size) throws {
    var hand = Self.hand(.runbooks, size: size)
    Self.answer(&hand)
    hand.press(.down)
    hand.press(.enter)
    Self.answer(&hand)
    #expect(!hand.text.unicodeScalars.contains("\u{1B}"))
    try expectSnapshot(hand.text, "runbooks-broken-\(size.name)")
  }

  @Test func `from the alert two keys and a confirm roll back, with the alert as the reason`()
    throws
  {
    var hand = Self.opened()
    hand.press(.enter)
    #expect(hand.asking?.act == .rollBack)
    #expect(hand.asking?.trimmedReason == "ModelErrorBudgetBurnFast 63.1 > 14.4")
    hand.press(.character("y"))
    #expect(Self.command(hand)?.action == .rollBack(model: "fraud", breakGlass: false))
  }

  @Test func `the focus walks over what can be done, and x ticks a step in the incident`() throws {
    var hand = Self.opened()
    hand.press(.character("x"))
    #expect(hand.sent.isEmpty)
    // Five more actions, then the first step, which ana has done.
    for _ in 0..<6 { hand.press(.down) }
    hand.press(.character("x"))
    guard
      case .tickStep(let incident, let page, let step, let text, let isDone)? =
        Self.command(hand)?.action
    else {
      Issue.record("no step was ticked")
      return
    }
    #expect(incident == IncidentID(12))
    #expect(page == "ModelErrorBudgetBurnFast")
    #expect(step == "0000000000000001")
    #expect(text == "Does one version stand out?")
    #expect(!isDone)
    hand.press(.down)
    hand.press(.enter)
    if case .tickStep(_, _, let step, _, let isDone)? = Self.command(hand)?.action {
      #expect(step == "0000000000000002")
      #expect(isDone)
    } else {
      Issue.record("Enter ticks nothing")
    }
  }

  @Test func `without an incident nothing is ticked, and it says why`() {
    var hand = Self.hand(.alerts, Sample.alerted())
    hand.press(.enter)
    Self.answer(&hand)
    for _ in 0..<6 { hand.press(.down) }
    hand.press(.character("x"))
    #expect(hand.sent.isEmpty)
    #expect(hand.text.contains("no incident is open"))
  }

  @Test func `a link leads to another page, and Esc back to the alert`() {
    var hand = Self.opened()
    for _ in 0..<10 { hand.press(.down) }
    hand.press(.enter)
    Self.answer(&hand)
    #expect(hand.state.panel == .runbooks)
    #expect(hand.state.readPage?.id == "RequestsShed")
    hand.press(.escape)
    #expect(hand.state.panel == .alerts)
    #expect(hand.state.alertList.isOpen)
  }

  @Test(arguments: 60..<100)
  func `the end of a page is in sight after End, however its lines break`(_ width: Int) {
    var page = Sample.burnPage
    let words = (1...40).map { "word\($0)" }.joined(separator: " ")
    page.blocks += (1...20).map { _ in .paragraph([.run(RunbookRun(words))]) }
    page.blocks.append(.paragraph([.run(RunbookRun("the very end"))]))
    var hand = Self.hand(.runbooks, size: Size(width: width, height: 24))
    Self.answer(&hand)
    hand.press(.enter)
    hand.act(.tick, after: 1.1)
    for case .ask(let slot, let question) in hand.effects {
      guard case .runbook = slot else { continue }
      hand.act(.answered(slot, question, .success(.runbooks(RunbookAnswer(page: page)))))
    }
    hand.press(.end)
    #expect(hand.text.contains("the very end"))
  }

  @Test func `b reads the page of the gravest alert from anywhere`() {
    var hand = Self.hand(.overview)
    hand.press(.character("b"))
    Self.answer(&hand)
    #expect(hand.state.readPage?.id == "ModelErrorBudgetBurnFast")
    hand.press(.enter)
    #expect(hand.asking?.act == .rollBack)
    hand.press(.escape)
    hand.press(.escape)
    #expect(hand.state.panel == .overview)
  }

  @Test func `a lever that the page offers asks with what it needs filled in`() throws {
    var hand = Self.opened()
    hand.press(.down)
    hand.press(.enter)
    #expect(hand.asking?.act == .shed)
    hand.press(.character("y"))
    #expect(Self.command(hand)?.action == .shed(model: "fraud", scope: .all, share: 0.2))
  }

  @Test func `the first that can be done has the focus`() throws {
    var snapshot = Sample.inIncident()
    let fraud = try #require(snapshot.models.firstIndex { $0.name == "fraud" })
    snapshot.models[fraud].deployment.formerChampions = []
    var hand = Self.hand(.alerts, snapshot)
    hand.press(.enter)
    Self.answer(&hand)
    hand.press(.enter)
    // Shedding comes first in the page, and refuses everybody.
    #expect(hand.asking?.act == .limit)
  }

  @Test func `a client that the alert names is offered a tenth of what is answered`() throws {
    var snapshot = Sample.inIncident()
    let burn = try #require(snapshot.alerts.firstIndex { $0.id == Sample.burn.id })
    snapshot.alerts[burn].labels["client"] = "batch"
    let fraud = try #require(snapshot.models.first { $0.name == "fraud" })
    #expect(fraud.answeredRate < fraud.requestRate)
    var hand = Self.hand(.alerts, snapshot)
    hand.press(.enter)
    Self.answer(&hand)
    hand.press(.enter)
    #expect(hand.asking?.act == .limit)
    try expectSnapshot(hand.text, "dialog-limit-client")
    hand.press(.character("y"))
    #expect(
      Self.command(hand)?.action
        == .limit(model: "fraud", scope: .client("batch"), rate: 30, burst: nil))
  }

  @Test func `a client that another alert names, though it does not page yet, is limited first`()
    throws
  {
    var snapshot = Sample.inIncident()
    let burn = try #require(snapshot.alerts.first { $0.id == Sample.burn.id })
    let flood = Alert(
      labels: ["alertname": "ClientFlood", "model": "fraud", "client": "batch"],
      annotations: ["summary": "batch sends more than half of fraud's requests"], state: .pending,
      value: 300, activeAt: burn.activeAt)
    snapshot.alerts.append(flood)
    var hand = Self.hand(.alerts, snapshot)
    hand.press(.enter)
    #expect(hand.text.contains("requests  (ClientFlood, pending)"))
    Self.answer(&hand)
    hand.press(.enter)
    #expect(hand.asking?.act == .limit)
    hand.press(.character("y"))
    #expect(
      Self.command(hand)?.action
        == .limit(model: "fraud", scope: .client("batch"), rate: 30, burst: nil))
    // Of another model it says nothing, and when it is over neither.
    snapshot.alerts[snapshot.alerts.count - 1].labels["model"] = "other"
    #expect(snapshot.client(namedBeside: burn, of: "fraud") == nil)
    snapshot.alerts[snapshot.alerts.count - 1] = flood
    snapshot.alerts[snapshot.alerts.count - 1].state = .resolved
    #expect(snapshot.client(namedBeside: burn, of: "fraud") == nil)
  }

  @Test func `what cannot be done says why instead of asking`() {
    var hand = Self.opened()
    for _ in 0..<4 { hand.press(.down) }
    hand.press(.enter)
    #expect(hand.asking == nil)
    #expect(hand.text.contains("runs in this server"))
    hand.press(.down)
    hand.press(.enter)
    #expect(hand.asking == nil)
    #expect(hand.text.contains("fraud is not frozen"))
  }

  @Test func `an alert without a page says what to write`() {
    var hand = Self.hand(.alerts)
    hand.press(.down)
    hand.press(.enter)
    Self.answer(&hand)
    #expect(hand.text.contains("no page says what to do about NoTraffic"))
  }
}
