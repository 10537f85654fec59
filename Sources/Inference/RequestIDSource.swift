import Domain
import Synchronization

/// Draws request ids without a system call for each: xoshiro256**, seeded by the system once.
///
/// Source: Blackman and Vigna 2021, ACM Trans. Math. Softw. 47(4).
final class RequestIDSource: Sendable {
  private let state: Mutex<(UInt64, UInt64, UInt64, UInt64)>

  init() {
    var system = SystemRandomNumberGenerator()
    state = Mutex((system.next(), system.next(), system.next(), system.next() | 1))
  }

  func next(at time: Timestamp) -> RequestID {
    state.withLock { state in
      RequestID(time: time, random: (Self.step(&state), Self.step(&state)))
    }
  }

  private static func step(_ state: inout (UInt64, UInt64, UInt64, UInt64)) -> UInt64 {
    let result = rotate(state.1 &* 5, by: 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotate(state.3, by: 45)
    return result
  }

  private static func rotate(_ value: UInt64, by count: UInt64) -> UInt64 {
    value << count | value >> (64 - count)
  }
}
