package import Domain
package import Statistics

/// The last fifteen minutes of one version, a slot a second: what a snapshot's figures are made of.
///
/// Pure: time comes in as seconds since 1970. A clock that jumps back writes into older slots, one that jumps
/// forward leaves a gap; neither makes a figure wrong by more than the slots concerned.
package struct RecentWindow: Sendable {
  package static let capacity = 900

  private var slots: [Slot?] = Array(repeating: nil, count: capacity)
  private var lastRequest: Timestamp?
  private var newest = Int64.min

  package init() {}

  /// What one second brought.
  package struct Slot: Sendable {
    package var second: Int64
    package var requests: Int64 = 0
    package var errors: Int64 = 0
    package var slow: Int64 = 0
    /// Of `requests`: what a limit refused.
    package var limited: Int64 = 0
    /// Of `errors`: the share that an operator sheds.
    package var shedByOperator: Int64 = 0
    package var latency: DDSketch?
    package var correct: Int64 = 0
    package var wrong: Int64 = 0
    package var absoluteError: Double = 0
    package var absoluteErrors: Int64 = 0
    /// One a request, by its first row: labels of classes, and those that the prediction missed.
    package var judged: Int64 = 0
    package var misjudged: Int64 = 0

    package init(second: Int64) { self.second = second }
  }

  /// Adds to the slot of `slot.second`.
  package mutating func add(_ slot: Slot) {
    if slot.second > newest {
      newest = slot.second
      dropOldSketches()
    }
    let index = Int(
      ((slot.second % Int64(Self.capacity)) + Int64(Self.capacity)) % Int64(Self.capacity))
    if slot.requests > 0 {
      lastRequest = max(
        lastRequest ?? .init(seconds: .min / 2_000_000), .init(seconds: slot.second))
    }
    guard var present = slots[index], present.second == slot.second else {
      slots[index] = slot
      return
    }
    present.requests += slot.requests
    present.errors += slot.errors
    present.slow += slot.slow
    present.limited += slot.limited
    present.shedByOperator += slot.shedByOperator
    present.correct += slot.correct
    present.wrong += slot.wrong
    present.absoluteError += slot.absoluteError
    present.absoluteErrors += slot.absoluteErrors
    present.judged += slot.judged
    present.misjudged += slot.misjudged
    if let latency = slot.latency {
      if present.latency == nil {
        present.latency = latency
      } else {
        present.latency?.merge(latency)
      }
    }
    slots[index] = present
  }

  /// Percentiles are of the last minute: what is older keeps its counts, and gives back some kilobytes a second.
  private mutating func dropOldSketches() {
    for index in slots.indices {
      if let slot = slots[index], slot.latency != nil, slot.second <= newest - 120 {
        slots[index]?.latency = nil
      }
    }
  }

  /// - Parameters:
  ///   - now: the newest whole second that was folded.
  ///   - hasObjective: whether `slow` was counted against a latency objective.
  package func figures(at now: Int64, hasObjective: Bool) -> RecentFigures {
    var figures = RecentFigures()
    var latency: DDSketch?
    var slow: Int64 = 0
    var lastTen: Int64 = 0
    var right: (correct: Int64, wrong: Int64) = (0, 0)
    var error: (sum: Double, count: Int64) = (0, 0)
    for case let slot? in slots where slot.second <= now && slot.second > now - 900 {
      right.correct += slot.correct
      right.wrong += slot.wrong
      error.sum += slot.absoluteError
      error.count += slot.absoluteErrors
      guard slot.second > now - 60 else { continue }
      figures.requests += slot.requests
      figures.errors += slot.errors
      slow += slot.slow
      if slot.second > now - 10 { lastTen += slot.requests }
      if let sketch = slot.latency {
        if latency == nil { latency = sketch } else { latency?.merge(sketch) }
      }
    }
    figures.requestRate = Double(lastTen) / 10
    figures.p50 = latency?.quantile(0.5)
    figures.p99 = latency?.quantile(0.99)
    if hasObjective, figures.requests > 0 {
      figures.slowShare = Double(slow) / Double(figures.requests)
    }
    figures.labels = right.correct + right.wrong + error.count
    if right.correct + right.wrong > 0 {
      figures.accuracy = Double(right.correct) / Double(right.correct + right.wrong)
    }
    if error.count > 0 { figures.absoluteError = error.sum / Double(error.count) }
    figures.lastRequest = lastRequest
    return figures.rounded()
  }

  /// What the last `seconds` up to `now` add up to, without what a limit refused
  /// or an operator sheds.
  package func counts(at now: Int64, seconds: Int64) -> RecoveryWatch.Counts {
    var counts = RecoveryWatch.Counts()
    let length = Int64(RecoveryWatch.blockLength)
    var blocks = Array(
      repeating: BlockedProportion.Block(count: 0, total: 0),
      count: Int((seconds + length - 1) / length))
    for case let slot? in slots where slot.second <= now && slot.second > now - seconds {
      counts += .init(
        requests: slot.requests - slot.limited - slot.shedByOperator,
        errors: slot.errors - slot.shedByOperator, slow: slot.slow,
        judged: slot.judged, wrong: slot.misjudged)
      let block = Int((now - slot.second) / length)
      blocks[block].count += slot.misjudged
      blocks[block].total += slot.judged
    }
    if counts.judged > 0 { counts.labelBlocks = blocks }
    return counts
  }
}

extension RecentFigures {
  /// As snapshots tell figures, of the present and of the past: enough digits for a screen, few enough for a small delta.
  func rounded() -> RecentFigures {
    func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
    func millionths(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
    var figures = self
    figures.p50 = p50.map(tenths)
    figures.p99 = p99.map(tenths)
    figures.slowShare = slowShare.map(millionths)
    figures.accuracy = accuracy.map(millionths)
    figures.absoluteError = absoluteError.map(millionths)
    return figures
  }
}
