import Domain
import Testing
import TextUI

@testable import Console

struct JudgementPanelTests {
  private static let small = Size(width: 80, height: 24)
  private static let medium = Size(width: 120, height: 36)

  private static func hand(
    _ panel: PanelID, _ model: ModelSnapshot, size: Size = medium,
    judgements: (JudgementQuery) -> [JudgementRecord] = Sample.judgements
  ) -> Hand {
    Hand(
      Sample.state(
        panel, size: size, snapshot: Sample.snapshot(models: [model]), judgements: judgements))
  }

  /// What the store has when drift is in a state: no windows without a verdict, calm ones without a drift.
  private static func store(
    _ state: DriftSummary.State, _ concept: ConceptSummary.State = .ok
  ) -> (JudgementQuery) -> [JudgementRecord] {
    { query in
      var query = query
      switch (query.kind, state, concept) {
      case (.drift, .noReference, _), (.drift, .collecting, _), (.quality, _, .noLabels),
        (.quality, _, .collecting):
        return []
      case (.drift, .ok, _): query.version = "8"
      default: break
      }
      return Sample.judgements(query)
    }
  }

  // MARK: Drift

  @Test(arguments: DriftSummary.State.allCases)
  func `drift in each state says what it means`(_ state: DriftSummary.State) throws {
    let hand = Self.hand(
      .drift, Sample.judged(state, experiment: nil), size: Self.small,
      judgements: Self.store(state))
    try expectSnapshot(hand.text, "drift-\(state.rawValue)")
  }

  @Test(arguments: ConceptSummary.State.allCases)
  func `how right in each state says what it means`(_ state: ConceptSummary.State) throws {
    let hand = Self.hand(
      .drift, Sample.judged(.ok, concept: state, experiment: nil),
      judgements: Self.store(.ok, state))
    try expectSnapshot(hand.text, "concept-\(state.rawValue)")
  }

  @Test func `what drifted stands first, and arrows choose among it`() {
    var hand = Self.hand(.drift, Sample.judged())
    #expect(hand.state.shownFeature?.name == "transfer")
    hand.press(.down)
    #expect(hand.state.shownFeature?.name == "nswprice")
    #expect(hand.text.contains("31 % of 2014 values are above"))
    hand.press(.end, .down)
    #expect(hand.state.shownFeature?.name == "holiday")
    hand.press(.home, .up)
    #expect(hand.state.shownFeature?.name == "transfer")
  }

  @Test func `Enter lists the windows of a feature, Escape closes`() throws {
    var hand = Self.hand(.drift, Sample.judged())
    hand.press(.down, .enter)
    try expectSnapshot(hand.text, "drift-windows")
    hand.press(.down, .pageDown)
    #expect(hand.state.drift.scroll == 11)
    for _ in 0..<9 { hand.press(.pageDown) }
    #expect(hand.state.drift.scroll < 30)
    hand.press(.escape)
    #expect(!hand.state.drift.isOpen)
    #expect(hand.state.panel == .drift)
    #expect(hand.state.shownFeature?.name == "nswprice")
  }

  // MARK: Distributions

  @Test(arguments: Size.usual)
  func `the chosen feature's live rows stand over its reference's`(_ size: Size) throws {
    var hand = Self.hand(.drift, Sample.judged(), size: size)
    Self.settle(&hand)
    hand.press(.down)
    try expectSnapshot(hand.text, "drift-moved-\(size.name)")
    hand.press(.enter)
    try expectSnapshot(hand.text, "drift-open-\(size.name)")
    #expect(hand.text.contains("live 2 014 rows") && hand.text.contains("reference 20 000 rows"))
  }

  /// Answers what a panel asks a second after its first answers.
  private static func settle(
    _ hand: inout Hand,
    _ judgements: @escaping (JudgementQuery) -> [JudgementRecord] = Sample.judgements
  ) {
    hand.effects = []
    hand.act(.tick, after: 1.01)
    Sample.answer(hand.effects, &hand.state, judgements)
  }

