import Domain
import TextUI

/// When the value of an alert comes back to its bound, if it goes on as it went of late: said apart from the proof, since
/// a value over a long window cools down long after what caused it is gone.
///
/// A straight line through the last points by least squares.
package struct AlertForecast: Sendable, Equatable {
  package enum Course: Sendable, Equatable {
    /// In so many seconds.
    case back(Double)
    /// It does not move towards its bound.
    case notBack
    /// It is, and the rule keeps it for so many seconds more.
    case held(Double)
  }

  package var course: Course
  /// Whether it fires above its bound.
  private var isAbove: Bool
  private var limit = ""

  /// Seconds of the past that count.
  static let window: Int64 = 120
  static let least = 4
  /// Further ahead a straight line says nothing.
  static let most = 6 * 3_600.0

  /// - Parameters:
  ///   - points: seconds since 1970 and values, the oldest first.
  ///   - limit: the bound as it is written; nil: as the number that it is.
  ///   - isAbove: whether it fires above the bound.
  /// - Returns: nil where there is too little to say.
  package init?(
    _ points: [(time: Int64, value: Double)], bound: Double, limit: String? = nil, isAbove: Bool,
    now: Int64
  ) {
    self.isAbove = isAbove
    self.limit = limit ?? Alert.number(bound)
    let recent = points.filter { $0.time > now - Self.window }
    guard recent.count >= Self.least, let last = recent.last else { return nil }
    let count = Double(recent.count)
    let times = recent.map { Double($0.time - last.time) }
    let meanTime = times.reduce(0, +) / count
    let mean = recent.reduce(0) { $0 + $1.value } / count
    var (covariance, variance) = (0.0, 0.0)
    for (time, point) in zip(times, recent) {
      covariance += (time - meanTime) * (point.value - mean)
      variance += (time - meanTime) * (time - meanTime)
    }
    guard variance > 0 else { return nil }
    let slope = covariance / variance
    let distance = isAbove ? last.value - bound : bound - last.value
    guard distance > 0 else {
      course = .back(0)
      return
    }
    let speed = isAbove ? -slope : slope
    let seconds = speed > 0 ? distance / speed : .infinity
    course = seconds <= Self.most ? .back(seconds) : .notBack
  }

  /// Of one whose expression is not true any more.
  package init(heldFor seconds: Double) {
    course = .held(max(0, seconds))
    isAbove = true
  }

  package var words: String {
    switch course {
    case .held(let seconds):
      "its value is back: held by its rule, over in \(Format.age(seconds: seconds.rounded()).shortText) "
        + "if it stays so"
    case .back(let seconds) where seconds < 5: "its value is back: it resolves at the next looks"
    case .back(let seconds):
      "resolves in about \(Format.age(seconds: seconds.rounded()).shortText) if it goes on like this"
    case .notBack:
      "its value does not come back \(isAbove ? "below" : "above") \(limit) yet: it stays open"
    }
  }
}

extension ConsoleState {
  /// The alert's own predicted end; nil where there is nothing to say. What was before the alert, or before the last act that
  /// was to help, says nothing about that.
  func forecast(of alert: Alert) -> AlertForecast? {
    if let end = alert.endsAt, alert.state == .keepFiring {
      return AlertForecast(heldFor: end.secondsSince(shownTime))
    }
    guard alert.isFiring, let bound = alert.boundNumber, let isAbove = alert.isAboveBound,
      let answer = board.metric(.alertSeries(alert.id))
    else { return nil }
    let begin = max(alert.activeAt, recovery(since: alert)?.switchedAt ?? alert.activeAt)
    var points = alert.points(in: answer).filter { $0.time >= begin.seconds }
    // The rule has looked later than the chart.
    if alert.state == .firing, let value = alert.value { points.append((chartEnd, value)) }
    return AlertForecast(
      points, bound: bound, limit: alert.scale.bound(bound).text, isAbove: isAbove, now: chartEnd)
  }

  /// What was done about the alert's model since it was true, and whether it helped.
  func recovery(since alert: Alert) -> Recovery? {
    // A paused picture shows what was done since; a replay what had been done by then.
    (isPast ? shown : live)?.recoveries.first {
      $0.model == alert.model && $0.switchedAt >= alert.activeAt
    }
  }
}
