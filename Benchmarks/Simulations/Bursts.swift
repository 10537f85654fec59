/// Outages that both arms share: 2 to 60 seconds in which 20 to 100 % fail.
struct Bursts {
  private let every: Double?
  private var begin: Double
  private var end = 0.0
  private var failing = 0.0

  /// - Parameter every: the mean of the seconds between two; nil: there are none.
  init(every: Double?, _ random: inout SplittableRandom) {
    self.every = every
    begin = every.map { random.exponential(mean: $0) } ?? .infinity
  }

  /// The share of requests that fails by an outage in this second.
  mutating func failing(at second: Int, _ random: inout SplittableRandom) -> Double {
    let now = Double(second)
    if let every, now >= begin {
      end = now + 2 + 58 * random.uniform()
      failing = 0.2 + 0.8 * random.uniform()
      begin = end + random.exponential(mean: every)
    }
    return now < end ? failing : 0
  }
}
