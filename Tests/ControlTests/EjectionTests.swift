import Domain
import Testing

@testable import Control

/// What the ledger's rows say of servers that were left out, when a server starts again.
struct EjectionTests {
  private func row(
    _ number: Int64, upstream: String = "http://a", for seconds: Double,
    _ outcome: AuditEntry.Outcome = .done, action: String = "eject", by name: String = "ana"
  ) -> AuditEntry {
    let time = Timestamp(seconds: 1_000 + number)
    let ejection = Ejection(
      version: "7", upstream: upstream, until: time.adding(seconds: seconds))
    return AuditEntry(
      sequence: number, time: time,
      principal: Principal(name: name, role: .operate, proof: "token"),
      origin: .cli, action: action, model: "m", reason: "r", outcome: outcome, summary: "",
      evidence: ejection.json)
  }

  private func standing(_ rows: [AuditEntry], at second: Int64 = 1_100) -> [String] {
    Ejection.standing(in: rows.reversed(), at: Timestamp(seconds: second)).map {
      "\($0.upstream) \($0.until.seconds)"
    }
  }

  @Test func `the newest word on a server stands until its time is over`() {
    let rows = [
      row(1, for: 600), row(2, upstream: "http://b", for: 600), row(3, for: 3_600),
      row(4, upstream: "http://b", for: 0), row(5, for: 9, .refused),
      row(6, for: 9, action: "load"),
    ]
    #expect(standing(rows) == ["http://a 4603"])
    #expect(standing(rows, at: 4_603) == [])
    #expect(standing(Array(rows.prefix(2))) == ["http://a 1601", "http://b 1602"])
  }

  @Test func `what the ledger took back never was`() {
    var late = row(2, for: 0, .withdrawn)
    late.evidence = row(2, for: 0).evidence
    #expect(standing([row(1, for: 600), row(2, for: 0), late]) == ["http://a 1601"])
    var taken = row(3, for: 600, .withdrawn)
    taken.evidence = row(1, for: 600).evidence
    #expect(standing([row(1, for: 600), taken]) == [])
    var anothers = taken
    anothers.principal.name = "ben"
    #expect(standing([row(1, for: 600), anothers]) == ["http://a 1601"])
  }

  @Test func `rows of a clock that is ahead, and what nobody may ask for, are left alone`() {
    #expect(standing([row(1, for: 600)], at: 900) == [])
    #expect(standing([row(1, for: 1e9)]) == [])
    var broken = row(1, for: 600)
    broken.evidence = "{"
    #expect(standing([broken]) == [])
  }
}
