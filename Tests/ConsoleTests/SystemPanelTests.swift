import Console
import Domain
import Testing
import TextUI

extension Sample {
  /// A machine whose disk fills up and whose second event loop is late.
  static var busy: SystemSnapshot {
    var snapshot = snapshot()
    snapshot.saturation = Saturation(
      machine: Saturation.Machine(
        cores: [0.42, 0.97, 0.31, 0.08], stolen: 0.02, coreLimit: 4, processCores: 1.31,
        processSeconds: 51_022, residentBytes: 412 << 20, memoryBytes: 8 << 30,
        availableBytes: 3 << 30, openFiles: 71, openFileLimit: 1_024,
        disk: Saturation.Disk(bytes: 64 << 30, freeBytes: 1 << 30),
        gpus: [
          Saturation.GPU(
            name: "0 NVIDIA L4", busy: 0.61, memoryBytes: 24 << 30, usedBytes: 9 << 30)
        ]),
      loopLag: [310, 14_200], lanes: Saturation.Lanes(threads: 4, busy: 3, waiting: 2))
    snapshot.store = StoreStatus(
      dropped: 0, metricsBytes: 51 << 20, stateBytes: 3 << 20, writeMilliseconds: 12.5,
      stateWriteMilliseconds: 4.1, committedAt: at(-0.4))
    snapshot.models[0].versions[0].queueDepth = 7
    return snapshot
  }
}

extension Sample {
  /// The same machine's past: kept since twelve minutes, with a gap of one.
  static func machine(_ query: SeriesQuery) -> SeriesResult {
    let parts: [(part: String?, base: Double)] =
      switch query.measure {
      case .coreBusy: [("0", 0.4), ("1", 0.9), ("2", 0.3), ("3", 0.1)]
      case .loopLag: [("0", 310), ("1", 9_000)]
      case .versionQueue: [("electricity 5", 5), ("fraud 31", 0)]
      case .memoryUsed: [(nil, 5e9)]
      case .processMemory: [(nil, 4e8)]
      case .diskFree: [(nil, 1.1e9)]
      case .telemetryWrite: [(nil, 12_000)]
      case .ledgerWrite: [(nil, 4_000)]
      case .lanesBusy: [(nil, 3)]
      case .laneQueue: [(nil, 2)]
      default: [(nil, 1.3)]
      }
    let lines = parts.enumerated().map { index, line in
      SeriesResult.Line(
        version: nil, part: line.part,
        values: (0..<query.window.stepCount).map { step -> Double? in
          let time = query.window.from + Int64(step) * query.window.step
          let age = now.seconds - time
          guard age < 720, !(300..<360).contains(age) else { return nil }
          return line.base * (0.7 + 0.4 * noise(time &+ Int64(index * 97)))
        })
    }
    return SeriesResult(window: query.window, lines: lines)
  }

  static let cost = ConsoleCost(
    processor: 0.004, residentBytes: 31 << 20, bytesPerSecond: 412, wakeupsPerSecond: 1.2,
    frame: (mean: 310, worst: 940), seconds: 5)
}

struct SystemPanelTests {
  private static let size = Size(width: 120, height: 36)

  @Test func `what is nearest to its limit stands on the border`() {
    let text = Hand(Sample.state(.system, size: Self.size)).text
    #expect(text.contains("nearest: disk under the data 98 %"))
    #expect(text.contains("■ full"))
    #expect(text.contains("queue of electricity 5"))
  }

  @Test(arguments: [([0.2, 1], "near", "disk under the data"), ([0.995, 1], "full", "cores")])
  func `a core is full when no other is free`(
    _ cores: [Double], _ word: String, _ nearest: String
  ) throws {
    var snapshot = Sample.busy
    snapshot.saturation?.machine?.cores = cores
    let text = Hand(Sample.state(.system, size: Self.size, snapshot: snapshot)).text
    let line = try #require(text.split(separator: "\n").first { $0.contains("core 1") })
    #expect(line.contains(word))
    #expect(text.contains("nearest: \(nearest)"))
  }

  /// What is not written is not written in time.
  @Test func `paused telemetry has no time that is ok`() throws {
    var snapshot = Sample.busy
    snapshot.store.paused = "2 MB are left"
    let text = Hand(Sample.state(.system, size: Self.size, snapshot: snapshot)).text
    let line = try #require(text.split(separator: "\n").first { $0.contains("telemetry last") })
    #expect(!line.contains("ok"))
  }

