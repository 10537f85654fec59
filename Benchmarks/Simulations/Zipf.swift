import Glibc

/// Sizes that fall with a power of the rank.
struct Zipf {
  private let cumulative: [Double]

  init(count: Int, exponent: Double) {
    var sum = 0.0
    cumulative = (1...count).map { rank in
      sum += pow(Double(rank), -exponent)
      return sum
    }
  }

  func draw(_ random: inout SplittableRandom) -> Int {
    let at = random.uniform() * (cumulative.last ?? 0)
    var (low, high) = (0, cumulative.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] <= at { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
