import Domain
import Testing

/// What rows of the ledger say of a model that is ill.
struct AuditEntryTests {
  private func row(
    _ action: String, _ outcome: AuditEntry.Outcome = .done
  ) -> AuditEntry {
    AuditEntry(
      sequence: 1, time: Timestamp(seconds: 1),
      principal: Principal(name: "ana", role: .operate, proof: "token"), origin: .console,
      action: action, model: "m", fromVersion: "1", toVersion: "2", reason: "", outcome: outcome,
      summary: "", evidence: "{}")
  }

  @Test func `an outage may come of what changes traffic, and not of a freeze or a refusal`() {
    for action in ["promote", "rollback", "set-weight", "limit", "unload"] {
      #expect(row(action).concernsServing && row(action).mayBreak)
      #expect(!row(action, .refused).mayBreak)
    }
    for action in ["freeze", "unfreeze"] {
      #expect(row(action).concernsServing && !row(action).mayBreak)
    }
    #expect(!row("seed", .event).mayBreak && !row("acknowledge").mayBreak)
  }
}
