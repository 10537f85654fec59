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

  /// The stretch of time that the traffic panel counts failures in.
  var failingWindow: (from: Int64, to: Int64) {
    let window = chartSpan.window
    return cursorStep(in: chartSpan) ?? (window.from, window.to)
  }

  var failingScope: RequestScope? {
    guard let model = selected?.model.name, let chosen = chosenFailing else { return nil }
    let window = failingWindow
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
}
