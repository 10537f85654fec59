/// How long the e-detector goes without an alarm on stored blocks in an order that means nothing.
package struct ConceptCalibration: Sendable, Equatable, Encodable {
  /// Blocks to a false alarm that are stated, at least.
  package let statedBlocks: Double
  /// One trial a block.
  package let rate: AlarmRate

  private enum CodingKeys: String, CodingKey {
    case rate
    case statedBlocks = "stated_blocks"
  }

  /// Mean number of blocks to an alarm; nil when there was none.
  package var blocks: Double? { rate.alarms > 0 ? Double(rate.trials) / Double(rate.alarms) : nil }

  /// What it is at least, at 95 %.
  package var leastBlocks: Double { 1 / max(rate.interval.high, .leastNormalMagnitude) }

  /// Whether the stated time is not refuted: it lies within what was observed.
  package var isKept: Bool { rate.interval.low <= 1 / statedBlocks }

  /// Steps the detector through the blocks again and again, each time in an order of its own.
  ///
  /// Its reference is made of these blocks as a live one is of the first. Whatever rises in the shuffled order is chance.
  ///
  /// - Parameters:
  ///   - means: of blocks, at least two, not negative.
  ///   - blocks: to step through, about.
  /// - Complexity: O(blocks).
  package static func shuffled(
    _ means: [Double], loss: ConceptLoss, runLength: Double = 1_000, blocks: Int = 100_000,
    seed: UInt64
  ) -> ConceptCalibration {
    precondition(means.count > 1, "one block has one order only")
    let count = Double(means.count)
    let mean = means.reduce(0, +) / count
    let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let reference = ConceptReference(
      mean: mean, standardError: (squares / (count - 1) / count).squareRoot(),
      source: .firstBlocks(means.count))
    var detector = EDetector(
      reference: mean, tolerance: reference.tolerance(loss), runLength: runLength)
    var random = SplitMix64(seed: seed)
    var rate = AlarmRate()
    for _ in 0..<max(1, blocks / means.count) {
      for block in means.shuffled(using: &random) { rate.add(detector.step(block) != nil) }
    }
    return ConceptCalibration(statedBlocks: runLength, rate: rate)
  }
}
