/// An expression over a source's series that is looked at, with its latest values.
package struct SourcePanel: Codable, Sendable, Equatable {
  package var title: String
  /// When the source answered it last.
  package var at: Timestamp?
  /// Why it was not answered the last time.
  package var failure: String?
  /// The first of its series, by their labels.
  package var lines: [Line]
  /// Series that are not among the lines.
  package var more: Int

  package struct Line: Codable, Sendable, Equatable {
    /// Without the metric's name: `{job="web"}`; empty for a value without labels.
    package var labels: String
    /// Oldest first, an answer each; nil where it was not finite, or the series was not there.
    package var values: [Double?]

    package init(labels: String, values: [Double?]) {
      self.labels = labels
      self.values = values
    }
  }

  package init(
    title: String, at: Timestamp? = nil, failure: String? = nil, lines: [Line] = [],
    more: Int = 0
  ) {
    self.title = title
    self.at = at
    self.failure = failure
    self.lines = lines
    self.more = more
  }
}
