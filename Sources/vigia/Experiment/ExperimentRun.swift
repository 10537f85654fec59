import Statistics

struct ExperimentOptions: Sendable, Equatable {
  var path: String
  /// Of the challenger, where the file has no column of it; nil: half.
  var share: Double?
  var margin = 1.25
  var alpha = 0.05
}

/// A file of events, judged second by second as the live loop does it: `vigia experiment` without its words.
struct ExperimentRun {
  /// Keys held at a time: 10 MB or so.
  private static let keysMax = 1 << 18
  /// A second that lasts is looked at in parts.
  private static let rowsOfBatch = 10_000

  private let options: ExperimentOptions
  private let columns: EventColumns
  private let share: Double
  private var judge: ExperimentJudge
  private var keys: FirstEventPerKey?

  private var second = 0.0
  private var batch: ExperimentBatch
  private var batchRows = 0
  private var rows = 0
  private var times: ClosedRange<Double>?
  private var last = -Double.infinity
  private var backward = 0
  private var shares: Set<Double> = []
  private var keyless = 0
  /// Rows from when the challenger had all of the traffic, or none.
  private var alone = 0
  /// The logarithm of the evidence when it was rolled back.
  private var decisive: Double?

  static func report(_ options: ExperimentOptions) throws(TableError) -> ExperimentReport {
    let file = try TableFile(options.path)
    let columns = try EventColumns(file.header.names, path: file.path)
    guard !columns.has(.share) || options.share == nil else {
      throw .usage("\(file.path) has a column \"share\": leave out --share")
    }
    var run = ExperimentRun(options, columns)
    let reader = EventReader(path: file.path, columns, share: run.share)
    try file.read { (chunk) throws(TableError) in
      try reader.read(chunk) { run.take($0) }
    }
    guard run.rows > 0 else {
      throw .input(
        path: file.path, line: file.header.position.line, column: nil,
        reason: "no rows below the header")
    }
    return run.finish(path: file.path, warnings: file.header.warnings)
  }

  private init(_ options: ExperimentOptions, _ columns: EventColumns) {
    self.options = options
    self.columns = columns
    share = options.share ?? 0.5
    var policy = ExperimentPolicy()
    policy.alpha = options.alpha
    policy.rules = [GuardrailRule(.errors, margin: options.margin)]
    policy.unitIsKey = columns.has(.key)
    judge = ExperimentJudge(policy: policy)
    keys = policy.unitIsKey ? FirstEventPerKey(capacity: Self.keysMax) : nil
    batch = ExperimentBatch(share: share)
  }

  private mutating func take(_ event: ExperimentEvent) {
    rows += 1
    times =
      min(
        times?.lowerBound ?? event.time, event.time)...max(
        times?.upperBound ?? event.time, event.time)
    if event.time < last { backward += 1 }
    last = event.time
    let second = event.time.rounded(.down)
    if second != self.second || event.share != batch.share || batchRows == Self.rowsOfBatch {
      judgeBatch()
      self.second = second
      batch = ExperimentBatch(share: event.share)
    }
    batchRows += 1
    if event.share == 0 || event.share == 1 {
      alone += 1
    } else if shares.count < 1_000 {
      shares.insert(event.share)
    }
    add(event)
  }

  private mutating func add(_ event: ExperimentEvent) {
    guard keys == nil || event.key != nil else {
      keyless += 1
      return
    }
    let arm: Arm = event.isChallenger ? .challenger : .champion
    if event.share > 0, event.share < 1 {
      batch.requests[arm] += 1
      if event.isEvent { batch.failures[arm] += 1 }
    }
    if let key = event.key, keys?.place(ofHash: key, at: arm, share: event.share) == false {
      return
    }
    var counts = batch.counts[.errors] ?? .init(events: .zero, trials: .zero)
    let request = novelty(.request, of: event)
    if request == .new { batch.arrivals[arm] += 1 }
    if request != .known {
      counts.trials[arm] += 1
    } else {
      batch.repeated[.errors, default: .zero][arm] += 1
    }
    if event.isEvent {
      let error = novelty(.error, of: event)
      if error == .new { counts.draws[arm] += 1 }
      if error != .known { counts.events[arm] += 1 }
    }
    batch.counts[.errors] = counts
  }

  /// Without keys each request is drawn for anew.
  private mutating func novelty(
    _ kind: FirstEventPerKey.Kind, of event: ExperimentEvent
  ) -> FirstEventPerKey.Novelty {
    guard let key = event.key else { return .new }
    return keys?.observe(kind, ofHash: key, share: event.share) ?? .new
  }

  private var context: ExperimentContext {
    var context = ExperimentContext()
    context.isOfRecord = true
    return context
  }

  private mutating func judgeBatch() {
    guard batchRows > 0 else { return }
    batchRows = 0
    judge.observe(batch, at: second)
    // Without an event nothing becomes harm that was none.
    guard decisive == nil, batch.counts[.errors]?.draws.total ?? 0 > 0 else { return }
    if judge.step(at: second, context).kind == .rollBack { decisive = judge.guardrails[0].logE }
  }

  private mutating func finish(path: String, warnings: [String]) -> ExperimentReport {
    judgeBatch()
    let verdict = judge.step(at: second, context)
    var context = context
    context.keyless = KeylessRequests(count: keyless, of: rows)
    context.strays = keys?.strays
    return ExperimentReport(
      path: path, options: options, verdict: judge.mismatch ?? verdict,
      superseded: judge.mismatch != nil && verdict.kind == .rollBack ? verdict : nil,
      evidence: judge.guardrails[0], decisiveLogE: decisive,
      sampleRatioP: judge.sampleRatio.p, arrivals: judge.arrivals,
      expectedOfChallenger: judge.expectedOfChallenger, rows: rows,
      isKeyed: keys != nil, keysInWords: keys == nil ? nil : context.keysInWords,
      splits: shares.count, alone: alone, times: times ?? 0...0,
      notes: warnings + notes(path))
  }

  private func notes(_ path: String) -> [String] {
    var notes: [String] = []
    if !columns.has(.share), options.share == nil {
      notes.append(
        "\(path): no column \"share\" and no --share: the challenger is taken to have half of the traffic"
      )
    }
    if backward > 0 {
      notes.append(
        "\(path): \(backward) rows are earlier than the row before them; they are judged in the file's order"
      )
    }
    if let keys, keys.sampledShare < 1 {
      notes.append(
        "\(path): more than \(Self.keysMax) keys: the rest is judged by 1 in \(Int(1 / keys.sampledShare)) of them, drawn by hash"
      )
    }
    return notes
  }
}
