/// A page as a search index takes it.
package struct RunbookDocument: Sendable, Equatable, Identifiable {
  package var id: String
  package var title: String
  /// One a line.
  package var headings: String
  /// All its text, headings too.
  package var body: String

  package init(id: String, title: String, headings: String, body: String) {
    self.id = id
    self.title = title
    self.headings = headings
    self.body = body
  }
}

/// A page that a search found.
package struct RunbookHit: Codable, Sendable, Equatable, Identifiable {
  package var id: String
  package var title: [Part]
  /// Some twenty words around the place that matches best.
  package var snippet: [Part]
  /// How well it matches, larger is better; only good for comparing hits of one search.
  package var score: Double

  /// Text that either matches as a whole, or not at all.
  package struct Part: Codable, Sendable, Equatable {
    package var text: String
    package var isMatch: Bool

    package init(_ text: String, isMatch: Bool = false) {
      self.text = text
      self.isMatch = isMatch
    }
  }

  package init(id: String, title: [Part], snippet: [Part], score: Double) {
    self.id = id
    self.title = title
    self.snippet = snippet
    self.score = score
  }
}
