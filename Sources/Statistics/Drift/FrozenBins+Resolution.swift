/// How fine numeric bins are.
package enum BinResolution: Sendable, Equatable {
  /// Between deciles.
  case ten
  /// Between 20-quantiles: for windows that are large enough to fill them.
  case twenty

  /// Rows of a window from which on 20 bins are filled well enough.
  package static let rowsForTwenty: Int64 = 2_000

  package init(rows: Int64) { self = rows >= Self.rowsForTwenty ? .twenty : .ten }
}

extension FrozenBins {
  /// Counts cell by cell, numeric bins merged to what `resolution` asks for.
  ///
  /// - Precondition: a count for each cell.
  /// - Complexity: O(cells).
  package func merged(_ counts: BinCounts, to resolution: BinResolution) -> [Int64] {
    precondition(counts.counts.count == cellCount, "counts belong to these bins")
    guard kind == .numeric, resolution == .ten else { return counts.counts }
    var merged = Array(counts.counts[..<Self.specialCount])
    var isNew = true
    for bin in 0..<binCount {
      let count = counts.counts[Self.specialCount + bin]
      if isNew { merged.append(count) } else { merged[merged.count - 1] += count }
      isNew = bin < edges.count && isDecile[bin]
    }
    return merged
  }

  /// The edges that are left at `resolution`.
  package func edges(at resolution: BinResolution) -> [Double] {
    guard resolution == .ten else { return edges }
    return zip(edges, isDecile).compactMap { $1 ? $0 : nil }
  }
}
