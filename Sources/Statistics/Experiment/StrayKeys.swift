/// Keys that were at both arms: a comparison by keys stands on each being at one.
package struct StrayKeys: Sendable, Equatable, Codable {
  /// At both under one share: routing did not stick. What comes after a key's first request at the other arm is left out.
  package var mixed = 0
  /// At the other arm under another share: the split moved past them. Each is counted at both, and is evidence once.
  package var moved = 0
  /// Requests of `mixed` keys that were left out.
  package var leftOut = 0

  package init() {}
}
