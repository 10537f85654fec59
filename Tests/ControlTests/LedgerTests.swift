import Control
import Dispatch
import Domain
import Storage
import Testing

struct LedgerTests {
  private let entry = AuditEntry(
    time: Timestamp(seconds: 1), principal: ControlRig.operatorAna, origin: .cli,
    commandID: CommandID(random: (1, 1)), action: "promote", model: "m", reason: "r",
    outcome: .done, summary: "s")

  @Test func `a row that the disk does not take in time is refused, and is not stored later`()
    async throws
  {
    let ledger = Ledger(
      // Also what a busy machine needs for the row that follows the one that is refused.
      store: try StateStore.inMemory(), breakGlass: nil, patience: .seconds(3))
    let disk = DispatchSemaphore(value: 0)
    let result = await ledger.append(
      entry,
      outcome: { stored in
        // Asked for inside the transaction: as long as this waits, the disk has not answered.
        disk.wait()
        return .done(sequence: stored.sequence, revision: nil, summary: "")
      })
    guard case .timedOut = result else {
      Issue.record("expected a time-out, found \(result)")
      return
    }
    disk.signal()
    #expect(try await ledger.entries(AuditQuery()).isEmpty)
    guard case .stored(let stored) = await ledger.append(entry) else {
      Issue.record("the ledger did not recover")
      return
    }
    #expect(stored.sequence == 1)
    await ledger.close()
  }

  @Test func `a ledger that was closed answers with an error and keeps nobody waiting`()
    async throws
  {
    let ledger = Ledger(store: try StateStore.inMemory(), breakGlass: nil)
    await ledger.close()
    guard case .failed(.closed) = await ledger.append(entry) else {
      Issue.record("expected closed")
      return
    }
    await #expect(throws: StorageError.self) { try await ledger.entries(AuditQuery()) }
  }
}
