/// A moment of the past, to be seen as the present was then.
package struct PastQuery: Codable, Sendable, Hashable {
  package var at: Timestamp

  package init(at: Timestamp) { self.at = at }
}
