import Statistics
import Testing

struct QualitySketchTests {
  /// One of each kind, of `rows` rows.
  private static func sketches(rows: Int, seed: UInt64 = 3) -> [QualitySketch] {
    var generator = SplitMix(state: seed)
    var binary = BinaryQuality()
    var several = MulticlassQuality()
    var regression = RegressionQuality()
    for _ in 0..<rows {
      let score = Double.random(in: 0...1, using: &generator)
      let truth = Double.random(in: 0...1, using: &generator)
      binary.add(probability: score * score, isPositive: truth < score)
      several.add(
        probabilities: [score / 2, 1 - score, score / 2], truth: truth < score ? 0 : 1)
      regression.add(predicted: score, truth: truth)
    }
    return [.binary(binary), .multiclass(several), .regression(regression)]
  }

  @Test(arguments: [0, 1, 100, 10_000])
  func `bytes give the same sketch back`(rows: Int) throws {
    for sketch in Self.sketches(rows: rows) {
      let bytes = sketch.serialized()
      #expect(try QualitySketch(serialized: bytes) == sketch)
      #expect(bytes.count <= (rows > 100 ? 800 : 450))
    }
  }

  @Test(arguments: [(version: 1, missing: 15 + 1), (version: 2, missing: 1)])
  func `what was written before there were confidences or ranks is read without them`(
    format: (version: UInt8, missing: Int)
  ) throws {
    var quality = MulticlassQuality()
    for _ in 0..<9 { quality.add(probabilities: [], truth: 1, isCorrect: true) }
    let sketch = QualitySketch.multiclass(quality)
    // The first format ends where the bins of confidence begin, which are all empty here, the second before the classes.
    var bytes = Array(sketch.serialized().dropLast(4 + format.missing))
    bytes[0] = format.version
    let checksum = CRC32.checksum(of: bytes.span)
    bytes += stride(from: UInt32(0), to: 32, by: 8).map {
      UInt8(truncatingIfNeeded: checksum >> $0)
    }
    #expect(try QualitySketch(serialized: bytes) == sketch)
  }

