import Alerting
import Domain
import PromQL

/// What the values of a rule's alerts were held against where that is a series of its own, as at the last evaluation.
struct SeriesBounds: Sendable, Equatable {
  private let sign: String
  private let members: [VectorSample]

  /// - Returns: nil where the rule holds its value against nothing, or against one number.
  init?(_ query: Query, over evaluator: Evaluator, at time: Int64) {
    guard let bound = query.boundSeries,
      case .vector(let members)? = try? evaluator.instant(bound.query, at: time).value
    else { return nil }
    (sign, self.members) = (bound.sign, members)
  }

  /// As `Alert.bound`: `> 14.4`, to four digits; nil where none of the series is the alert's, or several may be.
  func text(of labels: LabelSet) -> String? {
    // What is joined by `on` may have labels that the alert has not.
    let fitting = members.filter { member in
      member.value.isFinite
        && member.labels.pairs.allSatisfy {
          labels[$0.name].isEmpty || labels[$0.name] == $0.value
        }
    }
    func common(_ member: VectorSample) -> Int {
      member.labels.pairs.count { labels[$0.name] == $0.value }
    }
    let most = fitting.map(common).max()
    let values = Set(fitting.filter { common($0) == most }.map(\.value))
    guard values.count == 1, let value = values.first else { return nil }
    return "\(sign) \(Self.short(value))"
  }

  private static func short(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    var scale = 1.0
    while value.magnitude * scale < 1_000, scale < 1e12 { scale *= 10 }
    let text = "\((value * scale).rounded() / scale)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
