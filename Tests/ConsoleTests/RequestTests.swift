import Console
import Domain
import Testing
import TextUI

/// From a cell, a reason or a client to its requests, to one of them, and to what other versions make of it.
struct RequestTests {
  private static let size = Size(width: 120, height: 36)

  /// Presses keys and answers what they ask.
  private static func press(_ hand: inout Hand, _ keys: Key...) {
    for key in keys {
      let known = hand.effects.count
      hand.press(key, after: 1.1)
      Sample.answer(Array(hand.effects[known...]), &hand.state)
    }
  }

  private static func asked(_ hand: Hand) -> RequestQuery? {
    let queries = hand.effects.compactMap { effect -> RequestQuery? in
      if case .ask(.requestList, .requests(let query)) = effect { query } else { nil }
    }
    return queries.last
  }

  @Test func `Enter on a cell of the heatmap lists the requests in it`() throws {
    var hand = Hand(Sample.state(.latency, size: Self.size))
    Self.press(&hand, .down)
    let slowest = try #require(hand.state.latencyCell)
    #expect(slowest.count > 0)
    Self.press(&hand, .down)
    let cell = try #require(hand.state.latencyCell)
    #expect(cell.bucket < slowest.bucket)
    #expect(cell.count > 0)
    Self.press(&hand, .left)
    let earlier = try #require(hand.state.latencyCell)
    #expect(earlier.to == cell.from)
    #expect(earlier.bucket == cell.bucket)
    Self.press(&hand, .enter)
    let query = try #require(Self.asked(hand))
    #expect(query.from == Timestamp(seconds: earlier.from))
    #expect(query.to == Timestamp(seconds: earlier.to))
    #expect(query.above == earlier.above && query.above != nil)
    #expect(query.upTo == earlier.upTo && query.upTo != nil)
    #expect(query.onlyTimed == true)
    #expect(hand.text.contains("slowest first"))
    Self.press(&hand, .escape, .escape)
    #expect(hand.state.panel == .latency)
    #expect(hand.state.latencyCell == nil)
  }

  /// What the list says of itself where the panel counted `total` and the server gave `count`.
  private static func title(_ total: Int?, _ count: Int, upTo: Double? = nil) throws -> String {
    var hand = Hand(Sample.state(.latency, size: size))
    press(&hand, .enter)
    let query = try #require(asked(hand))
    let scope = try #require(hand.state.requestList?.scope)
    var bounded = scope
    if let upTo { bounded.what = .latency(above: nil, upTo: upTo) }
    hand.state.requestList?.scope = bounded
    hand.state.requestList?.total = total
    hand.act(.tick, after: 1.1)
    let one = Sample.requests(query)[2]
    let requests = (0..<count).map { _ in one }
    let slot = QueryBoard.Slot.requestList(bounded)
    let question = try #require(hand.state.board.entries[slot]?.question)
    hand.act(.answered(slot, question, .success(.requests(requests))))
    return String(hand.text.split(separator: "\n").first { $0.contains(" requests ") } ?? "")
  }

  @Test func `a list that ends at its limit says of how many it is`() throws {
    #expect(try Self.title(3_214, 200).contains(" 1 of the slowest 200 of 3.2k "))
    #expect(try Self.title(nil, 200).contains(" 1 of the slowest 200 "))
    #expect(try Self.title(200, 200).contains(" 1 of 200, slowest first "))
    #expect(try Self.title(3_214, 150).contains(" 1 of 150 remembered of 3.2k, slowest first "))
    #expect(try Self.title(9, 12).contains(" 1 of 12, slowest first "))
    let below = try Self.title(3_214, 200, upTo: 1_000)
    #expect(below.contains(" 1 of 200 listed of 3.2k, slowest first "))
  }

  @Test func `a list knows what its cell or its reason was counted at`() throws {
    var hand = Hand(Sample.state(.latency, size: Self.size))
    Self.press(&hand, .down)
    let cell = try #require(hand.state.latencyCell)
    Self.press(&hand, .enter)
    #expect(hand.state.requestList?.total == cell.count)
    var failing = Hand(Sample.state(.traffic, size: Self.size))
    let report = failing.state.board.failures(.failures(model: "fraud"))
    let reason = try #require(report?.reasons.first)
    Self.press(&failing, .enter)
    #expect(failing.state.requestList?.total == Int(reason.requests))
  }

  @Test func `what the client of a failing request was told stands below the list and on its page`()
  {
    var hand = Hand(Sample.state(.traffic, size: Self.size))
    Self.press(&hand, .enter)
    #expect(hand.text.contains("error  fraud@31 did not answer within 2000 ms"))
    Self.press(&hand, .down)
    #expect(hand.text.contains("error  fraud@31: the engine failed: Gather"))
    Self.press(&hand, .enter)
    #expect(hand.text.contains("error     fraud@31: the engine failed: Gather"))
  }

