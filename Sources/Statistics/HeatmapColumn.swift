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

  /// Adds the counts of a sketch, given as its bytes, to those of a column.
  ///
  /// - Precondition: a count an edge.
  /// - Returns: the sketch's largest value; nil where it is empty.
  /// - Throws: where the bytes are damaged; `counts` are as before.
  /// - Complexity: O(bytes).
  package func add(
    serialized bytes: [UInt8], to counts: inout [Int]
  ) throws(DDSketch.DecodingFailure) -> Double? {
    precondition(edges.count == counts.count, "each cell has its count")
    var content = try DDSketch.SerializedContent(bytes)
    var added = [Int](repeating: 0, count: counts.count)
    // Neighbours mostly fall into one cell: what is added to it stays in a register until the next begins.
    var (cell, sum) = (0, Int(content.zeros))
    let total = try content.buckets { index, count in
      let next = Int(cells[index - DDSketch.lowestIndex])
      if next != cell {
        added[cell] += sum
        (cell, sum) = (next, 0)
      }
      sum += Int(count)
    }
    added[cell] += sum
    guard total > 0 else { return nil }
    for cell in counts.indices { counts[cell] += added[cell] }
    return content.max
  }
}
