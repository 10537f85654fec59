import Foundation
import Statistics

/// How long both arms took under each split, lately: pooled over splits that changed, one arm's slow hours would be compared
/// with the other's quick ones.
struct LatencyBySplit: Sendable, Equatable, Codable {
  /// Shares that are remembered apart.
  static let splitsMax = 8

  struct Split: Sendable, Equatable, Codable {
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

  /// The champion's under all splits that are remembered.
  var champion: DDSketch {
    splits.reduce(into: DDSketch()) { $0.merge($1.sketches.champion) }
  }

  /// At the 99th percentile, under the split with most of the challenger's requests: never over several.
  var difference: QuantileDifference? {
    splits.filter { !$0.sketches.champion.isEmpty && !$0.sketches.challenger.isEmpty }
      .max { $0.sketches.challenger.count < $1.sketches.challenger.count }
      .flatMap { QuantileDifference($0.sketches, q: 0.99) }
  }
}

/// Sketches stand as their bytes.
extension LatencyBySplit.Split {
  private enum CodingKeys: String, CodingKey { case share, champion, challenger }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func sketch(_ key: CodingKeys) throws -> DDSketch {
      try DDSketch(serialized: [UInt8](try container.decode(Data.self, forKey: key)))
    }
    share = try container.decode(Double.self, forKey: .share)
    sketches = ByArm(champion: try sketch(.champion), challenger: try sketch(.challenger))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(share, forKey: .share)
    try container.encode(Data(sketches.champion.serialized()), forKey: .champion)
    try container.encode(Data(sketches.challenger.serialized()), forKey: .challenger)
  }
}
