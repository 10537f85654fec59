import Foundation
import Statistics
import Testing

struct FrozenBinsTests {
  private func numeric(_ values: [Double]) -> FeatureReference {
    var feature = FeatureValues(FeatureDeclaration(name: "x", kind: .numeric), seed: 7)
    for value in values { feature.add(value) }
    return feature.reference()
  }

  private func categorical(_ counts: [(String, Int)], windowRows: Int64 = 200) -> FeatureReference {
    var feature = FeatureValues(FeatureDeclaration(name: "x", kind: .categorical), seed: 7)
    for (level, count) in counts { for _ in 0..<count { feature.add(level) } }
    return feature.reference(windowRows: windowRows)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `a value falls above the edge before and up to its own`(seed: UInt64) {
    var random = SplitMix(state: seed)
    let values = (0..<1_000).map { _ in random.normal() }
    let bins = numeric(values).bins
    #expect(bins.edges.count == 19)
    #expect(bins.isDecile == (1..<20).map { $0 % 2 == 0 })
    for value in values + bins.edges {
      let bin = bins.cell(of: value) - FrozenBins.specialCount
      if bin > 0 { #expect(value > bins.edges[bin - 1]) }
      if bin < bins.edges.count { #expect(value <= bins.edges[bin]) }
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `counts on 20 bins merge to those on deciles`(seed: UInt64) {
    var random = SplitMix(state: seed)
    // Rounded, so that edges fall together.
    let values = (0..<700).map { _ in (random.normal() * 3).rounded() }
    let reference = numeric(values)
    var window = BinCounts(reference.bins)
    let current = (0..<900).map { _ in random.normal() * 4 }
    for value in current { window.add(reference.bins.cell(of: value)) }
    let edges = reference.bins.edges(at: .ten)
    let merged = reference.bins.merged(window, to: .ten).dropFirst(FrozenBins.specialCount)
    #expect(merged.count == edges.count + 1)
    for (bin, count) in merged.enumerated() {
      let low = bin > 0 ? edges[bin - 1] : -.infinity
      let high = bin < edges.count ? edges[bin] : .infinity
      #expect(count == current.count { $0 > low && $0 <= high })
    }
    #expect(reference.bins.merged(window, to: .twenty) == window.counts)
  }

  @Test func `what is no finite number has cells of its own`() {
    let bins = numeric([1, 2, 3, 4, 5]).bins
    #expect(bins.cell(of: .nan) == FrozenBins.nonFiniteCell)
    #expect(bins.cell(of: -.infinity) == FrozenBins.nonFiniteCell)
    #expect(bins.cell(of: "") == FrozenBins.missingCell)
    #expect(bins.cell(of: "red") == FrozenBins.wrongTypeCell)
    #expect(bins.cell(of: "3") == bins.cell(of: 3.0))
    #expect(bins.cell(of: "nan") == FrozenBins.nonFiniteCell)
  }

  @Test
  func
    `what lies beyond a constant, or beyond the end values of a discrete feature, is told apart`()
  {
    let constant = numeric(Array(repeating: 5, count: 300))
    #expect(constant.isConstant)
    #expect(constant.bins.binCount == 3)
    let five: Double = 5
    let cells = [five.nextDown, five, five.nextUp].map { constant.bins.cell(of: $0) }
    #expect(cells == [4, 5, 6])
    let flag = numeric((0..<400).map { Double($0 % 2) })
    #expect(!flag.isConstant)
    #expect(Set([-1, 0, 1, 2].map { flag.bins.cell(of: $0) }).count == 4)
    #expect(flag.counts.counts[flag.bins.cell(of: -1)] == 0)
    #expect(flag.counts.counts[flag.bins.cell(of: 2)] == 0)
  }

  @Test(arguments: [0.0, -0.0]) func `the two zeros are one value`(zero: Double) {
    let bins = numeric(Array(repeating: zero, count: 300) + [1, 2, 3]).bins
    #expect(bins.cell(of: 0.0) == bins.cell(of: -0.0))
    #expect(bins.cell(of: Double.leastNonzeroMagnitude) == bins.cell(of: 0) + 1)
    #expect(bins.cell(of: -Double.leastNonzeroMagnitude) == bins.cell(of: 0) - 1)
  }

  @Test func `levels too rare for a bin of their own share one, new ones are unseen`() {
    let reference = categorical([("a", 500), ("b", 480), ("c", 18), ("d", 2)])
    let bins = reference.bins
    #expect(bins.levels == ["a", "b"])
    #expect(bins.rareLevels == ["c", "d"])
    #expect(bins.cell(of: "c") == bins.cell(of: "d"))
    #expect(bins.cell(of: "e") == FrozenBins.unseenCell)
    #expect(bins.cell(of: 3) == FrozenBins.wrongTypeCell)
    #expect(reference.counts.counts == [0, 0, 0, 0, 500, 480, 20])
    // A window of a thousand rows is expected to have five and more of c.
    let fine = categorical([("a", 500), ("b", 480), ("c", 18), ("d", 2)], windowRows: 1_000)
    #expect(fine.bins.levels == ["a", "b", "c"])
  }

  @Test func `numbers find the levels that are written so`() {
    let bins = categorical([("0", 300), ("1", 300), ("10", 300)]).bins
    for number in [0, 1, 10] {
      #expect(bins.cell(of: Double(number)) == bins.cell(of: "\(number)"))
    }
    #expect(bins.cell(of: 2) == FrozenBins.unseenCell)
    #expect(bins.cell(of: .nan) == FrozenBins.nonFiniteCell)
  }

  @Test func `a level of any length is known by the begin of its name`() {
    let long = String(repeating: "ü", count: 10_000)
    let reference = categorical([(long, 150), ("b", 150)])
    #expect(reference.bins.levels.map(\.utf8.count).max() == 256)
    #expect(reference.bins.cell(of: long) >= FrozenBins.specialCount)
    #expect(reference.bins.cell(of: long + "?") == reference.bins.cell(of: long))
    #expect(reference.bins.cell(of: "?" + long) == FrozenBins.unseenCell)
  }

  @Test(arguments: [300, 5_000, 60_000])
  func `names that never come twice are expected not to`(rows: Int) throws {
    let reference = categorical((0..<rows).map { ("id-\($0)", 1) })
    #expect(reference.counts.counts[FrozenBins.unseenCell] == Int64(rows))
    #expect(reference.bins.rareLevels.count <= 1_000)
    var window = BinCounts(reference.bins)
    for row in 0..<1_000 { window.add(reference.bins.cell(of: "id-\(rows + row)")) }
    let comparison = try #require(DriftComparison(reference: reference, current: window))
    #expect(comparison.psi == 0)
    #expect(comparison.chiSquared.p == 1)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `of many names, seen and unseen are as many as the reference expects`(seed: UInt64) {
    var random = SplitMix(state: seed)
    // Level k with a probability that falls as 1/k, 20,000 of them.
    func level() -> String {
      "u\(Int(exp(Double.random(in: 0..<log(20_000), using: &random))))"
    }
    var feature = FeatureValues(FeatureDeclaration(name: "user", kind: .categorical), seed: 7)
    for _ in 0..<20_000 { feature.add(level()) }
    let reference = feature.reference()
    var window = BinCounts(reference.bins)
    for _ in 0..<20_000 { window.add(reference.bins.cell(of: level())) }
    for cell in [FrozenBins.unseenCell, reference.bins.cellCount - 1] {
      let (before, now) = (reference.counts.counts[cell], window.counts[cell])
      #expect(before > 1_000)
      #expect(abs(Double(now - before)) < 5 * Double(before + now).squareRoot())
    }
  }

  @Test func `a reference survives its JSON`() throws {
    var random = SplitMix(state: 3)
    for reference in [
      numeric((0..<500).map { _ in random.normal() }), numeric([0]), numeric([]),
      numeric([-.greatestFiniteMagnitude, .greatestFiniteMagnitude]),
      categorical([("a", 20), ("b,\"", 1)]), categorical([]),
    ] {
      let data = try JSONEncoder().encode(reference)
      #expect(data.count < 2_500)
      #expect(try JSONDecoder().decode(FeatureReference.self, from: data) == reference)
    }
  }

  @Test(arguments: [
    #"{"kind":"numeric","edges":[1,1],"deciles":[true,true]}"#,
    #"{"kind":"numeric","edges":[2,1],"deciles":[true,true]}"#,
    #"{"kind":"numeric","edges":[1,2],"deciles":[true]}"#,
    #"{"kind":"categorical","levels":["a"],"rareLevels":["a"]}"#,
    #"{"kind":"other"}"#,
  ])
  func `bins that cannot be are refused`(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(FrozenBins.self, from: Data(json.utf8))
    }
  }

  @Test func `a reference whose counts are not those of its bins is refused`() throws {
    let json = String(decoding: try JSONEncoder().encode(numeric([1, 2, 3])), as: UTF8.self)
    let broken = json.replacingOccurrences(of: #""counts":[0,"#, with: #""counts":[0,0,"#)
    #expect(broken != json)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(FeatureReference.self, from: Data(broken.utf8))
    }
    let negative = json.replacingOccurrences(of: #""counts":[0,"#, with: #""counts":[-1,"#)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(FeatureReference.self, from: Data(negative.utf8))
    }
  }
}

struct BinCountsTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `merged windows are one window of all`(seed: UInt64) {
    var random = SplitMix(state: seed)
    var whole = BinCounts(cells: 24)
    var parts = Array(repeating: BinCounts(cells: 24), count: 7)
    for index in 0..<3_000 {
      let cell = Int.random(in: 0..<24, using: &random)
      whole.add(cell)
      parts[index % 7].add(cell)
    }
    var merged = BinCounts(cells: 24)
    for part in parts.shuffled(using: &random) { merged.merge(part) }
    #expect(merged == whole)
    #expect(whole.total == 3_000)
    #expect(whole.missing == whole.counts[FrozenBins.missingCell])
  }

  @Test func `bytes give the same counts back, and any flipped bit is noticed`() throws {
    var random = SplitMix(state: 5)
    var counts = BinCounts(cells: 24)
    for cell in 0..<24 { counts.add(cell, count: Int64.random(in: 0...4_000, using: &random)) }
    let bytes = counts.serialized()
    #expect(bytes.count <= 60)
    #expect(try BinCounts(serialized: bytes) == counts)
    for position in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[position] ^= 1 << UInt8(bit)
        #expect(throws: SealedBytes.Failure.self) { try BinCounts(serialized: damaged) }
      }
      #expect(throws: SealedBytes.Failure.self) {
        try BinCounts(serialized: Array(bytes[..<position]))
      }
    }
  }

