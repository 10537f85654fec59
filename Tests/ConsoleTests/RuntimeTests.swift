import Console
import Domain
import Foundation
import Synchronization
import Testing
import TextUI

struct RuntimeTests {
  private static let size = Size(width: 100, height: 30)

  private static func runtime() -> ConsoleRuntime {
    ConsoleRuntime(
      source: QuietSource(), configuration: ConsoleConfiguration(endpoint: "unix:/run/vigia.sock"),
      keep: { .success($0.name) }, seed: (1, 2), now: { Sample.now },
      processUse: { ProcessUse(processorSeconds: 1, residentBytes: 20 << 20) })
  }

  @Test func `the first picture needs no data`() {
    let screen = ScriptedScreen(size: RuntimeTests.size)
    #expect(RuntimeTests.runtime().run(screen: screen) == .hangUp)
    #expect(screen.pictures.first?.text.contains("connecting to unix:/run/vigia.sock") == true)
  }

  @Test func `nothing changed paints nothing`() {
    let script = (1...5).map { InputBatch([.wake], at: Sample.instant + .seconds($0)) }
    let screen = ScriptedScreen(size: RuntimeTests.size, script: script)
    _ = RuntimeTests.runtime().run(screen: screen)
    #expect(screen.pictures.count == 1)
  }

  @Test func `queued keys are taken one by one and painted once`() {
    let keys: [InputEvent] = [
      .key(.character("?")), .key(.down), .key(.escape), .key(.character("?")),
    ]
    let screen = ScriptedScreen(
      size: RuntimeTests.size, script: [InputBatch(keys, at: Sample.instant + .seconds(1))])
    _ = RuntimeTests.runtime().run(screen: screen)
    #expect(screen.pictures.count == 2)
    #expect(screen.picture.text.contains("Panels"))
  }

  @Test func `resizes are followed down to one cell`() {
    let sizes = [(1, 1), (400, 100), (20, 6), (80, 24)].map { Size(width: $0.0, height: $0.1) }
    let script = sizes.enumerated().map {
      InputBatch([.resized($1)], at: Sample.instant + .seconds($0))
    }
    let screen = ScriptedScreen(size: RuntimeTests.size, script: script)
    _ = RuntimeTests.runtime().run(screen: screen)
    #expect(screen.pictures.map(\.size).suffix(4) == sizes[...])
  }

  @Test func `effects are performed and the first snapshot reaches the screen`() async {
    let runtime = RuntimeTests.runtime()
    let screen = WaitingScreen(size: RuntimeTests.size)
    async let effects: Void = runtime.performEffects()
    let exit = await runOnThread(runtime, screen)
    await effects
    #expect(exit == .detach)
    #expect(screen.last?.text.contains("electricity") == true)
  }

  @Test func `another pace is another stream, and no lost connection`() async {
    let source = QuietSource()
    let runtime = ConsoleRuntime(
      source: source, configuration: ConsoleConfiguration(endpoint: "unix:/run/vigia.sock"),
      keep: { .success($0.name) }, seed: (1, 2), now: { Sample.now },
      processUse: { ProcessUse(processorSeconds: 1, residentBytes: 20 << 20) })
    let screen = WaitingScreen(size: RuntimeTests.size) { picture in
      if picture.contains("PAUSED") {
        return source.paces.count == 2 ? .character("q") : nil
      }
      return picture.contains("LIVE") ? .character("p") : nil
    }
    source.onStream = { screen.waker.wake() }
    async let effects: Void = runtime.performEffects()
    let exit = await runOnThread(runtime, screen)
    await effects
    #expect(exit == .detach)
    #expect(source.paces == [.live, .calm])
    #expect(screen.last?.text.contains("NO CONNECTION") == false)
  }

  @Test func `a lost connection is said, tried again ever more slowly, and is back by itself`() {
    var hand = Hand(Sample.state(size: RuntimeTests.size))
    hand.act(.connectionLost(reason: "reset"), after: 1)
    #expect(hand.text.contains("NO CONNECTION since 14:02:33, retrying"))
    for _ in 0..<6 { hand.act(.connectionLost(reason: "refused"), after: 5) }
    let delays = hand.effects.compactMap { effect -> Duration? in
      if case .connect(let delay) = effect { delay } else { nil }
    }
    #expect(
      delays == [0.5, 1, 2, 4, 5, 5, 5].map { .milliseconds(Int($0 * 1_000)) })
    #expect(hand.text.contains("NO CONNECTION since 14:02:33, retrying"))
    #expect(hand.text.contains("data 32 s old"))
    hand.act(.snapshot(Sample.snapshot()), after: 1)
    #expect(hand.text.contains("LIVE"))
    #expect(hand.state.status?.text.hasPrefix("connected again after") == true)
  }

  @Test func `a server that is not there is said from the start`() throws {
    var state = ConsoleState(
      configuration: ConsoleConfiguration(endpoint: "unix:/run/vigia.sock"),
      size: RuntimeTests.size,
      now: Sample.now, seed: (1, 2))
    _ = update(&state, .connectionLost(reason: "no such file"), at: Sample.at(1))
    let text = view(state, size: RuntimeTests.size, look: Look()).text
    try expectSnapshot(text, "unreachable")
  }

  @Test func `questions go out at most once a second, and a store that hangs is asked once`() {
    var hand = Hand(Sample.state(.latency, size: RuntimeTests.size, answers: false))
    hand.effects = []
    for tick in 0..<600 {
      let time = Double(tick) / 10
      hand.act(.snapshot(Sample.snapshot(at: Sample.at(time))), after: 0.1)
    }
    #expect(hand.effects.isEmpty)
    #expect(hand.text.contains("no answer for"))
  }

  @Test func `an answered panel asks again only when a step is full`() {
    var hand = Hand(Sample.state(.overview, size: Size(width: 80, height: 24)))
    var asked = 0
    for second in 1...60 {
      hand.effects = []
      hand.act(.snapshot(Sample.snapshot(at: Sample.at(Double(second)))), after: 1)
      asked += hand.effects.isEmpty ? 0 : 1
      Sample.answer(hand.effects, &hand.state)
    }
    #expect((5...7).contains(asked))
  }
}

