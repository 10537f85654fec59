package import Alerting
package import Domain
package import Logging
package import Storage

/// Keeps what rules know, and what people said of alerts, in `state.db`.
package struct StateRuleMemory: RuleMemoryStore {
  private let store: StateStore
  private let logger: Logger?

  package init(_ store: StateStore, logger: Logger? = nil) {
    self.store = store
    self.logger = logger
  }

  /// With what was said before the start.
  package func inbox(_ inhibitions: [InhibitRule] = InhibitRule.standard) -> AlertInbox {
    AlertInbox(
      acknowledgements: (try? store.acknowledgements()) ?? [:],
      silences: (try? store.silences()) ?? [], inhibitions: inhibitions)
  }

  package func ruleMemories() -> [String: String] { (try? store.ruleMemories()) ?? [:] }

  package func store(ruleMemories: [String: String]) -> Bool {
    told { () throws(StorageError) in try store.store(ruleMemories: ruleMemories) }
  }

  package func remove(ruleMemory key: String) {
    _ = told { () throws(StorageError) in try store.remove(ruleMemories: [key]) }
  }

  package func store(_ acknowledgement: Acknowledgement, of alert: AlertID) {
    _ = told { () throws(StorageError) in try store.store(acknowledgement, of: alert) }
  }

  package func store(_ silence: Silence) {
    _ = told { () throws(StorageError) in try store.store(silence) }
  }

  package func remove(silences: [Silence.ID], acknowledgements: [AlertID]) {
    guard !silences.isEmpty || !acknowledgements.isEmpty else { return }
    _ = told { () throws(StorageError) in
      try store.remove(silences: silences, acknowledgements: acknowledgements)
    }
  }

  private func told(_ work: () throws(StorageError) -> Void) -> Bool {
    do throws(StorageError) {
      try work()
      return true
    } catch {
      logger?.warning(
        "what is known of alerts could not be stored", metadata: ["error": "\(error)"])
      return false
    }
  }
}
