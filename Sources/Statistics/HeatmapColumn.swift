/// Where the buckets of sketches count in a heatmap whose cells have these upper edges.
///
/// A sketch's bucket counts where its middle lies. The lowest cell also holds whatever is below, the highest whatever is above:
/// what is added for a sketch adds up to its `count`.
package struct HeatmapColumn: Sendable {
  /// Upper edges, ascending.
  package let edges: [Double]
  /// The values up to which each cell really holds: the upper edge of the last bucket that counts in it, at most `DDSketch.alpha`
  /// away from `edges`. Ascending; a cell that no bucket counts in ends where the one before does.
  package let bounds: [Double]
  /// By a bucket's distance from the lowest of the domain, its cell and the first bucket of the next: a map of the whole domain
  /// costs less than looking for the cells of a thousand sketches.
  private let cells: [(cell: Int32, end: Int32)]

  /// - Precondition: 1 to 65,536 edges, ascending.
  package init(edges: [Double]) {
    precondition(!edges.isEmpty && edges.count <= 1 << 16, "a column has cells")
    self.edges = edges
    let domain = DDSketch.lowestIndex...DDSketch.highestIndex
    var cell = 0
    var cells = domain.map { index in
      while cell < edges.count - 1 && DDSketch.middle(of: index) > edges[cell] { cell += 1 }
      return (cell: Int32(cell), end: Int32(domain.upperBound + 1))
    }
    for position in cells.indices.dropLast().reversed() {
      let isLast = cells[position].cell != cells[position + 1].cell
      cells[position].end =
        isLast ? Int32(domain.lowerBound + position + 1) : cells[position + 1].end
    }
    self.cells = cells
    var last = [Int?](repeating: nil, count: edges.count)
    for (index, place) in zip(domain, cells) { last[Int(place.cell)] = index }
    var bounds: [Double] = []
    for index in last {
      bounds.append(index.map(DDSketch.upperEdge(of:)) ?? bounds.last ?? DDSketch.smallest)
    }
    // What lies above the highest edge counts below it as well.
    bounds[edges.count - 1] = max(bounds.dropLast().last ?? 0, edges[edges.count - 1])
    self.bounds = bounds
  }

  /// Adds the counts of a sketch, given as its bytes, to those of a column.
  ///
  /// - Precondition: a count an edge.
  /// - Returns: the sketch's largest value; nil where it is empty.
  /// - Throws: where the bytes are damaged; `counts` are as before.
  /// - Complexity: O(bytes).
  package func add(
    serialized bytes: Span<UInt8>, to counts: inout [Int]
  ) throws(DDSketch.DecodingFailure) -> Double? {
    precondition(edges.count == counts.count, "each cell has its count")
    var added = [Int](repeating: 0, count: counts.count)
    let content = try DDSketch.SerializedContent(bytes) { index in
      Int(cells[index - DDSketch.lowestIndex].end)
    } add: { index, sum in
      added[Int(cells[index - DDSketch.lowestIndex].cell)] += Int(sum)
    }
    added[0] += Int(content.zeros)
    guard content.count > 0 else { return nil }
    for cell in counts.indices { counts[cell] += added[cell] }
    return content.max
  }
}
