import Domain
import Foundation
import Inference
import InferenceProtocol
import Logging
import OnnxRuntime
import Synchronization

/// What `vigia score` is asked for.
struct ScoreOptions: Sendable {
  var model: String
  var input: String
  var output: String
  var bad: String?
  var features: [String]?
  var id: String?
  var keepsColumns = false
  var takesMissing = true
  var badMax: Int?
  var batch: Int?
  var workers: Int?
  var restarts = false
  var force = false
  /// Between two notes of how far it came.
  var checkpointInterval = Duration.seconds(1)

  /// Those that change a byte of what is written.
  var identity: [String: String] {
    var options: [String: String] = [:]
    options["features"] = features?.joined(separator: ",")
    options["id"] = id
    options["batch"] = batch.map(String.init)
    options["bad"] = bad
    options["keep"] = keepsColumns ? "given" : nil
    options["missing"] = takesMissing ? nil : "bad"
    return options
  }
}

/// One run of `vigia score`, from the files that are there to the summary.
final class ScoreRun: Sendable {
  private let options: ScoreOptions
  private let configuration: VigiaConfiguration
  private let line = ProgressLine()
  private let pipeline = Mutex<ScorePipeline?>(nil)
  private let interruption = Atomic<Int32>(0)

  init(_ options: ScoreOptions, _ configuration: VigiaConfiguration) {
    self.options = options
    self.configuration = configuration
  }

  /// The signal that ended the run early; 0: none did.
  var signal: Int32 { interruption.load(ordering: .relaxed) }

  /// Ends the run where it can go on later. From any thread.
  func stop(_ signal: Int32) {
    interruption.store(signal, ordering: .relaxed)
    pipeline.withLock { $0 }?.stop()
  }

  /// Blocks until the file is scored, or the run was stopped.
  func run() throws(ScoreError) -> ScoreSummary {
    let source = try InputSource(options.input)
    let file = try chosenFile()
    var names = OutputNames(output: options.output, bad: options.bad)
    if options.output != "-" { names = try names.resolved() }
    let job = source.identity.map {
      ScoreProgress.Job(
        model: file.version, sha256: file.sha256, input: $0, options: options.identity, rows: 0)
    }
    var earlier: ScoreProgress?
    if options.output != "-" {
      switch try plan(job, names) {
      case .begin: break
      case .goOn(let progress): earlier = progress
      case .finish(let progress):
        try ScoreOutput.name(names, bad: progress.bad)
        return summary(
          file, names, (progress.scored, progress.bad), seconds: progress.seconds, sitting: (0, 0),
          earlier: progress.rows, batch: progress.job.rows, workers: 0, isComplete: true)
      }
    }
    let model = try open(file)
    defer { model.close() }
    return try score(source, model, names, job, earlier)
  }

  private func chosenFile() throws(ScoreError) -> ModelFile {
    let name = ModelChoice.parts(options.model).model
    let choice = try ModelChoice(
      options.model,
      known: .init(configuration, model: name) { Output.note("vigia: \($0)") })
    if let reason = choice.reason, line.isTerminal {
      Output.note("vigia: \(choice.version), \(reason)")
    }
    let repository = ModelRepository(root: configuration.modelRepository)
    guard let file = repository.file(choice.version) else {
      throw .file(
        path: "\(repository.root)/\(name)/\(choice.version.version)/model.onnx",
        reason: "cannot be read")
    }
    return file
  }

  /// What the files that are there mean for this run.
  private func plan(
    _ job: ScoreProgress.Job?, _ names: OutputNames
  ) throws(ScoreError) -> ResumePlan {
    let found = ScoreOutput.found(names)
    return try ResumePlan(
      found, job: job, names: names, restarts: options.restarts, force: options.force)
  }

  /// Tried in a child first, as a server does; one thread a run, since there are as many runs as cores.
  private func open(_ file: ModelFile) throws(ScoreError) -> OnnxModel {
    var logger = Logger(label: "vigia")
    // Why a row fails stands in the file of bad rows.
    logger.logLevel = .critical
    var loader = EmbeddedEngine(configuration, logger: logger).loader
    let sessions = loader.session
    loader.session = { name in
      var settings = sessions(name)
      settings.threads = 1
      return settings
    }
    do throws(InferenceError) {
      let model = try loader.open(file)
      for warning in model.warnings { Output.note("vigia: \(file.version): \(warning)") }
      return model
    } catch {
      throw .model(error)
    }
  }

