import Foundation
import Statistics
import TextUI

/// What `vigia experiment` prints for people.
struct ExperimentText {
  private let report: ExperimentReport

  init(_ report: ExperimentReport) { self.report = report }

  var lines: [String] {
    [title, ""] + table + [""] + figures + ["", verdict]
  }

  private var title: String {
    let span = report.times.upperBound - report.times.lowerBound
    let of = report.isKeyed ? " of \(Format.count(report.arrivals.total)) \(compared)keys" : ""
    let splits = report.splits > 1 ? " under \(report.splits) splits" : ""
    return
      "\(report.path): \(Format.count(report.rows)) requests\(of) in \(duration(span))\(splits)"
  }

  /// Arms as rows; where the split changed, the rates are those of each split, weighed like the challenger's traffic.
  private var table: [String] {
    let evidence = report.evidence
    let rates = evidence.rates
    let rows = [
      ["", unit.uppercased(), "EVENTS", "RATE"],
      [
        "champion", Format.count(evidence.trials.champion), Format.count(evidence.events.champion),
        rates.map { percent($0.champion) } ?? "-",
      ],
      [
        "challenger", Format.count(evidence.trials.challenger),
        Format.count(evidence.events.challenger), rates.map { percent($0.challenger) } ?? "-",
      ],
    ]
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + padding : padding + cell
      }.joined(separator: "  ")
    }
  }

  /// Said where not all of the file is.
  private var compared: String { report.alone > 0 ? "compared " : "" }

  private var unit: String { report.isKeyed ? "keys" : "requests" }

  private var figures: [String] {
    let evidence = report.evidence
    var figures: [String] = []
    if let interval = evidence.interval {
      let share =
        report.splits > 1
        ? ", under the \(compared)split with most of the challenger's traffic" : ""
      let exact = interval.isExact ? "; exact, for want of events" : ""
      figures.append(
        "difference  \(points(interval.low)) to \(points(interval.high)) points, 95 % at every look\(share)\(exact)"
      )
    }
    let then = report.decisiveLogE.map { ", \(number(exp($0))) when it was rolled back" } ?? ""
    figures.append(
      "evidence    \(number(ExperimentFigures.eValue(evidence.logE)))\(then); \(number(1 / report.options.alpha)) is proof that "
        + "the challenger's rate is over \(number(report.options.margin)) times the champion's")
    let total = Double(report.arrivals.total)
    figures.append(
      total == 0
        ? "split       no \(compared)\(unit): nothing shows whether it is right"
        : "split       challenger has \(percent(Double(report.arrivals.challenger) / total)) of the \(compared)\(unit), "
          + "\(percent(report.expectedOfChallenger / total)) expected (p \(number(report.sampleRatioP)); below "
          + "\(number(SampleRatioTest.threshold)) the split is wrong)")
    if report.alone > 0 {
      figures.append(
        "not here    \(Format.count(report.alone)) requests from when the challenger had all or none of the traffic: "
          + "they compare nothing")
    }
    return figures
  }

  private var verdict: String {
    let word = report.kind.rawValue.replacing("_", with: " ").uppercased()
    let when = report.kind == .rollBack ? " at \(EventTime.words(report.verdict.since))" : ""
    // Some sentences begin with the word.
    let begin = "\(report.kind.rawValue): "
    let why = report.why.hasPrefix(begin) ? String(report.why.dropFirst(begin.count)) : report.why
    return "\(word)\(when): \(why)"
  }

  private func percent(_ share: Double) -> String { String(format: "%.2f %%", share * 100) }

  private func points(_ difference: Double) -> String { String(format: "%+.2f", difference * 100) }

  private func number(_ value: Double) -> String {
    if value != 0, value < 1e-4 || value >= 1e6 { return String(format: "%.1e", value) }
    let text = String(format: value >= 100 ? "%.0f" : value >= 1 ? "%.2f" : "%.4f", value)
    guard text.contains(".") else { return text }
    return String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
  }

  private func duration(_ seconds: Double) -> String {
    let age = Format.age(seconds: seconds)
    return "\(age.number) \(age.unit)"
  }
}
