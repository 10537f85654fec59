import Domain

/// A family of the catalogue with its samples of one moment.
struct MetricFamily: Sendable {
  var series: SeriesDefinition
  var samples: [Sample] = []

  struct Sample: Sendable {
    /// `_bucket`, `_sum` or `_count` of a histogram.
    var suffix: String
    var labels: [(String, String)]
    var value: Double
  }
}

/// What is measured at one moment, under construction: for whoever scrapes it, and for the rules.
struct MetricsText: Sendable {
  private(set) var families: [MetricFamily] = []

  mutating func family(_ series: SeriesDefinition, _ body: (inout MetricsText) -> Void) {
    families.append(MetricFamily(series: series))
    body(&self)
  }

  /// Of the newest family.
  mutating func sample(_ labels: [(String, String)], _ value: Double, suffix: String = "") {
    families[families.count - 1].samples.append(
      MetricFamily.Sample(suffix: suffix, labels: labels, value: value))
  }
}