  private func score(
    _ source: InputSource, _ model: OnnxModel, _ names: OutputNames, _ job: ScoreProgress.Job?,
    _ earlier: ScoreProgress?
  ) throws(ScoreError) -> ScoreSummary {
    let begin = try FileBegin(source, model.signature, options)
    for warning in begin.warnings { Output.note("vigia: \(warning)") }
    let run: @Sendable ([Tensor]) throws(InferenceError) -> [Tensor] = {
      (inputs) throws(InferenceError) in try model.run(inputs)
    }
    let probe = try RunProbe(
      begin.sample, columns: begin.columns, signature: model.signature,
      takesMissing: options.takesMissing, rows: earlier?.job.rows ?? options.batch, run: run)
    if let obstacle = probe.obstacle {
      Output.note("vigia: rows are run one by one: \(obstacle)")
    }
    let plan = ScorePlan(
      columns: begin.columns, layout: probe.layout, rows: probe.rows,
      sharesRuns: probe.obstacle == nil, takesMissing: options.takesMissing,
      keepsColumns: options.keepsColumns, run: run)
    let header = begin.outputHeader(probe.layout, options)
    var job = job
    job?.rows = probe.rows
    let first = job.map { ScoreProgress(job: $0, position: begin.position) }
    let sink = try ScoreSink(options, names, header, first: first, earlier: earlier)
    let start = earlier?.position ?? begin.position
    try source.skip(to: start.offset)
    let splitter = RowSplitter(limits: .init(rows: probe.rows), from: start)
    return try pass(source, splitter, plan, sink, model.file, names, earlier)
  }

  private func pass(
    _ source: InputSource, _ splitter: RowSplitter, _ plan: ScorePlan, _ sink: ScoreSink,
    _ file: ModelFile, _ names: OutputNames, _ earlier: ScoreProgress?
  ) throws(ScoreError) -> ScoreSummary {
    let workers = options.workers ?? ProcessInfo.processInfo.activeProcessorCount
    let pipeline = ScorePipeline(plan, workers: workers)
    self.pipeline.withLock { $0 = pipeline }
    if signal != 0 { pipeline.stop() }
    let begun = ContinuousClock.now
    func elapsed() -> Double { (ContinuousClock.now - begun) / .seconds(1) }
    var watch = Watch(
      source: source, line: line, rowsAtStart: earlier?.rows ?? 0,
      isShown: line.isTerminal && !sink.usesErrors)
    let isWhole: Bool
    do throws(ScoreError) {
      isWhole = try pipeline.run(source, splitter) { (chunk) throws(ScoreError) in
        try sink.write(chunk, seconds: (earlier?.seconds ?? 0) + elapsed())
        watch.show(sink, seconds: elapsed())
        return options.badMax.map { sink.bad <= $0 } ?? true
      }
      try sink.end(isWhole: isWhole)
    } catch {
      watch.end()
      // What came before is worth keeping; why it ends is worth more than what goes wrong with that.
      try? sink.end(isWhole: false)
      throw error
    }
    watch.end()
    return summary(
      file, names, (sink.scored, sink.bad), seconds: (earlier?.seconds ?? 0) + elapsed(),
      sitting: (sink.scored + sink.bad - (earlier?.rows ?? 0), elapsed()), earlier: earlier?.rows,
      batch: plan.rows, workers: workers, isComplete: isWhole)
  }

  private func summary(
    _ file: ModelFile, _ names: OutputNames, _ progress: (scored: Int, bad: Int), seconds: Double,
    sitting: (rows: Int, seconds: Double), earlier: Int?, batch: Int, workers: Int,
    isComplete: Bool
  ) -> ScoreSummary {
    ScoreSummary(
      progress: progress, seconds: seconds, sitting: sitting,
      job: (file.version.model, file.version.version, file.sha256), input: options.input,
      output: names.output, badFile: options.output == "-" ? options.bad : names.bad, batch: batch,
      workers: workers, resumedAt: earlier, isComplete: isComplete)
  }
}

/// Shows how far a run has come, a few times a second, to whoever sits at a terminal.
private struct Watch {
  let source: InputSource
  let line: ProgressLine
  let rowsAtStart: Int
  let isShown: Bool
  private let fractionAtStart: Double?
  private var last = 0.0
  private var hasShown = false

  init(source: InputSource, line: ProgressLine, rowsAtStart: Int, isShown: Bool) {
    self.source = source
    self.line = line
    self.rowsAtStart = rowsAtStart
    self.isShown = isShown
    fractionAtStart = source.fraction
  }

  /// - Parameter seconds: since the run began.
  mutating func show(_ sink: ScoreSink, seconds: Double) {
    guard isShown, seconds - last >= 0.25 else { return }
    last = seconds
    hasShown = true
    let status = ScoreStatus(
      rows: sink.scored + sink.bad, bad: sink.bad, seconds: seconds, rowsAtStart: rowsAtStart,
      fraction: source.fraction, fractionAtStart: fractionAtStart)
    line.show(status.line)
  }

  /// Ends the line that is written over.
  func end() { if hasShown { line.finish() } }
}

extension ScoreProgress {
  var rows: Int { scored + bad }
}