  @Test func `hostile content with a right checksum is refused, not trusted`() {
    func sealed(_ content: [UInt8]) -> [UInt8] {
      let checksum = CRC32.checksum(of: content.span)
      return content + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> UInt32(8 * $0)) }
    }
    let huge: [UInt8] = Array(repeating: 0xff, count: 8) + [0x7f]
    for content in [
      [1], [1, 0], [1, 3, 0, 0, 0], [1, 5, 0, 0, 0, 0], [1, 4, 0, 0, 0, 0, 0], [1] + huge,
      [1, 4] + huge + huge + [0, 0], [1, 4, 0, 0, 0] + Array(repeating: 0xff, count: 9) + [1],
    ] as [[UInt8]] {
      #expect(throws: SealedBytes.Failure.self) {
        try BinCounts(serialized: sealed(content))
      }
    }
    #expect(throws: SealedBytes.Failure.unknownVersion(2)) {
      try BinCounts(serialized: sealed([2, 4, 0, 0, 0, 0]))
    }
  }
}

struct FeatureValuesTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `sorting by bits is sorting by value`(seed: UInt64) {
    var random = SplitMix(state: seed)
    var values = (0..<20_000).map { _ in
      random.normal() * exp(Double.random(in: -600...600, using: &random))
    }
    values += [0, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude]
    var kept = FeatureValues(FeatureDeclaration(name: "x", kind: .numeric), seed: 1)
    for value in values { kept.add(value) }
    #expect(kept.sorted() == values.sorted())
  }

  @Test func `a sample of a long stream is uniform, repeatable, and knows how long the stream was`()
    throws
  {
    func sample(_ seed: UInt64) -> FeatureValues {
      var values = FeatureValues(
        FeatureDeclaration(name: "x", kind: .numeric), capacity: 10_000, seed: seed)
      for value in 0..<200_000 { values.add(Double(value)) }
      for _ in 0..<200_000 { values.addMissing() }
      return values
    }
    var values = sample(1)
    let sorted = values.sorted()
    #expect(sorted.count == 10_000)
    #expect(Set(sorted).count == 10_000)
    #expect(!values.isExact)
    #expect(values.rows == 400_000)
    // The mean of 10,000 uniform values lies within 5 of its standard errors.
    let mean = sorted.reduce(0, +) / 10_000
    #expect(abs(mean - 99_999.5) < 5 * 200_000 / (12.0 * 10_000).squareRoot())
    var again = sample(1)
    #expect(again.sorted() == sorted)
    var other = sample(2)
    #expect(other.sorted() != sorted)
    let reference = values.reference()
    #expect(reference.rows == 400_000)
    // Half of the rows are missing, of the sample as of the stream.
    #expect(reference.counts.missing == 10_000)
    #expect(reference.counts.total == 20_000)
    #expect(reference.spread?.mean == 99_999.5)
  }

  @Test func `rows of numbers make the same references as value by value`() {
    let features = [
      FeatureDeclaration(name: "x", kind: .numeric),
      FeatureDeclaration(name: "class", kind: .categorical, role: .predictedClass),
    ]
    var rows = ReferenceBuilder(features, seed: 4)
    var single = ReferenceBuilder(features, seed: 4)
    var random = SplitMix(state: 9)
    for index in 0..<1_500 {
      let value = random.normal()
      rows.add(row: [value, Double(index % 3)])
      single.add("\(value)", to: 0)
      single.add("\(index % 3)", to: 1)
    }
    rows.addMissing(to: 0)
    single.add("", to: 0)
    rows.addMissing(to: 1)
    single.addMissing(to: 1)
    #expect(rows.references() == single.references())
    #expect(rows.references()[1].bins.levels == ["0", "1", "2"])
    #expect(rows.references().map(\.warning) == [nil, nil])
  }
}
