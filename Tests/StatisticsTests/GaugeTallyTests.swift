import Testing

@testable import Statistics

struct GaugeTallyTests {
  private static let core = GaugeTally.Key(1, part: "0")
  private static let disk = GaugeTally.Key(5)

  private static func tally(_ values: [Double], _ key: GaugeTally.Key = core) -> GaugeTally {
    var tally = GaugeTally()
    for value in values { tally.add(value, to: key) }
    return tally
  }

  @Test func `a tally knows how often, the mean and the extremes`() {
    let reading = Self.tally([0.25, 0.75, 0.5, .nan, .infinity]).readings[Self.core]
    #expect(reading?.count == 3 && reading?.mean == 0.5)
    #expect(reading?.least == 0.25 && reading?.most == 0.75)
  }

  @Test func `tallies merge in any order, and gauges of one side alone stay`() {
    var left = Self.tally([1, 2, 3])
    left.add(9e11, to: Self.disk)
    let right = Self.tally([10])
    var (one, other) = (left, right)
    one.merge(right)
    other.merge(left)
    #expect(one == other)
    #expect(one.readings[Self.core]?.mean == 4 && one.readings[Self.core]?.most == 10)
    #expect(one.readings[Self.disk]?.count == 1)
  }

  @Test func `what was written is read, to seven digits`() throws {
    var tally = Self.tally([0.1, 0.2, 0.9])
    tally.add(123_456_789_012, to: Self.disk)
    tally.add(7, to: GaugeTally.Key(11, part: "fraud 31"))
    let bytes = tally.serialized()
    #expect(bytes.count < 80)
    let read = try GaugeTally(serialized: bytes)
    #expect(read.readings.keys == tally.readings.keys)
    for (key, reading) in tally.readings {
      let found = try #require(read.readings[key])
      #expect(found.count == reading.count)
      for (a, b) in [
        (found.mean, reading.mean), (found.least, reading.least), (found.most, reading.most),
      ] { #expect(abs(a - b) <= 1e-7 * abs(b)) }
    }
    #expect(try GaugeTally(serialized: GaugeTally().serialized()) == GaugeTally())
  }

  @Test func `damage is noticed, wherever it is`() {
    let bytes = Self.tally([0.1, 0.2]).serialized()
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x10
      #expect(throws: SealedBytes.Failure.self) { try GaugeTally(serialized: damaged) }
      #expect(throws: SealedBytes.Failure.self) {
        try GaugeTally(serialized: Array(bytes.prefix(index)))
      }
    }
  }

  @Test func `gauges past the bound are left out`() {
    var tally = GaugeTally()
    for part in 0..<2_000 { tally.add(1, to: GaugeTally.Key(11, part: "\(part)")) }
    #expect(tally.readings.count == 1_024)
  }
}
