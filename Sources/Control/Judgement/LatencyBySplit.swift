import Statistics

/// How long both arms took under each split, lately: pooled over splits that changed, one arm's slow hours would be compared
/// with the other's quick ones.
struct LatencyBySplit: Sendable, Equatable {
  /// Shares that are remembered apart.
  static let splitsMax = 8

  struct Split: Sendable, Equatable {
    /// The challenger's.
    var share: Double
    /// In microseconds.
    var sketches: ByArm<DDSketch>
  }

  /// The newest last.
  private(set) var splits: [Split] = []

  init() {}

  mutating func add(_ latency: DDSketch, _ arm: Arm, share: Double) {
    let found = splits.firstIndex { $0.share == share }
    var split =
      found.map { splits.remove(at: $0) }
      ?? Split(share: share, sketches: ByArm(champion: DDSketch(), challenger: DDSketch()))
    split.sketches[arm].merge(latency)
    if splits.count == Self.splitsMax { splits.removeFirst() }
    splits.append(split)
  }

  /// At the 99th percentile, under the split with most of the challenger's requests: never over several.
  var difference: QuantileDifference? {
    splits.filter { !$0.sketches.champion.isEmpty && !$0.sketches.challenger.isEmpty }
      .max { $0.sketches.challenger.count < $1.sketches.challenger.count }
      .flatMap { QuantileDifference($0.sketches, q: 0.99) }
  }
}
