import Glibc
import Statistics

/// A repeatable source of chance that can be split: each run of each scenario has its own, whatever ran before.
///
/// Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", doi:10.1145/2714064.2660195.
struct SplittableRandom: RandomNumberGenerator {
  private let seed: UInt64
  private var generator: SplitMix64

  init(seed: UInt64) {
    self.seed = seed
    generator = SplitMix64(seed: seed)
  }

  /// The generator of a part of the work; the same for the same label.
  func split(_ label: UInt64) -> SplittableRandom {
    var child = SplittableRandom(seed: seed ^ (label &+ 1) &* 0xd134_2543_de82_ef95)
    return SplittableRandom(seed: child.next())
  }

  func split(_ label: String) -> SplittableRandom {
    split(label.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
  }

  mutating func next() -> UInt64 { generator.next() }

  /// In [0, 1).
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func isTrue(_ probability: Double) -> Bool { uniform() < probability }

  /// How many of `trials` coins fall.
  mutating func binomial(_ trials: Int, _ probability: Double) -> Int {
    guard probability > 0, trials > 0 else { return 0 }
    guard probability < 1 else { return trials }
    // From one success to the next, so that rare ones cost little.
    let logFailure = log1p(-probability)
    var (count, at) = (0, 0.0)
    while true {
      at += floor(log(1 - uniform()) / logFailure) + 1
      guard at <= Double(trials) else { return count }
      count += 1
    }
  }

  mutating func exponential(mean: Double) -> Double { -mean * log(1 - uniform()) }
}
