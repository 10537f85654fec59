import Domain
import Statistics
import Storage

/// Whether the split gives each arm its share: what it drew for is counted once all of it was answered.
extension ExperimentWatch {
  /// Counts what was answered later than it came.
  mutating func add(_ draw: DrawRollup) {
    guard memory.shares[draw.revision] != nil else { return }
    if draw.counts.outside > 0 { draws.noteBroken(draw.second) }
    guard memory.keys == nil, let arm = arm(draw.version.version, draw.variant) else { return }
    draws.add(
      Int(draw.counts.earlier), arm, revision: draw.revision, second: draw.second)
  }

  /// Shows the judge what the split drew for, once all of it was answered.
  ///
  /// - Parameters:
  ///   - now: seconds since 1970; what was answered before it was observed.
  ///   - longest: that a request of either version may take, in seconds.
  mutating func settleDraws(at now: Int64, longest: Int64) {
    observe(draws.take(at: now, longest: longest))
  }

  /// Likewise where no request is under way any more.
  mutating func settleDraws() { observe(draws.takeAll()) }

  private mutating func observe(_ settled: [(revision: Int64, draws: ByArm<Int>)]) {
    for (revision, drawn) in settled {
      guard let share = memory.shares[revision] else { continue }
      memory.judge.observe(arrivals: drawn, share: share)
    }
  }

  /// Notes a key's first request.
  mutating func noteDraw(_ arm: Arm, revision: Int64, second: Int64) {
    draws.add(1, arm, revision: revision, second: second)
  }
}
