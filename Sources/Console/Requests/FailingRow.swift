package import Domain

/// A row of what went wrong.
package enum FailingRow: Sendable, Hashable {
  case reason(Outcome)
  case client(String)
}

extension ConsoleState {
  private var failures: FailureReport? {
    selected.flatMap { board.failures(.failures(model: $0.model.name)) }
  }

  /// What the report counts, whatever is asked for meanwhile; nil before the first.
  private var failuresQuery: FailureQuery? {
    guard let model = selected?.model.name,
      case .failures(let query)? = board.entries[.failures(model: model)]?.answered
    else { return nil }
    return query
  }

  /// The stretch of time that the report shown counts; while there is none, the one that is asked for.
  var failuresWindow: (from: Int64, to: Int64) {
    failuresQuery.map { ($0.from, $0.to) } ?? failingWindow
  }

  /// "last 5 min", or "at 14:02:10" for a step under the cursor: of the report that is shown.
  var failuresTime: String {
    guard let query = failuresQuery else { return pointedTime }
    return query.to - query.from <= chartSpan.step
      ? "at \(wall.time(Timestamp(seconds: query.from)))" : "last \(panelSpan.name)"
  }

  /// Requests and server errors of that same time; nil before the report.
  var failuresFigures: RecentFigures? {
    failures.map { report in
      let errors = report.reasons.filter(\.outcome.isServerError).reduce(0) { $0 + $1.requests }
      return RecentFigures(requests: report.requests, errors: min(errors, report.requests))
    }
  }

  /// Reasons, then clients.
  package var failingRows: [FailingRow] {
    guard let failures else { return [] }
    return failures.reasons.map { .reason($0.outcome) }
      + failures.clients.map { .client($0.client) }
  }

  package var chosenFailing: FailingRow? {
    let rows = failingRows
    return failing.flatMap { rows.contains($0) ? $0 : nil } ?? rows.first
  }

  /// The stretch of time that the traffic panel counts failures in. Without a cursor to the last five seconds that are over, not
  /// to the last whole step: the newest are wanted most.
  var failingWindow: (from: Int64, to: Int64) {
    let span = chartSpan
    let newest = max(span.window.to, min(span.window.to + span.step, chartEnd / 5 * 5))
    return cursorStep(in: span) ?? (span.window.from, newest)
  }

  /// The stretch of time that the report shown counts, where it is the panel's, or was some seconds ago: its list has the same
  /// requests then.
  private var reportedWindow: (from: Int64, to: Int64)? {
    guard let query = failuresQuery else { return nil }
    let window = failingWindow
    // A step under the cursor stands still; the newest span moves on while the report is on its way.
    let slack = cursorStep(in: chartSpan) == nil ? chartSpan.step * ChartSpan.page : 0
    guard abs(query.from - window.from) <= slack, abs(query.to - window.to) <= slack else {
      return nil
    }
    return (query.from, query.to)
  }

  var failingScope: RequestScope? {
    guard let model = selected?.model.name, let chosen = chosenFailing else { return nil }
    let window = reportedWindow ?? failingWindow
    let what: RequestScope.What =
      switch chosen {
      case .reason(let outcome): .outcome(outcome)
      case .client(let client): .client(client)
      }
    return RequestScope(model: model, what: what, from: window.from, to: window.to)
  }

  /// The keys that walk the rows; false passes the key on.
  mutating func moveInFailing(_ intent: Intent) -> Bool {
    let rows = failingRows
    let at = chosenFailing.flatMap(rows.firstIndex) ?? 0
    guard let target = intent.target(from: at, count: rows.count) else { return false }
    if !rows.isEmpty { failing = rows[min(max(target, 0), rows.count - 1)] }
    return true
  }

  /// What the panel counts for a scope; nil for a client, which is counted by whole minutes, and while the report is of another
  /// stretch of time.
  func failingTotal(_ scope: RequestScope) -> Int? {
    guard case .outcome(let outcome) = scope.what,
      case .failures(let query)? = board.entries[.failures(model: scope.model)]?.answered,
      query.from == scope.from, query.to == scope.to,
      let reason = failures?.reasons.first(where: { $0.outcome == outcome })
    else { return nil }
    return Int(reason.requests)
  }
}
