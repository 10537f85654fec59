/// What one selector asks of a source.
package struct SeriesRequest: Sendable {
  /// All must hold; that of the metric name is among them, as `__name__`.
  package var matchers: [LabelMatcher]
  /// Milliseconds since 1970; the window is closed at both ends.
  package var from: Int64
  package var to: Int64
  /// So many samples are left to this query: a source that reads from a disk may stop (throw) beyond them.
  package var sampleLimit: Int

  package init(matchers: [LabelMatcher], from: Int64, to: Int64, sampleLimit: Int) {
    self.matchers = matchers
    self.from = from
    self.to = to
    self.sampleLimit = sampleLimit
  }

  package func matches(_ labels: LabelSet) -> Bool {
    matchers.allSatisfy { $0.matches(labels) }
  }
}

/// Where series come from.
///
/// `select` returns every series that matches, no two with the same labels, sorted by labels where the order of ties
/// in `topk` is to be Prometheus'. A series may reach beyond the window: a source that keeps whole arrays hands them
/// out as they are.
package struct SeriesSource: Sendable {
  package var select: @Sendable (SeriesRequest) throws -> [Series]

  package init(_ select: @escaping @Sendable (SeriesRequest) throws -> [Series]) {
    self.select = select
  }

  /// A source of these series and no others.
  package static func fixed(_ series: [Series]) -> SeriesSource {
    let sorted = series.sorted { $0.labels < $1.labels }
    return SeriesSource { request in sorted.filter { request.matches($0.labels) } }
  }
}
