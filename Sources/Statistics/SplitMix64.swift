/// A repeatable stream of random numbers: the same seed gives the same ones, on every machine.
///
/// Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", doi:10.1145/2714064.2660195.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  /// From which the stream goes on: a seed for one that does.
  private(set) var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// Uniform, above 0 and below 1.
  package mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) / 0x1p53 }
}
