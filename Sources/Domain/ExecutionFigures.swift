/// How a version is run, and the measurement from which that was chosen.
package struct ExecutionFigures: Codable, Sendable, Equatable {
  /// By the number of rows, as measured at load; empty where nothing was.
  package var curve: [Point]
  /// Why it is run so, in words.
  package var reason: String
  /// Rows of an average run since the load; nil without a run.
  package var rowsPerRun: Double?
  /// Runs at one time.
  package var lanes: Int
  /// Nil: each request runs by itself.
  package var batching: Batching?
  package var cache: Cache
  /// What may wait; nil where nobody says.
  package var queue: Queue?

  /// How requests share runs.
  package struct Batching: Codable, Sendable, Equatable {
    /// Rows of the largest run.
    package var maxRows: Int
    /// The longest that a request is held back for others to join.
    package var delayMicroseconds: Int
    /// Rows at which a run goes at once although it could grow.
    package var preferred: [Int]

    package init(maxRows: Int, delayMicroseconds: Int = 0, preferred: [Int] = []) {
      self.maxRows = maxRows
      self.delayMicroseconds = delayMicroseconds
      self.preferred = preferred
    }
  }

  /// The median of a run with so many rows.
  package struct Point: Codable, Sendable, Equatable {
    package var rows: Int
    package var microseconds: Double

    package init(rows: Int, microseconds: Double) {
      self.rows = rows
      self.microseconds = microseconds
    }
  }

  /// What becomes of answers that were given before.
  package enum Cache: Codable, Sendable, Equatable {
    case off
    /// It was asked for, and would not pay or not be true.
    case refused(reason: String)
    case on(bytes: Int, limit: Int, hits: UInt64, misses: UInt64)
  }

  /// How many rows may wait at present.
  package struct Queue: Codable, Sendable, Equatable {
    /// Of all priority levels together.
    package var rows: Int
    /// As configured for each priority level; nil: a level has no bound of its own.
    package var rowsPerLevel: Int?
    /// Where `rows` is what waits for so long, at what a row took lately; nil where it is a count alone.
    package var waitMicroseconds: Int?

    package init(rows: Int, rowsPerLevel: Int? = nil, waitMicroseconds: Int? = nil) {
      self.rows = rows
      self.rowsPerLevel = rowsPerLevel
      self.waitMicroseconds = waitMicroseconds
    }
  }

  package init(
    curve: [Point] = [], reason: String, rowsPerRun: Double? = nil, lanes: Int = 1,
    batching: Batching? = nil, cache: Cache = .off, queue: Queue? = nil
  ) {
    self.curve = curve
    self.reason = reason
    self.rowsPerRun = rowsPerRun
    self.lanes = lanes
    self.batching = batching
    self.cache = cache
    self.queue = queue
  }
}

extension ExecutionFigures {
  /// "1 row 960 us, 8 rows 1.4 ms, 32 rows 3.9 ms"; empty where nothing was measured.
  package var curveText: String {
    curve.map { point in
      "\(point.rows) \(point.rows == 1 ? "row" : "rows") \(Self.time(point.microseconds))"
    }.joined(separator: ", ")
  }

  /// "up to 32 rows a run, 7.4 on average"; nil where requests run by themselves.
  package var batchingText: String? {
    guard let batching else { return nil }
    var text = "up to \(batching.maxRows) rows a run"
    if batching.delayMicroseconds > 0 {
      text += ", held back for at most \(Self.time(Double(batching.delayMicroseconds)))"
    }
    if let rowsPerRun { text += ", \(rowsPerRun.rounded(digits: 1)) on average" }
    return text
  }

  /// "83 % hits, 1.2 of 64 MiB", or why there is none; nil where none was asked for.
  package var cacheText: String? {
    switch cache {
    case .off: nil
    case .refused(let reason): "refused: \(reason)"
    case .on(let bytes, let limit, let hits, let misses):
      (hits + misses == 0
        ? "no request yet"
        : "\((Double(hits) / Double(hits + misses) * 100).rounded(digits: 1)) % hits")
        + ", \(Self.mebibytes(bytes)) of \(Self.mebibytes(limit)) MiB"
    }
  }

  /// "at most 7 rows wait: more would wait for over 1 s, as a row takes lately"; nil where nobody says.
  package var queueText: String? {
    guard let queue else { return nil }
    func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }
    if let level = queue.rowsPerLevel {
      return "at most \(rows(level)) wait in a priority level, as configured (max_rows)"
    }
    if let wait = queue.waitMicroseconds {
      let time = Self.time(Double(wait))
      return "at most \(rows(queue.rows)) wait: more would wait for over \(time), "
        + "as a row takes lately"
    }
    return "at most \(rows(queue.rows)) wait"
  }

  /// "6 us", "9.1 ms", "2 s".
  package static func time(_ microseconds: Double) -> String {
    let (value, unit) =
      microseconds < 1e3
      ? (microseconds, "us")
      : microseconds < 1e6 ? (microseconds / 1e3, "ms") : (microseconds / 1e6, "s")
    return value < 10 && unit != "us"
      ? "\(value.rounded(digits: 1)) \(unit)" : "\(max(1, Int(value.rounded()))) \(unit)"
  }

  private static func mebibytes(_ bytes: Int) -> String {
    let value = Double(bytes) / 1_048_576
    return value == value.rounded() ? "\(Int(value))" : "\(value.rounded(digits: 1))"
  }
}

extension Double {
  fileprivate func rounded(digits: Int) -> Double {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    return (self * scale).rounded() / scale
  }
}