  @Test func `what is not on the scale stands apart: missing rows, levels, constants`() {
    var hand = Self.hand(.drift, Sample.judged())
    Self.settle(&hand)
    #expect(hand.text.contains("missing"))
    hand.press(.down, .down)
    #expect(hand.state.shownFeature?.name == "period")
    #expect(hand.text.contains("7.0"))
    hand.press(.end)
    #expect(hand.state.shownFeature?.name == "holiday")
    #expect(hand.text.contains("no") && hand.text.contains("yes"))
    #expect(!hand.text.contains("\u{1b}"))
  }

  @Test func `the counts of a window are asked for once, those of its reference once for all`() {
    var hand = Self.hand(.drift, Sample.judged())
    func asked() -> [JudgementQuery] {
      hand.effects.compactMap { effect in
        guard case .ask(_, .judgements(let query, _)) = effect else { return nil }
        return query.cells == true || query.kind == .reference ? query : nil
      }
    }
    Self.settle(&hand)
    for _ in 0..<5 { hand.act(.tick, after: 1.01) }
    #expect(asked().isEmpty, "already answered")
    // Another window: its counts, and not the reference again.
    for _ in 0..<12 { hand.press(.character(",")) }
    hand.act(.tick, after: 1.01)
    #expect(Set(asked().map(\.kind)) == [.drift])
    #expect(asked().allSatisfy { $0.limit == 1 && $0.to == $0.from + 1 })
  }

  @Test(arguments: [-80_000, 3_600] as [Double])
  func `a window's reference is found however many came after it, and where the clock was set back`(
    _ made: Double
  ) {
    let version = ModelVersion(model: "electricity", version: "7")
    let references = [ReferenceCells](repeating: Sample.referenceCells, count: 20).enumerated().map
    {
      index, cells in
      JudgementRecord(
        time: Sample.at(index == 0 ? made : Double(index + 2) * 86_400), version: version,
        content: .reference(ReferenceCells(id: Int64(3 + index), features: cells.features)))
    }
    let hand = Self.hand(.drift, Sample.judged()) { query in
      guard query.kind == .reference else { return Sample.judgements(query) }
      return references.filter { $0.time.seconds >= query.from && $0.time.seconds < query.to }
        .suffix(query.limit)
    }
    guard case .known = hand.state.shownFeature.map(hand.state.distribution) else {
      Issue.record("it was not found")
      return
    }
  }

