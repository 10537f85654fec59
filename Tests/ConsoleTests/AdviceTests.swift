import Domain
import Testing
import TextUI

@testable import Console

/// What the page of the gravest alert says stands where hands are: in the hints, and in the question before a rollback.
struct AdviceTests {
  private static let size = Size(width: 120, height: 36)

  private static func page(
    _ name: String, actions: [String], first: String, refusal: String?
  ) -> Runbook {
    var blocks: [RunbookBlock] = [.heading(level: 1, text: [.run(RunbookRun(name))])]
    if let refusal {
      blocks.append(
        .paragraph([
          .run(RunbookRun("Do not roll back.", marks: .strong)), .run(RunbookRun(" " + refusal)),
        ]))
    }
    return Runbook(
      id: name, file: "runbooks/\(name).md", title: name,
      frontMatter: RunbookFrontMatter(
        alert: RunbookWord(name, line: 2), actions: actions.map { RunbookWord($0, line: 3) },
        firstAction: first), blocks: blocks)
  }

  private static let flood = page(
    "ClientFlood", actions: ["limit"], first: "press M: limit the client that the alert names",
    refusal: "No version answers more than the machine can.")

  /// electricity under one alert whose page has been read.
  private static func state(
    _ page: Runbook, _ labels: [String: String] = ["model": "electricity"],
    beside others: [Alert] = [], selecting version: String = "7", on panel: PanelID = .overview
  ) -> ConsoleState {
    var snapshot = Sample.snapshot()
    snapshot.alerts =
      [
        Sample.alert(
          page.id, labels, severity: "critical", summary: "something", since: 30)
      ] + others
    var state = Sample.state(
      panel, size: size, snapshot: snapshot,
      selecting: Selection(model: "electricity", version: version), answers: false)
    guard let need = state.firstActionNeed else {
      Issue.record("no page is asked for")
      return state
    }
    _ = update(
      &state,
      .answered(need.slot, need.question, .success(.runbooks(RunbookAnswer(page: page)))),
      at: Sample.now)
    return state
  }

  @Test func `what to do first stands whole where the table leaves room`() {
    let first =
      "press 4, Enter: one feature that jumped? tell who fills it. Many? a client, or the world"
    var hand = Hand(
      Self.state(Self.page("FeatureDrift", actions: ["freeze"], first: first, refusal: nil)))
    func lines(_ height: Int) -> [Substring] {
      hand.batch([.resized(Size(width: 80, height: height))])
      return hand.text.split(separator: "\n")
    }
    let roomy = lines(24)
    let at = roomy.firstIndex { $0.contains("FeatureDrift: press 4") } ?? 0
    #expect(roomy[at].contains("tell who fills") && roomy[at + 1].contains("or the world"))
    // Without room it is cut, and the rows of the table are all there.
    let low = (10..<24).map(lines).filter {
      $0.contains { $0.contains("FeatureDrift: press 4") && $0.contains("…") }
    }
    #expect(!low.isEmpty)
    for lines in low { #expect(lines.contains { $0.contains("bikes") }) }
  }

  private static func style(of hint: String, _ state: ConsoleState) throws -> Style {
    let look = Look()
    let grid = view(state, size: size, look: look)
    let row = size.height - 1
    let line = (0..<size.width).map { String(grid[$0, row].character) }.joined()
    let place = try #require(line.firstRange(of: hint))
    return grid[line.distance(from: line.startIndex, to: place.lowerBound), row].style
  }

  @Test func `where the page says not to roll back, R is dim, asks why, and works`() throws {
    let state = Self.state(Self.flood)
    let look = Look()
    #expect(try Self.style(of: "R roll back", state) == look.theme.idle)
    #expect(try Self.style(of: "F pin", state) == look.theme.accent.bold)
    var hand = Hand(state)
    hand.press(.character("R"))
    guard case .act(let asking)? = hand.state.dialog else {
      Issue.record("nothing is asked")
      return
    }
    #expect(asking.act == .rollBack)
    #expect(hand.text.contains("the page of ClientFlood says not to roll back: No version"))
    hand.press(.character("y"), after: 1)
    #expect(hand.sent.count == 1)
  }

  @Test func `where the page offers a rollback, or does not speak of it, R is bright`() throws {
    let look = Look()
    let offers = Self.page(
      "ModelFailing", actions: ["rollback"], first: "press R", refusal: nil)
    let silent = Self.page("House", actions: ["limit"], first: "call ana", refusal: nil)
    for page in [offers, silent] {
      let state = Self.state(page)
      #expect(try Self.style(of: "R roll back", state) == look.theme.accent.bold)
      var hand = Hand(state)
      hand.press(.character("R"))
      #expect(!hand.text.contains("says not to roll back"))
    }
    // A challenger that is taken out is no rollback of what answers.
    #expect(
      try Self.style(of: "R take 8 out", Self.state(Self.flood, selecting: "8"))
        == look.theme.accent.bold)
  }

