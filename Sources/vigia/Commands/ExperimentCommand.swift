import ArgumentParser

/// `vigia experiment`: a file of events of two versions, judged as the live loop judges a challenger.
struct ExperimentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment",
    abstract: "Tell from events whether a challenger is worse than the champion.",
    discussion: """
      Reads a CSV file with a row a request (.gz, and - for standard input, are fine) and judges it second by second, so \
      that looking early or often is no error.

        time,arm,event,share
        2026-11-26T15:04:05Z,champion,0,0.05
        2026-11-26T15:04:05Z,challenger,1,0.05

        vigia experiment events.csv
        vigia experiment events.csv --share 0.05 --json

      COLUMNS. time: seconds (or ms, us, ns) since 1970, or as above; any ascending number does. arm: champion or challenger, or A \
      (champion) and B. event: 1 when the request failed, or was wrong, or slow: what the experiment is about; else 0. \
      share: the challenger's share of the traffic when the request was routed, where it changed; without the column it is \
      --share, else half, which is said. key: what routing sticks to (a user, say), if it does; then keys are counted and \
      not requests, each once under each share, and its first event alone is evidence; rows with an empty key are not \
      judged, and neither is what comes of a key at one arm once it was at the other under the same share: the verdict counts \
      both. Other columns are left alone.

      VERDICTS. roll_back: proof that the challenger's rate is more than --margin times the champion's, or absolute harm: half \
      of its latest 20 requests have an event, and fewer than one in 12 of the champion's. \
      sample_ratio_mismatch: the arms did not get the traffic that share says, so nothing can be compared. promote: proof that \
      it is no more than 1.1 times, or 5 000 requests of the challenger and no more than 0.5 points between them. keep: \
      neither. collecting: fewer than 200 requests of the challenger, or fewer than 10 events. The chance that a \
      challenger within the margin is rolled back, at whatever time, is at most --alpha.

      Exit 0 nothing wrong found, 1 roll_back or sample_ratio_mismatch, 2 usage or a file that is not as it should be (with \
      line and column), 3 cannot read.
      """)
  @Argument(help: ArgumentHelp("The events: a CSV file, or -.", valueName: "events.csv"))
  var input: String
  // A number below 0 is a value that is refused, not an option that is unknown.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The challenger's share of the traffic, where no column says it.", valueName: "s"))
  var share: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many times the champion's rate is forgiven.", valueName: "r"))
  var margin = 1.25
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The chance of a false rollback.", valueName: "a"))
  var alpha = 0.05
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if let share, !(share > 0 && share < 1) {
      throw ValidationError("--share takes a number between 0 and 1 (5 % is 0.05), found \(share)")
    }
    guard margin >= 1, margin <= 100 else {
      throw ValidationError("--margin takes 1 through 100, found \(margin)")
    }
    guard alpha > 0, alpha <= 0.5 else {
      throw ValidationError("--alpha takes a number above 0 and up to 0.5, found \(alpha)")
    }
  }

  func run() throws {
    let report: ExperimentReport
    do throws(TableError) {
      report = try ExperimentRun.report(
        ExperimentOptions(path: input, share: share, margin: margin, alpha: alpha))
    } catch {
      throw error.exitCode == 2
        ? CommandFailure.usage(error.description) : .unreachable(error.description)
    }
    for note in report.notes { Output.note("vigia: \(note)") }
    if json {
      try Output.json(ExperimentFigures(report))
    } else {
      ExperimentText(report).lines.forEach(Output.line)
    }
    if report.isWrong { throw ExitCode(1) }
  }
}
