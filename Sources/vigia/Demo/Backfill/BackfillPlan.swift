/// What of the hour before a demo's start is to be scored, and at which rate. Pure.
package struct BackfillPlan: Sendable, Equatable {
  /// In seconds since 1970: [from, to).
  package var seconds: Range<Int64>
  /// Requests a second.
  package var rate: Double
  /// Of the demo's live traffic.
  package var liveRate: Double

  static let hour: Int64 = 3_600
  /// Seconds that are scored and written in one go: a `kill -9` loses as many.
  static let piece: Int64 = 60
  /// Seconds of work that are planned: fewer than the five that somebody may have to wait, since the machine may have more to
  /// do when the work is done than when its cost was measured.
  static let patience = 3.0
  /// Above this the recorder of a server would not look at every request either.
  static let rateMax = 200.0

  /// What the hour before `now` lacks: all of it, or what comes after the last second that is recorded.
  ///
  /// - Parameter recordedTo: the end of what the store has; nil: it has nothing.
  /// - Returns: nil where less than a minute is missing.
  package static func missing(now: Int64, recordedTo: Int64?) -> Range<Int64>? {
    let from = max(now - hour, recordedTo ?? .min)
    return from + piece <= now ? from..<now : nil
  }

  /// The rate of the live traffic, or as much of it as can be scored in time.
  ///
  /// - Parameter cost: seconds that a request takes one worker.
  package init(missing: Range<Int64>, liveRate: Double, cost: Double, workers: Int) {
    // A part of the time is the store's.
    let requests = 0.7 * Self.patience * Double(workers) / max(cost, 1e-9)
    let possible = max(1, (requests / Double(missing.count)).rounded(.down))
    seconds = missing
    rate = min(liveRate, Self.rateMax, possible)
    self.liveRate = liveRate
  }

  /// `scoring an hour of the stream: 43 %, about 2 s left`.
  ///
  /// - Parameters:
  ///   - done: the share of it that is written.
  ///   - elapsed: seconds since it began.
  package static func progress(_ done: Double, elapsed: Double) -> String {
    let words = "scoring an hour of the stream: \(Int(done * 100)) %"
    guard done > 0.05, done < 1 else { return words }
    return words + ", about \(max(1, Int((elapsed / done * (1 - done)).rounded(.up)))) s left"
  }
}

/// What a backfill has done.
package struct BackfillReport: Sendable, Equatable {
  package var plan: BackfillPlan
  /// Scored rows, by model.
  package var rows: [String: Int]
  /// Seconds.
  package var took: Double

  package init(plan: BackfillPlan, rows: [String: Int], took: Double) {
    self.plan = plan
    self.rows = rows
    self.took = took
  }

  /// `an hour of the stream scored: 720123 rows in 4.2 s`.
  package var words: String {
    let total = rows.values.reduce(0, +)
    let length = plan.seconds.count / 60
    var words =
      "\(length >= 60 ? "an hour" : "\(length) min") of the stream scored: \(total) rows in "
      + "\((took * 10).rounded() / 10) s"
    if plan.rate < plan.liveRate {
      words +=
        ", at \(Self.number(plan.rate)) requests/s of the live \(Self.number(plan.liveRate)) so "
        + "that the start is quick"
    }
    return words
  }

  /// For the timeline of a model.
  package func summary(of model: String) -> String {
    let length = plan.seconds.count / 60
    var words =
      "backfilled \(length >= 60 ? "hour" : "\(length) min"), not live traffic: \(rows[model] ?? 0) "
      + "rows scored at the start"
    if plan.rate < plan.liveRate {
      words +=
        " (\(Self.number(plan.rate)) requests/s over all models, live "
        + "\(Self.number(plan.liveRate)))"
    }
    return words
  }

  private static func number(_ rate: Double) -> String {
    rate == rate.rounded() ? "\(Int(rate))" : "\((rate * 10).rounded() / 10)"
  }
}
