/// What is known of a feature in the window that is judged.
package struct FeatureWindow: Sendable, Equatable {
  /// On the bins of its reference; nil when the feature did not come at all.
  package var counts: BinCounts?
  /// Rows of the window, where `counts` are those of a sample.
  package var rows: Int64?
  /// Of the reference's time, the same weekday and hour; used when there are enough rows.
  package var seasonal: BinCounts?
  /// Of the values themselves, where they are at hand.
  package var distances: SampleDistances?

  package init(
    counts: BinCounts?, rows: Int64? = nil, seasonal: BinCounts? = nil,
    distances: SampleDistances? = nil
  ) {
    self.counts = counts
    self.rows = rows
    self.seasonal = seasonal
    self.distances = distances
  }
}
