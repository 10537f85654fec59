/// The 100,000 heavy-tailed latencies of the golden folder, with what numpy and ddsketch say of them.
struct GoldenLatency {
  var values: [Double]
  var nearestRank: [(percentile: Double, value: Double)]
  var ddsketch: [(percentile: Double, value: Double)]

  static func load() throws -> GoldenLatency { try loaded.get() }

  private static let loaded = Result { try read() }

  private struct Expected: Decodable {
    struct Sketch: Decodable { var quantiles: [String: Double] }
    var nearestRank: [String: Double]
    var ddsketch: Sketch

    enum CodingKeys: String, CodingKey {
      case nearestRank = "percentiles_nearest_rank_inverted_cdf"
      case ddsketch = "ddsketch_alpha0.01"
    }
  }

  private static func read() throws -> GoldenLatency {
    let golden = Golden("latency")
    let expected = try golden.expected(Expected.self)
    return GoldenLatency(
      values: try golden.text("latency_us_100k.csv.gz").split(separator: "\n").compactMap {
        Double($0)
      },
      nearestRank: expected.nearestRank.map { (Double($0.key) ?? .nan, $0.value) },
      ddsketch: expected.ddsketch.quantiles.map { (Double($0.key) ?? .nan, $0.value) })
  }
}

/// A repeatable generator. Source: Steele, Lea, Flood 2014, doi:10.1145/2714064.2660195.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
