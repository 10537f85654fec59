import Domain
import TextUI

extension Recovery {
  /// The proof as a line: whether the requests since the switch are well again.
  var line: (tone: Tone, text: String) {
    let what = subject
    let refusedText = refused.map { ", \(Format.count(Int($0))) refused by the limit" } ?? ""
    let slowText = slow.map { ", slow \(Format.percent($0.share).text)\(ofOthers)" } ?? ""
    switch status {
    case .watching:
      let count = Format.count(Int(requests))
      return (
        .info,
        "watching \(what): \(count) \(requests == 1 ? "request" : "requests") since then, "
          + "errors \(Figures.proportion(errors))\(slowText)\(refusedText)"
      )
    case .recovered(let seconds):
      return (
        .ok,
        "recovered in \(Format.age(seconds: seconds.rounded()).shortText): \(what), "
          + "errors \(Figures.proportion(errors))\(slowText), "
          + "before \(Format.percent(errorsBefore.share).text)\(refusedText)"
      )
    case .notRecovering(let reason):
      return (.critical, "not recovering after 2 min: \(what), \(reason)")
    }
  }
}

extension Quantity {
  /// `4 s` instead of `4.0 s`.
  var shortText: String {
    number.hasSuffix(".0") ? "\(number.dropLast(2)) \(unit)" : text
  }
}
