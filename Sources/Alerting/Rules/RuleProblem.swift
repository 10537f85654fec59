import PromQL

/// Why a rule cannot be taken, whatever file it stands in.
package enum RuleProblem: Error, Equatable, Sendable {
  case noKind
  case bothKinds
  case noExpression
  case notForRecording(key: String)
  case badMetricName(String)
  case badLabelName(String)
  case badAnnotationName(String)
  case badTemplate(owner: String, reason: String)
}

extension RuleProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noKind: "a rule needs `alert` or `record`, which is missing"
    case .bothKinds: "a rule has either `alert` or `record`, this one has both"
    case .noExpression: "a rule needs `expr`, which is missing"
    case .notForRecording(let key): "`\(key)` is for alerts; a recording rule has none"
    case .badMetricName(let name):
      "record: \(quoted(name)) is no metric name (letters, digits, _ and :)"
    case .badLabelName(let name):
      "labels: \(quoted(name)) is no label name (letters, digits and _, and not __name__)"
    case .badAnnotationName(let name):
      "annotations: \(quoted(name)) is no annotation name (letters, digits and _)"
    case .badTemplate(let owner, let reason): "\(owner): the template cannot be read: \(reason)"
    }
  }
}

/// Prometheus' names.
package enum RuleName {
  package static func isMetric(_ name: String) -> Bool { isName(name, alsoTakes: ":") }

  package static func isLabel(_ name: String) -> Bool { isName(name, alsoTakes: "_") }

  private static func isName(_ name: String, alsoTakes extra: Unicode.Scalar) -> Bool {
    for (index, scalar) in name.unicodeScalars.enumerated() {
      switch scalar {
      case "a"..."z", "A"..."Z", "_", extra: continue
      case "0"..."9" where index > 0: continue
      default: return false
      }
    }
    return !name.isEmpty
  }
}
