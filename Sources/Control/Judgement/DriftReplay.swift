import Statistics
import Storage

/// The windows that a `DriftWatch` would have judged, made again of stored minutes.
///
/// A live window ends in the second in which it is full, one of these at the end of that minute.
enum DriftReplay {
  /// - Parameters:
  ///   - minutes: of one version in any of its parts, oldest first; those on other bins than the reference's are left out.
  /// - Returns: oldest first, of each the features' counts; the last, which is not full, is left out.
  static func windows(
    of minutes: [(minute: Int64, counts: FeatureCounts)], _ reference: FrozenReference
  ) -> [[BinCounts]] {
    var windows: [[BinCounts]] = []
    var open: (from: Int64, end: Int64, counts: FeatureCounts)?
    func close(at time: Int64) {
      guard let window = open,
        DriftWatch.isFull(rows: window.counts.rows, seconds: time - window.from)
      else { return }
      windows.append(window.counts.features)
      open = nil
    }
    for (minute, counts) in minutes where fits(counts, reference) {
      // Parts of one minute belong together.
      if let end = open?.end, minute >= end { close(at: minute) }
      if open == nil {
        open = (minute, minute + 60, counts)
      } else {
        open?.counts.merge(counts)
        open?.end = minute + 60
      }
    }
    if let end = open?.end { close(at: end) }
    return windows
  }

  private static func fits(_ counts: FeatureCounts, _ reference: FrozenReference) -> Bool {
    counts.reference == reference.id && counts.features.count == reference.features.count
      && zip(counts.features, reference.features).allSatisfy {
        $0.counts.count == $1.bins.cellCount
      }
  }
}
