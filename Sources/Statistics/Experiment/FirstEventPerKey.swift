/// Which keys have had an event: where routing sticks to keys, a key's later events tell nothing new.
///
/// A key that fails again and again on the arm it was drawn for would count as many draws; so of each kind only its first
/// counts, in the whole experiment and not once a split: a key keeps its side as the challenger's share grows, and its
/// event under the next split would be the same draw counted again.
///
/// Bounded: when `capacity` keys are held, only every second key goes on being counted, chosen by a hash that has nothing
/// to do with routing; at the next time every fourth, and so on. What is counted stays a fair sample: evidence grows more
/// slowly, and is never wrong.
package struct FirstEventPerKey: Sendable, Equatable, Codable {
  package enum Kind: UInt8, Sendable {
    case request = 1
    case error = 2
    case wrongPrediction = 4
    case slowRequest = 8
  }

  private let capacity: Int
  /// By the key's hash, the kinds it has had.
  private var kinds: [UInt64: UInt8] = [:]
  /// Keys are counted whose hash begins with so many zeros.
  private var halvings = 0

  /// - Parameter capacity: keys held at a time, some 20 bytes each.
  package init(capacity: Int = 32_768) {
    precondition(capacity >= 2, "a set that halves holds two")
    self.capacity = capacity
  }

  /// The share of the keys that is counted: 1 until `capacity` is reached, then 1/2, 1/4, ...
  package var sampledShare: Double { 1 / Double(1 << halvings) }

  package var keyCount: Int { kinds.count }

  /// Whether this is the key's first event of its kind, and the key one of those that are counted.
  ///
  /// - Complexity: O(bytes of the key); when the set is full, O(capacity).
  package mutating func isFirst(_ kind: Kind, of key: String) -> Bool {
    isFirst(kind, ofHash: Self.hash(key.utf8))
  }

  /// - Parameter hash: of the key, by `hash`.
  package mutating func isFirst(_ kind: Kind, ofHash hash: UInt64) -> Bool {
    guard hash.leadingZeroBitCount >= halvings else { return false }
    let seen = kinds[hash, default: 0]
    guard seen & kind.rawValue == 0 else { return false }
    if seen == 0 {
      while kinds.count >= capacity { halve() }
      guard hash.leadingZeroBitCount >= halvings else { return false }
    }
    kinds[hash] = seen | kind.rawValue
    return true
  }

  private mutating func halve() {
    halvings += 1
    kinds = kinds.filter { $0.key.leadingZeroBitCount >= halvings }
  }

  /// FNV-1a, its bits mixed. Source: draft-eastlake-fnv; the mixer is SplitMix64's (doi:10.1145/2714064.2660195).
  package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ hash >> 30) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ hash >> 27) &* 0x94d0_49bb_1331_11eb
    return hash ^ hash >> 31
  }
}