  @Test func `Enter without a cell lists the step under the cursor, or the whole span`() throws {
    var hand = Hand(Sample.state(.latency, size: Self.size))
    Self.press(&hand, .enter)
    let whole = try #require(Self.asked(hand))
    #expect(whole.above == nil && whole.upTo == nil)
    Self.press(&hand, .escape, .character(","), .character(","), .enter)
    let step = try #require(Self.asked(hand))
    let length = try #require(step.to).seconds - #require(step.from).seconds
    #expect(length == hand.state.chartSpan.step)
  }

  @Test func `a click on the map chooses its cell`() throws {
    var hand = Hand(Sample.state(.latency, size: Self.size))
    hand.act(.click(.place(across: 0.5, up: 0.01), at: Sample.instant + .seconds(100)), after: 1)
    let low = try #require(hand.state.latencyCell)
    #expect(low.above == nil, "what is faster than the map counts at its edge")
    hand.act(.click(.place(across: 0.5, up: 0.999), at: Sample.instant + .seconds(100)), after: 1)
    let high = try #require(hand.state.latencyCell)
    #expect(high.upTo == nil)
    #expect(high.from == low.from)
    let grid = view(hand.state, size: Self.size, look: Look())
    let targets = (0..<Self.size.height).flatMap { y in
      (0..<Self.size.width).compactMap { grid.target(at: Point(x: $0, y: y)) }
    }
    let places = targets.compactMap { target -> (Double, Double)? in
      if case .place(let across, let up) = target { (across, up) } else { nil }
    }
    #expect(places.count > 500)
    #expect(places.allSatisfy { (0...1).contains($0.0) && (0...1).contains($0.1) })
  }

  @Test(arguments: Size.usual)
  func `the chosen cell, the list and one request at three sizes`(_ size: Size) throws {
    var hand = Hand(Sample.state(.latency, size: size))
    Self.press(&hand, .down)
    try expectSnapshot(hand.text, "latency-cell-\(size.name)")
    Self.press(&hand, .enter, .down)
    try expectSnapshot(hand.text, "requests-\(size.name)")
    Self.press(&hand, .enter, .enter)
    hand.act(Self.rerun("31", of: hand, isSame: true))
    Self.press(&hand, .up, .enter)
    hand.act(Self.rerun("30", of: hand, isSame: false))
    try expectSnapshot(hand.text, "request-\(size.name)")
  }

  private static func rerun(_ version: String, of hand: Hand, isSame: Bool) -> Action {
    let detail = hand.state.openRequest
    var outputs = detail?.outputs ?? TensorTable()
    if !isSame { outputs.columns[0].cells[0] = "7" }
    return .ranAgain(
      detail!.summary.copy, version: version,
      .success(
        Rerun(
          version: ModelVersion(model: "fraud", version: version), sha256: Sample.sha(1),
          outputs: outputs, isSame: isSame, queue: 3, compute: 412)))
  }

  @Test func `a request is run again on the version that is chosen, once at a time`() throws {
    var hand = Hand(Sample.state(.latency, size: Self.size))
    Self.press(&hand, .enter, .enter)
    #expect(hand.text.contains("order-7"))
    #expect(hand.state.rerunVersion == "31", "the one that answered comes first")
    Self.press(&hand, .up, .enter, .enter)
    let runs = hand.effects.compactMap { effect -> String? in
      if case .runAgain(_, let version) = effect { version } else { nil }
    }
    #expect(runs == ["30"], "29 is not loaded, and an answer is awaited")
    let copy = try #require(hand.state.openRequest).summary.copy
    hand.act(.ranAgain(copy, version: "30", .failure(.notFound(reason: "fraud 30 is not loaded"))))
    #expect(hand.text.contains("fraud 30 is not loaded"))
    #expect(hand.text.contains("not run"))
  }

  @Test func `an answer to a request that is closed is dropped`() throws {
    var hand = Hand(Sample.state(.latency, size: Self.size))
    Self.press(&hand, .enter, .enter, .enter)
    let action = Self.rerun("31", of: hand, isSame: true)
    Self.press(&hand, .escape)
    hand.act(action)
    #expect(hand.state.requestList?.page == nil)
  }

  @Test func `the shadow's answer is a key away`() {
    var hand = Hand(Sample.state(.latency, size: Self.size))
    Self.press(&hand, .enter, .enter, .character("v"))
    #expect(hand.state.openRequest?.summary.variant == .shadow)
    Self.press(&hand, .character("v"))
    #expect(hand.state.openRequest?.summary.variant == .champion)
  }