  @Test func `a server that has not measured yet says so, and still shows its store`() throws {
    var snapshot = Sample.busy
    snapshot.saturation?.machine = nil
    var hand = Hand(Sample.state(.system, size: Self.size, snapshot: snapshot))
    #expect(hand.text.contains("the machine is being measured"))
    #expect(hand.text.contains("metrics.db"))
    snapshot.saturation = nil
    hand.act(.snapshot(snapshot), after: 1)
    #expect(hand.text.contains("this server does not measure its machine"))
    try expectSnapshot(hand.text, "system-unmeasured")
  }

  @Test(arguments: Size.usual)
  func `the console says what it costs, once it is measured`(_ size: Size) throws {
    var hand = Hand(Sample.state(.system, size: size))
    #expect(!hand.text.contains("to the terminal"))
    hand.act(.cost(Sample.cost), after: 0)
    for words in ["console", "412 B/s", "wakeups", "0.31 ms"] {
      #expect(hand.text.contains(words), "\(words)")
    }
    try expectSnapshot(hand.text, "system-cost-\(size.name)")
    // Paused, the figures stand still: a picture that changes would have to be sent.
    hand.press(.character("p"))
    let before = hand.text
    var other = Sample.cost
    other.bytesPerSecond = 0
    hand.act(.cost(other), after: 1)
    #expect(hand.text == before)
  }

  @Test func `what a crash would take stands there with the age of the last commit`() {
    var snapshot = Sample.busy
    func text() -> String {
      Hand(Sample.state(.system, size: Self.size, snapshot: snapshot)).text
    }
    #expect(
      text().contains(
        "lost at a crash: nothing that state.db acknowledged; of telemetry 1 s at most, the last commit "
          + "was 0.4 s ago"))
    snapshot.store.committedAt = Sample.at(-12)
    #expect(text().contains("of telemetry ▲ 12 s, since the last commit"))
    snapshot.store.paused = "the disk is full"
    #expect(text().contains("telemetry ■ is not written: what comes is dropped, and counted"))
    snapshot.store = StoreStatus()
    #expect(text().contains("of telemetry at most the last second"))
  }

  @Test func `what has a past has a row of bars, gaps stay gaps, and its absence has a reason`() {
    let state = Sample.state(.system, size: Self.size)
    let row = Hand(state).text.split(separator: "\n").first { $0.contains("core 1") }
    #expect(row?.contains { "▁▂▃▄▅▆▇█".contains($0) } == true)
    var hand = Hand(
      Sample.state(.system, size: Size(width: 200, height: 60), answers: false))
    #expect(hand.text.contains("reading the past"))
    for case .ask(let slot, let question) in hand.effects + Self.questions(hand.state) {
      hand.act(.answered(slot, question, .failure(.failed(reason: "it is gone"))), after: 0)
    }
    #expect(hand.text.contains("the past cannot be read: it is gone. Asked again every 5 s."))
  }

  /// What a state has asked and not heard of.
  private static func questions(_ state: ConsoleState) -> [Effect] {
    state.board.entries.map { .ask($0.key, $0.value.question) }
  }

  @Test func `under the cursor stands what was there, and what is not kept is not made up`()
    throws
  {
    let size = Size(width: 120, height: 36)
    var hand = Hand(Sample.state(.system, size: size))
    let now = hand.text
    for _ in 0..<20 { hand.press(.character(",")) }
    let cursor = try #require(hand.state.cursor)
    #expect(hand.text.contains("at \(Wall(offset: 0).time(Timestamp(seconds: cursor)))"))
    let files = hand.text.split(separator: "\n").first { $0.contains("open files") }
    #expect(files?.contains("not kept") == true)
    func core(_ text: String) -> Substring? {
      text.split(separator: "\n").first { $0.contains("core 0") }
    }
    let series = try #require(hand.state.board.series(.series(.coreBusy, model: nil)))
    let line = try #require(series.lines.first { $0.part == "0" })
    let span = hand.state.chartSpan
    let column = try #require(span.column(of: cursor))
    let value = try #require(span.values(of: line.values, in: series.window)[column])
    #expect(core(hand.text)?.contains(Format.percent(value).text) == true)
    #expect(core(hand.text) != core(now))
    try expectSnapshot(hand.text, "system-pointed")
    let row = hand.state.csv.split(whereSeparator: \.isNewline).first { $0.contains("open files") }
    #expect(row?.contains("open files,,") == true && row?.hasSuffix(",,") == true)
    hand.press(.character("0"))
    #expect(!hand.text.contains("not kept"))
  }

  @Test func `without a model the system is shown all the same`() {
    var snapshot = Sample.busy
    snapshot.models = []
    let text = Hand(Sample.state(.system, size: Self.size, snapshot: snapshot)).text
    #expect(text.contains("disk under the data"))
  }
}

