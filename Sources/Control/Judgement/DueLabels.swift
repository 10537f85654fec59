import Domain
import Foundation
import Statistics
import Storage

/// How much of what was predicted since a comparison began has its label, as far as that label is due: older than the
/// 95th percentile of the label delay that was seen.
///
/// Counts stand in stretches of prediction time, ten seconds each; when there are too many, two become one.
struct DueLabels: Sendable, Equatable {
  private struct Stretch: Equatable, Codable {
    var predicted: Int64 = 0
    var labelled: Int64 = 0
  }

  static let stretchesMax = 512

  private var width: Int64 = 10
  /// By their beginning.
  private var stretches: [Int64: Stretch] = [:]
  /// Seconds from an answer to its label.
  private var delay = DDSketch()

  mutating func predict(_ rows: Int64, at second: Int64) {
    guard rows > 0 else { return }
    stretches[floor(second), default: Stretch()].predicted += rows
    while stretches.count > Self.stretchesMax { widen() }
  }

  /// Labels of what was predicted at `second`; those of an earlier time than the first prediction are of no concern.
  mutating func label(_ rows: Int64, at second: Int64) {
    stretches[floor(second)]?.labelled += rows
  }

  mutating func add(delay other: DDSketch) { delay.merge(other) }

  /// The share that has its label; nil while no label is due.
  func completeness(now: Int64) -> Double? {
    guard let wait = delay.quantile(0.95) else { return nil }
    var due = Stretch()
    for (start, stretch) in stretches where Double(now - start - width) >= wait {
      due.predicted += stretch.predicted
      due.labelled += stretch.labelled
    }
    return due.predicted > 0 ? min(1, Double(due.labelled) / Double(due.predicted)) : nil
  }

  /// The clock that seconds are read from was set: what was predicted is not older for it.
  mutating func clockMoved(by seconds: Int64) {
    rebuild { $0 + seconds }
  }

  private mutating func widen() {
    width *= 2
    rebuild { $0 }
  }

  private mutating func rebuild(_ moved: (Int64) -> Int64) {
    let old = stretches
    stretches = [:]
    for (start, stretch) in old {
      stretches[floor(moved(start)), default: Stretch()].predicted += stretch.predicted
      stretches[floor(moved(start))]?.labelled += stretch.labelled
    }
  }

  private func floor(_ second: Int64) -> Int64 { second - (second % width + width) % width }
}

/// The sketch stands as its bytes.
extension DueLabels: Codable {
  private enum CodingKeys: String, CodingKey { case width, stretches, delay }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    // A width is divided by.
    width = max(1, try container.decode(Int64.self, forKey: .width))
    stretches = try container.decode([Int64: Stretch].self, forKey: .stretches)
    delay = try DDSketch(serialized: [UInt8](try container.decode(Data.self, forKey: .delay)))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(width, forKey: .width)
    try container.encode(stretches, forKey: .stretches)
    try container.encode(Data(delay.serialized()), forKey: .delay)
  }
}
