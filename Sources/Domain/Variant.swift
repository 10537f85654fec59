/// The part that a version plays for its model when a request reaches it.
package enum Variant: String, Codable, Sendable, CaseIterable {
  /// Answers whatever the challenger does not.
  case champion
  /// Answers its weight's share of the traffic.
  case challenger
  /// Gets copies at the lowest priority; its replies go to nobody.
  case shadow
  /// The request named the version itself, past the split.
  case direct
}
