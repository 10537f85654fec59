package import Domain

/// Where rules, silences and acknowledgements outlive a restart. Calls may wait for the disk.
package protocol RuleMemoryStore: Sendable {
  /// As JSON, by file and group.
  func ruleMemories() -> [String: String]
  /// - Returns: whether they are on the disk.
  func store(ruleMemories: [String: String]) -> Bool
  func remove(ruleMemory key: String)
  func store(_ acknowledgement: Acknowledgement, of alert: AlertID)
  func store(_ silence: Silence)
  func remove(silences: [Silence.ID], acknowledgements: [AlertID])
}
