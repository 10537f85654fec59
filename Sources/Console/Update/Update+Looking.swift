package import Domain
import TextUI

extension ConsoleState {
  /// Somebody pressed a key: after a long time without one, what happened meanwhile is put before them.
  mutating func look() -> [Effect] {
    guard !configuration.isReplay, replay == nil else { return [] }
    defer { lookOut.lookedAt = now }
    if let last = lookOut.lookedAt, now.secondsSince(last) > Absence.least { comeBack(from: last) }
    lookOut.alerts = []
    if let told = lookOut.toldAt, now.secondsSince(told).magnitude < LookOut.tellEvery { return [] }
    lookOut.toldAt = now
    return [.looked(at: now)]
  }

  /// A console that was just opened: the user may have looked at an earlier one long ago.
  mutating func lookFirst(_ snapshot: SystemSnapshot) {
    guard !configuration.isReplay, let last = lookOut.lookedAt,
      now.secondsSince(last) > Absence.least
    else { return }
    let since = serverTime(of: last)
    lookOut.alerts = snapshot.alerts.filter {
      $0.severity > .info && $0.hasFired(after: since) && $0.state != .pending
    }
    comeBack(from: last)
    lookOut.lookedAt = now
  }

  private mutating func comeBack(from last: Timestamp) {
    guard live != nil else { return }
    let since = serverTime(of: last)
    // One that fired before the console was opened is not news, though it saw none before it.
    absence = Absence(
      since: since, until: serverNow, alerts: lookOut.alerts.filter { $0.hasFired(after: since) })
  }

  private func serverTime(of local: Timestamp) -> Timestamp {
    serverNow.adding(seconds: -now.secondsSince(local))
  }
}

extension Alert {
  fileprivate func hasFired(after time: Timestamp) -> Bool { (firedAt ?? activeAt) > time }
}

extension ConsoleState {
  /// What the ledger has of the absence, newest first: who did what, and what came of it.
  package var absenceEntries: [AuditEntry] {
    guard let absence else { return [] }
    return (board.audit ?? []).filter { $0.time > absence.since && $0.time <= absence.until }
  }
}
