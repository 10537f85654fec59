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

  /// The counts behind one column of a heatmap: `counts[i]` of the values above `edges[i - 1]` and up to `edges[i]`.
  ///
  /// The first also holds whatever is below, the last whatever is above: the counts add up to `count`.
  ///
  /// - Parameter edges: upper edges, ascending.
  /// - Complexity: O(buckets + edges).
  package func counts(upTo edges: [Double]) -> [Int] {
    var columns = Array(repeating: 0, count: edges.count)
    addCounts(upTo: edges, to: &columns)
    return columns
  }

  /// Adds what `counts(upTo:)` gives to counts that are there already.
  ///
  /// - Precondition: a column an edge.
  package func addCounts(upTo edges: [Double], to columns: inout [Int]) {
    precondition(edges.count == columns.count, "each edge has its column")
    guard !edges.isEmpty else { return }
    columns[0] += Int(zeros)
    var column = 0
    for (position, bucket) in counts.enumerated() where bucket > 0 {
      let middle = Self.middle(of: firstIndex + position)
      while column < edges.count - 1 && middle > edges[column] { column += 1 }
      columns[column] += Int(bucket)
    }
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
