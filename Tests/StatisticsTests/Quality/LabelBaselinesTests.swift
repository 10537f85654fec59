import Statistics
import Testing

struct LabelBaselinesTests {
  @Test
  func `on the Electricity stream "as last time" is right 85.3 % of the time, the majority 57.5 %`()
    throws
  {
    let electricity = try Electricity.load()
    var baselines = LabelBaselines()
    for truth in electricity.truths { baselines.add(truth) }
    #expect(baselines.rows == 45_312)
    #expect(abs((baselines.noChangeAccuracy ?? 0) - electricity.noChangeAccuracy) < 1e-12)
    #expect(abs((baselines.majorityAccuracy ?? 0) - electricity.majorityAccuracy) < 1e-12)
    #expect(((baselines.noChangeAccuracy ?? 0) * 1_000).rounded() == 853)
  }

  @Test(arguments: [1, 7, 48, 1_344])
  func `stretches merged in their order are the whole`(length: Int) throws {
    let truths = Array(try Electricity.load().truths.prefix(5_000))
    var whole = LabelBaselines()
    for truth in truths { whole.add(truth) }
    let parts = stride(from: 0, to: truths.count, by: length).map { start in
      var part = LabelBaselines()
      for truth in truths[start..<min(start + length, truths.count)] { part.add(truth) }
      return part
    }
    var merged = LabelBaselines()
    for part in parts {
      merged.merge(following: part)
      merged.merge(following: LabelBaselines())
    }
    #expect(merged == whole)
    // Associative: right before left gives the same.
    var folded = parts[parts.count - 1]
    for part in parts.dropLast().reversed() {
      var earlier = part
      earlier.merge(following: folded)
      folded = earlier
    }
    #expect(folded == whole)
  }

  @Test func `without rows nothing is known, and one row has nothing before it`() {
    var baselines = LabelBaselines()
    #expect(baselines.noChangeAccuracy == nil)
    #expect(baselines.majorityAccuracy == nil)
    baselines.add("up")
    #expect(baselines.noChangeAccuracy == nil)
    #expect(baselines.majorityAccuracy == 1)
  }

  @Test func `truths without end cost no memory without end`() {
    var baselines = LabelBaselines()
    for number in 0..<10_000 { baselines.add("\(number % 5_000)") }
    for _ in 0..<300 { baselines.add("3") }
    #expect(baselines.classes.count == LabelBaselines.maxClasses)
    #expect(baselines.rows == 10_300)
    #expect(baselines.majorityAccuracy == 302.0 / 10_300)
    #expect(baselines.noChangeAccuracy == 299.0 / 10_299)
  }

  @Test func `bytes give the same baselines back, and damage is noticed`() throws {
    for truths in [[], ["up"], ["up", "up", "down"], ["", "ä\n", ""]] {
      var baselines = LabelBaselines()
      for truth in truths { baselines.add(truth) }
      let bytes = baselines.serialized()
      #expect(try LabelBaselines(serialized: bytes) == baselines)
      for position in bytes.indices {
        var damaged = bytes
        damaged[position] ^= 0x10
        #expect(throws: SealedBytes.Failure.self) { try LabelBaselines(serialized: damaged) }
        #expect(throws: SealedBytes.Failure.self) {
          try LabelBaselines(serialized: Array(bytes[..<position]))
        }
      }
    }
  }

  @Test func `hostile content with a right checksum is refused, not trusted`() {
    func sealed(_ content: [UInt8]) -> [UInt8] {
      let checksum = CRC32.checksum(of: content.span)
      return content + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> UInt32(8 * $0)) }
    }
    for content in [
      // More unchanged than pairs; more counted than rows; a class twice; a text beyond the end; text that is none.
      [1, 2, 2, 1, 1, 97, 2, 1, 97, 1, 97], [1, 2, 0, 1, 1, 97, 3, 1, 97, 1, 97],
      [1, 2, 0, 2, 1, 97, 1, 1, 97, 1, 1, 97, 1, 97], [1, 2, 0, 1, 200, 1, 97],
      [1, 1, 0, 1, 1, 0xff, 1, 1, 97, 1, 97], [1, 0, 0, 0, 1], [1, 1, 0, 0],
    ] as [[UInt8]] {
      #expect(throws: SealedBytes.Failure.self) {
        try LabelBaselines(serialized: sealed(content))
      }
    }
  }

  @Test func `long names are cut off, and those that begin alike stay apart`() throws {
    var baselines = LabelBaselines()
    let long = String(repeating: "ä", count: 1_000_000)
    for name in [long + "1", long + "2", long + "2"] { baselines.add(name) }
    #expect(baselines.rows == 3 && baselines.unchanged == 1)
    #expect(baselines.classes.values.sorted() == [1, 2])
    #expect(baselines.classes.keys.allSatisfy { $0.utf8.count <= LabelBaselines.longestName })
    #expect(try LabelBaselines(serialized: baselines.serialized()) == baselines)
  }
}
