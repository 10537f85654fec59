import Console
import Domain
import Testing
import TextUI

/// The palette, the filters and the help page: how things are found.
struct FindingTests {
  private static let size = Size(width: 120, height: 36)

  @Test func `an action of another panel is found, and leads to where it can be done`() {
    var hand = Hand(Sample.state(.overview, size: Size(width: 120, height: 36)))
    hand.press(.character(":"))
    hand.type("undo")
    #expect(hand.text.contains("Take the selected row of the timeline back"))
    hand.press(.enter)
    #expect(hand.state.panel == .timeline && hand.asking == nil)
    #expect(hand.text.contains("now on timeline, where Z does it: Take the selected row"))
  }

  @Test(arguments: Size.usual)
  func `the palette at three sizes`(_ size: Size) throws {
    var hand = Hand(Sample.state(size: size))
    hand.press(.character(":"))
    hand.type("rb", after: 0.1)
    try expectSnapshot(hand.text, "palette-\(size.name)")
  }

  @Test func `the palette opens the question of an act, and never acts itself`() {
    var hand = Hand(Sample.state(size: Self.size))
    hand.press(.character(":"))
    hand.type("roll back", after: 0.1)
    hand.press(.enter, after: 0.1)
    #expect(hand.asking?.act == .rollBack)
    // The same Enter once more, and a whole line typed on by mistake.
    hand.press(.enter, after: 0.05)
    hand.type("yyyy", after: 0.01)
    #expect(hand.sent.isEmpty)
  }

  @Test(arguments: [
    (
      ConsoleConfiguration(endpoint: "unix:/run/vigia.sock", isReadOnly: true),
      "read-only: this console may look, but not act"
    ),
    (
      ConsoleConfiguration(endpoint: "http://10.0.0.5:8080", isUnknown: true),
      "no token: attach with --token-file or over the control socket to act"
    ),
  ])
  func `what cannot be done says why, and stays`(
    configuration: ConsoleConfiguration, reason: String
  ) {
    var hand = Hand(Sample.state(size: Self.size, configuration: configuration))
    hand.press(.character(":"))
    hand.type("promote", after: 0.1)
    #expect(hand.text.contains(reason))
    hand.press(.enter)
    #expect(hand.state.dialog == nil && hand.state.palette != nil)
    hand.press(.escape)
    #expect(hand.state.palette == nil)
  }

