/// The vertical scale of all latencies: from 10 us to 10 s, ten buckets to the power of ten.
package enum LatencyScale {
  package static let lowest = 10.0
  package static let highest = 10_000_000.0
  package static let perDecade = 10
  /// From one bucket's edge to the next: the tenth root of ten.
  package static let ratio = 1.258_925_411_794_167_3
  /// The first bucket holds whatever is not above `lowest`.
  package static let bucketCount = 6 * perDecade + 1

  /// The decades that hold the counts and `objective`: the buckets to draw and the ends of the axis. The
  /// fastest half per cent may fall below; the slowest request never falls above.
  ///
  /// - Parameter totals: a count a bucket.
  package static func crop(_ totals: [Int], objective: Double?) -> Crop {
    let used = totals.indices.filter { totals[$0] > 0 }
    let few = totals.reduce(0, +) / 200
    var below = 0
    let lowest = used.first { bucket in
      below += totals[bucket]
      return below > few
    }
    var first = max(0, ((lowest ?? perDecade) - 1) / perDecade)
    var last = ((used.last ?? 3 * perDecade) + perDecade - 1) / perDecade
    if let objective {
      let decade = self.decade(of: objective)
      first = min(first, decade)
      last = max(last, decade + 1)
    }
    last = min(max(last, first + 2), 6)
    first = min(first, last - 2)
    return Crop(
      buckets: (first * perDecade + 1)..<(last * perDecade + 1), from: Self.lowest * power(first),
      to: Self.lowest * power(last))
  }

  /// Some whole decades of the scale.
  package struct Crop: Sendable, Equatable {
    package var buckets: Range<Int>
    /// Microseconds.
    package var from: Double
    package var to: Double

    /// How many powers of ten lie between a latency and the upper end.
    func decades(above latency: Double) -> Int {
      var count = 0
      var edge = to
      while edge > latency * 1.5 {
        edge /= 10
        count += 1
      }
      return count
    }
  }

  private static func decade(of latency: Double) -> Int {
    (0..<6).last { lowest * power($0) <= latency } ?? 0
  }

  private static func power(_ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { product, _ in product * 10 }
  }
}
