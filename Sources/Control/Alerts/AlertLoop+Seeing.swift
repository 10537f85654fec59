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
    return try await desk.answer(query, question) { await farSight }
  }

  /// The series as they are now, as far as they are in memory.
  var sight: Evaluator { evaluator(store: nil) }

  /// What a question sees: what the store has of the time before, too.
  private var farSight: Evaluator { evaluator(store: past) }

  private func evaluator(store: StoredSeries?) -> Evaluator {
    let history = history
    let context = context
    let now = lookedAt
    return Evaluator(
      source: written.source(
        over: SeriesSource { try history.select($0, before: store, now: now) }),
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
      return zip(one.group.rules, tracker.rules).enumerated().flatMap { index, known -> [Alert] in
        let (rule, memory) = known
        guard let tracker = memory.tracker else { return [] }
        return tracker.alerts.values.map { tracked in
          var alert = Alert(
            tracked, group: one.group.name, rule: rule.query, keepFiring: rule.keepFiring)
          if tracked.state != .resolved {
            alert.unseen =
              tracker.state == .noData ? .noData : tracker.failure != nil ? .failing : nil
          }
          alert.bound = alert.bound ?? bounds[one.key]?[index]?.text(of: tracked.labels)
          return alert
        }
      }
    } + heldUnread
  }

  /// Of rules that could not be read: nobody looks at them, so that they stay as they were.
  private var heldUnread: [Alert] {
    unread.flatMap { key in
      (trackers[key]?.rules ?? []).flatMap { memory in
        (memory.tracker?.alerts.values).map { alerts in
          alerts.filter(\.isFiring).map {
            var alert = Alert($0, group: Self.groupName(ofKey: key), rule: nil)
            alert.unseen = .unread
            return alert
          }
        } ?? []
      }
    }
  }

  private var unreadStatuses: [RuleStatus] {
    unread.sorted().flatMap { key in
      (trackers[key]?.rules ?? []).compactMap { memory in
        guard let name = memory.alertName else { return nil }
        return RuleStatus(
          group: Self.groupName(ofKey: key), file: String(key.prefix { $0 != ";" }), name: name,
          isRecording: false, expression: "", interval: 0, state: .error,
          failure: "its rule could not be read when the server started: what fired is held",
          lastEvaluation: memory.lastEvaluation, lastFired: memory.tracker?.lastFired)
      }
    }
  }

  /// Evaluated again beside the rules of a group that have alerts: a few, in an incident.
  func seriesBounds(
    of group: RuleGroup, _ tracker: RuleGroupTracker, at time: Int64
  ) -> [Int: SeriesBounds] {
    var found: [Int: SeriesBounds] = [:]
    for (index, (rule, memory)) in zip(group.rules, tracker.rules).enumerated() {
      guard memory.tracker?.alerts.values.contains(where: { $0.state != .resolved }) == true else {
        continue
      }
      found[index] = SeriesBounds(rule.query, over: sight, at: time)
    }
    return found
  }

  func makeReport(now: Timestamp) -> AlertReport {
    AlertReport(
      alerts: inbox.alerts(from: raised, at: now), silences: inbox.silences,
      rules: groups.flatMap(statuses) + unreadStatuses)
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
