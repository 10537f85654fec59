/// How old what is kept is, for what goes by its age.
///
/// The wall clock, but for a jump ahead: then it follows at twice the speed, for an hour at most. A clock that was ahead for a
/// minute, and is set back, has taken nothing away. After a long absence what is old goes an hour late.
struct RetentionClock: Sendable, Equatable {
  /// Seconds since 1970.
  private(set) var time: Int64
  /// Seconds at work in which the wall clock was ahead.
  private var ahead: Int64 = 0

  init(time: Int64) { self.time = time }

  /// A clock that is ahead for so long, in seconds at work, is right.
  static let settling: Int64 = 3_600
  private static let speed: Int64 = 2

  /// - Parameters:
  ///   - now: the wall clock, in seconds since 1970.
  ///   - covered: seconds at work since the last call.
  mutating func advance(to now: Int64, covered: Int64) {
    let covered = max(1, covered)
    if now - time <= Self.speed * covered {
      (time, ahead) = (now, 0)
      return
    }
    ahead += covered
    if ahead >= Self.settling {
      (time, ahead) = (now, 0)
    } else {
      time += Self.speed * covered
    }
  }
}
