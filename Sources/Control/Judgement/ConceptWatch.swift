import Domain
import Statistics
import Storage

/// Whether a version is wrong more often than it was, by labels that come late.
///
/// A value: the labelled rows and the counts of each minute come in as the store has them.
struct ConceptWatch: Sendable {
  /// What is kept over a restart.
  struct Memory: Sendable, Equatable, Codable {
    var judge: ConceptDriftJudge?
    var openSince: Timestamp?
    var last: QualityBlock?
  }

  let version: ModelVersion
  private(set) var memory: Memory
  private(set) var completeness: Double?
  /// Of the last hour before the newest label that is due: minutes whose labels are in.
  private(set) var settled: [LabelledMinute] = []
  private var unseenClasses = UnseenClasses()
  /// When minutes were last read from further back than is cheap.
  private var lookedBack: Int64?
  /// Of labels that no look has seen yet: when the last came, the oldest minute that one is of, and how many they are.
  private var unseen: (came: Int64, minute: Int64, rows: Int64)?
  /// When a look as far back as a label was said to be found none.
  private var foundNone: Int64?

  /// How far back a label can be judged.
  static let horizon = MetricStore.minutesKept
  /// Always looked at: a block's figures, the label delay and the completeness are of all its minutes.
  private static let recent: Int64 = 2 * 86_400
  /// From so far back minutes are read each minute; from further back once in `betweenLooks`.
  private static let cheap: Int64 = 7 * 86_400
  private static let betweenLooks: Int64 = 3_600

  enum Event: Sendable, Equatable {
    case block(QualityBlock)
    case opened(words: String)
    case closed(words: String)
  }

  /// What the store knows of one minute.
  struct Minute: Sendable {
    var minute: Int64
    var predicted: Int64 = 0
    var row = QualityRow()
  }

  init(_ version: ModelVersion, memory: Memory = Memory()) {
    self.version = version
    self.memory = memory
  }

  /// So many labels of this version came, of predictions of this minute.
  mutating func noteLabels(_ rows: Int64 = 1, of minute: Int64, now: Int64) {
    guard memory.judge == nil else { return }
    unseen = (now, min(minute, unseen?.minute ?? minute), rows + (unseen?.rows ?? 0))
  }

  /// The wall clock was set, by so many seconds ahead.
  mutating func clockMoved(by seconds: Int64) {
    settled = []
    memory.judge?.clockMoved(by: seconds)
    lookedBack = lookedBack.map { $0 + seconds }
    foundNone = foundNone.map { $0 + seconds }
    if let last = unseen { unseen = (last.came + seconds, last.minute, last.rows) }
  }

  /// From when on minutes are wanted, in seconds since 1970; nil: not now.
  ///
  /// Two days at least, though most of them are judged. Before the first label all there are, once, and then as far back as
  /// a label is said to be of.
  func wanted(now: Int64) -> Int64? {
    let oldest = now - Self.horizon
    let recent = now - Self.recent
    func isFresh(_ look: Int64?) -> Bool {
      look.map { $0 <= now && now - $0 < Self.betweenLooks } ?? false
    }
    if let judge = memory.judge {
      // Before the first minute is judged: from what waits for its labels; without that, from what the look back did not see.
      let start = judge.next ?? judge.pending?.start
      let from = max(oldest, min(start ?? (isFresh(lookedBack) ? recent : oldest), recent))
      return from < now - Self.cheap && isFresh(lookedBack) ? nil : from
    }
    guard lookedBack != nil else { return oldest }
    guard let unseen, unseen.came <= now else { return recent }
    let from = max(oldest, min(unseen.minute - 86_400, recent))
    return from < now - Self.cheap && isFresh(foundNone) ? recent : from
  }

  /// Judges the blocks that have become complete.
  ///
  /// - Parameters:
  ///   - minutes: all from `wanted` on, ascending, as they were known at `now`.
  ///   - reference: how often the version was wrong when all was well; nil: its first blocks say so.
  ///   - classes: those that the version predicts; nil: not known.
  mutating func step(
    _ minutes: [Minute], now: Timestamp, reference: FrozenReference.Errors? = nil,
    classes: FrozenBins? = nil
  ) -> [Event] {
    unseenClasses = classes.map { UnseenClasses(minutes, classes: $0) } ?? UnseenClasses()
    let isUnseen = (unseen?.came ?? .max) <= now.seconds
    let isFar = (wanted(now: now.seconds) ?? .max) < now.seconds - Self.cheap
    if isFar { lookedBack = now.seconds }
    defer {
      if isUnseen { unseen = nil }
      if isUnseen, isFar, memory.judge == nil { foundNone = now.seconds }
    }
    var delay = DDSketch()
    for minute in minutes { delay.merge(minute.row.delay) }
    let labelled = minutes.reduce(0) { $0 + ($1.row.sketch?.rows ?? 0) }
    let predicted = minutes.reduce(0) { $0 + $1.predicted }
    completeness = predicted > 0 ? min(1, Double(labelled) / Double(predicted)) : nil
    guard var judge = memory.judge ?? firstJudge(minutes, reference) else { return [] }
    let windows = minutes.map { minute in
      LabelWindow(
        start: minute.minute, seconds: 60, predicted: minute.predicted,
        labelled: minute.row.sketch?.rows ?? 0, loss: minute.row.sketch?.loss ?? 0,
        baselines: minute.row.baselines)
    }
    settled = Self.settled(windows, minutes, now: now.seconds, labelDelay: delay.quantile(0.95))
    let wasOpen = memory.openSince != nil
    let judged = judge.judge(windows, now: now.seconds, labelDelay: delay.quantile(0.95))
    memory.judge = judge
    let blocks = judged.map { block($0, minutes) }
    if let last = blocks.last { memory.last = last }
    var events: [Event] = []
    if case .drift(let drift) = judge.verdict {
      if !wasOpen {
        memory.openSince = now
        events.append(.opened(words: drift.sentence))
      }
    } else if wasOpen {
      memory.openSince = nil
      events.append(.closed(words: "as right as the reference again"))
    }
    let (state, words) = conclusion(judge)
    let said = QualityBlock.Conclusion(state: state, words: words, openSince: memory.openSince)
    return blocks.map { block in
      var block = block
      block.conclusion = said
      return .block(block)
    } + events
  }

