import Domain
import PromQL

/// Which alerts a silence is about: matchers as they were typed, judged as the server will.
struct SilenceScope {
  let matchers: [AlertMatcher]
  private let ready: [LabelMatcher]

  /// Why it would be refused.
  enum Fault: Error, Equatable {
    case matchers(MatcherFault)
    case pattern(AlertMatcher, RegexError)
    /// Each fits alerts that have no such label, too: all of them.
    case everything
  }

  init(_ text: String) throws(Fault) {
    do {
      matchers = try AlertMatcher.list(text)
    } catch {
      throw .matchers(error)
    }
    var ready: [LabelMatcher] = []
    for matcher in matchers {
      do {
        ready.append(
          try LabelMatcher(name: matcher.name, kind: matcher.kind, value: matcher.value))
      } catch {
        throw .pattern(matcher, error)
      }
    }
    self.ready = ready
    guard ready.contains(where: { !$0.matches("") }) else { throw .everything }
  }

  /// The alerts of the rule, and of the model where one is named.
  static func usual(of alert: Alert) -> [AlertMatcher] {
    [AlertMatcher(name: "alertname", value: alert.name)]
      + (alert.model.map { [AlertMatcher(name: "model", value: $0)] } ?? [])
  }

  func fits(_ alert: Alert) -> Bool {
    ready.allSatisfy { $0.matches(alert.labels[$0.name] ?? "") }
  }

  /// `fits 2 alerts that fire now, and 1 that is pending`.
  func reach(in alerts: [Alert]) -> String {
    let fitting = alerts.filter(fits)
    let firing = fitting.count(where: \.isFiring)
    let pending = fitting.count { $0.state == .pending }
    let fires =
      firing == 1
      ? "1 alert that fires" : firing == 0 ? "no alert that fires" : "\(firing) alerts that fire"
    let waits = pending == 0 ? "" : ", and \(pending) that \(pending == 1 ? "is" : "are") pending"
    return "fits \(fires) now\(waits)"
  }
}

extension AlertMatcher {
  fileprivate var kind: LabelMatcher.Kind {
    isRegex ? (isEqual ? .matches : .matchesNot) : isEqual ? .equal : .notEqual
  }
}

extension SilenceScope.Fault {
  /// What was expected, and what was found.
  var sentence: String {
    switch self {
    case .matchers(.empty): "\(Self.form), as model=fraud; found nothing"
    case .matchers(.noMatcher(let part)): "\(Self.form), found \(part)"
    case .matchers(.openQuotes(let part)): "expected \" at the end of a value, found \(part)"
    case .pattern(let matcher, let error):
      "expected a pattern in RE2's syntax, found \(matcher.description): \(error.reason)"
    case .everything:
      "expected one that an alert without the label does not fit, as model=fraud; these fit whatever fires"
    }
  }

  private static let form =
    "expected name=value, name!=value, name=~pattern or name!~pattern"
}
