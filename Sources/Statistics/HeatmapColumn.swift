/// Where the buckets of sketches count in a heatmap whose cells have these upper edges.
///
/// A sketch's bucket counts where its middle lies. The lowest cell also holds whatever is below, the highest whatever is above:
/// what is added for a sketch adds up to its `count`.
package struct HeatmapColumn: Sendable {
  /// Upper edges, ascending.
  package let edges: [Double]
  /// By a bucket's distance from the lowest of the domain: a map of the whole domain costs less than looking for the cells of
  /// a thousand sketches.
  private let cells: [UInt16]

  /// - Precondition: 1 to 65,536 edges, ascending.
  package init(edges: [Double]) {
    precondition(!edges.isEmpty && edges.count <= 1 << 16, "a column has cells")
    self.edges = edges
    var cell = 0
    cells = (DDSketch.lowestIndex...DDSketch.highestIndex).map { index in
      while cell < edges.count - 1 && DDSketch.middle(of: index) > edges[cell] { cell += 1 }
      return UInt16(cell)
    }
  }

  /// Adds the counts of `sketch` to those of a column.
  ///
  /// - Precondition: a count an edge.
  /// - Complexity: O(buckets).
  package func add(_ sketch: DDSketch, to counts: inout [Int]) {
    precondition(edges.count == counts.count, "each cell has its count")
    counts[0] += Int(sketch.zeros)
    var position = sketch.firstIndex - DDSketch.lowestIndex
    for bucket in sketch.counts {
      counts[Int(cells[position])] += Int(bucket)
      position += 1
    }
  }
}
