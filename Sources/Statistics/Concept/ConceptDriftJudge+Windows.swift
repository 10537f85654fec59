extension ConceptDriftJudge {
  /// Takes what can be judged now, and says which blocks were.
  ///
  /// - Parameters:
  ///   - windows: all windows from `next` through `now`, ascending, as they are known by now; those without a row may be
  ///     left out. Windows before `next` are passed over.
  ///   - now: seconds since 1970.
  ///   - labelDelay: the 95th percentile of the seconds from a prediction to its label; nil while no label has come.
  /// - Complexity: O(windows).
  package mutating func judge(
    _ windows: some Sequence<LabelWindow>, now: Int64, labelDelay: Double?
  ) -> [JudgedBlock] {
    var judgedNow: [JudgedBlock] = []
    pending = nil
    for window in windows where window.start >= next ?? .min && window.end <= now {
      let window = checked(window)
      if window.labelled > 0 { neverLabelled = false }
      guard pending == nil, Self.isSettled(window, now: now, labelDelay: labelDelay) else {
        if pending == nil { pending = LabelCoverage(start: window.start, end: window.end) }
        pending?.add(window)
        continue
      }
      closeIfDue(at: floor(window.start), into: &judgedNow)
      take(window)
      closeIfDue(at: floor(window.end), into: &judgedNow)
    }
    if pending == nil { closeIfDue(at: floor(now), into: &judgedNow) }
    return judgedNow
  }

  /// The clock was set, by so many seconds ahead: the open block goes on, as long as it was, and no block is longer for it.
  /// What waited for its labels then is judged no more. When a drift began stays as it was told.
  package mutating func clockMoved(by seconds: Int64) {
    next = next.map { $0 + seconds }
    open?.coverage.move(by: seconds)
    openCoverage?.move(by: seconds)
    coverage?.move(by: seconds)
    for index in blocks.indices {
      blocks[index].start += seconds
      blocks[index].end += seconds
    }
  }

  /// A loss that cannot be is no label.
  private func checked(_ window: LabelWindow) -> LabelWindow {
    var window = window
    window.labelled = min(window.labelled, window.predicted)
    let largest = RegressionQuality.largest * Double(max(1, window.labelled))
    if !(window.loss >= 0 && window.loss <= largest) { (window.labelled, window.loss) = (0, 0) }
    if loss == .wrongRows { window.loss = min(window.loss, Double(window.labelled)) }
    return window
  }

  /// Whether the labels of a window are in, as far as they come: labels that come late are those of other rows.
  package static func isSettled(_ window: LabelWindow, now: Int64, labelDelay: Double?) -> Bool {
    if Double(window.labelled) >= minCompleteness * Double(window.predicted) { return true }
    return labelDelay.map { Double(now - window.end) >= $0 } ?? false
  }

  /// The newest multiple of the block's length that is not after a time.
  private func floor(_ time: Int64) -> Int64 {
    time - (time % blockSeconds + blockSeconds) % blockSeconds
  }

  private mutating func take(_ window: LabelWindow) {
    // The first block begins where the predictions do, so that it is not a short one; later ones on their multiple.
    let start = next == nil ? window.start : max(next ?? .min, floor(window.start))
    next = window.end
    guard window.predicted > 0 else { return }
    if open == nil { open = OpenBlock(start: start, end: window.end) }
    open?.add(window)
    if openCoverage == nil { openCoverage = LabelCoverage(start: window.start, end: window.end) }
    openCoverage?.add(window)
    if let whole = openCoverage, whole.predicted >= minRows, whole.end - whole.start >= minSeconds {
      coverage = whole
      openCoverage = nil
    }
  }

  private mutating func closeIfDue(at end: Int64, into judgedNow: inout [JudgedBlock]) {
    guard let block = open, end >= block.coverage.end, end - block.coverage.start >= blockSeconds
    else { return }
    if block.coverage.labelled >= minRows {
      open = nil
      judgedNow.append(judge(block.closed(at: end)))
    } else if block.coverage.labelled == 0 && block.coverage.predicted >= minRows {
      open = nil
      unlabelledBlocks += 1
    }
  }
}
