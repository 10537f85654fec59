import Foundation

/// When the requests of an open-loop load are due: fixed before it begins, and never moved by what the server does.
package struct LoadSchedule: Sendable, Equatable {
  /// Requests a second at the start and at the end; between them it rises or falls evenly.
  package let from: Double
  package let to: Double
  /// Seconds.
  package let duration: Double

  /// - Precondition: rates are not negative, one of them and the duration above 0, all finite.
  package init(from: Double, to: Double, duration: Double) {
    precondition(from >= 0 && to >= 0 && from + to > 0 && duration > 0, "a load has requests")
    self.from = from
    self.to = to
    self.duration = duration
  }

  package init(rate: Double, duration: Double) {
    self.init(from: rate, to: rate, duration: duration)
  }

  /// Requests in all: those that are due before the end, the first at once.
  package var count: Int { Int((mean * duration - 1e-9).rounded(.up)) }

  /// Requests a second over all of it.
  package var mean: Double { (from + to) / 2 }

  /// Seconds after the start at which a request is due.
  ///
  /// The rate is `from + slope t`, so `from t + slope t^2 / 2` are due by t; this is solved for t in the form that
  /// loses no digits when the slope is small.
  package func time(of index: Int) -> Double {
    let slope = (to - from) / duration
    let number = Double(index)
    guard number > 0 else { return 0 }
    let root = max(0, from * from + 2 * slope * number).squareRoot()
    return 2 * number / (from + root)
  }

  /// Requests a second that are asked for at a time.
  package func rate(at time: Double) -> Double {
    from + (to - from) * min(max(time / duration, 0), 1)
  }
}
