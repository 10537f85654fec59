import ArgumentParser
import Foundation
import Statistics
import TextUI

/// `vigia drift`: two files of rows, compared as the live loop compares a window with its reference.
struct DriftCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift", abstract: "Tell whether rows have drifted from a reference.",
    discussion: """
      Compares each column of CURRENT with the same column of REFERENCE, both CSV files with a header (.gz, and - for \
      standard input, are fine), and says what has drifted, the worst first.

        vigia drift --reference training.csv --current yesterday.csv
        vigia drift --reference a.csv --current b.csv --score p --json

      VERDICTS. drift: two-sample chi-squared on the reference's deciles (20 bins from 2 000 rows on) or levels rejects at \
      0.01, adjusted for the number of columns (Benjamini-Hochberg), and the stability index PSI is beyond chance and \
      0.1. major: PSI of 0.25 and more. constant_changed: the reference had one value only. missing: no value, or none of \
      the right type. collecting: no verdict, since there are fewer than 200 rows, or (told as "no verdict" without --json) \
      most values of the reference are names too rare to compare, as ids are. --json says under without_verdict which \
      columns have none, and why. KS, W1 (in standard \
      deviations of the reference) and JS are shown as sizes, and decide nothing.

      COLUMNS. All of the reference's, or --columns. A column is numeric where more than half of the reference's first \
      1 000 values are numbers; whole numbers with few values are numeric too, each common value in a bin of its own. \
      --categorical compares numbers as names. An empty field is missing, and counts; so are NA, N/A, null and none in a \
      numeric column. Text, a decimal comma, NaN or an infinite value there is an error, with its line and column. --score \
      and --class are what the model answered: judged first, and not adjusted for the number of columns.

      Exit 0 no drift, 1 drift, 2 usage, a file that is not as it should be, or no column that can be compared, \
      3 cannot read.
      """)
  @Option(help: ArgumentHelp("The rows to compare with.", valueName: "a.csv"))
  var reference: String
  @Option(help: ArgumentHelp("The rows to judge.", valueName: "b.csv"))
  var current: String
  @Option(help: ArgumentHelp("Compare these columns only.", valueName: "a,b,c"))
  var columns: String?
  @Option(help: ArgumentHelp("Columns whose numbers are names.", valueName: "a,b,c"))
  var categorical: String?
  @Option(help: ArgumentHelp("The column of the model's score.", valueName: "column"))
  var score: String?
  @Option(
    name: .customLong("class"),
    help: ArgumentHelp("The column of the model's predicted class.", valueName: "column"))
  var predictedClass: String?
  @Flag(help: "Count NaN and infinite values, in a bin of their own, instead of refusing them.")
  var countNan = false
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let result: DriftRun.Result
    do throws(TableError) {
      result = try DriftRun(options).run()
    } catch {
      throw error.exitCode == 2
        ? CommandFailure.usage(error.description) : .unreachable(error.description)
    }
    for note in result.notes { Output.note("vigia: \(note)") }
    if json {
      try Output.json(DriftSummary(result.report))
    } else {
      Output.line(
        "\(Format.count(Int(result.currentRows))) rows of \(current) against "
          + "\(Format.count(Int(result.referenceRows))) of \(reference)")
      Output.line("")
      DriftText(result.report, Output.glyphs).lines.forEach(Output.line)
    }
    if result.report.isDrift { throw ExitCode(1) }
  }

  private var options: DriftOptions {
    var options = DriftOptions(reference: reference, current: current)
    options.columns = columns.map(Self.names)
    options.categorical = categorical.map(Self.names) ?? []
    options.score = score
    options.predictedClass = predictedClass
    options.takesNonFinite = countNan
    return options
  }

  private static func names(_ list: String) -> [String] {
    list.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }
}