/// Other servers whose series are asked for.
struct SourcePanelTests {
  private static let size = Size(width: 120, height: 40)

  private static var sources: [SourceStatus] {
    let asked = Sample.at(-3_600)
    return [
      SourceStatus(
        name: "fleet", address: "http://10.0.0.5:9090", state: .up, interval: 15, since: asked,
        lastAnswer: Sample.at(-3), rules: 12),
      SourceStatus(
        name: "thanos", address: "http://10.0.0.6:9090", state: .down, interval: 15, since: asked,
        lastAnswer: Sample.at(-120), lastFailure: "no whole answer within 2000 ms", rules: 1),
      SourceStatus(
        name: "slow\u{1b}[2J", address: "http://10.0.0.7:9090", state: .up, interval: 5,
        since: asked, lastAnswer: Sample.at(-40), rules: 1),
      SourceStatus(name: "new", address: "http://10.0.0.8:9090", interval: 15, since: asked),
    ]
  }

  @Test func `each source has a line with its state, its age, and why it is silent`() throws {
    var snapshot = Sample.busy
    snapshot.sources = Self.sources
    let text = Hand(Sample.state(.system, size: Self.size, snapshot: snapshot)).text
    #expect(text.contains("● up") && text.contains("answered 3 s ago, asked each 15 s, 12 rules"))
    #expect(
      text.contains("■ down") && text.contains("answered 2 min ago: no whole answer within 2000 ms")
    )
    #expect(text.contains("▲ late") && text.contains("has not answered yet"))
    #expect(!text.contains("\u{1b}"))
    try expectSnapshot(text, "system-sources")
  }

  @Test func `what is looked at in a source has its values, their past and their age`() throws {
    var snapshot = Sample.busy
    var fleet = Self.sources[0]
    fleet.panels = [
      SourcePanel(
        title: "requests/s", at: Sample.at(-3),
        lines: [
          .init(labels: "{job=\"web\"}", values: (0..<30).map { Double($0 * $0) }),
          .init(labels: "{job=\"api\"}", values: [nil, 2, nil]),
        ], more: 3),
      SourcePanel(title: "errors", at: Sample.at(-3)),
      SourcePanel(title: "misspelt", failure: "1:1: unknown function \u{1b}[31m"),
      SourcePanel(title: "new"),
    ]
    snapshot.sources = [fleet]
    let up = Hand(Sample.state(.system, size: Self.size, snapshot: snapshot)).text
    for words in ["requests/s", "841", "{job=\"web\"}", "and 3 more", "no series", "not asked yet"]
    {
      #expect(up.contains(words), "\(words)")
    }
    #expect(up.contains("1:1: unknown function") && !up.contains("\u{1b}"))
    try expectSnapshot(up, "system-source-series")
    fleet.state = .down
    fleet.lastAnswer = Sample.at(-300)
    fleet.panels[0].at = Sample.at(-300)
    snapshot.sources = [fleet, Self.sources[1]]
    let down = Hand(Sample.state(.system, size: Self.size, snapshot: snapshot)).text
    #expect(down.contains("requests/s @fleet") && down.contains("and 3 more  5 min ago"))
  }

  @Test func `on a low screen sources take no more than a third`() {
    var snapshot = Sample.busy
    snapshot.sources = Self.sources
    let text = Hand(Sample.state(.system, size: Size(width: 80, height: 24), snapshot: snapshot))
      .text
    #expect(text.contains("fleet") && text.contains("disk under the data"))
  }

  @Test func `an alert names its source, and its page says how that one stands`() {
    var snapshot = Sample.snapshot()
    snapshot.sources = Self.sources
    snapshot.alerts = [
      Sample.alert(
        "InstanceDown", ["source": "thanos", "instance": "10.0.0.9:80"], value: 0, bound: "== 0",
        summary: "10.0.0.9:80 is gone", since: 300),
      Sample.alert(
        "ReleaseFailing", ["source": "fleet", "model": "fraud", "version": "31"], value: 1,
        summary: "fraud 31 fails", since: 200),
    ]
    var hand = Hand(Sample.state(.alerts, size: Self.size, snapshot: snapshot))
    #expect(hand.text.contains("@thanos") && hand.text.contains("@fleet: fails"))
    hand.press(.enter)
    #expect(hand.text.contains("source"))
    #expect(
      hand.text.contains("up, answered 3 s ago") || hand.text.contains("down, answered 2 min ago"))
  }

  @Test func `the same alert of two sources is two lines`() {
    let alerts = ["a", "b"].map {
      Sample.alert("InstanceDown", ["source": $0], value: 0, summary: "gone", since: 300)
    }
    #expect(AlertGroup.groups(of: alerts).count == 2)
  }
}