  private static func settled(
    _ windows: [LabelWindow], _ minutes: [Minute], now: Int64, labelDelay: Double?
  ) -> [LabelledMinute] {
    var settled: [LabelledMinute] = []
    for (window, minute) in zip(windows, minutes).reversed() where window.end <= now {
      if let newest = settled.first, window.start <= newest.start - LabelledMinute.kept { break }
      guard window.labelled > 0, minute.row.baselines.rows > 0,
        ConceptDriftJudge.isSettled(window, now: now, labelDelay: labelDelay)
      else { continue }
      settled.append(LabelledMinute(window))
    }
    return settled.reversed()
  }

  /// Once the first labels say whether it is a classifier or a regression.
  private func firstJudge(
    _ minutes: [Minute], _ reference: FrozenReference.Errors?
  ) -> ConceptDriftJudge? {
    guard let sketch = minutes.lazy.compactMap(\.row.sketch).first else { return nil }
    if case .regression = sketch { return ConceptDriftJudge(loss: .mean) }
    return ConceptDriftJudge(
      reference: reference.map { ConceptReference(wrong: $0.wrong, of: $0.rows) })
  }

  private func block(_ judged: JudgedBlock, _ minutes: [Minute]) -> QualityBlock {
    var row = QualityRow()
    for minute in minutes where minute.minute >= judged.start && minute.minute < judged.end {
      row.merge(minute.row)
    }
    var block = QualityBlock(
      from: judged.start, to: judged.end, rows: Int(judged.predicted),
      labelled: Int(judged.labelled), noChange: judged.noChangeMean.map { 1 - $0 },
      majority: judged.majorityMean.map { 1 - $0 }, evidence: judged.evidence?.finite,
      isAlarm: (judged.evidence ?? 0) >= 1)
    switch row.sketch {
    case .binary(let quality):
      block.accuracy = quality.accuracy
      block.logLoss = quality.logLoss?.finite
      block.brier = quality.brierScore
      block.ece = quality.calibrationError
      block.auc = quality.areaUnderCurve?.value
    case .multiclass(let quality):
      block.accuracy = quality.accuracy
      block.logLoss = quality.logLoss?.finite
      block.brier = quality.brierScore
      block.ece = quality.calibrationError
      block.auc = quality.areaUnderCurve?.value
    case .regression(let quality):
      block.absoluteError = quality.meanAbsoluteError
      block.noChange = nil
      block.majority = nil
    case nil: break
    }
    return block
  }

  var summary: ConceptSummary {
    if memory.judge == nil, let unseen {
      return ConceptSummary(
        version: version.version, state: .collecting,
        words: "labels counted so far: \(unseen.rows); the first look at them is within a minute",
        completeness: completeness)
    }
    guard let judge = memory.judge else {
      return ConceptSummary(
        version: version.version, state: .noLabels,
        words: "no labels yet: the last \(Self.horizon / 86_400) days were looked through",
        completeness: completeness)
    }
    let (state, words) = conclusion(judge)
    return ConceptSummary(
      version: version.version, state: state, words: words, openSince: memory.openSince,
      evidence: judge.evidence, completeness: completeness, last: memory.last)
  }

  /// What is wrong with the labels comes before what they say of the version.
  private func conclusion(_ judge: ConceptDriftJudge) -> (ConceptSummary.State, String) {
    let (state, words) = verdict(judge)
    return (state, unseenClasses.sentence.map { "\($0); \(words)" } ?? words)
  }

  private func verdict(_ judge: ConceptDriftJudge) -> (ConceptSummary.State, String) {
    switch judge.verdict {
    case .collecting where judge.reference != nil:
      return (
        .collecting,
        "waiting for the first block of \(ObjectiveWatch.span(judge.blockSeconds)) to have its "
          + "labels; there is a reference"
      )
    case .collecting(let blocks, let needed):
      return (
        .collecting,
        "collecting \(blocks)/\(needed) blocks of \(ObjectiveWatch.span(judge.blockSeconds)) for a "
          + "reference"
      )
    case .ok:
      let days = (judge.daysToFalseAlarm * 10).rounded() / 10
      return (
        .ok,
        (judge.unprovenRise?.sentence ?? "no rise in errors")
          + "; on average at least \(days) days between false alarms"
      )
    case .drift(let drift): return (.drift, drift.sentence)
    case .labelsMissing(let coverage):
      return (
        .labelsMissing,
        "labels for \(percent((coverage.share * 100).rounded() / 100)) of "
          + "\(iso8601(Timestamp(seconds: coverage.start))) to "
          + "\(iso8601(Timestamp(seconds: coverage.end)))"
      )
    }
  }
}

extension QualitySketch {
  /// Wrong rows, or a regression's sum of absolute errors.
  var loss: Double {
    switch self {
    case .binary(let quality): Double(quality.rows - quality.correct)
    case .multiclass(let quality): Double(quality.rows - quality.correct)
    case .regression(let quality): quality.absoluteSum
    }
  }
}
