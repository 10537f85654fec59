extension LineChart {
  /// Curves that stand on each other: the height of the uppermost is the sum of all, and each fills its own part.
  ///
  /// A value that is missing counts as nothing where another one is there.
  package static func stacked(
    _ series: [Series], time: TimeAxis = TimeAxis(),
    label: @escaping @Sendable (Double) -> String = { Format.compact($0) }
  ) -> LineChart {
    let count = series.map(\.values.count).max() ?? 0
    var floor = (0..<count).map { step -> Double? in
      series.contains { $0.values.indices.contains(step) && $0.values[step] != nil } ? 0 : nil
    }
    var stacked: [Series] = []
    var bands: [Band] = []
    for one in series {
      let top = floor.enumerated().map { step, below in
        below.map { $0 + (one.values.indices.contains(step) ? one.values[step] ?? 0 : 0) }
      }
      // Where it adds nothing, it would only hide what is below.
      let high = zip(floor, top).map { $0 == $1 ? nil : $1 }
      bands.append(Band(low: floor, high: high, style: one.style, isStacked: true))
      var drawn = one
      drawn.values = high
      stacked.append(drawn)
      floor = top
    }
    return LineChart(series: stacked, bands: bands, time: time, label: label)
  }
}
