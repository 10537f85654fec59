/// What is known, by now, of the rows that were predicted in a short stretch of time.
///
/// Time is that of the prediction, not of its label; all times are seconds since 1970.
package struct LabelWindow: Sendable, Equatable {
  package var start: Int64
  package var seconds: Int64
  /// Rows predicted.
  package var predicted: Int64
  /// Of those, the rows whose label has come.
  package var labelled: Int64
  /// Over the labelled rows: how many were wrong, or the sum of their losses.
  package var loss: Double
  /// Of the truths; nil where they are not kept.
  package var baselines: LabelBaselines?

  package init(
    start: Int64, seconds: Int64, predicted: Int64, labelled: Int64, loss: Double,
    baselines: LabelBaselines? = nil
  ) {
    self.start = start
    self.seconds = seconds
    self.predicted = predicted
    self.labelled = labelled
    self.loss = loss
    self.baselines = baselines
  }

  package var end: Int64 { start + seconds }
}

/// How many of a stretch's rows have their label: "labels for 63 % of 14:00-15:00".
package struct LabelCoverage: Sendable, Equatable, Codable {
  package internal(set) var start: Int64
  package internal(set) var end: Int64
  package internal(set) var predicted: Int64 = 0
  package internal(set) var labelled: Int64 = 0

  init(start: Int64, end: Int64) {
    self.start = start
    self.end = end
  }

  /// Nothing predicted lacks no label.
  package var share: Double { predicted > 0 ? Double(labelled) / Double(predicted) : 1 }

  mutating func move(by seconds: Int64) {
    start += seconds
    end += seconds
  }

  mutating func add(_ window: LabelWindow) {
    end = max(end, window.end)
    predicted += window.predicted
    labelled += min(window.labelled, window.predicted)
  }
}
