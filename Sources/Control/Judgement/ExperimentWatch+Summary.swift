import Domain
import Foundation
import Statistics

extension ExperimentWatch {
  /// As it stands.
  ///
  /// - Parameters:
  ///   - share: the challenger's, as configured at present.
  ///   - pinned: the version that answers everything meanwhile; nil: none does.
  func summary(share: Double, pinned: String? = nil) -> ExperimentSummary {
    let judge = memory.judge
    let verdict = judge.verdict
    let dryRun = verdict.flatMap { verdict in
      verdict.wouldHave(at: iso8601(Timestamp(seconds: Int64(verdict.since))))
    }
    let paused = pinned.map { pinned in
      "nothing is compared while \(pinned) is pinned"
        + ((dryRun ?? verdict?.why).map { "; until then: \($0)" } ?? "")
    }
    return ExperimentSummary(
      champion: memory.champion, challenger: memory.challenger, share: share,
      since: memory.since, verdict: .init(verdict?.kind ?? .collecting),
      words: paused ?? verdict?.why ?? "not a request yet",
      dryRun: paused == nil ? dryRun : nil,
      ratioP: judge.arrivals.total > 0 ? judge.sampleRatio.p.finite : nil,
      unit: judge.policy.unitIsKey ? .keys : .requests,
      guardrails: judge.guardrails.map { guardrail($0, judge.policy) },
      latency: lately.latency.difference.flatMap { difference in
        guard let low = difference.low, let high = difference.high else { return nil }
        return .init(value: difference.estimate, low: low, high: high)
      })
  }

  private func guardrail(
    _ evidence: GuardrailEvidence, _ policy: ExperimentPolicy
  ) -> ExperimentSummary.Guardrail {
    let rates = evidence.rates
    return ExperimentSummary.Guardrail(
      name: evidence.rule.guardrail.rawValue,
      champion: .init(
        events: Int64(evidence.events.champion), trials: Int64(evidence.trials.champion),
        rate: rates?.champion),
      challenger: .init(
        events: Int64(evidence.events.challenger), trials: Int64(evidence.trials.challenger),
        rate: rates?.challenger),
      // Beyond e^300 a number says nothing any more.
      evidence: exp(min(evidence.logE, 300)),
      needed: policy.threshold(evidence.rule),
      difference: evidence.difference, margin: evidence.rule.differenceMargin,
      limit: evidence.rule.guardrail == .slowRequests ? .init(slowLimit) : nil)
  }
}

extension ExperimentSummary.Verdict {
  fileprivate init(_ kind: ExperimentVerdict.Kind) {
    switch kind {
    case .collecting: self = .collecting
    case .keep: self = .keep
    case .promote: self = .promote
    case .rollBack: self = .rollBack
    case .sampleRatioMismatch: self = .ratioMismatch
    case .withheld: self = .withheld
    }
  }
}

extension ExperimentSummary.Limit {
  fileprivate init?(_ limit: SlowLimit) {
    switch limit {
    case .objective(let limit): self.init(microseconds: limit, source: .objective)
    case .championP99(let limit): self.init(microseconds: limit, source: .championP99)
    case .collecting: return nil
    }
  }
}
