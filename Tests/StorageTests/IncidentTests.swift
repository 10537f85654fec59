import Domain
import Foundation
import GRDB
import Testing

@testable import Storage

struct IncidentTests {
  @Test func `an incident is replaced by its newer state, and its timeline only grows`() throws {
    let store = try StateStore.inMemory()
    try store.store(.sample(), now: .noon)
    var later = IncidentChange.sample()
    later.incidents[0].acknowledgedBy = "ada"
    later.entries[0].entry.text = "again"
    try store.store(later, now: .noon)
    #expect(try store.incidents() == later.incidents)
    #expect(try store.entries(of: IncidentID(1)).map(\.text) == ["ReleaseFailing fires", "again"])
    #expect(try store.entries(of: IncidentID(2)).isEmpty)
  }

  @Test func `an incident is there with the ledger's row that opened it, or neither is`() throws {
    let folder = try TemporaryFolder()
    let store = try StateStore(directory: folder.path)
    try store.append(.sample("incident"), incidents: .sample())
    #expect(throws: StorageError.self) {
      try store.append(.sample("incident"), incidents: .sample(2), shouldCommit: { false })
    }
    let killed = try folder.copy()
    let reopened = try StateStore(directory: killed.path)
    #expect(reopened.head.sequence == 1)
    #expect(try reopened.incidents() == IncidentChange.sample().incidents)
    #expect(
      try reopened.entries(of: IncidentID(1)) == IncidentChange.sample().entries.map(\.entry))
    #expect(try reopened.verify().isSound)
  }

  @Test func `old and many closed incidents are let go with their timelines, never open ones`()
    throws
  {
    let store = try StateStore.inMemory()
    try store.store(.sample(1), now: .noon)
    try store.store(.sample(2, closed: .noon), now: .noon)
    let year = Timestamp.noon.adding(seconds: 401 * 86_400)
    try store.store(.sample(3, closed: year), now: year)
    #expect(try store.incidents().map(\.id.number) == [1, 3])
    #expect(try store.entries(of: IncidentID(2)).isEmpty)
    for number in 4...(3 + Int64(StateStore.incidentsKept)) {
      try store.store(.sample(number, closed: year), now: year)
    }
    let kept = try store.incidents().map(\.id.number)
    #expect(kept.count == StateStore.incidentsKept + 1)
    #expect(kept.prefix(3) == [1, 4, 5])
    // However long ago: its number must not be given again.
    let late = year.adding(seconds: 4_000 * 86_400)
    try store.store(.sample(1, closed: late), now: late)
    #expect(try store.incidents().map(\.id.number) == [3 + Int64(StateStore.incidentsKept)])
    #expect(try store.highestIncident() == 3 + Int64(StateStore.incidentsKept))
  }
}

extension IncidentChange {
  static func sample(_ number: Int64 = 1, closed: Timestamp? = nil) -> IncidentChange {
    let alert = IncidentAlert(
      id: AlertID(["alertname": "ReleaseFailing"]), name: "ReleaseFailing", model: "electricity",
      severity: .critical, summary: "it fails", activeAt: .noon, firedAt: .noon)
    var incident = Incident(
      id: IncidentID(number), model: "electricity", title: "ReleaseFailing", severity: .critical,
      openedAt: .noon, openedBy: "vigia", detection: alert, alerts: [alert])
    incident.closedAt = closed
    return IncidentChange(
      incidents: [incident],
      entries: [
        Line(
          incident: incident.id,
          entry: IncidentEntry(
            time: .noon, actor: "vigia", text: "ReleaseFailing fires",
            kind: .alertFired(id: alert.id, name: alert.name)))
      ])
  }
}
