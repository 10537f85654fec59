/// Requests without the key that routing sticks to: each is routed by itself, so it is no draw of a key's, and is not judged.
package struct KeylessRequests: Sendable, Equatable, Codable {
  /// Below this share of all they are not worth a word.
  static let leastShare = 0.01

  package var count: Int
  /// All requests of the comparison, those with a key among them.
  package var total: Int
  /// The header that carries the key; nil: it is a column of a file.
  package var header: String?

  package init(count: Int = 0, of total: Int = 0, header: String? = nil) {
    self.count = count
    self.total = total
    self.header = header
  }

  /// Whether so many lack the key that the verdict has to say so.
  package var areMany: Bool { count > 0 && Double(count) >= Self.leastShare * Double(total) }
}
