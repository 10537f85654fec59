import Domain
import Statistics

/// The course of the confidence sequences.
extension ExperimentWatch {
  /// The course so far, with where each guardrail's effect stands now where a point is due.
  func paths(at now: Int64) -> [String: ExperimentEffects.Path] {
    var paths = memory.paths ?? [:]
    for evidence in memory.judge.guardrails {
      // Asked first: an interval is a search, and a point is due once a minute.
      guard paths[evidence.rule.guardrail.rawValue]?.isDue(at: now) ?? true,
        let difference = evidence.difference
      else { continue }
      paths[evidence.rule.guardrail.rawValue, default: .init()].add(
        ExperimentEffects.Point(
          time: now, value: difference.value, low: difference.low, high: difference.high))
    }
    return paths
  }
}

extension GuardrailEvidence {
  /// Challenger minus champion as shares, with its interval; nil while there is none.
  var difference: ExperimentSummary.Difference? {
    interval.flatMap { interval in
      rates.map { rates in
        .init(value: rates.challenger - rates.champion, low: interval.low, high: interval.high)
      }
    }
  }
}