/// The loop blocks its thread: the pool of tasks has too few to lend it one.
private func runOnThread(_ runtime: ConsoleRuntime, _ screen: WaitingScreen) async -> ConsoleExit {
  await withCheckedContinuation { continuation in
    Thread { continuation.resume(returning: runtime.run(screen: screen)) }.start()
  }
}

/// A source whose only news is one snapshot a stream.
final class QuietSource: ConsoleSource {
  private let state = Mutex<(paces: [StreamPace], onStream: (@Sendable () -> Void)?)>(([], nil))
  private let notices = Mutex<[Intention.Notice]>([])

  /// In the order in which they came.
  var announced: [Intention.Notice] { notices.withLock { $0 } }

  /// Of the streams that were opened.
  var paces: [StreamPace] { state.withLock { $0.paces } }

  var onStream: (@Sendable () -> Void)? {
    get { state.withLock { $0.onStream } }
    set { state.withLock { $0.onStream = newValue } }
  }

  func snapshots(_ pace: StreamPace) -> AsyncThrowingStream<SnapshotDelta, any Error> {
    let onStream = state.withLock { state in
      state.paces.append(pace)
      return state.onStream
    }
    onStream?()
    return AsyncThrowingStream { continuation in
      continuation.yield(SnapshotDelta(from: nil, to: Sample.snapshot()))
    }
  }

  func series(_ query: SeriesQuery) async throws(SourceError) -> SeriesResult {
    Sample.series(query)
  }
  func heatmap(_ query: HeatmapQuery) async throws(SourceError) -> LatencyHeatmap {
    Sample.heatmap(query)
  }
  func requests(_ query: RequestQuery) async throws(SourceError) -> [RequestSummary] {
    Sample.requests(query)
  }
  func request(_ id: RequestID) async throws(SourceError) -> [RequestDetail] { [] }
  func runAgain(_ id: RequestID, _ query: RerunQuery) async throws(SourceError) -> Rerun {
    throw .failed(reason: "nothing is kept")
  }
  func failures(_ query: FailureQuery) async throws(SourceError) -> FailureReport {
    FailureReport()
  }
  func past(_ query: PastQuery) async throws(SourceError) -> SystemSnapshot {
    throw .failed(reason: "nothing was recorded")
  }

  func business(_ query: BusinessQuery) async throws(SourceError) -> BusinessHistory {
    BusinessHistory(window: query.window, periods: [])
  }

  func judgements(
    _ query: JudgementQuery
  ) async throws(SourceError) -> [JudgementRecord] { [] }
  func audit(_ query: AuditQuery) async throws(SourceError) -> [AuditEntry] { Sample.audit }
  func runbooks(_ query: RunbookQuery) async throws(SourceError) -> RunbookAnswer {
    RunbookAnswer()
  }
  func metrics(_ question: MetricQuery) async throws(SourceError) -> MetricAnswer {
    MetricAnswer(kind: .vector, results: [])
  }
  func incidents(_ query: IncidentQuery) async throws(SourceError) -> [Incident] { [] }
  func incident(_ id: IncidentID) async throws(SourceError) -> IncidentReport? { nil }
  func preflight(_ version: ModelVersion) async throws(SourceError) -> PreflightReport {
    PreflightReport(version: version, sha256: "", checks: [])
  }
  /// What is begun takes longer than what is over.
  func announce(_ notice: Intention.Notice) async throws(SourceError) -> [Intention] {
    if !notice.isOver { for _ in 0..<100 { await Task.yield() } }
    notices.withLock { $0.append(notice) }
    return []
  }
  func send(_ command: Command) async -> CommandOutcome { .unknown(reason: "a test") }
  func outcome(of command: CommandID) async throws(SourceError) -> CommandOutcome? { nil }
}

/// A screen whose keys depend on what it shows; without a rule it presses `q` as soon as a snapshot is shown.
// @unchecked Sendable: the pictures are read only after the loop's task has ended; wakes go through the stream.
private final class WaitingScreen: Screen, @unchecked Sendable {
  let size: Size
  let colorDepth = ColorDepth.trueColor
  let showsUnicode = true
  let bytesSent = 0
  var last: CellGrid?
  private let gate = Gate()
  private let answer: (String) -> Key?

  init(
    size: Size,
    answer: @escaping (String) -> Key? = { $0.contains("LIVE") ? .character("q") : nil }
  ) {
    self.size = size
    self.answer = answer
  }

  var waker: ScreenWaker { ScreenWaker { [gate] in gate.open() } }

  func present(_ grid: CellGrid) { last = grid }

  func send(_ signal: ScreenSignal) -> Bool { false }

  func nextEvents(timeout: Duration?) -> InputBatch {
    if let key = answer(last?.text ?? "") { return InputBatch([.key(key)], at: .now) }
    gate.wait()
    return InputBatch([.wake], at: .now)
  }
}
