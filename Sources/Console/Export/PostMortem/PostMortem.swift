package import Domain

/// The facts of an incident, gathered for whoever writes down what is to be learnt from it.
///
/// All times are UTC. What nobody can know but people is left for them to fill in.
package struct PostMortem: Sendable, Equatable, Encodable {
  package var report: IncidentReport
  /// Of the alert that opened it, before it did.
  package var precedent: IncidentPrecedent?
  package var objective: ServiceObjective?
  /// When the facts were gathered.
  package var madeAt: Timestamp
  /// From before the begin until after the mitigation.
  package var window: Window
  package var impact: Impact
  /// By measure; what could not be asked for is not here.
  package var series: [String: SeriesResult]
  /// What was done to the model in the window before the incident was opened, oldest first: the cause may be there.
  package var changesBefore: [AuditEntry] = []
  /// Why some of it is missing.
  package var gaps: [String]

  /// What clients felt, from the begin until the mitigation; else until the end, or now.
  package struct Impact: Sendable, Equatable, Encodable {
    package var from: Timestamp
    package var to: Timestamp
    package var requests: Double?
    package var failed: Double?
    /// Answered above the latency objective; read from the latencies' sketch, to about one percent.
    package var slow: Double?
    /// Predictions whose label has come, and those of them that were wrong; nil where no label of a class came.
    package var labelled: Double?
    package var wrong: Double?

    package func share(_ part: Double?) -> Double? {
      guard let part, let requests, requests > 0 else { return nil }
      return part / requests
    }
  }

  /// Before the begin, and after the end.
  private static let margin: Int64 = 600
  private static let stepsMax: Int64 = 300
  private static let measures: [SeriesQuery.Measure] = [
    .requestRate, .errorRate, .errorShare, .latencyP50, .latencyP99, .accuracy, .absoluteError,
  ]

  /// Asks for all of it. What a source does not answer is told in `gaps`.
  ///
  /// - Parameter objectives: by model.
  package static func gather(
    _ report: IncidentReport, objectives: [String: ServiceObjective],
    from source: any ConsoleSource, at now: Timestamp
  ) async -> PostMortem {
    let incident = report.incident
    let (from, to) = incident.felt(now: now)
    let window = window(from: from, to: to, now: now)
    var draft = PostMortem(
      report: report,
      precedent: nil,
      objective: incident.model.flatMap { objectives[$0] }, madeAt: now,
      window: window, impact: Impact(from: from, to: to), series: [:], gaps: [])
    for measure in measures {
      do throws(SourceError) {
        draft.series[measure.rawValue] = try await source.series(
          SeriesQuery(measure: measure, model: incident.model, window: window))
      } catch {
        draft.gaps.append("\(measure.rawValue): \(error.reason)")
      }
    }
    draft.impact.requests = draft.sum(.requestRate)
    draft.impact.failed = draft.sum(.errorRate)
    await draft.countSlow(from: source)
    await draft.countWrong(from: source)
    await draft.lookBack(in: source)
    await draft.lookForChanges(in: source)
    return draft
  }

  private static func window(from: Timestamp, to: Timestamp, now: Timestamp) -> Window {
    let first = from.seconds - margin
    let last = max(first + 1, min(to.seconds + margin, now.seconds))
    return Window(from: first, to: last, step: max(1, (last - first + stepsMax - 1) / stepsMax))
  }

  /// Of a rate a second, over the steps that the impact covers.
  private func sum(_ measure: SeriesQuery.Measure) -> Double? {
    guard let result = series[measure.rawValue] else { return nil }
    var total: Double?
    for line in result.lines {
      for (step, value) in line.values.enumerated() where covers(step, result.window) {
        if let value { total = (total ?? 0) + value * Double(result.window.step) }
      }
    }
    return total
  }

  private func covers(_ step: Int, _ window: Window) -> Bool {
    let start = window.from + Int64(step) * window.step
    return start + window.step > impact.from.seconds && start <= impact.to.seconds
  }

  private mutating func lookBack(in source: any ConsoleSource) async {
    guard let alert = report.incident.detection?.name else { return }
    do throws(SourceError) {
      precedent = IncidentPrecedent(
        alert: alert,
        among: try await source.incidents(
          IncidentQuery(isOpen: false, before: report.incident.id, limit: 1_000)))
    } catch {
      gaps.append("earlier incidents: \(error.reason)")
    }
  }

  private mutating func lookForChanges(in source: any ConsoleSource) async {
    let incident = report.incident
    do throws(SourceError) {
      let rows = try await source.audit(AuditQuery(model: incident.model, limit: 500))
      changesBefore = rows.reversed().filter { row in
        (row.outcome == .done || row.outcome == .breakGlass) && row.toVersion != nil
          && row.time.seconds >= window.from && row.time < incident.openedAt
      }
    } catch {
      gaps.append("changes before: \(error.reason)")
    }
  }

  private mutating func countWrong(from source: any ConsoleSource) async {
    guard let model = report.incident.model else { return }
    let (from, to) = (impact.from.seconds, max(impact.from.seconds, impact.to.seconds) + 1)
    do throws(SourceError) {
      let history = try await source.business(
        BusinessQuery(model: model, window: Window(from: from, to: to, step: to - from)))
      let (known, right) = history.periods.reduce((0, 0)) {
        ($0.0 + $1.classified, $0.1 + $1.right)
      }
      guard known > 0 else { return }
      impact.labelled = Double(known)
      impact.wrong = Double(known - right)
    } catch {
      gaps.append("labels: \(error.reason)")
    }
  }

  /// Two buckets, of which the first ends at the objective.
  private mutating func countSlow(from source: any ConsoleSource) async {
    guard let objective, let model = report.incident.model, objective.latency > 0 else { return }
    do throws(SourceError) {
      let map = try await source.heatmap(
        HeatmapQuery(
          model: model, window: window, bucketCount: 2, lowest: objective.latency,
          highest: objective.latency * 1_000))
      impact.slow = 0
      for (step, counts) in map.counts.enumerated() where covers(step, map.window) {
        impact.slow? += Double(counts.dropFirst().reduce(0, +))
      }
    } catch {
      gaps.append("slow answers: \(error.reason)")
    }
  }
}

extension Incident {
  /// From the begin until the act that helped, else until it was closed, else until now.
  fileprivate func felt(now: Timestamp) -> (Timestamp, Timestamp) {
    let from = min(beganAt ?? openedAt, openedAt)
    return (from, max(from, mitigation?.at ?? closedAt ?? now))
  }
}
