/// How many values fell into each cell of a feature's `FrozenBins`.
///
/// Counts of two windows on the same bins merge by adding, in any order, and nothing is lost.
package struct BinCounts: Sendable, Equatable {
  package private(set) var counts: [Int64]

  package init(cells: Int) { counts = Array(repeating: 0, count: cells) }

  package init(_ bins: FrozenBins) { self.init(cells: bins.cellCount) }

  init(counts: [Int64]) { self.counts = counts }

  /// - Precondition: `cell` is one of the bins'.
  /// - Complexity: O(1).
  package mutating func add(_ cell: Int, count: Int64 = 1) { counts[cell] += count }

  /// Adds all that `other` has counted.
  ///
  /// - Precondition: both have been counted on the same bins.
  /// - Complexity: O(cells).
  package mutating func merge(_ other: BinCounts) {
    precondition(counts.count == other.counts.count, "only counts on the same bins add up")
    for cell in counts.indices { counts[cell] += other.counts[cell] }
  }

  package var total: Int64 { counts.reduce(0, +) }
  package var missing: Int64 { counts[FrozenBins.missingCell] }
  package var wrongType: Int64 { counts[FrozenBins.wrongTypeCell] }

  package var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }

  /// The bins alone, in their order.
  var bins: ArraySlice<Int64> { counts[FrozenBins.specialCount...] }
}

extension BinCounts {
  private static let formatVersion: UInt8 = 1
  /// More than any feature's bins have.
  private static let cellsMax = 4_096

  /// The counts as bytes: about 50 for a numeric feature and a thousand rows.
  ///
  /// Format: sealed bytes of version 1; varint number of cells, then a varint for each.
  ///
  /// - Complexity: O(cells).
  package func serialized() -> [UInt8] {
    var writer = SealedBytes.Writer(version: Self.formatVersion, capacity: 8 + 3 * counts.count)
    writer.append(UInt64(counts.count))
    for count in counts { writer.append(UInt64(count)) }
    return writer.sealed()
  }

  /// Reads what `serialized` wrote.
  ///
  /// - Complexity: O(bytes).
  package init(serialized bytes: [UInt8]) throws(SealedBytes.Failure) {
    var reader = try SealedBytes.Reader(bytes, version: Self.formatVersion)
    let cells = try reader.varint()
    guard cells >= UInt64(FrozenBins.specialCount), cells <= UInt64(Self.cellsMax) else {
      throw .malformed
    }
    var counts: [Int64] = []
    counts.reserveCapacity(Int(cells))
    var total: Int64 = 0
    for _ in 0..<cells {
      let count = try reader.count()
      let (sum, overflow) = total.addingReportingOverflow(count)
      guard !overflow else { throw .malformed }
      total = sum
      counts.append(count)
    }
    try reader.finish()
    self.init(counts: counts)
  }
}

extension BinCounts: Codable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(counts)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let counts = try container.decode([Int64].self)
    var total: Int64 = 0
    for count in counts {
      let (sum, overflow) = total.addingReportingOverflow(count)
      guard count >= 0, !overflow else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "counts are not negative and have a sum")
      }
      total = sum
    }
    self.init(counts: counts)
  }
}
