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
  /// By the key's hash, for each kind a byte: the number of the split under which it was last counted; 0: never. The two
  /// bytes beyond say where the key is (`Place`).
  private var counted: [UInt64: UInt64] = [:]
  /// Nil in what an older Vigia kept.
  private var strayed: StrayKeys?
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

  /// Keys that were at both arms, of those that are held.
  package var strays: StrayKeys { strayed ?? StrayKeys() }

  /// Notes at which arm a request of a key was.
  ///
  /// - Returns: false where the key was at the other arm before under the same share: whatever sent it there, it is no draw
  ///   of routing's, and is to be left out.
  /// - Complexity: as `observe`.
  package mutating func place(ofHash hash: UInt64, at arm: Arm, share: Double) -> Bool {
    guard let bits = held(hash) else { return true }
    var place = Place(bits)
    let split = number(of: share)
    defer { counted[hash] = place.stored(in: bits) }
    if place.split == split, place.arm == arm || place.arm == nil { return true }
    var strays = self.strays
    defer { strayed = strays }
    if place.split == split {
      if !place.isMixed { strays.mixed += 1 }
      place.isMixed = true
      strays.leftOut += 1
      return false
    }
    if let before = place.arm, before != arm {
      if !place.isMoved { strays.moved += 1 }
      place.isMoved = true
    }
    place.arm = arm
    place.split = split
    return true
  }

  /// Notes that the split drew for a key, whatever became of its request.
  ///
  /// - Returns: whether that is the key's first draw in the experiment.
  /// - Complexity: as `observe`.
  package mutating func draw(ofHash hash: UInt64) -> Bool {
    guard let bits = held(hash) else { return false }
    var place = Place(bits)
    guard !place.isDrawn else { return false }
    place.isDrawn = true
    counted[hash] = place.stored(in: bits)
    // What an older Vigia kept knows a key's first draw by its request alone.
    return bits & 0xff == 0
  }

  /// Whether a key was at the other arm under this share, so that what is known of it at `arm` is to be left out.
  package func isElsewhere(ofHash hash: UInt64, than arm: Arm, share: Double) -> Bool {
    guard let bits = counted[hash], let index = shares.lastIndex(of: share) else { return false }
    let place = Place(bits)
    return place.split == UInt64(index + 1) && place.arm.map { $0 != arm } ?? false
  }

  /// Where a key was last, in the upper sixteen bits of what is held of it.
  private struct Place {
    var split: UInt64
    var arm: Arm?
    var isMoved: Bool
    var isMixed: Bool
    var isDrawn: Bool

    init(_ bits: UInt64) {
      split = bits >> 56
      arm = [nil, .champion, .challenger, nil][Int(bits >> 48 & 3)]
      isMoved = bits >> 50 & 1 == 1
      isMixed = bits >> 51 & 1 == 1
      isDrawn = bits >> 52 & 1 == 1
    }

    func stored(in bits: UInt64) -> UInt64 {
      let number: UInt64 =
        switch arm {
        case .champion: 1
        case .challenger: 2
        case nil: 0
        }
      let flags = number | (isMoved ? 4 : 0) | (isMixed ? 8 : 0) | (isDrawn ? 16 : 0)
      return bits & 0xffff_ffff_ffff | flags << 48 | split << 56
    }
  }

  /// Takes in an event of a key.
  ///
  /// - Parameter share: the challenger's, under which the key's request was routed.
  /// - Complexity: O(bytes of the key); when the set is full, O(capacity).
  package mutating func observe(_ kind: Kind, of key: String, share: Double) -> Novelty {
    observe(kind, ofHash: Self.hash(key.utf8), share: share)
  }

  /// - Parameter hash: of the key, by `hash`.
  package mutating func observe(_ kind: Kind, ofHash hash: UInt64, share: Double) -> Novelty {
    guard let splits = held(hash) else { return .known }
    let shift = UInt64(kind.rawValue * 8)
    let last = splits >> shift & 0xff
    let split = number(of: share)
    guard last != split else { return .known }
    counted[hash] = splits & ~(0xff << shift) | split << shift
    return last == 0 ? .new : .newUnderSplit
  }

  /// What is held of a key, for which there is room then; nil: it is not one of those that are counted.
  private mutating func held(_ hash: UInt64) -> UInt64? {
    guard hash.leadingZeroBitCount >= halvings else { return nil }
    if let bits = counted[hash] { return bits }
    while counted.count >= capacity { halve() }
    return hash.leadingZeroBitCount >= halvings ? 0 : nil
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
