import Domain
import TextUI

extension Recovery {
  /// Whether its line stands on every panel: while it is watched, and for a while after it is proven. Later it is the
  /// timeline's, and the requests since then are no proof of the act any more.
  func isFresh(at time: Timestamp) -> Bool {
    let age = time.secondsSince(switchedAt)
    return switch status {
    case .watching: true
    case .recovered(let seconds): age < seconds + 300
    // What still wants somebody stands longer.
    case .notRecovering: age < 900
    case .relapsed(let seconds, _): age < seconds + 900
    }
  }

  /// The proof as a line: whether the requests since the act are well again. The figures come first: where there is little
  /// room it is they that are needed.
  var line: (tone: Tone, text: String) {
    let slowText = slow.map { ", slow \(Format.percent($0.share).text)\(ofOthers)" } ?? ""
    let refusedText = refused.map { ", \(Format.count(Int($0))) refused by the limit" } ?? ""
    switch status {
    case .watching where isUnjudged && requests > 0:
      // Of a limit those who are not limited are judged.
      let isOfOthers = requests >= Self.leastRequests
      let counted = isOfOthers ? slow?.total ?? requests : requests
      return (
        .info,
        "too few to judge yet: \(Format.count(Int(counted))) of "
          + "\(Format.count(Int(Self.leastRequests))) requests\(isOfOthers ? " of others" : ""), "
          + "errors \(errors.count); \(subject)"
      )
    case .watching:
      let count = Format.count(Int(requests))
      return (
        .info,
        "watching \(count) \(requests == 1 ? "request" : "requests"): \(labelText.map { $0 + "; " } ?? "")"
          + "errors \(Figures.proportion(errors))\(slowText)\(refusedText); \(subject)"
      )
    case .recovered where wasBad == false:
      return (
        .info,
        "no worse since: errors \(Figures.proportion(errors)), before "
          + "\(Format.percent(errorsBefore.share).text)\(slowText)"
          + "\(labelText.map { ", " + $0 } ?? ""); \(subject)"
      )
    case .recovered(let seconds) where isProvenByLabels:
      return (
        .ok,
        "recovered in \(Format.age(seconds: seconds.rounded()).shortText): \(labelText ?? ""); "
          + "errors \(Figures.proportion(errors))\(slowText); \(subject)"
      )
    case .recovered(let seconds):
      return (
        .ok,
        "recovered in \(Format.age(seconds: seconds.rounded()).shortText): "
          + "errors \(Figures.proportion(errors)), before \(Format.percent(errorsBefore.share).text)"
          + "\(slowText)\(refusedText); \(subject)"
      )
    case .notRecovering(let reason) where isUnjudged:
      return (.warn, "too few to judge: \(reason); \(subject)")
    case .notRecovering(let reason):
      return (.critical, "not recovering after 2 min: \(reason); \(subject)")
    case .relapsed(let seconds, let reason):
      let time = Format.age(seconds: seconds.rounded()).shortText
      return (.critical, "bad again after \(time): \(reason); \(subject)")
    }
  }

  /// Nil where labels have nothing to say.
  private var labelText: String? {
    guard let wrong, let wrongBefore else { return nil }
    let before = "before \(Format.percent(wrongBefore.share).text)"
    return wrong.total == 0
      ? "no label since, wrong \(before)"
      : "wrong \(Figures.proportion(wrong)) of \(Format.count(Int(wrong.total))) labels, \(before)"
  }
}

extension Quantity {
  /// `4 s` instead of `4.0 s`.
  var shortText: String {
    number.hasSuffix(".0") ? "\(number.dropLast(2)) \(unit)" : text
  }
}
