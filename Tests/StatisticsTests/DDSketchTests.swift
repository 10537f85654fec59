import Foundation
import Statistics
import Testing

struct DDSketchTests {
  @Test func `every percentile of the golden latencies is within one percent of the exact one`()
    throws
  {
    let golden = try GoldenLatency.load()
    var sketch = DDSketch()
    for value in golden.values { sketch.add(value) }
    for (percentile, exact) in golden.nearestRank {
      let estimate = try #require(sketch.quantile(percentile / 100))
      #expect(abs(estimate - exact) <= 0.01 * exact, "p\(percentile)")
    }
    for (percentile, reference) in golden.ddsketch where percentile < 100 {
      let estimate = try #require(sketch.quantile(percentile / 100))
      #expect(abs(estimate - reference) <= 1e-9 * reference, "p\(percentile)")
    }
    #expect(sketch.count == 100_000)
    #expect(sketch.min == 2_677)
    #expect(sketch.max == 34_859_545)
    #expect(sketch.sum == 2_616_211_294)
  }

  @Test func `merged shards equal one sketch of all, in any order`() throws {
    let golden = try GoldenLatency.load()
    var whole = DDSketch()
    var shards = Array(repeating: DDSketch(), count: 10)
    for (position, value) in golden.values.enumerated() {
      whole.add(value)
      shards[position % 10].add(value)
    }
    var forward = DDSketch()
    for shard in shards { forward.merge(shard) }
    var backward = DDSketch()
    for shard in shards.reversed() { backward.merge(shard) }
    #expect(forward == whole)
    #expect(backward == whole)
  }

  @Test(arguments: [1, 2, 3, 4])
  func `a quantile is within one percent of the value at floor of q times n minus one`(seed: UInt64)
    throws
  {
    var generator = SplitMix(state: seed)
    let values = (0..<500).map { _ in
      exp(Double.random(in: -6...25, using: &generator))
    }
    var sketch = DDSketch()
    for value in values { sketch.add(value) }
    let sorted = values.sorted()
    for q in stride(from: 0.0, through: 1.0, by: 0.01) {
      let exact = sorted[Int((q * 499).rounded(.down))]
      let estimate = try #require(sketch.quantile(q))
      #expect(abs(estimate - exact) <= 0.010_000_001 * exact, "q \(q)")
    }
  }

  @Test(arguments: [
    (1, 0.5, 1), (2, 0.5, 1), (3, 0.5, 2), (10, 0.99, 10), (100, 0.07, 7), (100, 0.99, 99),
    (101, 0.99, 100), (1_000, 0.999, 999), (1_001, 0.999, 1_000), (5, 0, 1), (5, 1, 5),
  ])
  func `the nearest rank of n values is ceil of q times n`(_ n: Int, _ q: Double, _ place: Int)
    throws
  {
    var sketch = DDSketch()
    // Far enough apart that each has a bucket of its own.
    for value in 1...n { sketch.add(0.01 * pow(1.03, Double(value))) }
    let exact = 0.01 * pow(1.03, Double(place))
    #expect(abs(try #require(sketch.nearestRank(q)) - exact) <= 0.01 * exact)
    #expect(DDSketch().nearestRank(q) == nil)
  }

  @Test func `an empty sketch has no quantile and merging it changes nothing`() {
    var sketch = DDSketch()
    #expect(sketch.quantile(0.5) == nil)
    #expect(sketch.min == nil)
    sketch.add(5, count: 0)
    #expect(sketch.isEmpty)
    sketch.add(5)
    let before = sketch
    sketch.merge(DDSketch())
    #expect(sketch == before)
  }

  @Test func `values outside of the domain are counted at its ends`() {
    var sketch = DDSketch()
    sketch.add(-3)
    sketch.add(0)
    sketch.add(.nan)
    sketch.add(.infinity)
    sketch.add(1e300)
    #expect(sketch.count == 4)
    #expect(sketch.quantile(0) == 0)
    #expect(sketch.quantile(0.4) == 0)
    #expect(sketch.min == 0)
    #expect(sketch.quantile(1) == .greatestFiniteMagnitude)
  }

  @Test func `a hundred values at once count as a hundred`() {
    var many = DDSketch()
    many.add(1_500, count: 100)
    #expect(many.count == 100)
    #expect(many.sum == 150_000)
    #expect(many.quantile(0.99) == 1_500)
  }

