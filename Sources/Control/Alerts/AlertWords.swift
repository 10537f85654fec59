import Alerting
import Domain
import Foundation

/// What the timeline says of a step of an alert. That one is pending, or was and is not any more, is no event.
struct AlertWords {
  var action: String
  var model: String?
  var summary: String
  /// The alert as JSON.
  var evidence = ""

  init?(_ step: AlertLoop.Step) {
    let transition = step.transition
    guard let tracked = transition.alert else {
      switch (transition.from, transition.to) {
      // Of what was only pending nobody was told, and a rule without an alert has nothing to hold.
      case (.firing, .noData), (.keepFiring, .noData):
        action = "alert-no-data"
        summary = "\(step.rule) finds no series: its alerts stay as they are"
      case (_, .error):
        (action, summary) = ("alert-error", "\(step.rule) cannot be evaluated")
      default: return nil
      }
      return
    }
    let alert = Alert(tracked, group: "", rule: step.query)
    // That all is well is no event.
    guard alert.severity > .info else { return nil }
    switch (transition.from, transition.to) {
    case (.inactive, .firing), (.pending, .firing), (.resolved, .firing):
      action = "alert"
      summary = "\(alert.title) fires: \(alert.summary)"
    case (_, .resolved):
      action = "alert-over"
      // As long as it fired: while it was pending nobody was told of it.
      let began = tracked.firedAt ?? tracked.activeAt
      let seconds = max(0, Int((tracked.resolvedAt ?? transition.at).secondsSince(began)))
      summary = "\(alert.title) is over after \(Self.span(seconds))"
    default: return nil
    }
    model = alert.model
    if let json = try? JSONEncoder().encode(alert) {
      evidence = String(decoding: json, as: UTF8.self)
    }
  }

  private static func span(_ seconds: Int) -> String {
    seconds < 120
      ? "\(seconds) s" : seconds < 7_200 ? "\(seconds / 60) min" : "\(seconds / 3_600) h"
  }
}
