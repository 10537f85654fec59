extension ConceptDriftJudge {
  mutating func judge(_ block: JudgedBlock) -> JudgedBlock {
    var block = block
    let number = judged
    judged += 1
    if loss == .wrongRows, let change = adwin.add(block.mean), change.after > change.before {
      lastRise = number
    }
    if let alarm = step(block.mean, evidence: &block.evidence) {
      beginDrift(alarm, number: number, block: block)
    } else if drift != nil {
      watchRecovery(block.mean)
    }
    blocks.append(block)
    if blocks.count > Self.keptBlocks { blocks.removeFirst(blocks.count - Self.keptBlocks) }
    if growsToSeason { grow() } else { collectReference() }
    return block
  }

  private mutating func step(_ mean: Double, evidence: inout Double?) -> EDetector.Alarm? {
    guard var detector else { return nil }
    let alarm = detector.step(mean)
    evidence = alarm?.evidence ?? detector.evidence
    self.detector = detector
    return alarm
  }

  private mutating func beginDrift(_ alarm: EDetector.Alarm, number: Int, block: JudgedBlock) {
    steadySince = judged
    guard drift == nil else {
      drift?.cleanBlocks = 0
      return
    }
    let kept = blocks.suffix(min(alarm.blocks - 1, blocks.count))
    drift = OpenDrift(
      firstBlock: number - kept.count, start: kept.first?.start ?? block.start, alarm: block.end)
  }

  private mutating func watchRecovery(_ mean: Double) {
    guard let boundary, mean <= boundary else {
      drift?.cleanBlocks = 0
      return
    }
    drift?.cleanBlocks += 1
    if let clean = drift?.cleanBlocks, clean >= Self.cleanBlocks {
      drift = nil
      steadySince = judged
    }
  }

  /// Three seasons of blocks, and at least 24. On hours whose rate wandered, 60 days after a reference of one season 6 to
  /// 17 % of the judges had told a drift that was none; after one of three, 0 to 5 %.
  var referenceBlocks: Int {
    if isInterim { return 7 }
    let seasons = Int((3 * Double(season) / meanBlockSeconds).rounded(.up))
    return min(max(24, seasons), Self.keptBlocks)
  }

  private mutating func collectReference() {
    let collected = keptBlocks(since: steadySince)
    guard reference == nil || isInterim, drift == nil, collected.count >= referenceBlocks else {
      return
    }
    guard let measured = measured(collected) else {
      // Blocks that an earlier version took, of which nothing can be said: it is collected anew.
      steadySince = judged
      return
    }
    isInterim = false
    watch(against: measured)
  }

  /// What the blocks say of the loss when all is well; nil where that is no number.
  private func measured(_ blocks: ArraySlice<JudgedBlock>) -> ConceptReference? {
    let count = Double(blocks.count)
    let mean = blocks.reduce(0.0) { $0 + $1.mean } / count
    let squares = blocks.reduce(0.0) { $0 + ($1.mean - mean) * ($1.mean - mean) }
    // Blocks that follow each other tell less than as many independent ones.
    let follow = min(max(autocorrelation(blocks) ?? 0, 0), 0.9)
    let error = (squares / (count - 1) / count * (1 + follow) / (1 - follow)).squareRoot()
    guard mean.isFinite, error.isFinite else { return nil }
    return ConceptReference(
      mean: mean, standardError: error, source: .firstBlocks(blocks.count))
  }

  private mutating func watch(against reference: ConceptReference) {
    self.reference = reference
    detector = EDetector(
      reference: reference.mean, tolerance: reference.tolerance(loss), runLength: runLength)
  }

  /// Kept blocks of the length in force, since the last alarm or recovery and before a rise that may have begun: a step
  /// in the error looks like blocks that follow each other.
  private var steadyBlocks: ArraySlice<JudgedBlock> {
    keptBlocks(since: steadySince).dropLast(detector?.rise ?? 0)
  }

  /// Kept blocks from a number on.
  func keptBlocks(since number: Int) -> ArraySlice<JudgedBlock> {
    blocks.suffix(min(judged - number, blocks.count))
  }

  /// Whether blocks of the length in force follow each other, as far as one can tell while nothing has risen.
  private var growsToSeason: Bool {
    guard blockSeconds < season, drift == nil, meanBlockSeconds < 0.75 * Double(season) else {
      return false
    }
    let steady = steadyBlocks
    guard steady.count >= 24, let follow = autocorrelation(steady) else { return false }
    return follow > max(0.3, 2.5 / Double(steady.count).squareRoot())
  }

  /// Of block means, at a distance of one block; nil when they do not vary.
  private func autocorrelation(_ blocks: ArraySlice<JudgedBlock>) -> Double? {
    let means = blocks.map(\.mean)
    let middle = means.reduce(0, +) / Double(means.count)
    let squares = means.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    // Less is rounding.
    guard squares > 1e-18 * middle * middle * Double(means.count) else { return nil }
    return zip(means, means.dropFirst()).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - middle) }
      / squares
  }

  /// Blocks begin anew, a season each. What the short ones say stands in as reference until enough long ones do: so no
  /// drift goes unseen meanwhile, or becomes the reference itself.
  private mutating func grow() {
    let interim = measured(steadyBlocks)
    if let reference, reference.source == .given {
      watch(against: reference)
    } else if let interim {
      watch(against: interim)
      isInterim = true
    }
    blockSeconds = season
    lengthSince = judged
    steadySince = judged
    adwin = Self.secondOpinion
    lastRise = nil
    open = nil
  }
}
