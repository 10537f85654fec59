import ArgumentParser
import Domain
import Foundation
import TextUI

/// `vigia score`: a file through a model, without a server.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Score a CSV file through a model, on all cores.",
    discussion: """
      vigia score MODEL[@VERSION] IN.csv OUT.csv. MODEL alone is the champion: of the audited state in data_dir, else of \
      the configuration, else the highest version. No server is needed. IN may end in .gz; - is standard input or output.

      COLUMNS. IN begins with a header. A model with one input takes the columns named INPUT_0, INPUT_1, ..., else all \
      columns in order when they are as many as it wants, else those of --features; one with several inputs takes the \
      column named as each input (or NAME_0, NAME_1, ...). Other columns are left alone. An empty field, NaN, NA or null is \
      NaN where the input is floating-point, as tabular models read it; --missing bad makes it a bad row.

      OUTPUT. The number of the row, or the field of --id, or with --keep all columns; then a column for each value of \
      the model: label, probabilities_0, ... Rows keep their order. A name that is taken gets _predicted behind it.

      BAD ROWS (text for a number, a missing or wrong field, the engine's refusal) go to BAD as line, reason, row. \
      The others are scored all the same.

      GOING ON. Until all is done the rows stand in OUT.part and BAD.part, and OUT.progress says how far they are safe on \
      the disk, about once a second. After Ctrl-C, a crash or kill -9 the same command goes on there, and writes byte for \
      byte what one run would have. At the end the files get their names; an OUT that exists is replaced only with --force. \
      A symbolic link is followed; a pipe or a device is refused.

      Exit 0 when every row was scored, 1 when there are bad rows, 2 usage, 3 cannot read, write or load, 128 and the \
      signal's number when it was stopped.
      """)
  @Argument(help: ArgumentHelp("A model of the repository, as gb or gb@2.", valueName: "model"))
  var model: String
  @Argument(help: ArgumentHelp("The rows: a CSV file, or -.", valueName: "in.csv"))
  var input: String
  @Argument(help: ArgumentHelp("Where the answers go, or -.", valueName: "out.csv"))
  var output: String
  @Option(help: ArgumentHelp("The columns of a model with one input.", valueName: "a,b,c"))
  var features: String?
  @Option(help: ArgumentHelp("The column that names a row; else its number.", valueName: "column"))
  var id: String?
  @Flag(help: "Begin each line with all columns of the input.") var keep = false
  @Option(help: ArgumentHelp("nan, or bad: what a missing number is.", valueName: "what"))
  var missing = Missing.nan
  @Option(help: ArgumentHelp("Where bad rows go; else OUT.bad.", valueName: "file"))
  var bad: String?
  @Option(help: ArgumentHelp("Stop when there are more bad rows.", valueName: "n"))
  var maxBad: Int?
  @Option(help: ArgumentHelp("Rows of a run; else by what a row costs.", valueName: "rows"))
  var batch: Int?
  @Option(help: ArgumentHelp("Runs at a time; else one for each core.", valueName: "n"))
  var workers: Int?
  @Flag(help: "Begin anew instead of going on.") var restart = false
  @Flag(help: "Replace an OUT that exists.") var force = false
  @Flag(help: "Print the summary as JSON.") var json = false
  @Option(help: ArgumentHelp("The configuration; else ./vigia.yaml.", valueName: "file"))
  var config: String?
  @Option(help: ArgumentHelp("Whose audited state names the champion.", valueName: "folder"))
  var dataDir: String?
  @Option(help: ArgumentHelp("Models as <model>/<version>/model.onnx.", valueName: "folder"))
  var modelRepository: String?
  @Option(
    name: .customLong("onnxruntime"), help: ArgumentHelp("The shared library.", valueName: "path"))
  var onnxRuntime: String?

  @Option(help: .hidden) var checkpointMs = 1_000

  enum Missing: String, ExpressibleByArgument { case nan, bad }

  func validate() throws {
    for (name, value) in [("--batch", batch), ("--workers", workers)] {
      if let value, !(1...65_536).contains(value) {
        throw ValidationError("\(name) takes 1 through 65536, found \(value)")
      }
    }
    if let maxBad, maxBad < 0 {
      throw ValidationError("--max-bad takes 0 or more, found \(maxBad)")
    }
    guard !output.hasSuffix(".gz") else {
      throw ValidationError("OUT is not compressed: name it without .gz, or pipe - through gzip")
    }
    guard input == "-" || input != output else {
      throw ValidationError("IN and OUT are the same file; name another OUT")
    }
  }

  func run() throws {
    var flags: [Setting: String] = [:]
    flags[.dataDirectory] = dataDir
    flags[.modelRepository] = modelRepository
    flags[.onnxRuntime] = onnxRuntime
    let run = ScoreRun(options, try loadConfiguration(file: config, flags: flags))
    let signals = [SIGINT, SIGTERM].map { stop(run, at: $0) }
    defer { for signal in signals { signal.cancel() } }
    let summary: ScoreSummary
    do throws(ScoreError) {
      summary = try run.run()
    } catch {
      throw failure(error)
    }
    try report(summary, signal: run.signal)
  }

  private var options: ScoreOptions {
    ScoreOptions(
      model: model, input: input, output: output, bad: bad,
      features: features?.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      },
      id: id, keepsColumns: keep, takesMissing: missing == .nan, badMax: maxBad, batch: batch,
      workers: workers, restarts: restart, force: force,
      checkpointInterval: .milliseconds(checkpointMs))
  }

  private func report(_ summary: ScoreSummary, signal: Int32) throws {
    // Standard output may carry the rows.
    if json, output != "-" {
      try Output.json(summary)
    } else if json {
      Output.note(String(decoding: try JSONEncoder().encode(summary), as: UTF8.self))
    } else {
      Output.note("vigia: \(summary.text)")
    }
    if !summary.isComplete {
      let goesOn = output == "-" || input == "-" ? "" : "; the same command goes on from here"
      let why = signal == 0 ? "more than \(maxBad ?? 0) bad rows" : "stopped"
      Output.note("vigia: \(why) after row \(Format.count(summary.rows))\(goesOn)")
    }
    if signal != 0, !summary.isComplete { throw ExitCode(128 + signal) }
    if summary.bad > 0 { throw ExitCode(1) }
  }

  private func failure(_ error: ScoreError) -> CommandFailure {
    switch error.exitCode {
    case 1: .found(error.description)
    case 2: .usage(error.description)
    default: .unreachable(error.description)
    }
  }

  /// The first signal ends the run where it can go on; a second one ends the process, which is safe too.
  private func stop(_ run: ScoreRun, at number: Int32) -> any DispatchSourceSignal {
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler {
      if run.signal != 0 { _exit(128 + number) }
      run.stop(number)
    }
    source.resume()
    return source
  }
}
