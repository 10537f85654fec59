import Statistics

/// What a comparison's split drew for, by the second in which it came, until no answer is due any more.
///
/// A request is known once it is answered. An arm that takes longer to answer is behind the other in what is known, and
/// looks as if it did not get its share: so a second counts when each of its requests has had the time that it may take.
///
/// Not kept over a restart: what was under way then is known of neither arm.
struct UnsettledDraws: Sendable {
  private struct Second {
    var draws: [Int64: ByArm<Int>] = [:]
    /// Some of it was answered by a version that the split did not draw: what is known of this second is not all of it.
    var isBroken = false
  }

  private var seconds: [Int64: Second] = [:]
  /// Seconds before this one were counted.
  private var settled: Int64?

  /// Longer than the time a request may take, in seconds: its answer may come with the batch after.
  private static let slack: Int64 = 2

  /// - Parameter second: in which they came, since 1970; what comes after its second was counted is left out.
  mutating func add(_ count: Int, _ arm: Arm, revision: Int64, second: Int64) {
    guard count != 0, settled.map({ second >= $0 }) ?? true else { return }
    seconds[second, default: Second()].draws[revision, default: .zero][arm] += count
  }

  /// Leaves a second out.
  mutating func noteBroken(_ second: Int64) {
    guard settled.map({ second >= $0 }) ?? true else { return }
    seconds[second, default: Second()].isBroken = true
  }

  /// What came in seconds of which every answer is in, in the order of time.
  ///
  /// - Parameters:
  ///   - now: seconds since 1970; answers before it are known.
  ///   - longest: that a request may take, in seconds.
  mutating func take(at now: Int64, longest: Int64) -> [(revision: Int64, draws: ByArm<Int>)] {
    let end = now - longest - Self.slack
    settled = max(settled ?? end, end)
    // By the clock as it was before it was set back. A batch may hold what was answered while it was made.
    seconds = seconds.filter { $0.key <= now + Self.slack }
    let due = seconds.keys.filter { $0 < end }.sorted()
    return due.flatMap { second -> [(revision: Int64, draws: ByArm<Int>)] in
      guard let one = seconds.removeValue(forKey: second), !one.isBroken else { return [] }
      return one.draws.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
  }

  /// All that is left, where nothing is under way any more.
  mutating func takeAll() -> [(revision: Int64, draws: ByArm<Int>)] {
    take(at: (seconds.keys.max() ?? 0) + 1 + Self.slack, longest: 0)
  }

  /// The wall clock was set: seconds before and after it cannot be told apart, and what was under way is left out.
  mutating func clockMoved(to now: Int64) {
    seconds = [:]
    settled = now
  }
}