  @Test func `why there is no distribution is said`() {
    func text(_ judgements: @escaping (JudgementQuery) -> [JudgementRecord]) -> String {
      var hand = Self.hand(.drift, Sample.judged(), judgements: judgements)
      hand.effects = []
      hand.act(.tick, after: 1.01)
      Sample.answer(hand.effects, &hand.state, judgements)
      return hand.text
    }
    let old = text { query in
      Sample.judgements(query).map { record in
        guard case .drift(var window) = record.content else { return record }
        window.reference = nil
        var record = record
        record.content = .drift(window)
        return record
      }
    }
    #expect(old.contains("judged by an older"))
    let replaced = text { query in query.kind == .reference ? [] : Sample.judgements(query) }
    #expect(replaced.contains("the bins of the reference"))
    let state = Sample.state(
      .drift, size: Size(width: 200, height: 60),
      snapshot: Sample.snapshot(models: [Sample.judged()]), answers: false)
    var hand = Hand(state)
    #expect(
      hand.text.contains("its figures stand here") || hand.text.contains("no window is known"))
    Sample.answer(Self.asked(state).filter { !Self.isOfCells($0) }, &hand.state)
    hand.effects = []
    hand.act(.tick, after: 1.01)
    for case .ask(let slot, let question) in hand.effects {
      hand.act(.answered(slot, question, .failure(.failed(reason: "it is locked"))), after: 0)
    }
    #expect(hand.text.contains("the counts cannot be read: it is locked."))
  }

  private static func asked(_ state: ConsoleState) -> [Effect] {
    state.board.entries.map { .ask($0.key, $0.value.question) }
  }

  private static func isOfCells(_ effect: Effect) -> Bool {
    guard case .ask(_, .judgements(let query, _)) = effect else { return false }
    return query.cells == true || query.kind == .reference
  }

  @Test func `what is open is what is exported`() {
    var hand = Self.hand(.drift, Sample.judged())
    Self.settle(&hand)
    hand.press(.down, .enter)
    let bins = hand.state.csv.split(whereSeparator: \.isNewline)
    #expect(bins.count == 1 + 20 + 2)
    #expect(bins[1].contains(",nswprice,,0.0221,,1000,30"))
    #expect(bins.last?.hasSuffix(",not finite,0,3") == true)
    var other = Self.hand(.experiment, Sample.judged(.ok, experiment: .keep))
    other.press(.enter)
    let points = other.state.csv.split(whereSeparator: \.isNewline)
    #expect(points.count == 1 + 42 && points[1].contains(",electricity,7,8,errors,"))
  }

  @Test func `bins are joined until they fit, and nothing is lost`() throws {
    let feature = Sample.features(drifting: true).first { $0.name == "nswprice" }
    let cells = try #require(Sample.referenceCells.feature("nswprice", .feature))
    let current = try #require(feature.flatMap(Sample.cells))
    let whole = try #require(FeatureDistribution(cells, current: current))
    for count in [20, 10, 7, 3, 1] {
      let fitted = whole.fitted(to: count)
      #expect(fitted.bins.count <= count && fitted.edges.count == fitted.bins.count - 1)
      #expect(fitted.bins.map(\.current).reduce(0, +) == 1_997)
      #expect(fitted.bins.map(\.reference).reduce(0, +) == 20_000)
      #expect(Set(fitted.edges).isSubset(of: whole.edges))
    }
    #expect(whole.specials.map(\.label) == ["missing", "not finite"])
    #expect(FeatureDistribution(cells, current: Array(current.dropLast())) == nil)
    let levels = try #require(Sample.referenceCells.feature("holiday", .feature))
    let named = try #require(FeatureDistribution(levels, current: [1, 0, 2, 0, 37, 2, 1, 0]))
    #expect(named.bins.map(\.label) == ["no", "yes", "eve\\e[2J", "others"])
    #expect(named.fitted(to: 2).bins.map(\.label) == ["no", "others"])
    #expect(named.fitted(to: 2).bins.map(\.current) == [37, 3])
  }

  @Test func `edges have the digits that tell them apart`() {
    #expect(Figures.edges([0.1, 0.12, 0.123]) == ["0.100", "0.120", "0.123"])
    #expect(Figures.edges([120, 340, 1_200.5]) == ["120", "340", "1201"])
    #expect(Figures.edges([-2.5, 3]) == ["-2.5", "3.0"])
    #expect(Figures.edges([1e6, 2.5e6]) == [Format.compact(1e6), Format.compact(2.5e6)])
    #expect(Figures.edges([]) == [])
  }

  @Test func `the cursor shows the window of its moment`() {
    var hand = Self.hand(.drift, Sample.judged())
    let newest = hand.state.shownWindow?.to
    #expect(newest == Sample.now.seconds - 40)
    for _ in 0..<20 { hand.press(.character(",")) }
    #expect((hand.state.shownWindow?.to ?? .max) < (newest ?? 0) - 900)
    let label = Wall(offset: 0).minute(hand.state.cursor ?? 0)
    let title = hand.text.split(separator: "\n").first { $0.contains("FEATURE") }
    #expect(title?.contains(" \(label) ") == true)
    #expect(hand.state.shownFeatures.allSatisfy { !$0.verdict.isDrift })
    hand.press(.character("0"))
    #expect(hand.state.shownWindow?.to == newest)
  }

  @Test func `v goes through the versions that are judged`() {
    var hand = Self.hand(.drift, Sample.judged())
    #expect(hand.state.judgedVersion == "7")
    hand.press(.character("v"))
    #expect(hand.state.judgedVersion == "8")
    #expect(hand.text.contains("electricity 8 challenger"))
    hand.press(.character("v"), .character("v"))
    #expect(hand.state.judgedVersion == "7")
  }

  @Test func `an hour is the shortest span of drift, and the other panels keep theirs`() {
    var hand = Self.hand(.drift, Sample.judged())
    #expect(hand.text.contains("last 1 h"))
    hand.press(.character("+"))
    #expect(hand.state.status?.text == "1 h is the shortest span here")
    #expect(hand.state.span == .fiveMinutes)
    hand.press(.character("-"))
    #expect(hand.state.span == .sixHours)
    hand.press(.character("+"))
    #expect(hand.state.span == .hour)
  }

  @Test func `a finished window is asked for once, and nothing else is`() {
    var model = Sample.judged()
    var hand = Self.hand(.drift, model)
    func questions() -> Int {
      hand.effects.count {
        if case .ask(.judgements(.drift, _, _), _) = $0 { true } else { false }
      }
    }
    for second in 2...8 {
      model.judgement?.drift[0].collected += 40
      hand.act(
        .snapshot(Sample.snapshot(models: [model], at: Sample.at(Double(second)))), after: 1)
    }
    #expect(questions() == 0)
    model.judgement?.drift[0].worst[1].psi = 0.593
    for second in 9...12 {
      hand.act(
        .snapshot(Sample.snapshot(models: [model], at: Sample.at(Double(second)))), after: 1)
    }
    #expect(questions() == 1)
  }

  @Test func `while paused the panel stands still and asks nothing`() {
    for panel in [PanelID.drift, .experiment, .business] {
      var hand = Self.hand(panel, Sample.judged())
      hand.press(.character("p"))
      hand.act(.tick, after: 30)
      let before = hand.text
      hand.effects = []
      var moved = Sample.judged(.ok, concept: .drift, experiment: .promote)
      moved.judgement?.drift[0].words = "another"
      let live = Sample.snapshot(models: [moved], at: Sample.at(40))
      hand.act(.snapshot(live), after: 1)
      let lines = hand.text.split(separator: "\n").dropFirst(3)
      #expect(lines.allSatisfy { !$0.contains("another") }, "\(panel)")
      #expect(hand.effects.isEmpty, "\(panel)")
      #expect(before.contains("PAUSED"))
      #expect(hand.state.patience == nil)
    }
  }

  @Test func `hostile names of features stay text`() {
    let hostile = "\u{1B}]0;owned\u{7}\u{9B}31m"
    var model = Sample.judged()
    model.judgement?.drift[0].worst = [Sample.feature(hostile, .major, psi: 1, words: hostile)]
    model.judgement?.experiment?.words = hostile
    for panel in [PanelID.drift, .experiment, .business] {
      var state = Sample.state(
        panel, size: Self.medium, snapshot: Sample.snapshot(models: [model]), answers: false)
      state.selection = Selection(model: "electricity", version: "7")
      let text = view(state, size: Self.medium, look: Look()).text
      let isClean = text.unicodeScalars.allSatisfy {
        $0 == "\n" || !($0.value < 0x20 || (0x7F...0x9F).contains($0.value))
      }
      #expect(isClean, "\(panel)")
    }
  }

  @Test func `six hundred windows of forty features are drawn in no time`() {
    let size = Size(width: 200, height: 60)
    let features = (0..<40).map { Sample.feature("feature-\($0)", .drift, psi: 0.2, p: 0.001) }
    let state = Sample.state(.drift, size: size) { query in
      guard query.kind == .drift else { return [] }
      return (0..<600).map { index in
        let to = Sample.now.seconds - 5 * Int64(600 - index)
        let window = DriftWindow(
          from: to - 5, to: to, rows: 2_000, features: features, isOpen: true)
        return JudgementRecord(
          time: Timestamp(seconds: to), version: ModelVersion(model: "electricity", version: "7"),
          content: .drift(window))
      }
    }
    #expect(state.driftHistory?.windows.count == 600)
    let time = processorTime {
      for _ in 0..<20 { _ = view(state, size: size, look: Look()) }
    }
    #expect(time / 20 < .milliseconds(250), "\(time / 20)")
  }

  // MARK: Experiment

  @Test(arguments: ExperimentSummary.Verdict.allCases)
  func `each verdict stands in words`(_ verdict: ExperimentSummary.Verdict) throws {
    let hand = Self.hand(.experiment, Sample.judged(.ok, experiment: verdict))
    try expectSnapshot(hand.text, "experiment-\(verdict.rawValue)")
  }

  @Test(arguments: Size.usual)
  func `arrows choose a guardrail, and Enter opens the course of its effect`(_ size: Size) throws {
    var hand = Self.hand(.experiment, Sample.judged(.ok, experiment: .keep), size: size)
    #expect(hand.state.shownGuardrail?.name == "errors")
    hand.press(.down, .down, .down)
    #expect(hand.state.shownGuardrail?.name == "wrong_predictions")
    hand.press(.enter)
    #expect(hand.text.contains("margin") && hand.text.contains("wrong predictions"))
    try expectSnapshot(hand.text, "effect-\(size.name)")
    hand.press(.up)
    #expect(hand.state.shownGuardrail?.name == "slow_requests" && hand.state.experiment.isOpen)
    hand.press(.escape)
    #expect(!hand.state.experiment.isOpen && hand.state.panel == .experiment)
    hand.press(.home)
    #expect(hand.state.shownGuardrail?.name == "errors")
  }

  @Test func `without a course the reason is said`() {
    func text(_ effects: @escaping (JudgementQuery) -> [JudgementRecord]) -> String {
      var hand = Self.hand(.experiment, Sample.judged(.ok, experiment: .keep)) { query in
        query.kind == .effects ? effects(query) : Sample.judgements(query)
      }
      hand.press(.enter)
      return hand.text
    }
    #expect(text { _ in [] }.contains("no point of errors is kept: one is taken down each minute"))
    let one = text { query in
      [
        JudgementRecord(
          time: Sample.now, version: ModelVersion(model: "electricity", version: "8"),
          content: .effects(Sample.effects(minutes: 1)))
      ]
    }
    #expect(one.contains("one point so far"))
    // Of another comparison of the same two.
    let other = text { query in
      var course = Sample.effects(minutes: 42)
      course.since = Sample.at(-9_000)
      return [
        JudgementRecord(
          time: Sample.now, version: ModelVersion(model: "electricity", version: "8"),
          content: .effects(course))
      ]
    }
    #expect(other.contains("no point of errors is kept"))
  }

  @Test func `in the past the course of its own comparison is drawn, not of a later one`() {
    func text(_ courses: [ExperimentEffects]) -> String {
      var snapshot = Sample.snapshot(models: [Sample.judged(.ok, experiment: .keep)])
      snapshot.time = Sample.now
      let state = Sample.state(
        .experiment, size: Size(width: 120, height: 36), snapshot: snapshot,
        configuration: ConsoleConfiguration(endpoint: "here", isReplay: true)
      ) { query in
        guard query.kind == .effects else { return Sample.judgements(query) }
        return courses.suffix(query.limit).map { course in
          JudgementRecord(
            time: Sample.now, version: ModelVersion(model: "electricity", version: "8"),
            content: .effects(course))
        }
      }
      var hand = Hand(state)
      hand.press(.enter)
      return hand.text
    }
    var later = Sample.effects(minutes: 42)
    later.since = Sample.at(-60)
    #expect(text([Sample.effects(minutes: 42), later]).contains("-0.013 pp (95 %"))
    #expect(text([later]).contains("no point of errors was taken down by 14:02:3"))
  }

  @Test func `a course ends at the moment that is shown, and the cursor reads it`() {
    var hand = Self.hand(.experiment, Sample.judged(.ok, experiment: .keep))
    hand.press(.enter)
    #expect(hand.text.contains("-0.013 pp (95 % -0.090 to +0.060 pp)"))
    hand.press(.character(","))
    for _ in 0..<6 { hand.press(.character(",")) }
    let moment = Wall(offset: 0).minute((hand.state.cursor ?? 0) / 60 * 60)
    #expect(hand.text.contains(moment.prefix(4)))
    #expect(!hand.text.contains("-0.013 pp (95 % -0.090 to +0.060 pp)"))
  }

  @Test func `without a challenger the panel says how to get one`() throws {
    var model = Sample.bikes
    model.judgement = ModelJudgement()
    let hand = Self.hand(.experiment, model, size: Self.small)
    try expectSnapshot(hand.text, "experiment-none")
  }

  @Test func `a pin is named as the reason for no comparison`() {
    var model = Sample.judged(.ok, experiment: nil)
    model.deployment.pin = Deployment.Pin(
      version: "6", since: Sample.at(-60), by: "ana", reason: "calm down")
    let hand = Self.hand(.experiment, model)
    #expect(hand.text.contains("nothing is compared: all requests to electricity go to 6"))
  }

  @Test func `where keys are compared, the panel says so, and its rates are those compared`() {
    var model = Sample.judged(.ok, experiment: .keep)
    #expect(!Self.hand(.experiment, model).text.contains("keys, not requests"))
    model.judgement?.experiment?.unit = .keys
    model.judgement?.experiment?.guardrails[0].challenger.rate = 0.123
    let text = Self.hand(.experiment, model).text
    #expect(text.contains("keys, not requests; challenger minus champion, 95 % interval"))
    #expect(text.contains("12.3"))
  }

  @Test func `acting on an experiment is acting on the challenger`() {
    var hand = Self.hand(.experiment, Sample.judged(.ok, experiment: .rollBack))
    hand.press(.character("R"))
    #expect(hand.asking?.version == "8")
    #expect(hand.text.contains("8"))
    hand.press(.escape)
    hand.press(.character("P"))
    #expect(hand.asking?.act == .promote)
    #expect(hand.asking?.version == "8")
  }

  @Test func `on a small screen full of notices the essentials stay`() {
    let model = Sample.judged(.major, concept: .drift, experiment: .rollBack)
    let experiment = Self.hand(.experiment, model, size: Self.small).text
    #expect(experiment.contains("split   ● as configured"))
    #expect(experiment.contains("p99     ● as fast"))
    #expect(!experiment.contains("+6.0 pp"))
    var worse = Sample.fraud()
    worse.judgement = model.judgement
    let state = Sample.state(
      .drift, size: Self.small, snapshot: Sample.snapshot(models: [model, worse]))
    let drift = view(state, size: Self.small, look: Look()).text
    for name in ["transfer", "nswprice", "period", "vicprice"] { #expect(drift.contains(name)) }
  }

  // MARK: Overview, notices, business

  @Test func `an open drift, wrong answers and a rollback that was due stand under the header`() {
    var model = Sample.judged(.major, concept: .drift, experiment: .rollBack)
    // As they come: the score first, which an input takes with it.
    model.judgement?.drift[0].worst.insert(
      Sample.feature("score", .major, psi: 0.4, subject: .score), at: 0)
    var hand = Self.hand(.overview, model)
    var lines = hand.text.split(separator: "\n")
    #expect(lines[0].contains("■ 3 notices"))
    #expect(
      lines[1].contains(
        "electricity 8: fails more often than 7; R takes it out, nothing else will   5 for experiment"
      ))
    #expect(lines[2].contains("electricity 7: wrong more often since 13:52:31   4 for drift"))
    #expect(lines[2].hasSuffix("and 1 more"))
    hand.press(.character("4"))
    lines = hand.text.split(separator: "\n")
    #expect(lines[0].contains("■ 3 notices"))
    #expect(lines[1].contains("R takes it out") && lines[2].contains("4 drift"))
    hand.press(.character("5"))
    #expect(
      hand.text.contains(
        "drift in 4 of 7 features since 13:40:51, worst \"transfer\"   4 for drift"))
  }

  @Test func `above the list of alerts a model that pages says nothing less grave`() {
    var snapshot = Sample.alerted([
      Sample.alert("ReleaseFailing", ["model": "electricity"], severity: "critical", since: 60)
    ])
    snapshot.models = [Sample.judged(.major, experiment: nil)]
    var hand = Hand(Sample.state(.overview, size: Self.medium, snapshot: snapshot))
    #expect(!hand.text.contains("drift in 4 of 7 features"))
    hand.press(.character("2"))
    #expect(hand.text.contains("drift in 4 of 7 features"))
  }

  @Test func `a drift that is calm in its last window stays open and says so`() {
    var model = Sample.judged(.drift, experiment: nil)
    model.judgement?.drift[0].drifted = 0
    model.judgement?.drift[0].worst = []
    model.judgement?.drift[0].words = "no drift in 7 features"
    var hand = Self.hand(.overview, model)
    #expect(hand.text.contains("drift, calm in the last window, since 13:40:51   4 for drift"))
    hand.press(.character("4"))
    #expect(
      hand.text.contains("since 13:40:51, calm in the last window: no drift in 7 features"))
  }

  @Test func `eight judged models with notices fit 80x24`() {
    let models = (1...8).map { index in
      var model = Sample.bikes
      model.name = "model-\(index)"
      model.judgement = Sample.judged(.major, concept: .drift).judgement
      model.judgement?.drift[0].version = "1"
      model.judgement?.concept[0].version = "1"
      return model
    }
    let state = Sample.state(size: Self.small, snapshot: Sample.snapshot(models: models))
    let text = view(state, size: Self.small, look: Look()).text
    for index in 1...8 {
      #expect(text.contains("│  model-\(index)") || text.contains("▌model-\(index)"))
    }
    #expect(text.contains("■ wrong"))
  }

  @Test func `a page for others invents nothing`() {
    let hand = Self.hand(.business, Sample.bikes)
    #expect(hand.text.contains("bikes has no objectives"))
    let row = hand.text.split(separator: "\n").first { $0.contains("▌bikes") }
    #expect(row?.contains { $0.isNumber } == false)
  }

  @Test func `days make weeks that begin on a Monday, and a day without anything is none`() {
    // Thursday 2026-11-12 through Tuesday 2026-11-17.
    let from = Timestamp(seconds: 1_794_441_600)
    let window = Window(from: from.seconds, to: from.seconds + 6 * 86_400 - 3_600, step: 86_400)
    let periods = (1...6).map { day -> BusinessPeriod in
      day == 3
        ? BusinessPeriod()
        : BusinessPeriod(
          predictions: Int64(day) * 100, failed: 1, classified: 10, right: Int64(day),
          cost: day > 4 ? 1.5 : nil)
    }
    let found = BusinessPeriods(
      BusinessHistory(window: window, currency: "EUR", periods: periods), Wall(offset: 0))
    #expect(
      found.days.map(\.date) == [
        "2026-11-12", "2026-11-13", "2026-11-15", "2026-11-16", "2026-11-17",
      ])
    #expect(found.weeks.map(\.date) == ["2026-11-09", "2026-11-16"])
    #expect(found.weeks.map(\.sum.predictions) == [700, 1_100])
    #expect(found.weeks.map(\.isPresent) == [false, true])
    #expect(found.days.map(\.isPresent) == [false, false, false, false, true])
    #expect(found.weeks.map(\.sum.accuracy) == [7.0 / 30, 11.0 / 20])
    #expect(found.weeks.map(\.sum.cost) == [nil, 3])
    #expect(found.weeks[0].sum.availability == 700.0 / 703)
    #expect(BusinessPeriod().availability == nil && BusinessPeriod().costPerThousand == nil)
  }

  @Test func `a model that answered nothing for weeks has no days`() {
    #expect(Self.hand(.business, Sample.bikes).text.contains("has answered nothing in the last"))
  }

  @Test func `a demo that answers says when its days begin`() {
    var snapshot = Sample.snapshot(models: [Sample.bikes])
    snapshot.server.isDemo = true
    let hand = Hand(Sample.state(.business, size: Self.medium, snapshot: snapshot))
    #expect(hand.text.contains("bikes answers: predictions and days are counted from the"))
  }

  @Test func `a demo's model that answers has not 0 predictions beside what it attained`() {
    var model = Sample.bikes
    model.judgement = ModelJudgement(business: BusinessFigures(predictions: 0))
    var snapshot = Sample.snapshot(models: [model])
    func row() -> String {
      let state = Sample.state(.business, size: Self.medium, snapshot: snapshot)
      let text = view(state, size: Self.medium, look: Look()).text
      return text.split(separator: "\n").first { $0.contains("▌bikes") }.map(String.init) ?? ""
    }
    #expect(row().contains(" 0 "))
    snapshot.server.isDemo = true
    #expect(row().contains(" not yet "))
  }

  @Test func `a budget that will be empty within a day says so, and comes first`()
    throws
  {
    var model = Sample.judged()
    model.judgement?.objectives[0].emptyIn = 3.2 * 3_600
    let least = try #require(model.judgement?.leastBudget)
    #expect(least.kind == .availability && least.health == Health(.warn, "empty in 3 h"))
    #expect(Self.hand(.business, model).text.contains("▲ empty in 3 h"))
    #expect(Figures.budget(model.judgement, Look()).text == "▲ 98 %")
    model.judgement?.objectives[0].emptyIn = 25 * 3_600
    #expect(model.judgement?.leastBudget?.kind == .latency)
    #expect(Figures.budget(model.judgement, Look()).text == "41 %")
  }

  @Test func `costs are of a million predictions`() {
    var model = Sample.judged()
    model.judgement?.business?.costPerThousand = 0.000_002
    model.judgement?.business?.fullCostPerThousand = 40.0
    #expect(Self.hand(.business, model).text.contains(" 0.0020 EUR"))
    #expect(Figures.money(40_000, "EUR").text == "40000 EUR")
  }

  @Test func `what is attained is shown with as many nines as tell it`() {
    #expect(Figures.nines(0.999_999_6).text == ">99.999 %")
    #expect(Figures.nines(0.999_999_6, isNarrow: true).text == ">99.99 %")
    #expect(Figures.nines(0.998_88).text == "99.888 %")
    #expect(Figures.nines(0.999).text == "99.9 %")
    #expect(Figures.nines(0.95).text == "95.0 %")
    #expect(Figures.nines(1).text == "100 %")
  }

  @Test func `bars never show a little as nothing or almost all as full`() {
    let look = Look()
    #expect(Figures.bar(0, width: 4, .accent, look).text == "╌╌╌╌")
    #expect(Figures.bar(0.001, width: 4, .accent, look).text == "━╌╌╌")
    #expect(Figures.bar(0.5, width: 4, .accent, look).text == "━━╌╌")
    #expect(Figures.bar(0.999, width: 4, .accent, look).text == "━━━╌")
    #expect(Figures.bar(7, width: 4, .accent, look).text == "━━━━")
    #expect(Figures.bar(.nan, width: 4, .accent, look).text == "╌╌╌╌")
    #expect(Figures.bar(0.3, width: 4, .accent, Look(glyphs: .ascii)).text.count == 4)
  }

  @Test(
    arguments: [
      (
        [("distance", FeatureVerdict.Subject.feature), ("score", .score)],
        "drift in 1 of 3 features and in score"
      ),
      (
        [("score", .score), ("predicted class", .predictedClass)],
        "drift in score and predicted class, in no feature,"
      ),
      ([("a", .feature), ("b", .feature)], "drift in 2 of 3 features"),
      ([], nil),
    ] as [([(String, FeatureVerdict.Subject)], String?)])
  func `features are counted, and the answers that drifted are named apart`(
    drifted: [(String, FeatureVerdict.Subject)], words: String?
  ) {
    let all: [(String, FeatureVerdict.Subject)] = [
      ("a", .feature), ("b", .feature), ("distance", .feature), ("score", .score),
      ("predicted class", .predictedClass),
    ]
    var summary = Sample.drift(.drift)
    summary.count(
      all.map { name, subject in
        Sample.feature(
          name, drifted.contains { $0.0 == name } ? .major : .ok, psi: 0.3, subject: subject)
      })
    #expect(summary.extent == words)
    #expect(summary.features == 3)
  }
}
