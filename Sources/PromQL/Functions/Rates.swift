/// The change over the whole window, extrapolated to its ends from the samples inside; nil with fewer than two.
///
/// Of a counter, a fall counts as a restart from zero. Samples are taken to reach to the window's ends where these are
/// no further than 1.1 mean intervals from the outermost samples, else half an interval beyond these; and no counter is
/// extrapolated to a time at which it would have been below zero.
///
/// Source: Prometheus 2.42, `extrapolatedRate`.
func extrapolated(_ window: Window, isCounter: Bool, isRate: Bool) -> Double? {
  let samples = window.samples
  guard samples.count >= 2 else { return nil }
  let (first, last) = (window.first, window.last)
  var change = last.value - first.value
  if isCounter { change += lostToResets(samples) }

  let sampled = Double(last.time - first.time) / 1000
  let interval = sampled / Double(samples.count - 1)
  var toStart = Double(first.time - window.start) / 1000
  let toEnd = Double(window.end - last.time) / 1000
  if isCounter, change > 0, first.value >= 0 {
    toStart = min(toStart, sampled * (first.value / change))
  }
  let threshold = interval * 1.1
  let covered =
    sampled + (toStart < threshold ? toStart : interval / 2)
    + (toEnd < threshold ? toEnd : interval / 2)
  let factor = covered / sampled
  return change * (isRate ? factor / window.lengthInSeconds : factor)
}

/// What a counter had reached before each of its restarts.
private func lostToResets(_ samples: ArraySlice<Sample>) -> Double {
  var lost = 0.0
  var previous = 0.0
  for sample in samples {
    if sample.value < previous { lost += previous }
    previous = sample.value
  }
  return lost
}

/// The change between the last two samples, per second where `isRate`, which takes a fall for a counter's restart.
func lastChange(_ window: Window, isRate: Bool) -> Double? {
  guard window.samples.count >= 2 else { return nil }
  let last = window.last
  let previous = window.samples[window.samples.endIndex - 2]
  let seconds = Double(last.time - previous.time) / 1000
  guard isRate else { return last.value - previous.value }
  let change = last.value < previous.value ? last.value : last.value - previous.value
  return change / seconds
}

/// How often the value changed; NaN after NaN is no change.
func changes(_ window: Window) -> Double {
  count(window) { $0 != $1 && !($0.isNaN && $1.isNaN) }
}

/// How often the value fell.
func resets(_ window: Window) -> Double { count(window) { $0 > $1 } }

private func count(_ window: Window, _ holds: (Double, Double) -> Bool) -> Double {
  var count = 0.0
  var previous = window.first.value
  for sample in window.samples.dropFirst() {
    if holds(previous, sample.value) { count += 1 }
    previous = sample.value
  }
  return count
}
