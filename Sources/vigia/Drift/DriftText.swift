import Foundation
import Statistics
import TextUI

/// What `vigia drift` prints for people: a table, the worst first, what is behind each verdict, the conclusion.
struct DriftText {
  private let report: DriftReport
  private let glyphs: Glyphs

  init(_ report: DriftReport, _ glyphs: Glyphs) {
    self.report = report
    self.glyphs = glyphs
  }

  /// Without what is said of the files.
  var lines: [String] {
    let ranked = report.ranked
    let rows = [Self.header] + ranked.map(row)
    let widths = Self.header.indices.map { column in rows.map { $0[column].displayWidth }.max() ?? 0
    }
    let table = rows.map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.displayWidth)
        // Words to the left, numbers to the right.
        return column < 2 ? cell + padding : padding + cell
      }.joined(separator: "  ").trimmingTrailingBlanks
    }
    return table + [""] + reasons + (reasons.isEmpty ? [] : [""]) + [report.sentence]
  }

  /// What is behind the verdicts: columns of which the same is said together, all of them without their names.
  private var reasons: [String] {
    var sentences: [(text: String, names: [String])] = []
    for drift in report.ranked where drift.cause != .none {
      if let index = sentences.firstIndex(where: { $0.text == drift.sentence }) {
        sentences[index].names.append(Self.name(drift))
      } else {
        sentences.append((drift.sentence, [Self.name(drift)]))
      }
    }
    return sentences.map { text, names in
      names.count > 1 && names.count == report.features.count
        ? text : "\(names.joined(separator: ", ")): \(text)"
    }
  }

  private static let header = [
    "VERDICT", "COLUMN", "PSI", "ADJ. P", "KS", "KS P", "W1", "JS",
  ]

  private func row(_ drift: FeatureDrift) -> [String] {
    let comparison = drift.comparison
    // What was constant has no standard deviation to measure with.
    let w1 =
      drift.cause == .constantChanged
      ? nil : comparison?.w1OverStandardDeviation.map { "\(Self.decimals($0, 2)) sd" }
    return [
      "\(glyph(drift.verdict)) \(Self.word(drift.verdict))", Self.name(drift),
      comparison.map { Self.decimals($0.psi, 3) } ?? "-", drift.adjustedP.map(Self.p) ?? "-",
      comparison?.ks.map { Self.decimals($0, 3) } ?? "-", comparison?.ksP.map(Self.p) ?? "-",
      w1 ?? "-", comparison.map { Self.decimals($0.js, 3) } ?? "-",
    ]
  }

  /// At most 32 columns wide.
  private static func name(_ drift: FeatureDrift) -> String {
    let name = Output.harmless(drift.name)
    return name.count > 32 ? String(name.prefix(31)) + "…" : name
  }

  private static func word(_ verdict: DriftVerdict) -> String {
    switch verdict {
    case .constantChanged: "constant changed"
    case .noVerdict: "no verdict"
    case .ok, .drift, .major, .collecting, .missing: verdict.rawValue
    }
  }

  private func glyph(_ verdict: DriftVerdict) -> Character {
    switch verdict {
    case .ok: glyphs.ok
    case .drift: glyphs.warn
    case .major, .constantChanged, .missing: glyphs.critical
    case .collecting, .noVerdict: glyphs.pending
    }
  }

  private static func decimals(_ value: Double, _ places: Int) -> String {
    guard value.isFinite else { return "-" }
    return value < 10_000
      ? String(format: "%.\(places)f", value) : String(format: "%.1e", value)
  }

  private static func p(_ value: Double) -> String {
    if value < 1e-300 { return "<1e-300" }
    return value < 0.001 ? String(format: "%.0e", value) : String(format: "%.3f", value)
  }
}

extension String {
  fileprivate var trimmingTrailingBlanks: String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}
