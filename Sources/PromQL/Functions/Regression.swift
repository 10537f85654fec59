/// The line through a window's samples by least squares; its intercept is at `time`.
///
/// - Returns: nil with fewer than two samples.
private func line(
  through window: Window, interceptAt time: Int64
) -> (slope: Double, intercept: Double)? {
  guard window.samples.count >= 2 else { return nil }
  let first = window.first.value
  if window.samples.allSatisfy({ $0.value == first }) {
    return first.isInfinite ? (.nan, .nan) : (0, first)
  }
  var (sumX, sumY) = (CompensatedSum(), CompensatedSum())
  var (sumXY, sumXX) = (CompensatedSum(), CompensatedSum())
  for sample in window.samples {
    let x = Double(sample.time - time) / 1000
    sumX.add(x)
    sumY.add(sample.value)
    sumXY.add(x * sample.value)
    sumXX.add(x * x)
  }
  let count = Double(window.samples.count)
  let (x, y) = (sumX.uncheckedValue, sumY.uncheckedValue)
  let covariance = sumXY.uncheckedValue - x * y / count
  let variance = sumXX.uncheckedValue - x * x / count
  let slope = covariance / variance
  return (slope, y / count - slope * x / count)
}

/// The slope per second.
func derivative(_ window: Window) -> Double? {
  line(through: window, interceptAt: window.first.time)?.slope
}

/// Where the line will be, counted from the time of evaluation.
func prediction(_ window: Window, secondsAhead: Double) -> Double? {
  line(through: window, interceptAt: window.evaluationTime)
    .map { $0.slope * secondsAhead + $0.intercept }
}

/// Double exponential smoothing.
///
/// - Parameters:
///   - smoothing: the weight of the newest value, between 0 and 1, without these.
///   - trend: that of the newest trend, likewise.
func holtWinters(
  _ window: Window, smoothing: Double, trend: Double
) throws(EvaluationError) -> Double? {
  for (name, symbol, factor) in [("smoothing", "sf", smoothing), ("trend", "tf", trend)]
  where factor <= 0 || factor >= 1 {
    throw .invalidArgument(
      "invalid \(name) factor. Expected: 0 < \(symbol) < 1, got: \(goFixed(factor))")
  }
  guard window.samples.count >= 2 else { return nil }
  var before = 0.0
  var level = window.first.value
  var slope = window.samples[window.samples.startIndex + 1].value - level
  for (position, sample) in window.samples.dropFirst().enumerated() {
    if position > 0 { slope = trend * (level - before) + (1 - trend) * slope }
    let next = smoothing * sample.value + (1 - smoothing) * (level + slope)
    (before, level) = (level, next)
  }
  return level
}