  @Test func `where there is no version to go back to, R is dim and says so`() throws {
    var state = Sample.state(.overview, size: Self.size)
    let look = Look()
    #expect(try Self.style(of: "R roll back", state) == look.theme.accent.bold)
    var snapshot = try #require(state.live)
    for index in snapshot.models.indices { snapshot.models[index].deployment.formerChampions = [] }
    state = Sample.state(.overview, size: Self.size, snapshot: snapshot)
    #expect(try Self.style(of: "R roll back", state) == look.theme.idle)
    var hand = Hand(state)
    hand.press(.character("R"))
    #expect(hand.state.dialog == nil && hand.text.contains("has no version to go back to"))
  }

  /// electricity with its challenger selected.
  private static func challenged(
    by verdict: ExperimentSummary.Verdict, frozen: Bool = false, doubted: Bool = false
  ) throws -> ConsoleState {
    var snapshot = Sample.snapshot()
    let index = try #require(snapshot.models.firstIndex { $0.name == "electricity" })
    snapshot.models[index].deployment.freeze =
      frozen
      ? Deployment.Freeze(until: Sample.at(3_600), by: "ana", reason: "release week") : nil
    let wrong = ChampionAccuracy.Score(
      version: "7", labelled: 900, accuracy: 0.1, low: 0.08, high: 0.12)
    var other = wrong
    other.version = "8"
    snapshot.models[index].judgement = ModelJudgement(
      championAccuracy: doubted
        ? ChampionAccuracy(
          champion: wrong, majority: 0.7, rival: other, isBelowMajority: true,
          isRivalBelowMajority: true) : nil, experiment: Sample.experiment(verdict))
    return Sample.state(
      .overview, size: size, snapshot: snapshot,
      selecting: Selection(model: "electricity", version: "8"))
  }

  @Test func `what is said to be possible leaves out promotions while they are frozen`() throws {
    func text(_ panel: PanelID, frozen: Bool) throws -> String {
      var state = try Self.challenged(by: .collecting, frozen: frozen)
      state.panel = panel
      return view(state, size: Self.size, look: Look()).text
    }
    #expect(try text(.models, frozen: false).contains("R takes it out   P promotes   S sets"))
    #expect(try text(.models, frozen: true).contains("R takes it out   S sets its share"))
    #expect(try text(.experiment, frozen: false).contains("P makes 8 champion   S sets"))
    #expect(try text(.experiment, frozen: true).contains("8 champion, not while frozen   S"))
  }

  @Test func `a champion that is frozen is not said to be frozen by f`() throws {
    var snapshot = Sample.snapshot()
    let index = try #require(snapshot.models.firstIndex { $0.name == "fraud" })
    snapshot.models[index].deployment.freeze = Deployment.Freeze(
      until: Sample.at(3_600), by: "ana", reason: "release week")
    let state = Sample.state(
      .models, size: Self.size, snapshot: snapshot,
      selecting: Selection(model: "fraud", version: "31"))
    let text = view(state, size: Self.size, look: Look()).text
    #expect(text.contains("f lifts it"))
    #expect(!text.contains("f freezes"))
  }

  @Test func `a change without a reason ends with who made it`() throws {
    var snapshot = Sample.snapshot()
    let index = try #require(snapshot.models.firstIndex { $0.name == "fraud" })
    snapshot.models[index].lastChange?.reason = ""
    let state = Sample.state(
      .models, size: Size(width: 200, height: 60), snapshot: snapshot,
      selecting: Selection(model: "fraud", version: "31"))
    let text = view(state, size: state.size, look: Look()).text
    #expect(text.contains("(was 30)  by ci "))
    #expect(!text.contains("by ci:"))
  }

