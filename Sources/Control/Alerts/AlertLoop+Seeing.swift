import Alerting
package import Domain
import PromQL

/// How the rules stand, and what is asked of the series that they see.
extension AlertLoop {
  /// As of the last tick, or the last thing that was said.
  package var report: AlertReport { reported }

  /// Evaluates a question over what is in memory, ALERTS and recorded series among it: apart from the rules, which no question
  /// holds up.
  package nonisolated func answer(
    _ question: MetricQuery
  ) async throws(MetricQueryFailure) -> MetricAnswer {
    let query: Query
    do {
      query = try Query(question.expression)
    } catch {
      throw MetricQueryFailure(isBadQuery: true, reason: "\(error)")
    }
    return try await desk.answer(query, question) { await sight }
  }

  /// What a question sees: the series as they are now.
  private var sight: Evaluator {
    let history = history
    let context = context
    return Evaluator(
      source: written.source(over: SeriesSource { history.select($0) }),
      lookback: context.lookback, sampleLimit: QuestionDesk.sampleLimit,
      subqueryStep: context.subqueryStep)
  }

  var raised: [Alert] {
    let present = tracked
    let known = Set(present.map(\.id))
    return present + ended.filter { !known.contains($0.id) }
  }

  var tracked: [Alert] {
    groups.flatMap { one -> [Alert] in
      guard let tracker = trackers[one.key] else { return [] }
      return zip(one.group.rules, tracker.rules).flatMap { rule, memory -> [Alert] in
        (memory.tracker?.alerts.values).map { alerts in
          alerts.map { Alert($0, group: one.group.name, rule: rule.query) }
        } ?? []
      }
    }
  }

  func makeReport(now: Timestamp) -> AlertReport {
    AlertReport(
      alerts: inbox.alerts(from: raised, at: now), silences: inbox.silences,
      rules: groups.flatMap(statuses))
  }

  private func statuses(of one: KeptGroup) -> [RuleStatus] {
    let memories = trackers[one.key]?.rules ?? []
    return one.group.rules.enumerated().map { index, rule in
      let memory = index < memories.count ? memories[index] : nil
      return RuleStatus(
        rule, memory, group: one.group, interval: Double(one.interval) / 1_000,
        evaluationTime: (evaluationTimes[one.key] ?? 0) / Double(max(1, one.group.rules.count)),
        isTested: tested.contains(rule.name), source: one.source)
    }
  }
}
