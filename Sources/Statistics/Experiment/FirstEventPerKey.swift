/// Which keys have had an event: where routing sticks to keys, a key's later events are no new draws.
///
/// A key is counted once under each split, so that rates and intervals are those of keys, and is evidence once in the
/// whole experiment: it keeps its side as the challenger's share grows, so its event under the next split would be the
/// same draw counted again (Benchmarks/Simulations, "compare"). Once most
/// keys have had an event, as after an outage of everything, there is little evidence left to come; hard limits remain.
///
/// Bounded: when `capacity` keys are held, only every second key goes on being counted, chosen by a hash that has nothing
/// to do with routing; at the next time every fourth, and so on. What is counted stays a fair sample: evidence grows more
/// slowly, and is never wrong.
package struct FirstEventPerKey: Sendable, Equatable, Codable {
  package enum Kind: Int, Sendable {
    case request
    case error
    case slowRequest
    case label
    case wrongPrediction
    /// A request since there is a limit for slow ones, where it came later than the experiment.
    case answer
  }

  package enum Novelty: Sendable, Equatable {
    /// Not to be counted.
    case known
    /// Counted as a trial or an event, and no evidence.
    case newUnderSplit
    /// The key's first in the experiment: counted, and evidence.
    case new
  }

  private let capacity: Int
  /// By the key's hash, for each kind a byte: the number of the split under which it was last counted; 0: never.
  private var counted: [UInt64: UInt64] = [:]
  /// Shares by their number, from 1.
  private var shares: [Double] = []
  /// Keys are counted whose hash begins with so many zeros.
  private var halvings = 0

  /// - Parameter capacity: keys held at a time, some 30 bytes each.
  package init(capacity: Int = 32_768) {
    precondition(capacity >= 2, "a set that halves holds two")
    self.capacity = capacity
  }

  /// The share of the keys that is counted: 1 until `capacity` is reached, then 1/2, 1/4, ...
  package var sampledShare: Double { 1 / Double(1 << halvings) }

  /// Takes in an event of a key.
  ///
  /// - Parameter share: the challenger's, under which the key's request was routed.
  /// - Complexity: O(bytes of the key); when the set is full, O(capacity).
  package mutating func observe(_ kind: Kind, of key: String, share: Double) -> Novelty {
    observe(kind, ofHash: Self.hash(key.utf8), share: share)
  }

  /// - Parameter hash: of the key, by `hash`.
  package mutating func observe(_ kind: Kind, ofHash hash: UInt64, share: Double) -> Novelty {
    guard hash.leadingZeroBitCount >= halvings else { return .known }
    let splits = counted[hash]
    if splits == nil {
      while counted.count >= capacity { halve() }
      guard hash.leadingZeroBitCount >= halvings else { return .known }
    }
    let shift = UInt64(kind.rawValue * 8)
    let last = (splits ?? 0) >> shift & 0xff
    let split = number(of: share)
    guard last != split else { return .known }
    counted[hash] = (splits ?? 0) & ~(0xff << shift) | split << shift
    return last == 0 ? .new : .newUnderSplit
  }

  private mutating func number(of share: Double) -> UInt64 {
    if let index = shares.lastIndex(of: share) { return UInt64(index + 1) }
    // Of more splits than a byte can name, those beyond count as one.
    if shares.count < 254 { shares.append(share) }
    return UInt64(min(shares.count, 254))
  }

  private mutating func halve() {
    halvings += 1
    counted = counted.filter { $0.key.leadingZeroBitCount >= halvings }
  }

  /// FNV-1a, its bits mixed. Source: draft-eastlake-fnv; the mixer is SplitMix64's (doi:10.1145/2714064.2660195).
  package struct Hasher {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    package mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }

    package var hash: UInt64 { FirstEventPerKey.mixed(state) }
  }

  private static func mixed(_ bits: UInt64) -> UInt64 {
    var hash = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ hash >> 27) &* 0x94d0_49bb_1331_11eb
    return hash ^ hash >> 31
  }

  /// Of a key that is known by a number, as its place on routing's line: the number itself says where it is routed, and its
  /// leading bits may be the same for all.
  package static func hash(_ number: UInt64) -> UInt64 { mixed(number &+ 0x9e37_79b9_7f4a_7c15) }

  package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hasher = Hasher()
    for byte in bytes { hasher.add(byte) }
    return hasher.hash
  }
}
