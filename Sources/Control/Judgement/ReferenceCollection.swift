import Domain
import Foundation
import Statistics
import Storage

/// Rows of live traffic that become a version's reference: after a day, with all its hours, the final one.
struct ReferenceCollection: Sendable {
  /// Of a feature.
  private static let valuesKept = 20_000

  private var builder: ReferenceBuilder
  private(set) var declarations: [FeatureDeclaration]
  private(set) var rows: Int64 = 0
  /// Of traffic: a version that was asked for a minute, and again on the next day, has no day behind it.
  private(set) var seconds: Int64 = 0
  /// When the last rows came, or the server started; nil before the first.
  private var last: Int64?

  /// Seconds without a row that count as traffic all the same.
  static let longestGap: Int64 = 3_600

  init(_ declarations: [FeatureDeclaration]) {
    self.declarations = declarations
    builder = ReferenceBuilder(declarations, capacity: Self.valuesKept, seed: 1)
  }

  /// - Precondition: the sample has the columns of `declarations`.
  mutating func add(_ sample: FeatureSample, now: Int64) {
    seconds += min(max(0, now - (last ?? now)), Self.longestGap)
    last = now
    for (index, column) in sample.columns.enumerated() {
      switch column.values {
      case .numbers(let numbers):
        for number in numbers {
          if number.isNaN {
            builder.addMissing(to: index)
          } else {
            builder.add(number, to: index)
          }
        }
      case .texts(let texts):
        for text in texts { builder.add(text, to: index) }
      }
    }
    rows += Int64(sample.rows)
  }

  mutating func references() -> [FeatureReference] { builder.references() }

  /// The wall clock was set.
  mutating func clockMoved(by seconds: Int64) { last = last.map { $0 + seconds } }

  // MARK: Over a restart

  private struct Saved: Codable {
    var rows: Int64
    /// What lies between the end of one server and the start of the next is none of them.
    var seconds: Int64
    var features: [Data]
  }

  /// A property list: values stand in it as bytes.
  var saved: Data? {
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    return try? encoder.encode(
      Saved(
        rows: rows, seconds: seconds,
        features: builder.serialized().map { Data($0) }))
  }

  /// Goes on from what was saved; nil for other bytes, and for damaged ones.
  init?(saved data: Data, now: Int64) {
    guard let saved = try? PropertyListDecoder().decode(Saved.self, from: data),
      let builder = try? ReferenceBuilder(
        serialized: saved.features.map { [UInt8]($0) }, capacity: Self.valuesKept)
    else { return nil }
    self.builder = builder
    declarations = builder.declarations
    rows = saved.rows
    seconds = saved.seconds
    last = now
  }
}
