func sum(_ window: Window) -> Double {
  var sum = CompensatedSum()
  for sample in window.samples { sum.add(sample.value) }
  return sum.value
}

/// Updated sample by sample, so that large values do not overflow their sum.
func average(_ window: Window) -> Double {
  var mean = CompensatedSum()
  var count = 0.0
  for sample in window.samples {
    count += 1
    if mean.sum.isInfinite, !changesInfinity(mean.sum, sample.value) { continue }
    mean.add(sample.value / count - mean.sum / count)
  }
  return mean.value
}

/// NaN only where all are.
func extreme(_ window: Window, isBetter: (Double, Double) -> Bool) -> Double {
  var best = window.first.value
  for sample in window.samples where isBetter(sample.value, best) || best.isNaN {
    best = sample.value
  }
  return best
}

/// Of the samples in the window, divided by their number.
///
/// Source: Welford 1962, Technometrics 4(3), with compensated sums.
func variance(_ window: Window) -> Double {
  var count = 0.0
  var mean = CompensatedSum()
  var squares = CompensatedSum()
  for sample in window.samples {
    count += 1
    let delta = sample.value - mean.uncheckedValue
    mean.add(delta / count)
    squares.add(delta * (sample.value - mean.uncheckedValue))
  }
  return squares.uncheckedValue / count
}

/// Interpolated between the two nearest ranks; NaN counts as smallest. Beyond 0...1 it is infinite.
///
/// - Precondition: at least one value.
func quantile(_ q: Double, _ values: [Double]) -> Double {
  if q.isNaN { return .nan }
  if q < 0 { return -.infinity }
  if q > 1 { return .infinity }
  let sorted = values.sorted { $0.isNaN ? !$1.isNaN : $0 < $1 }
  let rank = q * Double(sorted.count - 1)
  let lower = Int(rank)
  let upper = min(sorted.count - 1, lower + 1)
  let weight = rank - rank.rounded(.down)
  return sorted[lower] * (1 - weight) + sorted[upper] * weight
}
