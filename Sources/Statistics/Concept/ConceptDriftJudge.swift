/// Says whether a model is wrong more often than it was, from labels that come late.
///
/// Windows of predictions become blocks once their labels are in; blocks are judged in order, each once, by an
/// `EDetector`, with `ADWIN` as second opinion. A judge is a value: step it, store it, step it again.
///
/// - A window is taken when 95 % of its rows are labelled, or it is older than the 95th percentile of the label delay.
///   Labels that come after that count elsewhere, not here.
/// - A block takes at least `minSeconds` and `minRows` labelled rows, and ends at a multiple of its length.
/// - Blocks grow to `season` when they follow each other: when the autocorrelation of their means is above 0.3 and
///   2.5 times its own standard error. The detector needs blocks whose expected mean does not depend on the one before.
/// - Without a reference, the blocks of the first three seasons are it, at least 24. Blocks that grew meanwhile begin with
///   what the short ones gave, until there are 7 long ones.
/// - After an alarm the drift stands until three blocks in a row are at or below the boundary.
///
/// Blocks count alike, whatever their rows: so they do in the detector's promise.
package struct ConceptDriftJudge: Sendable, Equatable, Codable {
  package static let minCompleteness = 0.95
  /// Labelled rows of a block, at least.
  package static let leastRows: Int64 = 48
  /// Blocks that are kept: a week of hours.
  package static let keptBlocks = 168
  static let cleanBlocks = 3
  /// On block means, where a false alarm is rarer than one in 100,000 blocks. The delta of 1e-5 that suits single rows
  /// would take 170 blocks to see an error rise from 15 to 41 %, this one 65; the detector takes 14.
  static let secondOpinion = ADWIN(delta: 0.002, clock: 1)

  package let loss: ConceptLoss
  package let runLength: Double
  package let minSeconds: Int64
  package let minRows: Int64
  package let season: Int64

  /// The reference in force; nil while it is being collected.
  package internal(set) var reference: ConceptReference?
  /// The shortest block, in seconds: `minSeconds`, or `season` after growing.
  package internal(set) var blockSeconds: Int64
  /// The newest judged blocks, the oldest first.
  package internal(set) var blocks: [JudgedBlock] = []
  /// Blocks judged since the first, also those that are no longer kept.
  package internal(set) var judged = 0
  /// Stretches of a block's length that were old enough and had no label at all.
  package internal(set) var unlabelledBlocks = 0
  /// Of the last stretch of at least `minSeconds` and `minRows` rows that is old enough to have its labels.
  package internal(set) var coverage: LabelCoverage?
  /// What was predicted and waits for its labels; nil where nothing waits.
  package internal(set) var pending: LabelCoverage?
  /// Windows are wanted from here on, in seconds since 1970; nil at the beginning.
  package internal(set) var next: Int64?

  var detector: EDetector?
  var adwin = Self.secondOpinion
  var open: OpenBlock?
  var openCoverage: LabelCoverage?
  var drift: OpenDrift?
  /// Number of the block at which ADWIN last saw a rise.
  var lastRise: Int?
  /// Number of the first block of the length in force.
  var lengthSince = 0
  /// Number of the first of them since the last alarm or recovery: what autocorrelation is taken of.
  var steadySince = 0
  var neverLabelled = true
  /// Whether the reference is of short blocks and stands in for that of long ones.
  var isInterim = false

  struct OpenDrift: Sendable, Equatable, Codable {
    /// Number of the first block of the rise.
    var firstBlock: Int
    var start: Int64
    var alarm: Int64
    var cleanBlocks = 0
  }

  /// - Parameters:
  ///   - reference: the loss when all was well; without it, the first blocks are.
  ///   - runLength: blocks to a false alarm, at least.
  package init(
    loss: ConceptLoss = .wrongRows, reference: ConceptReference? = nil, runLength: Double = 1_000,
    minSeconds: Int64 = 3_600, minRows: Int64 = Self.leastRows, season: Int64 = 86_400
  ) {
    precondition(minSeconds > 0 && minRows > 0, "a block has a length and rows")
    precondition(season >= minSeconds, "a season is made of blocks")
    self.loss = loss
    self.runLength = runLength
    self.minSeconds = minSeconds
    self.minRows = minRows
    self.season = season
    blockSeconds = minSeconds
    self.reference = reference
    detector = reference.map { reference in
      EDetector(
        reference: reference.mean, tolerance: reference.tolerance(loss), runLength: runLength)
    }
  }

  /// How near an alarm is, for drawing: 0 through 1; nil while the reference is being collected.
  package var evidence: Double? { detector?.evidence }
  /// Above this a block's mean counts against the model.
  package var boundary: Double? { detector?.boundary }
}
