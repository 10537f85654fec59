import TextUI

/// What a run did: the last line, and `--json`.
package struct ScoreSummary: Sendable, Equatable, Encodable {
  /// In all sittings.
  package var rows: Int
  package var scored: Int
  package var bad: Int
  /// Of all sittings.
  package var seconds: Double
  /// Of this sitting.
  package var rowsPerSecond: Double
  package var model: String
  package var version: String
  package var sha256: String
  package var input: String
  package var output: String
  /// Nil without a bad row, or where they went to standard error.
  package var badFile: String?
  /// Rows of a run.
  package var batch: Int
  package var workers: Int
  /// Rows that an earlier sitting had done; nil when this was the first.
  package var resumedAt: Int?
  package var isComplete: Bool

  private enum CodingKeys: String, CodingKey {
    case rows, scored, bad, seconds, model, version, sha256, input, output, batch, workers
    case rowsPerSecond = "rows_per_s"
    case badFile = "bad_file"
    case resumedAt = "resumed_at"
    case isComplete = "complete"
  }

  package init(
    progress: (scored: Int, bad: Int), seconds: Double, sitting: (rows: Int, seconds: Double),
    job: (model: String, version: String, sha256: String), input: String, output: String,
    badFile: String?, batch: Int, workers: Int, resumedAt: Int?, isComplete: Bool
  ) {
    rows = progress.scored + progress.bad
    (scored, bad) = progress
    self.seconds = seconds
    rowsPerSecond = sitting.seconds > 0 ? (Double(sitting.rows) / sitting.seconds).rounded() : 0
    (model, version, sha256) = job
    self.input = input
    self.output = output
    self.badFile = progress.bad > 0 ? badFile : nil
    self.batch = batch
    self.workers = workers
    self.resumedAt = resumedAt
    self.isComplete = isComplete
  }

  /// `1 000 000 rows by gb@1 in 1.90 s, 526 316 rows/s; 3 bad in out.csv.bad`.
  package var text: String {
    var text =
      "\(Format.count(rows)) rows by \(model)@\(version) in \(Format.latency(seconds: seconds).text)"
    text += ", \(Format.count(Int(rowsPerSecond))) rows/s"
    if let resumedAt { text += "; went on after row \(Format.count(resumedAt))" }
    if bad > 0 { text += "; \(Format.count(bad)) bad" + (badFile.map { " in \($0)" } ?? "") }
    return text
  }
}

/// What is shown while rows are scored.
package struct ScoreStatus: Sendable, Equatable {
  package var rows: Int
  package var bad: Int
  /// Since this sitting began; the rows of earlier ones are not in the rate.
  package var seconds: Double
  package var rowsAtStart: Int
  /// Of the input's bytes, now and when this sitting began; nil where nobody knows.
  package var fraction: Double?
  package var fractionAtStart: Double?

  package init(
    rows: Int, bad: Int, seconds: Double, rowsAtStart: Int = 0, fraction: Double? = nil,
    fractionAtStart: Double? = nil
  ) {
    self.rows = rows
    self.bad = bad
    self.seconds = seconds
    self.rowsAtStart = rowsAtStart
    self.fraction = fraction
    self.fractionAtStart = fractionAtStart
  }

  /// `412 000 rows  640 112 rows/s  41 %  2.1 s left  3 bad`.
  package var line: String {
    var parts = ["\(Format.count(rows)) rows"]
    if seconds > 0 {
      parts.append("\(Format.count(Int(Double(rows - rowsAtStart) / seconds))) rows/s")
    }
    if let fraction {
      parts.append(Format.wholePercent(fraction).text)
      let done = fraction - (fractionAtStart ?? 0)
      if done > 0, fraction < 1 {
        parts.append("\(Format.age(seconds: seconds * (1 - fraction) / done).text) left")
      }
    }
    if bad > 0 { parts.append("\(Format.count(bad)) bad") }
    return parts.joined(separator: "  ")
  }
}