  @Test(arguments: RequestDetail.Obstacle.allCases)
  func `what cannot be run again says why`(_ obstacle: RequestDetail.Obstacle) throws {
    var hand = Hand(Sample.state(.latency, size: Self.size))
    Self.press(&hand, .enter)
    let id = try #require(hand.state.listedRequests.first).id
    hand.press(.enter, after: 1.1)
    hand.act(
      .answered(
        .request(id), .request(id), .success(.request(Sample.kept(id, obstacle: obstacle)))))
    Self.press(&hand, .enter)
    let runs = hand.effects.filter { if case .runAgain = $0 { true } else { false } }
    #expect(runs.isEmpty)
    #expect(hand.text.contains("not possible"))
    try expectSnapshot(hand.text, "request-\(obstacle.rawValue)")
  }

  @Test func `rows and features of a large request can be walked through`() throws {
    var hand = Hand(Sample.state(.latency, size: Size(width: 80, height: 24)))
    Self.press(&hand, .enter)
    let id = try #require(hand.state.listedRequests.first).id
    hand.press(.enter, after: 1.1)
    hand.act(.answered(.request(id), .request(id), .success(.request(Sample.kept(id, rows: 40)))))
    #expect(hand.text.contains("ROW 1"))
    Self.press(&hand, .right, .right, .pageDown)
    #expect(hand.text.contains("ROW 3") && !hand.text.contains("ROW 1 "))
    Self.press(&hand, .end)
    #expect(hand.text.contains("amount_9"))
    for _ in 0..<60 { Self.press(&hand, .right) }
    #expect(hand.text.contains("row 40 of 40"))
  }

  @Test func `what was not ok and the share of errors are of one time, which is said`() throws {
    var hand = Hand(Sample.state(.traffic, size: Size(width: 120, height: 36)))
    let report = try #require(hand.state.board.failures(.failures(model: "fraud")))
    let errors = report.reasons.filter(\.outcome.isServerError).reduce(0) { $0 + $1.requests }
    let share = Format.percent(Double(errors) / Double(report.requests)).text
    func title() throws -> Substring {
      try #require(hand.text.split(separator: "\n").first { $0.contains(" not ok ") })
    }
    let live = try title()
    #expect(live.contains("error share  last 5 min") && live.contains("not ok  last 5 min"))
    #expect(live.contains(" \(share) "))
    // The report of the step under the cursor is on its way: the one that is shown keeps its time.
    hand.press(.character("p"), .character(","))
    #expect(try title() == live)
    Sample.answer(hand.effects, &hand.state)
    let pointed = try title()
    #expect(pointed.contains("error share  at 14:02:") && pointed.contains("not ok  at 14:02:"))
    #expect(hand.text.contains("req/s at 14:02:") && hand.text.contains("by version, to 14:02:3"))
  }

  @Test func `Enter on a reason or a client lists the failing requests`() throws {
    var hand = Hand(Sample.state(.traffic, size: Self.size))
    #expect(hand.text.contains("batch-scoring"))
    Self.press(&hand, .enter)
    let reason = try #require(Self.asked(hand))
    #expect(reason.outcome == .failed && reason.client == nil)
    Self.press(&hand, .escape, .down, .down, .down, .enter)
    let client = try #require(Self.asked(hand))
    #expect(client.client == "checkout" && client.onlyNotOK == true && client.outcome == nil)
    #expect(hand.text.contains("not ok, of checkout"))
    #expect(hand.state.panel == .traffic)
  }

  @Test func `where nothing failed there is nothing to list`() {
    var hand = Hand(
      Sample.state(.traffic, size: Self.size, selecting: Selection(model: "electricity")))
    #expect(hand.text.contains("requests were answered"))
    Self.press(&hand, .enter)
    #expect(hand.state.requestList == nil)
    #expect(hand.text.contains("nothing failed here"))
  }

  @Test func `a list stands still in time, and another panel closes it`() {
    var hand = Hand(Sample.state(.latency, size: Self.size))
    Self.press(&hand, .enter)
    let before = hand.state.requestList
    Self.press(&hand, .character(","), .character("-"))
    #expect(hand.state.requestList == before)
    #expect(hand.state.cursor == nil)
    Self.press(&hand, .character("1"), .character("2"))
    #expect(hand.state.requestList == nil)
  }

  @Test func `a list that cannot be read says why`() throws {
    var hand = Hand(Sample.state(.latency, size: Self.size))
    hand.press(.enter, after: 1.1)
    for case .ask(let slot, let question) in hand.effects {
      hand.act(.answered(slot, question, .failure(.failed(reason: "the store is locked"))))
    }
    #expect(hand.text.contains("the store is locked"))
  }

  @Test func `what is copied and exported is what is open`() throws {
    var hand = Hand(Sample.state(.latency, size: Self.size))
    Self.press(&hand, .enter, .down)
    let second = hand.state.listedRequests[1]
    #expect(hand.state.copyable?.text == "\(second.id)")
    try expectSnapshot(hand.state.csv, "csv-requests")
    Self.press(&hand, .enter)
    #expect(hand.state.copyable?.text == "\(second.id)")
    try expectSnapshot(hand.state.csv, "csv-request")
  }
}