  @Test(arguments: [
    ("latency of", PanelID.latency, nil as String?), ("electricity 9", .models, "9"),
    ("timel who", .timeline, nil),
  ])
  func `panels and objects are gone to`(_ query: String, _ panel: PanelID, _ version: String?) {
    var hand = Hand(Sample.state(size: Self.size))
    hand.press(.character(":"))
    hand.type(query, after: 0.1)
    hand.press(.enter)
    #expect(hand.state.panel == panel)
    if let version { #expect(hand.state.selected?.version == version) }
  }

  /// What is typed, in the words of hints, help and configuration, and the action that stands first.
  @Test(arguments: [
    ("help", Intent.help), ("quit", .quit), ("filter", .filter), ("export", .export),
    ("zoom", .zoomIn), ("zoom out", .zoomOut), ("out zoom", .zoomOut), ("theme", .nextTheme),
    ("post-mortem", .exportIncident), ("roll_back", .rollBack), ("roll back fraud", .rollBack),
    ("fraud roll", .rollBack), ("split", .setWeight), ("freez", .freeze), ("rb", .rollBack),
  ])
  func `an action is found by the words that the product prints`(query: String, intent: Intent) {
    var hand = Hand(Sample.state(size: Self.size))
    hand.press(.character(":"))
    hand.type(query, after: 0.1)
    #expect(hand.state.paletteFound.first?.entry.deed == .intent(intent))
  }

  @Test(arguments: ["roll back electricity", "electricity roll back", "Roll electricity"])
  func `an act on a model that is not selected is found, goes there and asks`(query: String) {
    var hand = Hand(Sample.state(size: Self.size))
    hand.press(.character(":"))
    hand.type(query, after: 0.1)
    hand.press(.enter)
    #expect(hand.asking?.act == .rollBack && hand.asking?.model == "electricity")
    #expect(hand.asking?.version == "6" && hand.sent.isEmpty)
    #expect(hand.state.selected?.model.name == "electricity")
  }

  @Test func `a rollback that is typed is none of the challenger under the cursor`() {
    var hand = Hand(
      Sample.state(
        size: Self.size, selecting: Selection(model: "electricity", version: "8")))
    hand.press(.character(":"))
    hand.type("roll back electricity", after: 0.1)
    hand.press(.enter)
    #expect(hand.asking?.act == .rollBack)
    hand.press(.escape, .character("1"), .down, .character(":"))
    hand.type("promote electricity 9", after: 0.1)
    hand.press(.enter)
    #expect(hand.asking?.act == .promote && hand.asking?.version == "9")
  }

  @Test func `a model's name alone finds the model, not what can be done to it`() {
    var hand = Hand(Sample.state(size: Self.size))
    hand.press(.character(":"))
    hand.type("electricity", after: 0.1)
    #expect(hand.state.paletteFound.first?.entry.deed == .model("electricity"))
    #expect(!hand.state.paletteFound.contains { $0.entry.kind == "action" })
  }

  @Test func `what no name fits is looked for in the runbooks`() {
    var hand = Hand(Sample.state(size: Self.size))
    hand.press(.character(":"))
    hand.type(" empty  column ", after: 0.1)
    #expect(hand.state.paletteFound.count == 1)
    #expect(hand.text.contains("▌search the runbooks for \"empty column\""))
    #expect(hand.text.contains("0 found") && !hand.text.contains("nothing fits"))
    hand.press(.enter)
    #expect(hand.state.panel == .runbooks && hand.state.palette == nil)
    #expect(hand.state.filterText == "empty column" && !hand.state.isFiltering)
    // As 7 and / would have it, and at once.
    var byKeys = Hand(Sample.state(size: Self.size))
    byKeys.press(.character("7"), .character("/"))
    byKeys.type("empty column", after: 0.1)
    byKeys.press(.enter)
    func searched(_ hand: Hand) -> String? {
      guard case .runbooks(let query, _)? = hand.state.board.entries[.runbookSearch]?.question
      else { return nil }
      return query.search
    }
    // What was typed first is asked first: each answer lets the next question go.
    for _ in 0..<2 {
      Sample.answer(byKeys.effects, &byKeys.state)
      byKeys.act(.tick, after: 2)
    }
    #expect(searched(hand) == "empty column" && searched(byKeys) == "empty column")
    #expect(hand.text.contains("/empty column"))
  }

  @Test func `the last entry searches the runbooks whatever else was found`() {
    var hand = Hand(Sample.state(size: Self.size))
    hand.press(.character(":"))
    #expect(!hand.state.paletteFound.contains { $0.entry.kind == "search" })
    hand.type("alert", after: 0.1)
    let found = hand.state.paletteFound
    #expect(found.count > 2 && found.last?.entry.deed == .search("alert"))
    #expect(found.count { $0.entry.kind == "search" } == 1)
    hand.press(.pageDown, .enter)
    #expect(hand.state.panel == .runbooks && hand.state.filterText == "alert")
  }

  @Test func `a search from a page that is read leaves that page`() {
    var hand = Hand(Sample.state(size: Self.size, snapshot: Sample.inIncident()))
    hand.press(.character("b"), .character(":"))
    hand.type("zzz", after: 0.1)
    hand.press(.enter)
    #expect(hand.state.runbooks.reading == nil && hand.state.filterText == "zzz")
    hand.press(.escape, .escape)
    #expect(hand.state.panel == .overview)
  }

  @Test func `a feature of another model is gone to`() {
    var hand = Hand(Sample.state(.drift, size: Self.size))
    hand.press(.character("1"), .character(":"))
    let feature = hand.state.paletteEntries.last { $0.kind == "feature" }
    guard let feature, case .feature(let version, let key) = feature.deed else {
      Issue.record("no feature to find")
      return
    }
    hand.type(feature.title, after: 0.1)
    hand.press(.enter)
    #expect(hand.state.panel == .drift)
    #expect(hand.state.selected?.model.name == version.model)
    #expect(hand.state.drift.selected == key)
  }

  @Test func `a paste goes into the line that is typed into, and nowhere else`() {
    var hand = Hand(Sample.state(size: Self.size))
    hand.batch([.paste("R y rm -rf /")])
    #expect(hand.state.dialog == nil && hand.state.palette == nil)
    hand.press(.character(":"))
    hand.batch([.paste("roll\nback\u{1B}[31m")])
    #expect(hand.state.palette?.input.text == "roll back[31m")
  }

  @Test func `a filter shows its rows, counts them, and Esc clears it`() throws {
    var hand = Hand(Sample.state(size: Self.size))
    hand.press(.character("/"))
    hand.type("elec", after: 0.1)
    #expect(hand.text.contains("3 of 5") || hand.text.contains("3 of 6"))
    #expect(!hand.text.contains("▌fraud"))
    #expect(hand.state.selected?.model.name == "electricity")
    try expectSnapshot(hand.text, "filter-typing")
    hand.press(.enter)
    hand.press(.down)
    #expect(hand.state.selected?.version == "8")
    try expectSnapshot(hand.text, "filter-kept")
    hand.press(.escape)
    #expect(hand.state.filterText.isEmpty)
    #expect(hand.state.panel == .overview)
  }

  @Test func `a filter that nothing passes says so, and nothing can be acted on`() {
    var hand = Hand(Sample.state(size: Self.size))
    hand.press(.character("/"))
    hand.type("zzz", after: 0.1)
    hand.press(.enter, .character("R"))
    #expect(hand.text.contains("no row passes the filter"))
    #expect(hand.state.dialog == nil)
    #expect(hand.state.status?.text == "no row passes the filter: Esc clears it")
  }

  @Test(arguments: [PanelID.models, .timeline, .drift, .alerts])
  func `every list has its own filter`(_ panel: PanelID) {
    var hand = Hand(Sample.state(panel, size: Self.size))
    let all = hand.state.filterCounts?.all ?? 0
    #expect(all > 1)
    hand.press(.character("/"))
    hand.type("zzz", after: 0.1)
    hand.press(.enter)
    #expect(hand.state.filterCounts?.shown == 0)
    #expect(hand.text.contains("passes the filter"))
    #expect(hand.text.contains("0 of \(all)"))
    hand.press(.character("1"))
    #expect(hand.state.filterText.isEmpty)
  }

  @Test func `letters typed on the help page look for a word, and close nothing`() {
    var hand = Hand(Sample.state(size: Size(width: 120, height: 36)))
    hand.press(.character("?"))
    hand.type("roll", after: 0.1)
    #expect(hand.state.help?.search.text == "roll")
    #expect(hand.text.contains("Roll back the selected model"))
    #expect(!hand.text.contains("Release: end the quarantine"))
    hand.press(.escape)
    hand.press(.character("j"), .character("q"))
    #expect(hand.state.help == nil && hand.state.exit == nil)
  }

  @Test func `the help page is searched`() throws {
    var hand = Hand(Sample.state(size: Self.size))
    hand.press(.character("?"), .character("/"))
    hand.type("quarantine", after: 0.1)
    #expect(hand.text.contains("Release: end the quarantine of the selected version"))
    #expect(!hand.text.contains("Roll back the selected model"))
    try expectSnapshot(hand.text, "help-search")
    hand.press(.enter, .escape)
    #expect(hand.state.help?.search.text == "")
    hand.press(.escape)
    #expect(hand.state.help == nil)
  }

  @Test func `hostile names stay harmless in the palette`() {
    var model = Sample.fraud()
    model.name = "\u{1B}]0;owned\u{7}\u{202E}evil"
    model.deployment.model = model.name
    var hand = Hand(Sample.state(size: Self.size, snapshot: Sample.snapshot(models: [model])))
    hand.press(.character(":"))
    hand.type("owned", after: 0.1)
    #expect(hand.text.contains("\\e]0;owned"))
    let isClean = hand.text.unicodeScalars.allSatisfy {
      $0 == "\n" || !($0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E)
    }
    #expect(isClean)
  }

  @Test func `shell commands typed by mistake act on nothing`() {
    for command in [
      "ls -la; ps aux | grep vigia", "kubectl rollout undo deploy/x", "sudo reboot", ":wq",
    ] {
      for pause in [0, 0.05, 0.4] {
        var hand = Hand(Sample.state(size: Self.size))
        hand.type(command, after: pause)
        hand.press(.enter, after: pause)
        #expect(hand.sent.isEmpty, "\(command) at \(pause)")
      }
    }
  }
}
