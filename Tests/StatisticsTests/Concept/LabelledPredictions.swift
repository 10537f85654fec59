import Statistics

/// Predictions with their truths, as a store would tell of them at any moment.
struct LabelledPredictions {
  struct Window {
    var start: Int64
    var rows: Int64
    var wrong: Double
    /// The moment at which all labels of the window are there; never if nil.
    var labelledAt: Int64?
  }

  var seconds: Int64 = 60
  var windows: [Window] = []

  /// `rows` a window, labels `delay` after its end.
  mutating func add(
    from start: Int64, through end: Int64, rows: Int64, delay: Int64? = 5,
    wrong: (Int64) -> Double
  ) {
    for start in stride(from: start, to: end, by: Int(seconds)) {
      windows.append(
        Window(
          start: start, rows: rows, wrong: wrong(start),
          labelledAt: delay.map { start + seconds + $0 }))
    }
  }

  /// What is known at a moment of the windows from a time on.
  func known(at now: Int64, from start: Int64?) -> [LabelWindow] {
    windows.filter { $0.start >= start ?? .min && $0.start + seconds <= now }.map { window in
      let isLabelled = window.labelledAt.map { $0 <= now } ?? false
      return LabelWindow(
        start: window.start, seconds: seconds, predicted: window.rows,
        labelled: isLabelled ? window.rows : 0, loss: isLabelled ? window.wrong : 0)
    }
  }
}

extension ConceptDriftJudge {
  mutating func judge(
    _ predictions: LabelledPredictions, at now: Int64, labelDelay: Double? = 5
  ) -> [JudgedBlock] {
    judge(predictions.known(at: now, from: next), now: now, labelDelay: labelDelay)
  }
}