  @Test func `heatmap columns add up to the count`() throws {
    let golden = try GoldenLatency.load()
    var sketch = DDSketch()
    for value in golden.values { sketch.add(value) }
    sketch.add(0)
    let edges = DDSketch.edges(from: 1_000, through: 1_000_000, count: 24)
    #expect(edges.first == 1_000)
    #expect(edges.last == 1_000_000)
    var columns = Array(repeating: 0, count: 24)
    let column = HeatmapColumn(edges: edges)
    let bytes = sketch.serialized()
    #expect(try column.add(serialized: bytes.span, to: &columns) == sketch.max)
    #expect(columns.reduce(0, +) == 100_001)
    let before = columns
    #expect(try column.add(serialized: DDSketch().serialized().span, to: &columns) == nil)
    #expect(throws: DDSketch.DecodingFailure.self) {
      try column.add(serialized: Array(bytes.dropLast()).span, to: &columns)
    }
    #expect(columns == before)
    #expect(columns[0] == 1)
    for (cell, count) in columns.enumerated().dropFirst().dropLast() {
      #expect(Int64(count) == sketch.count(above: edges[cell - 1], through: edges[cell]))
    }
    for (cell, count) in columns.enumerated() {
      let above = cell == 0 ? -.infinity : column.bounds[cell - 1]
      let upTo = cell == 23 ? .infinity : column.bounds[cell]
      let held = (golden.values + [0]).count { $0 > above && $0 <= upTo }
      #expect(count == held, "exactly what lies in (\(above), \(upTo)]")
      #expect(abs(column.bounds[cell] / edges[cell] - 1) < 0.0101)
    }
    let above = sketch.count(above: 1_000_000, through: .infinity)
    #expect(above >= golden.values.count { $0 > 1_010_000 })
    #expect(above <= golden.values.count { $0 > 990_000 })
    let between = sketch.count(above: 10_000, through: 20_000)
    #expect(between >= golden.values.count { $0 > 10_100 && $0 <= 19_800 })
    #expect(between <= golden.values.count { $0 > 9_900 && $0 <= 20_200 })
    #expect(sketch.count(above: -1, through: 0) == 1)
  }
}

struct DDSketchBytesTests {
  @Test(arguments: [0, 1, 10, 100, 1_000, 10_000, 100_000])
  func `bytes give the same sketch back`(count: Int) throws {
    let golden = try GoldenLatency.load()
    var sketch = DDSketch()
    for value in golden.values.prefix(count) { sketch.add(value) }
    let bytes = sketch.serialized()
    #expect(try DDSketch(serialized: bytes) == sketch)
    #expect(bytes.count <= 1_000)
  }

  @Test func `bytes of the first format are read as they were meant`() throws {
    let first = "AQTNzMzMzE/dQAAAAAAAAAAAAAAAAAAAWUADqgMCAgGUAawCc3zWhQ=="
    var sketch = DDSketch()
    sketch.add(0, count: 4)
    sketch.add(100, count: 300)
    sketch.add(5, count: 2)
    sketch.add(5.2)
    let bytes = [UInt8](try #require(Data(base64Encoded: first)))
    #expect(try DDSketch(serialized: bytes) == sketch)
    #expect(sketch.serialized().first == 2)
  }

  @Test func `any flipped bit is noticed`() throws {
    var sketch = DDSketch()
    for value in 1...50 { sketch.add(Double(value * value)) }
    let bytes = sketch.serialized()
    for position in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[position] ^= 1 << UInt8(bit)
        #expect(throws: DDSketch.DecodingFailure.self) { try DDSketch(serialized: damaged) }
      }
    }
    for length in bytes.indices {
      #expect(throws: DDSketch.DecodingFailure.self) {
        try DDSketch(serialized: Array(bytes[..<length]))
      }
    }
  }

  @Test func `hostile content with a right checksum is refused, not trusted`() {
    func sealed(_ content: [UInt8]) -> [UInt8] {
      let checksum = CRC32.checksum(of: content.span)
      return content + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> UInt32(8 * $0)) }
    }
    let head: [UInt8] = [1, 0] + Array(repeating: 0, count: 24)
    let huge: [UInt8] = Array(repeating: 0xff, count: 9) + [0x01]
    for content in [
      [1], head, head + [5], head + huge, head + [1] + huge + [1], head + [1, 3] + huge,
      head + [1, 3, 0], head + [2, 3, 1, 0, 1], head + [0, 7],
    ] {
      #expect(throws: DDSketch.DecodingFailure.self) { try DDSketch(serialized: sealed(content)) }
    }
    // Of the second format: 1,729 buckets at most, the first and the last not empty.
    let second: [UInt8] = [2, 0] + Array(repeating: 0, count: 24)
    #expect(throws: Never.self) {
      try DDSketch(serialized: sealed(second + [4, 3, 1, 0, 2, 1]))
    }
    for content in [
      second, second + [1], second + [1, 3], second + huge + [3], second + [1] + huge + [1],
      second + [3, 0xc0, 0x0d, 1, 1, 1], second + [2, 3, 0, 1, 1], second + [2, 3, 1, 0, 1],
      second + [4, 3, 1, 0, 3, 1], second + [4, 3, 1, 0, 0, 1], second + [2, 3, 1] + huge,
      second + [2, 3, 1, 1, 1], second + [4, 3, 1, 0] + huge + [1],
    ] {
      #expect(throws: DDSketch.DecodingFailure.self) { try DDSketch(serialized: sealed(content)) }
    }
    #expect(throws: DDSketch.DecodingFailure.unknownVersion(9)) {
      try DDSketch(serialized: sealed([9, 0]))
    }
  }

  @Test func `the checksum is that of gzip`() {
    #expect(CRC32.checksum(of: Array("123456789".utf8).span) == 0xcbf4_3926)
  }
}
