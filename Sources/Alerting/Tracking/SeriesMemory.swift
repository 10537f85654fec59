package import PromQL

/// Series that are written sample by sample and read by rules: what recording rules and alerts leave behind, and the input
/// of a unit test.
package struct SeriesMemory: Sendable {
  package enum AppendError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is another value at that time already.
    case duplicate
    case outOfOrder

    /// As Prometheus says it.
    package var description: String {
      switch self {
      case .duplicate: "duplicate sample for timestamp"
      case .outOfOrder: "out of order sample"
      }
    }
  }

  private struct Family: Sendable {
    var positions: [LabelSet: Int] = [:]
    var series: [Series] = []
  }

  private var families: [String: Family] = [:]

  package init() {}

  package mutating func append(_ sample: Sample, to labels: LabelSet) throws(AppendError) {
    let position = position(of: labels)
    if let last = families[labels.metricName]?.series[position].samples.last {
      guard sample.time >= last.time else { throw .outOfOrder }
      guard sample.time > last.time else {
        if sample.value.bitPattern == last.value.bitPattern { return }
        throw .duplicate
      }
    }
    families[labels.metricName]?.series[position].samples.append(sample)
  }

  private mutating func position(of labels: LabelSet) -> Int {
    if let position = families[labels.metricName]?.positions[labels] { return position }
    let position = families[labels.metricName]?.series.count ?? 0
    families[labels.metricName, default: Family()].positions[labels] = position
    families[labels.metricName]?.series.append(Series(labels: labels, samples: []))
    return position
  }

  /// Drops what is older than a time, and series that have nothing else.
  package mutating func forget(before time: Int64) {
    for (name, family) in families {
      var kept = Family()
      for var series in family.series {
        series.samples.removeAll { $0.time < time }
        guard !series.samples.isEmpty else { continue }
        kept.positions[series.labels] = kept.series.count
        kept.series.append(series)
      }
      families[name] = kept.series.isEmpty ? nil : kept
    }
  }

  /// Sorted by labels.
  package func select(_ request: SeriesRequest) -> [Series] {
    let name = request.matchers.first { $0.name == "__name__" && $0.kind == .equal }?.value
    let candidates: [Series] =
      if let name { families[name]?.series ?? [] } else { families.values.flatMap(\.series) }
    return candidates.filter { request.matches($0.labels) }.sorted { $0.labels < $1.labels }
  }

  /// What a query reads: these series, and those of another source that are not among them.
  package func source(over base: SeriesSource?) -> SeriesSource {
    SeriesSource { request in
      let own = select(request)
      guard let base else { return own }
      let others = try base.select(request)
      if own.isEmpty { return others }
      let names = Set(own.map(\.labels))
      return (others.filter { !names.contains($0.labels) } + own).sorted { $0.labels < $1.labels }
    }
  }
}
