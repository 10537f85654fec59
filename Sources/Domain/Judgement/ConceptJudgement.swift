/// How right a version is, by the labels that came, against what it used to be.
package struct ConceptSummary: Codable, Sendable, Equatable {
  package var version: String
  package var state: State
  package var words: String
  package var openSince: Timestamp?
  /// Evidence of a rise in errors by what raises the alarm: the alarm is at 1; nil before the first judged block.
  package var evidence: Double?
  /// Rows predicted and rows labelled in the block that is being filled.
  package var completeness: Double?
  package var last: QualityBlock?

  package enum State: String, Codable, Sendable, CaseIterable {
    case noLabels = "no_labels"
    case collecting
    case ok
    case drift
    case labelsMissing = "labels_missing"
  }

  package init(
    version: String, state: State, words: String, openSince: Timestamp? = nil,
    evidence: Double? = nil, completeness: Double? = nil, last: QualityBlock? = nil
  ) {
    self.version = version
    self.state = state
    self.words = words
    self.openSince = openSince
    self.evidence = evidence
    self.completeness = completeness
    self.last = last
  }
}

/// The labelled rows of one stretch of prediction time in figures.
package struct QualityBlock: Codable, Sendable, Equatable {
  /// [from, to) in whole seconds since 1970.
  package var from: Int64
  package var to: Int64
  package var rows: Int
  package var labelled: Int
  /// Share predicted right; nil for a regression.
  package var accuracy: Double?
  package var logLoss: Double?
  package var brier: Double?
  /// Expected calibration error over 15 bins of equal width.
  package var ece: Double?
  package var auc: Double?
  /// Of a regression, in its target's unit.
  package var absoluteError: Double?
  /// What "the same as last time" and "always the commonest class" would have scored.
  package var noChange: Double?
  package var majority: Double?
  /// The e-detector's evidence after this block, by what raises the alarm; nil where it was not judged.
  package var evidence: Double?
  package var isAlarm: Bool
  /// What was said of the version once this block was judged; nil where a block stands for its figures alone, and in what an
  /// older Vigia kept.
  package var conclusion: Conclusion?

  package struct Conclusion: Codable, Sendable, Equatable {
    package var state: ConceptSummary.State
    package var words: String
    package var openSince: Timestamp?

    package init(state: ConceptSummary.State, words: String, openSince: Timestamp? = nil) {
      self.state = state
      self.words = words
      self.openSince = openSince
    }
  }

  package init(
    from: Int64, to: Int64, rows: Int, labelled: Int, accuracy: Double? = nil,
    logLoss: Double? = nil, brier: Double? = nil, ece: Double? = nil, auc: Double? = nil,
    absoluteError: Double? = nil, noChange: Double? = nil, majority: Double? = nil,
    evidence: Double? = nil, isAlarm: Bool = false
  ) {
    self.from = from
    self.to = to
    self.rows = rows
    self.labelled = labelled
    self.accuracy = accuracy
    self.logLoss = logLoss
    self.brier = brier
    self.ece = ece
    self.auc = auc
    self.absoluteError = absoluteError
    self.noChange = noChange
    self.majority = majority
    self.evidence = evidence
    self.isAlarm = isAlarm
  }
}
