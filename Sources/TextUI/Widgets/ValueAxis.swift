/// How values become heights.
package enum AxisScale: Sendable, Hashable {
  case linear
  /// For what spans decades, as latencies do. Values of zero and below stand at the bottom.
  case logarithmic
}

/// The vertical axis of a plot.
package struct ValueAxis: Sendable, Equatable {
  package let scale: AxisScale
  package let low: Double
  package let high: Double

  /// An axis with given ends. Ends that make no axis (equal, not finite, or not positive on
  /// a logarithmic one) are replaced by the nearest that do.
  package init(_ scale: AxisScale, from low: Double, to high: Double) {
    self.scale = scale
    var low = low.isFinite ? low : 0
    var high = high.isFinite ? high : 1
    if scale == .logarithmic {
      if high <= 0 { high = 1 }
      if low <= 0 || low >= high { low = high / 1000 }
    } else if low >= high {
      high = low + 1
    }
    self.low = low
    self.high = high
  }

  /// An axis that holds the values: from zero to a round number, or over whole decades.
  package init(_ scale: AxisScale, fitting values: some Sequence<Double>) {
    let finite = values.filter(\.isFinite)
    let top = finite.max() ?? 1
    switch scale {
    case .linear:
      let bottom = min(0, finite.min() ?? 0)
      self.init(
        .linear, from: bottom < 0 ? -ValueAxis.roundUp(-bottom) : 0,
        to: top > 0 ? ValueAxis.roundUp(top) : (bottom < 0 ? 0 : 1))
    case .logarithmic:
      let positive = finite.filter { $0 > 0 }
      let least = positive.min() ?? 1
      let lowest = Logarithm.power(10, Int(Logarithm.log10(least).rounded(.down)))
      var highest = Logarithm.power(10, Int(Logarithm.log10(positive.max() ?? 10).rounded(.up)))
      if highest <= lowest { highest = lowest * 10 }
      self.init(.logarithmic, from: lowest, to: highest)
    }
  }

  /// Where a value stands, from 0 at the bottom to 1 at the top; beyond the ends it is clamped.
  package func fraction(_ value: Double) -> Double {
    let part =
      switch scale {
      case .linear: (value - low) / (high - low)
      case .logarithmic:
        value <= 0 ? 0 : Logarithm.log2(value / low) / Logarithm.log2(high / low)
      }
    return part.isFinite ? min(max(part, 0), 1) : 0
  }

  /// The row of a value in a plot.
  package func row(_ value: Double, in plot: Rect) -> Int {
    plot.lastY - min(plot.height - 1, Int(fraction(value) * Double(plot.height)))
  }

  /// Values worth a label: ends and middle of a linear axis, the decades of a logarithmic one.
  func ticks(height: Int) -> [Double] {
    guard height > 0 else { return [] }
    switch scale {
    case .linear:
      if height == 1 { return [high] }
      return height < 5 ? [high, low] : [high, (high + low) / 2, low]
    case .logarithmic:
      var ticks: [Double] = []
      var exponent = Int(Logarithm.log10(low).rounded(.up))
      while Logarithm.power(10, exponent) <= high * 1.000001, ticks.count < 40 {
        ticks.append(Logarithm.power(10, exponent))
        exponent += 1
      }
      return ticks.reversed()
    }
  }

  /// The least of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten that is not below the value.
  static func roundUp(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 1 }
    let unit = Logarithm.power(10, Int(Logarithm.log10(value).rounded(.down)))
    for factor in [1.0, 1.5, 2, 3, 4, 5, 6, 8] where factor * unit >= value * 0.999999 {
      return factor * unit
    }
    return 10 * unit
  }
}

/// Logarithms without a C library.
enum Logarithm {
  /// The logarithm to base 2 of a positive number, to about 1e-15: the exponent plus the series of
  /// 2 artanh((m - 1) / (m + 1)) for the significand m brought near one.
  static func log2(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return value > 0 ? value : -.infinity }
    var significand = value.significand
    var exponent = Double(value.exponent)
    if significand > 1.4142135623730951 {
      significand /= 2
      exponent += 1
    }
    let ratio = (significand - 1) / (significand + 1)
    let square = ratio * ratio
    var term = ratio
    var sum = 0.0
    for odd in stride(from: 1.0, through: 27, by: 2) {
      sum += term / odd
      term *= square
    }
    return exponent + 2 * sum * 1.4426950408889634
  }

  /// Exact for powers of ten within rounding: 999.9999 never becomes a whole decade less.
  static func log10(_ value: Double) -> Double {
    let result = log2(value) * 0.30102999566398120
    let whole = result.rounded()
    return (result - whole).magnitude < 1e-12 ? whole : result
  }

  static func power(_ base: Double, _ exponent: Int) -> Double {
    let size = (0..<min(exponent.magnitude, 400)).reduce(1.0) { product, _ in product * base }
    return exponent < 0 ? 1 / size : size
  }
}
