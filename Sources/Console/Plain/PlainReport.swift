package import Domain
import TextUI

/// What happens, as lines of plain text: for logs, pipes, and people who have their screen read to them.
///
/// Pure: what was told last is kept in here, and the time of a line is the server's. Every line is made harmless by
/// itself; none has a line break or an escape code.
package struct PlainReport: Sendable {
  private let endpoint: String
  let wall: Wall
  /// Seconds between two lines that only say how things stand; nil: only when asked.
  private let statusEvery: Double?
  /// Seconds that the first connection may take without a word.
  private let patience: Double
  private var last: SystemSnapshot?
  private var healths = HealthWatch()
  /// The day and the offset that the last line was told under.
  private var head = ""
  private var statusAt: Timestamp?
  private var lostAt: Timestamp?
  private var lostToldAt: Timestamp?
  private var ledgerProblem: String?
  /// Of the newest ledger row that was told.
  private var told: Int64 = 0

  /// How often it is said again that there is still no connection, in seconds.
  private static let lostEvery = 60.0

  package init(endpoint: String, wall: Wall, statusEvery: Double? = 60, patience: Double = 0) {
    self.endpoint = endpoint
    self.wall = wall
    self.statusEvery = statusEvery
    self.patience = patience
  }

  /// News from the server; the first time all that stands is told.
  ///
  /// - Parameter ledger: the newest rows, in any order, where `wantsLedger` asked for them.
  package mutating func lines(
    _ snapshot: SystemSnapshot, ledger: Result<[AuditEntry], SourceError>? = nil, at now: Timestamp
  ) -> [String] {
    var lines: [PlainLine] = []
    func add(_ subject: String, _ text: String) {
      lines.append(PlainLine(snapshot.time, subject, text))
    }
    if let lostAt {
      if lostToldAt != nil {
        let seconds = max(0, now.secondsSince(lostAt)).rounded()
        add("connection", "back after \(Format.age(seconds: seconds).shortText)")
      }
      self.lostAt = nil
      lostToldAt = nil
    }
    if let last {
      lines += ledger.map { tell($0, snapshot) } ?? []
      lines += changes(from: last, to: snapshot)
      lines += healths.changes(snapshot).map { PlainLine(snapshot.time, "health", $0) }
      if let statusEvery,
        snapshot.time.secondsSince(statusAt ?? snapshot.time).magnitude >= statusEvery
      {
        statusAt = snapshot.time
        add("status", snapshot.statusText)
      }
    } else {
      let server = snapshot.server
      let environment = server.environment.isEmpty ? "" : ", environment \(server.environment)"
      add(
        "connection",
        "\(endpoint), host \(server.host)\(environment), vigia \(server.version)")
      _ = healths.changes(snapshot)
      told = snapshot.auditHead
      lines += standing(snapshot)
      statusAt = snapshot.time
    }
    last = snapshot
    return printed(lines)
  }

  /// Whether the ledger has rows that were not told yet.
  package func wantsLedger(_ snapshot: SystemSnapshot) -> Bool {
    last != nil && snapshot.auditHead > told
  }

  /// The stream of snapshots ended.
  package mutating func lost(reason: String, at now: Timestamp) -> [String] {
    if let told = lostToldAt, now.secondsSince(told) < Self.lostEvery, now >= told { return [] }
    let since = lostAt ?? now
    lostAt = since
    if last == nil, now.secondsSince(since) < patience { return [] }
    let text =
      lostToldAt == nil
      ? "\(last == nil ? "none" : "lost"): \(reason); trying again"
      : "none since \(wall.time(since)): \(reason); trying again"
    lostToldAt = now
    return printed([PlainLine(now, "connection", text)])
  }

  /// How everything stands, a line a version: the answer to a person who asks.
  package mutating func status(at now: Timestamp) -> [String] {
    guard let last else {
      return printed([PlainLine(now, "connection", "nothing has come from \(endpoint) yet")])
    }
    let lines =
      lostAt.map {
        [PlainLine(now, "connection", "none since \(wall.time($0)); this is what was known then")]
      } ?? []
    return printed(lines + standing(last))
  }

  private mutating func printed(_ lines: [PlainLine]) -> [String] {
    lines.flatMap { line in
      let head = "\(wall.date(line.time)), times are \(wall.zone(at: line.time))"
      let heads = head == self.head ? [] : [head]
      self.head = head
      return heads + ["\(wall.time(line.time)) \(line.subject): \(line.text)".sanitized]
    }
  }

  private mutating func tell(
    _ ledger: Result<[AuditEntry], SourceError>, _ snapshot: SystemSnapshot
  ) -> [PlainLine] {
    switch ledger {
    case .failure(let error):
      guard ledgerProblem != error.reason else { return [] }
      ledgerProblem = error.reason
      return [PlainLine(snapshot.time, "ledger", "cannot be read: \(error.reason)")]
    case .success(let entries):
      ledgerProblem = nil
      let news = entries.filter { $0.sequence > told }.sorted { $0.sequence < $1.sequence }
      guard let first = news.first, let newest = news.last else { return [] }
      let missed = first.sequence - told - 1
      let gap =
        missed > 0
        ? [PlainLine(first.time, "ledger", "\(missed) rows before this are not told here")] : []
      told = newest.sequence
      return gap + news.map(\.plainLine)
    }
  }
}

/// What is said, of what, and when.
struct PlainLine: Sendable, Equatable {
  var time: Timestamp
  /// A word that lines can be searched and counted by: "alert", "command", "health".
  var subject: String
  var text: String

  init(_ time: Timestamp, _ subject: String, _ text: String) {
    self.time = time
    self.subject = subject
    self.text = text
  }
}

extension AuditEntry {
  fileprivate var plainLine: PlainLine {
    if outcome == .event {
      let isNamed = model.map { summary.contains($0) } ?? true
      return PlainLine(time, "event", (isNamed ? "" : "\(model ?? ""): ") + summary)
    }
    let why = reason.isEmpty ? "" : "; reason: \(reason)"
    return PlainLine(
      time, "command",
      "\(health.word): \(summary); \(action) by \(principal.name), \(origin.rawValue)\(why)")
  }
}
