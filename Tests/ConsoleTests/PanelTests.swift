import Console
import Domain
import Testing
import TextUI

struct PanelTests {
  @Test(arguments: PanelID.allCases, Size.usual)
  func `every panel at three sizes`(_ panel: PanelID, _ size: Size) throws {
    let state = Sample.state(panel, size: size)
    try expectSnapshot(
      view(state, size: size, look: Look()).text, "\(panel.name)-\(size.name)")
  }

  @Test func `styles of the overview and of a dialog`() throws {
    let size = Size(width: 80, height: 24)
    var hand = Hand(Sample.state(size: size))
    try expectSnapshot(
      view(hand.state, size: size, look: Look()).styleSnapshot, "style-overview")
    hand.press(.character("R"))
    try expectSnapshot(
      view(hand.state, size: size, look: Look()).styleSnapshot, "style-rollback")
  }

  @Test func `where live traffic begins after rows that were scored, the chart has a mark`() {
    let size = Size(width: 120, height: 36)
    var state = Sample.state(.latency, size: size)
    var begin = Sample.audit[3]
    begin.action = AuditEntry.backfillAction
    begin.outcome = .event
    begin.model = "fraud"
    begin.toVersion = nil
    begin.time = Sample.at(-180)
    var next = Sample.snapshot()
    next.auditHead += 1
    let later = Sample.at(1)
    for case .ask(let slot, let question) in update(&state, .snapshot(next), at: later) {
      guard case .audit = question else { continue }
      _ = update(&state, .answered(slot, question, .success(.audit([begin]))), at: later)
    }
    #expect(state.timelineEntries == [begin])
    #expect(view(state, size: size, look: Look()).text.contains("live traffic"))
  }

  @Test func `a terminal without Unicode shows ASCII alone`() throws {
    let size = Size(width: 120, height: 36)
    let look = Look(glyphs: .ascii, colorDepth: .mono)
    for panel in PanelID.allCases {
      let text = view(Sample.state(panel, size: size), size: size, look: look).text
      let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
      #expect(isASCII, "\(panel.name)")
    }
    let state = Sample.state(.latency, size: size)
    try expectSnapshot(view(state, size: size, look: look).text, "latency-ascii")
  }

