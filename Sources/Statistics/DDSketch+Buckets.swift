import Glibc

extension DDSketch {
  /// How many values lie above `low` and up to `high`, a sketch's bucket counted where its middle lies.
  ///
  /// Exact for edges that no value is within 1 % of.
  ///
  /// - Complexity: O(buckets).
  package func count(above low: Double, through high: Double) -> Int64 {
    var total: Int64 = low < 0 && high >= 0 ? zeros : 0
    for (position, bucket) in counts.enumerated() where bucket > 0 {
      let middle = Self.middle(of: firstIndex + position)
      if middle > low && middle <= high { total += bucket }
    }
    return total
  }

  /// Upper edges of `count` buckets, evenly spaced in the logarithm, from `lowest` through `highest`.
  ///
  /// - Precondition: 0 < `lowest` <= `highest` and `count` >= 1.
  package static func edges(from lowest: Double, through highest: Double, count: Int) -> [Double] {
    precondition(count >= 1 && lowest > 0 && lowest <= highest, "edges ascend from above zero")
    guard count > 1 else { return [highest] }
    let step = log(highest / lowest) / Double(count - 1)
    return (0..<count).map { position in
      position == count - 1 ? highest : lowest * exp(step * Double(position))
    }
  }
}