  @Test func `merging is counting all at once, in any order`() {
    let parts = (0..<8).map { Self.sketches(rows: 50, seed: $0) }
    for kind in 0..<3 {
      var forward = parts[0][kind]
      let merged = parts.dropFirst().map { forward.merge($0[kind]) }
      #expect(!merged.contains(false))
      var backward = parts[7][kind]
      for part in parts.dropLast().reversed() { _ = backward.merge(part[kind]) }
      #expect(forward.rows == 400)
      switch (forward, backward) {
      case (.binary(let one), .binary(let other)):
        #expect(one.negatives == other.negatives)
        #expect(one.positives == other.positives)
        #expect(one.correct == other.correct)
        #expect(one.areaUnderCurve == other.areaUnderCurve)
        #expect(abs((one.logLoss ?? 0) - (other.logLoss ?? 1)) < 1e-12)
        #expect(abs((one.calibrationError ?? 0) - (other.calibrationError ?? 1)) < 1e-12)
      case (.multiclass(let one), .multiclass(let other)):
        #expect(one.accuracy == other.accuracy)
        #expect(one.areaUnderCurve == other.areaUnderCurve)
        #expect((one.areaUnderCurve?.value ?? 0) > 0.5)
        #expect(abs((one.brierScore ?? 0) - (other.brierScore ?? 1)) < 1e-12)
        #expect(abs((one.calibrationError ?? 0) - (other.calibrationError ?? 1)) < 1e-12)
      case (.regression(let one), .regression(let other)):
        #expect(
          abs((one.rootMeanSquaredError ?? 0) - (other.rootMeanSquaredError ?? 1)) < 1e-12)
      default: Issue.record("the kind changed")
      }
    }
  }

  @Test func `kinds do not mix`() {
    let sketches = Self.sketches(rows: 10)
    for one in sketches.indices {
      for other in sketches.indices where one != other {
        var merged = sketches[one]
        let isMerged = merged.merge(sketches[other])
        #expect(!isMerged)
        #expect(merged == sketches[one])
      }
    }
  }

  @Test func `any flipped bit and any missing end is noticed`() throws {
    for sketch in Self.sketches(rows: 30) {
      let bytes = sketch.serialized()
      for position in bytes.indices {
        for bit in 0..<8 {
          var damaged = bytes
          damaged[position] ^= 1 << UInt8(bit)
          #expect(throws: QualitySketch.DecodingFailure.self) {
            try QualitySketch(serialized: damaged)
          }
        }
        #expect(throws: QualitySketch.DecodingFailure.self) {
          try QualitySketch(serialized: Array(bytes[..<position]))
        }
      }
    }
  }

  @Test func `hostile content with a right checksum is refused, not trusted`() {
    func sealed(_ content: [UInt8]) -> [UInt8] {
      let checksum = CRC32.checksum(of: content.span)
      return content + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> UInt32(8 * $0)) }
    }
    let zeros = Array(repeating: UInt8(0), count: 16)
    let huge: [UInt8] = Array(repeating: 0xff, count: 8) + [0x7f]
    let beyond: [UInt8] = Array(repeating: 0xff, count: 9) + [0x01]
    for content in [
      // No kind, an unknown kind, nothing after it.
      [1], [1, 3], [1, 0],
      // Binary: more right than rows; bins beyond the last; the same bin twice; sums missing; counts that overflow.
      [1, 0, 1, 0] + zeros + [0], [1, 0, 0, 0] + zeros + [1] + huge + [1, 1],
      [1, 0, 0, 0] + zeros + [1, 153, 1, 1, 1], [1, 0, 0, 0] + zeros + [2, 3, 1, 1, 0, 1, 1],
      [1, 0, 0, 0] + zeros + [1, 3, 1, 1], [1, 0, 0] + huge + zeros + [1, 3] + huge + huge,
      [1, 0, 0, 0] + zeros + beyond,
      // Several classes: more right than rows; rows that overflow. Regression: content that goes on.
      [1, 1, 2, 1, 0] + zeros, [1, 1, 0] + huge + huge + zeros, [1, 2, 0, 0] + zeros + [0],
      // Ranks of 17 classes; of one that are cut off; of more rows than were scored.
      [3, 1, 0, 1, 0] + zeros + zeros.dropLast() + [17],
      [3, 1, 0, 1, 0] + zeros + zeros.dropLast() + [1],
      [3, 1, 0, 1, 0] + zeros + zeros.dropLast() + [1, 1, 5, 1, 1],
    ] as [[UInt8]] {
      #expect(throws: QualitySketch.DecodingFailure.self) {
        try QualitySketch(serialized: sealed(content))
      }
    }
    #expect(throws: QualitySketch.DecodingFailure.unknownVersion(9)) {
      try QualitySketch(serialized: sealed([9, 0]))
    }
  }
}

/// On a busy server the scores of some rows are looked at only.
struct UnscoredRowsTests {
  private static func binary(_ rows: Int) -> QualitySketch {
    var quality = BinaryQuality()
    for row in 0..<rows {
      quality.add(probability: row % 2 == 0 ? 0.9 : 0.2, isPositive: row % 2 == 0, isCorrect: true)
    }
    return .binary(quality)
  }

  private static func unscored(_ rows: Int) -> QualitySketch {
    var quality = MulticlassQuality()
    for row in 0..<rows { quality.add(probabilities: [], truth: row % 2, isCorrect: row % 4 != 0) }
    return .multiclass(quality)
  }

  @Test func `rows without scores count for accuracy, whichever came first`() throws {
    var first = Self.binary(40)
    let isTaken = first.merge(Self.unscored(60))
    var second = Self.unscored(60)
    let isTakenToo = second.merge(Self.binary(40))
    #expect(isTaken && isTakenToo && first == second)
    guard case .binary(let both) = first else {
      Issue.record("\(first)")
      return
    }
    #expect(both.rows == 100 && both.unscored == 60 && both.correct == 40 + 45)
    #expect(try QualitySketch(serialized: first.serialized()) == first)
  }

  @Test func `a model of several classes with scores is another kind all the same`() {
    var several = MulticlassQuality()
    several.add(probabilities: [0.2, 0.3, 0.5], truth: 2, isCorrect: true)
    var binary = Self.binary(10)
    let isTaken = binary.merge(.multiclass(several))
    #expect(!isTaken && binary == Self.binary(10))
  }
}