  @Test(arguments: [
    Look(theme: .monochrome, colorDepth: .mono),
    Look(theme: .monochrome, glyphs: .ascii, colorDepth: .mono),
    Look(theme: Theme.defaultDark.forFewColors, colorDepth: .ansi16),
    Look(theme: Theme.defaultLight.forFewColors, glyphs: .ascii, colorDepth: .ansi16),
  ])
  func `without heat colours p50 and p99 lie under how many there are, not over it`(_ look: Look) {
    let size = Size(width: 120, height: 36)
    let grid = view(Sample.state(.latency, size: size), size: size, look: look)
    // The fraud panel's plot: beside the labels, above the times.
    let plot = Rect(x: 10, y: 2, width: 70, height: 17)
    let cells = (plot.y..<plot.y + plot.height).flatMap { y in
      (plot.x..<plot.x + plot.width).map { grid[$0, y] }
    }
    let lines = cells.filter { $0.style.attributes.contains(.underline) }
    let isP99 = { (cell: Cell) in cell.style.attributes.contains(.bold) }
    #expect(lines.count(where: isP99) > 60)
    #expect(lines.count { !isP99($0) } > 60)
    let shades = look.glyphs.shades
    #expect(lines.allSatisfy { shades.contains($0.character) })
    // The median lies where most requests do, so the fullest cell of all is under a line.
    #expect(lines.contains { $0.character == shades[shades.count - 1] })
    if look.glyphs.isUnicode { #expect(!cells.contains { $0.character == look.glyphs.horizontal }) }
    #expect(grid.text.contains("requests per cell, p50 p99 underlined"))
    #expect(cells.contains { $0.character == look.glyphs.markLine })
  }

  @Test func `of the traffic by version the champion's comes first, also where there is no room`()
    throws
  {
    var model = Sample.fraud()
    let former = try #require(model.versions.firstIndex { $0.version == "30" })
    model.versions[former].recent.requests = 40
    let size = Size(width: 80, height: 24)
    let state = Sample.state(.traffic, size: size, snapshot: Sample.snapshot(models: [model]))
    let lines = view(state, size: size, look: Look()).text.split(separator: "\n")
    let header = try #require(lines.firstIndex { $0.contains("VERSION") })
    #expect(lines[header + 1].contains("31 champion"))
    #expect(lines[header + 2].contains(" 30 "))
  }

  @Test func `eight models fit 80x24`() {
    let models = (1...8).map { index in
      var model = Sample.bikes
      model.name = "model-\(index)"
      return model
    }
    let size = Size(width: 80, height: 24)
    let state = Sample.state(size: size, snapshot: Sample.snapshot(models: models))
    let text = view(state, size: size, look: Look()).text
    for index in 1...8 { #expect(text.contains("model-\(index)")) }
  }

  @Test func `no size crashes, and a screen too small says what it needs`() {
    for width in [0, 1, 2, 7, 20, 59, 60, 61, 79, 99, 100, 109, 110, 250] {
      for height in [0, 1, 2, 6, 14, 15, 16, 22, 40, 90] {
        let size = Size(width: width, height: height)
        for panel in PanelID.allCases {
          var hand = Hand(Sample.state(panel, size: size))
          _ = hand.text
          hand.press(.character("P"))
          _ = hand.text
        }
      }
    }
    let small = view(
      Sample.state(size: Size(width: 40, height: 5)), size: Size(width: 40, height: 5), look: Look()
    )
    #expect(small.text.hasPrefix("q quits. vigia needs 60x15, this is 40x5"))
  }

  @Test func `a terminal that is too small takes no key but those that quit`() {
    let (small, large) = (Size(width: 20, height: 6), Size(width: 100, height: 30))
    for open in [":", "/", "?", "2"] as [Character] {
      var hand = Hand(Sample.state(size: large))
      hand.press(.character(open))
      hand.batch([.resized(small)])
      hand.press(.character("F"))
      hand.press(.character("y"))
      #expect(hand.state.dialog == nil && hand.sent.isEmpty)
      hand.press(.character("q"))
      #expect(hand.state.exit == .detach, "with \(open) open")
    }
    // A question that was open is left, and nothing that was typed unseen answers it.
    var hand = Hand(Sample.state(.models, size: large))
    hand.press(.character("R"))
    #expect(hand.asking != nil)
    hand.batch([.resized(small)])
    hand.press(.character("y"))
    hand.batch([.resized(large)])
    #expect(hand.state.dialog == nil && hand.sent.isEmpty)
    #expect(hand.text.contains("the question was left: the terminal was too small"))
  }

  @Test func `a console that hosts a server says what quitting asks, however small the terminal`() {
    let configuration = ConsoleConfiguration(endpoint: "unix:/run/vigia.sock", hostsServer: true)
    var hand = Hand(
      Sample.state(size: Size(width: 20, height: 6), configuration: configuration))
    #expect(hand.text.hasPrefix("q quits."))
    hand.press(.character("q"))
    #expect(hand.state.exit == nil)
    #expect(hand.text.hasPrefix("Enter: leave it on,"))
    hand.press(.character("n"))
    hand.press(.character("q"))
    hand.press(.enter)
    #expect(hand.state.exit == .detach)
  }

  @Test(arguments: PanelID.allCases)
  func `a panel whose questions fail says why`(_ panel: PanelID) throws {
    let size = Size(width: 100, height: 30)
    var hand = Hand(Sample.state(panel, size: size, answers: false))
    for slot in hand.state.board.entries.keys {
      guard let question = hand.state.board.entries[slot]?.question else { continue }
      hand.act(.answered(slot, question, .failure(.failed(reason: "the store is locked"))))
    }
    // Their figures come with the snapshot; what they ask for besides has no room at this size.
    let isAsking = ![.models, .overview, .experiment, .system, .alerts].contains(panel)
    if isAsking { #expect(hand.text.contains("the store is locked")) }
    try expectSnapshot(hand.text, "failed-\(panel.name)")
  }

  @Test func `what there is to know of a version that runs stands with it, in all sizes`() {
    var model = Sample.bikes
    model.versions.append(Sample.version("20261130", nil, state: .ready))
    model.versions[1].warnings = ["its signature is unlike the champion's"]
    let warning = "provider cuda is left out: this library was built without it; there are cpu"
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
      func text(_ warnings: [String]?) -> String {
        model.versions[0].warnings = warnings
        let snapshot = Sample.snapshot(models: [model])
        let size = Size(width: width, height: height)
        return Hand(Sample.state(.models, size: size, snapshot: snapshot)).text
      }
      let told = text([warning])
      #expect(told.contains("warning      provider cuda is left out"))
      #expect(
        told.contains("1 \u{25B2} ") && told.contains("20261130 \u{25B2} "), "marked, and whole")
      for quiet in [nil, []] as [[String]?] {
        let text = text(quiet)
        #expect(!text.contains("warning") && !text.contains("1 \u{25B2} "))
      }
    }
  }

  @Test func `failed versions, a missing library and notices stand under the header`() throws {
    var model = Sample.bikes
    model.versions.append(
      Sample.version(
        "2", nil,
        state: .failed(reason: "models/bikes/2/model.onnx: expected an ONNX model, found 12 bytes"))
    )
    var snapshot = Sample.snapshot(
      models: [Sample.electricity, model],
      notices: [Domain.Notice(.warning, "listening on 0.0.0.0 without TLS")])
    snapshot.engine = .unavailable(
      reason: "libonnxruntime.so was not found: scripts/setup fetches it")
    snapshot.store.paused = "no space left on device"
    let size = Size(width: 100, height: 30)
    let state = Sample.state(size: size, snapshot: snapshot)
    try expectSnapshot(view(state, size: size, look: Look()).text, "notices")
  }

  @Test func `no model at all says what to do`() throws {
    let size = Size(width: 80, height: 24)
    let state = Sample.state(size: size, snapshot: Sample.snapshot(models: []))
    try expectSnapshot(view(state, size: size, look: Look()).text, "no-models")
  }

  @Test func `hostile names reach the screen as visible escapes`() {
    let hostile = "\u{1B}]0;owned\u{7}\u{202E}evil\u{9B}31m"
    var model = Sample.fraud()
    model.name = hostile
    model.deployment.model = hostile
    model.versions[2].execution = hostile
    model.lastChange?.summary = hostile
    let size = Size(width: 160, height: 40)
    var snapshot = Sample.snapshot(models: [model])
    snapshot.alerts = [Sample.alert("Slow", ["model": hostile], since: 5)]
    for panel in PanelID.allCases {
      var hand = Hand(
        Sample.state(
          panel, size: size, snapshot: snapshot,
          selecting: Selection(model: hostile, version: "31")))
      hand.press(.character("R"))
      let text = hand.text
      #expect(text.contains("\\e]0;owned"))
      let isClean = text.unicodeScalars.allSatisfy {
        $0 == "\n" || !($0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E)
      }
      #expect(isClean, "\(panel.name)")
    }
  }

  @Test func `the help page lists every binding`() {
    var hand = Hand(Sample.state(size: Size(width: 200, height: 90)))
    hand.press(.character("?"))
    for binding in Keymap().bindings where !binding.help.isEmpty {
      #expect(hand.text.contains(binding.help), "\(binding.help)")
    }
    hand.press(.escape)
    #expect(hand.state.help == nil)
  }

  @Test(arguments: PanelID.allCases, Size.usual)
  func `the help page goes to its end and back, over any panel`(_ panel: PanelID, _ size: Size) {
    for (end, begin) in [(Key.end, Key.home), (.character("G"), .character("g"))] {
      var hand = Hand(Sample.state(panel, size: size))
      hand.press(.character("?"))
      let top = hand.text
      hand.press(end)
      let bottom = hand.text
      #expect(bottom.contains("to the fields (reason,") && !bottom.contains("▼"))
      #expect(hand.state.help != nil)
      // Nothing lies further down, and one step back shows.
      hand.press(.down, .pageDown)
      #expect(Self.page(hand.text) == Self.page(bottom))
      let isWhole = Self.page(bottom) == Self.page(top)
      hand.press(.up)
      #expect(isWhole || Self.page(hand.text) != Self.page(bottom))
      hand.press(end, begin)
      #expect(Self.page(hand.text) == Self.page(top))
      hand.press(.escape)
      #expect(hand.state.help == nil)
    }
  }

  /// Without the lines around it, which have the time.
  private static func page(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { $0.hasPrefix("│") }
  }

  @Test func `what is found in the help page is scrolled no further than it is long`() {
    var hand = Hand(Sample.state(size: Size(width: 80, height: 24)))
    hand.press(.character("?"), .character("/"))
    hand.type("version", after: 0.1)
    hand.press(.enter, .end)
    let bottom = hand.text
    #expect((hand.state.help?.firstLine ?? 0) < 60)
    hand.press(.up)
    #expect(Self.page(hand.text) != Self.page(bottom))
  }

  @Test func `one entry of the timeline shows all its fields`() throws {
    var hand = Hand(Sample.state(.timeline, size: Size(width: 120, height: 36)))
    hand.press(.enter)
    try expectSnapshot(hand.text, "timeline-entry")
    hand.press(.escape)
    #expect(!hand.state.timeline.isOpen)
  }

  @Test func `a drawn frame of 200x60 costs little`() {
    let size = Size(width: 200, height: 60)
    let state = Sample.state(size: size)
    let time = processorTime {
      for _ in 0..<20 { _ = view(state, size: size, look: Look()) }
    }
    #expect(time / 20 < .milliseconds(250))
  }

  @Test func `a difference of nothing has no sign`() {
    #expect(Figures.difference(microseconds: 0) == "0 ms")
    #expect(Figures.difference(microseconds: 4_100) == "+4.1 ms")
    #expect(Figures.difference(microseconds: -200) == "-0.20 ms")
  }

  @Test func `an accuracy has its window beside it`() {
    let size = Size(width: 120, height: 36)
    func text(_ panel: PanelID) -> String { Hand(Sample.state(panel, size: size)).text }
    #expect(text(.overview).contains("latency and errors of 1 min, accuracy of 15 min"))
    #expect(text(.experiment).contains(" ACC 15 MIN"))
    #expect(text(.models).contains(" ACC 15 MIN"))
  }
}
