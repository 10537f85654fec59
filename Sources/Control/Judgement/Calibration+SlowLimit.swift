import Domain
import Statistics
import Storage

/// What was slow where no objective says it.
extension Calibration {
  /// The minutes of a champion, slow above the p99 of its first answers, as a live comparison takes and keeps it (`SlowLimit`).
  /// Those that are needed for it are left out.
  ///
  /// - Parameter counts: oldest first.
  /// - Returns: nil where there are too few answers for a limit.
  func minutesAboveOwnP99(
    _ counts: [MinuteCounts], of version: ModelVersion
  ) throws(StorageError) -> [ExperimentCalibration.Minute]? {
    var first = Array(repeating: 0, count: Self.latencyBuckets)
    var limit: Int?
    var minutes: [ExperimentCalibration.Minute] = []
    for (minute, latencies) in try latencies(counts, of: version) {
      if let limit {
        var replayed = ExperimentCalibration.Minute(minute)
        replayed.slow = Int64(latencies[(limit + 1)...].reduce(0, +))
        minutes.append(replayed)
        continue
      }
      for (bucket, count) in latencies.enumerated() { first[bucket] += count }
      limit = Self.p99Bucket(first)
    }
    return limit == nil ? nil : minutes
  }

  /// The lowest bucket above which at most a hundredth of the answers lie; nil of fewer than a limit is made of.
  static func p99Bucket(_ counts: [Int]) -> Int? {
    let total = counts.reduce(0, +)
    guard total >= SlowLimit.leastAnswers else { return nil }
    var above = total
    return counts.firstIndex { count in
      above -= count
      return above * 100 <= total
    }
  }

  /// Each 1.6 % wide, from 10 us to a minute.
  private static let latencyBuckets = 1_000

  /// Each minute with its answers by latency. A question is for so many minutes at most as are replayed.
  private func latencies(
    _ counts: [MinuteCounts], of version: ModelVersion
  ) throws(StorageError) -> [(MinuteCounts, [Int])] {
    var found: [(MinuteCounts, [Int])] = []
    var rest = counts[...]
    while let first = rest.first?.minute {
      let part = rest.prefix { $0.minute < first + Int64(Self.minutesReplayed) * 60 }
      rest = rest.dropFirst(part.count)
      let end = (part.last?.minute ?? first) + 60
      let map = try metrics.heatmap(
        HeatmapQuery(
          model: version.model, version: version.version,
          window: Window(from: first, to: end, step: 60), bucketCount: Self.latencyBuckets,
          lowest: 10, highest: 60_000_000))
      found += part.map { ($0, map.counts[Int(($0.minute - first) / 60)]) }
    }
    return found
  }
}