  @Test func `P is bright only where a promotion is not refused and nothing speaks against it`()
    throws
  {
    let look = Look()
    #expect(
      try Self.style(of: "P promote", Self.challenged(by: .promote)) == look.theme.accent.bold)
    #expect(
      try Self.style(of: "P promote", Self.challenged(by: .promote, frozen: true))
        == look.theme.idle)
    // The champion is that already.
    #expect(try Self.style(of: "P promote", Self.state(Self.flood)) == look.theme.idle)
  }

  @Test(arguments: [
    (ExperimentSummary.Verdict.rollBack, false, "the comparison says roll back"),
    (.keep, false, "the comparison says keep 7"),
    (.withheld, false, "the comparison has no verdict"),
    (.promote, true, "whether 8 is better cannot be seen"),
  ])
  func
    `where a verdict or the labels speak against a promotion, P is dim, asks, says why, and works`(
      verdict: ExperimentSummary.Verdict, isDoubted: Bool, words: String
    ) throws
  {
    let state = try Self.challenged(by: verdict, doubted: isDoubted)
    let look = Look()
    #expect(try Self.style(of: "P promote", state) == look.theme.idle)
    var hand = Hand(state)
    hand.press(.character("P"))
    guard case .act(let asking)? = hand.state.dialog else {
      Issue.record("nothing is asked")
      return
    }
    #expect(asking.act == .promote)
    #expect(hand.text.contains(words))
  }

  @Test func `F stands beside R where a model is chosen, and on a page that offers a pin`() {
    let keymap = Keymap()
    for panel in [PanelID.overview, .models] {
      let hints = keymap.hints(for: panel)
      #expect(hints.contains { $0.keys == "F" && $0.words == "pin" })
      #expect(hints.count <= 8)
    }
  }

  @Test func `a page of no model dims R only where the model has no alert of its own`() throws {
    let disk = Self.page(
      "StoreDiskFull", actions: [], first: "make room", refusal: "It frees nothing.")
    let look = Look()
    #expect(try Self.style(of: "R roll back", Self.state(disk, [:])) == look.theme.idle)
    let own = Sample.alert(
      "AccuracyDrop", ["model": "electricity"], summary: "something", since: 30)
    #expect(
      try Self.style(of: "R roll back", Self.state(disk, [:], beside: [own]))
        == look.theme.accent.bold)
  }

  @Test func `among alerts R goes by the page of the one under the cursor`() throws {
    let look = Look()
    let state = Self.state(Self.flood, on: .alerts)
    #expect(try Self.style(of: "R roll back", state) == look.theme.idle)
    let offers = Self.page("ModelFailing", actions: ["rollback"], first: "press R", refusal: nil)
    #expect(
      try Self.style(of: "R roll back", Self.state(offers, on: .alerts)) == look.theme.accent.bold)
    // An alert of no model has nothing to roll back.
    let disk = Self.page("StoreDiskFull", actions: [], first: "make room", refusal: nil)
    #expect(
      try Self.style(of: "R roll back", Self.state(disk, [:], on: .alerts)) == look.theme.idle)
  }

  @Test func `a flood of one client names it and the key, and the key is among the hints`() throws {
    var state = Self.state(Self.flood, ["model": "electricity", "client": "nightly-export"])
    let text = view(state, size: Self.size, look: Look()).text
    #expect(text.contains("b ClientFlood: M limits nightly-export"))
    let hints = try #require(text.split(separator: "\n").last { $0.contains("R roll back") })
    #expect(hints.contains("M limit   R roll back"))
    _ = update(&state, .tick, at: Sample.at(1))
    var hand = Hand(state)
    hand.press(.character("M"))
    guard case .act(let asking)? = hand.state.dialog else {
      Issue.record("nothing is asked")
      return
    }
    #expect(asking.act == .limit && asking.text(.client) == "nightly-export")
  }

  /// The rows that a page offers, for an alert about electricity whose version to go back to is 6.
  private static func rows(
    _ page: Runbook, upstreams: [UpstreamStatus]? = nil, compared: ChampionAccuracy? = nil
  ) throws -> [String] {
    var state = state(page)
    var snapshot = try #require(state.live)
    let index = try #require(snapshot.models.firstIndex { $0.name == "electricity" })
    let target = try #require(snapshot.models[index].deployment.rollbackTarget)
    let version = try #require(
      snapshot.models[index].versions.firstIndex { $0.version == target })
    snapshot.models[index].versions[version].upstreams = upstreams
    snapshot.models[index].judgement = ModelJudgement(championAccuracy: compared)
    state = Sample.state(
      .overview, size: size, snapshot: snapshot,
      selecting: Selection(model: "electricity", version: "7"))
    let alert = try #require(snapshot.alerts.first)
    return RunbookActions(state, page, alert).entries(Look()).map(\.value.text)
  }

  @Test func `a rollback and a pin say where their version runs, and whether it can answer`() throws
  {
    let page = Self.page(
      "AllUpstreamsDown", actions: ["rollback", "pin"], first: "press R", refusal: nil)
    // Where no version is remote nothing has to be told.
    let here = try Self.rows(page)
    #expect(here.allSatisfy { $0.hasSuffix(" to 6") }, "\(here)")
    let dead = UpstreamStatus(name: "http://gpu-1:8000", state: .unhealthy(reason: "refused"))
    let there = try Self.rows(
      page, upstreams: [dead, UpstreamStatus(name: "http://gpu-2:8000", state: .healthy)])
    #expect(there.allSatisfy { $0.hasSuffix("; remote: 1 of 2 upstreams answer") }, "\(there)")
    let gone = try Self.rows(page, upstreams: [dead])
    #expect(gone.allSatisfy { $0.hasSuffix("; remote: 0 of 1 upstream answers") }, "\(gone)")
  }

  @Test func `beside do not roll back, a pin says when it is right`() throws {
    let page = Self.page(
      "FeatureDrift", actions: ["pin"], first: "press 4", refusal: "Older versions get the same.")
    #expect(try Self.rows(page).first?.contains("only if labels show that it is right") == true)
    let score = ChampionAccuracy.Score(
      version: "7", labelled: 900, accuracy: 0.5, low: 0.47, high: 0.53)
    var rival = score
    rival.version = "8"
    rival.low = 0.8
    let proven = ChampionAccuracy(
      champion: score, majority: 0.4, rival: rival, isBelowRival: true)
    let row = try Self.rows(page, compared: proven).first
    #expect(row?.hasPrefix("pin  electricity to 8") == true, "\(row ?? "")")
    #expect(row?.contains("it is right more often on the same labels") == true)
  }

}
