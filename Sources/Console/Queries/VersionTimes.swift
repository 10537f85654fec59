import Domain

/// Microseconds of a version's requests over one stretch of time.
struct VersionTimes {
  var p50: Double
  var p99: Double
  /// Means.
  var queue: Double
  var compute: Double
}

extension VersionTimes {
  /// What is asked for, each over the whole stretch of time that the panel looks at.
  static let measures: [SeriesQuery.Measure] = [
    .latencyP50, .latencyP99, .queueMean, .computeMean,
  ]

  /// Nil where not all is known.
  init?(_ version: String, _ model: ModelSnapshot, _ board: QueryBoard) {
    let values = VersionTimes.measures.compactMap { measure -> Double? in
      let line = board.series(.times(measure, model: model.name))?.lines.first {
        $0.version?.version == version
      }
      return line?.values.first ?? nil
    }
    guard values.count == VersionTimes.measures.count else { return nil }
    self.init(p50: values[0], p99: values[1], queue: values[2], compute: values[3])
  }
}
