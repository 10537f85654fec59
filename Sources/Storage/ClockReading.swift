import Domain

/// The wall clock and the monotonic one, read together.
struct ClockReading: Sendable, Equatable {
  var time: Timestamp
  /// Since any moment before, on a clock that nobody sets.
  var uptime: Duration

  /// More than this in a second is no slewing, and no slow reading.
  static let tolerance = 2.0

  /// Seconds by which the wall clock was set since `earlier`, positive when ahead; nil when it went as it should.
  func jump(since earlier: ClockReading) -> Double? {
    let wall = Double(time.microseconds - earlier.time.microseconds) / 1e6
    let jump = wall - (uptime - earlier.uptime) / .seconds(1)
    return abs(jump) > Self.tolerance ? jump : nil
  }

  /// The whole seconds since `earlier` of which it is certain that the recorder was at work.
  ///
  /// A stall is covered. After a jump of the clock, or more than `longestStall`, in which the machine was asleep, only the
  /// last second is: the rest is a gap.
  func secondsCovered(since earlier: ClockReading) -> Range<Int64> {
    let (from, to) = (earlier.time.seconds, time.seconds)
    if to <= from { return to..<to }
    let isGap = to - from > Self.longestStall || jump(since: earlier) != nil
    return isGap ? (to - 1)..<to : from..<to
  }

  private static let longestStall: Int64 = 60
}
