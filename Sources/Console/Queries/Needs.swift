import Domain
import TextUI

extension ConsoleState {
  /// What the visible panel has to know of the past.
  func needs() -> [QueryBoard.Need] {
    guard connection.isUp else { return [] }
    return replayNeeds() + cursorNeeds() + (shown.map(panelNeeds) ?? []) + adviceNeeds
  }

  private func panelNeeds(_ shown: SystemSnapshot) -> [QueryBoard.Need] {
    if openRequests != nil { return requestNeeds }
    switch panel {
    case .overview: return overviewNeeds(shown)
    case .latency: return latencyNeeds(shown)
    case .traffic: return trafficNeeds(shown)
    case .models: return size.width >= 110 ? [auditNeed(shown)] : []
    case .timeline: return [auditNeed(shown)]
    case .drift: return driftNeeds(shown)
    case .experiment: return experimentNeeds(shown)
    case .business: return businessNeeds(shown)
    case .alerts: return alertNeeds(shown)
    case .runbooks: return runbookNeeds(shown)
    case .system: return systemNeeds()
    }
  }

  /// The overview's sparklines: always thirty steps, so that their width never asks anew.
  package var sparklineSpan: ChartSpan { chartSpan(span, columns: 30) }

  /// With the cursor in it, which may have been moved on a panel that shows more of the past.
  private func chartSpan(_ span: TimeSpan, columns: Int) -> ChartSpan {
    let newest = ChartSpan(span, columns: columns, end: chartEnd)
    guard replay == nil, pause != nil, let cursor, cursor < newest.from else { return newest }
    return ChartSpan(span, columns: columns, end: cursor + span.seconds / 4)
  }

  /// The span of the charts of the latency and traffic panels at this size.
  package var chartSpan: ChartSpan {
    let columns =
      switch panel {
      // Half as many, twice as wide: this map stands on the screen all day, and may cost few bytes.
      case .overview: min(30, size.width / 2 - 13)
      case .traffic: size.width - 16
      case .drift: DriftLayout(size).stripColumns
      // A list has no chart: as fine as the system's past, for the cursor.
      case .alerts where !alertList.isOpen: SystemLayout.steps
      case .alerts: AlertPageLayout(self, in: Rect(size)).chart.width - 12
      case .system: SystemLayout.steps
      case .latency, .models, .timeline, .experiment, .runbooks, .business:
        LatencyLayout(size).chartColumns
      }
    return chartSpan(panelSpan, columns: max(20, columns))
  }

  /// What the hints go by, wherever a rollback is one of them.
  private var adviceNeeds: [QueryBoard.Need] {
    let isOffered = keymap.hints(for: panel).contains { $0.keys == key(.rollBack) }
    return isOffered ? [firstActionNeed].compactMap(\.self) : []
  }

  private func overviewNeeds(_ shown: SystemSnapshot) -> [QueryBoard.Need] {
    let window = sparklineSpan.window
    var needs = shown.models.map { model in
      QueryBoard.Need(
        slot: .sparkline(model: model.name),
        question: .series(
          SeriesQuery(measure: .requestRate, model: model.name, window: window)))
    }
    if OverviewLayout.hasLower(size, shown) {
      if size.width >= 100, let model = previewed {
        needs.append(heatmapNeed(model.name, nil, chartSpan.window))
      }
      needs.append(auditNeed(shown))
    } else if absence != nil {
      needs.append(auditNeed(shown))
    }
    return needs
  }

  private func systemNeeds() -> [QueryBoard.Need] {
    let window = chartSpan.window
    return SystemHistory.measures.map { measure in
      QueryBoard.Need(
        slot: .series(measure, model: nil),
        question: .series(SeriesQuery(measure: measure, model: nil, window: window)))
    }
  }

  private func heatmapNeed(
    _ model: String, _ version: String?, _ window: Window
  ) -> QueryBoard.Need {
    QueryBoard.Need(
      slot: .heatmap(model: model, version: version),
      question: .heatmap(heatmapQuery(model, version, window)))
  }

  private func heatmapQuery(
    _ model: String, _ version: String?, _ window: Window
  ) -> HeatmapQuery {
    HeatmapQuery(
      model: model, version: version, window: window, bucketCount: LatencyScale.bucketCount,
      lowest: LatencyScale.lowest, highest: LatencyScale.highest)
  }

  /// The versions whose latencies stand side by side.
  func histogramVersions(_ model: ModelSnapshot) -> [String] {
    latencyVersion.map { [$0] } ?? model.measuredVersions
  }

  private func latencyNeeds(_ shown: SystemSnapshot) -> [QueryBoard.Need] {
    guard let model = selected?.model else { return [] }
    let window = chartSpan.window
    var needs = [heatmapNeed(model.name, latencyVersion, window)]
    if let scope = latencyScope {
      needs.append(
        QueryBoard.Need(
          slot: .slowest(model: model.name, version: latencyVersion),
          question: .requests(scope.query(limit: 20))))
      let whole = Window(from: scope.from, to: scope.to, step: max(1, scope.to - scope.from))
      // One column each while no step is looked at: maps of all versions are three times the work of all the rest.
      let columns = cursorStep(in: chartSpan) == nil ? whole : window
      needs += histogramVersions(model).map { version in
        QueryBoard.Need(
          slot: .histogram(model: model.name, version: version),
          question: .heatmap(heatmapQuery(model.name, version, columns)))
      }
      needs += VersionTimes.measures.map { measure in
        QueryBoard.Need(
          slot: .times(measure, model: model.name),
          question: .series(SeriesQuery(measure: measure, model: model.name, window: whole)))
      }
    }
    needs.append(auditNeed(shown))
    return needs
  }

  private func trafficNeeds(_ shown: SystemSnapshot) -> [QueryBoard.Need] {
    guard let model = selected?.model else { return [] }
    let measures: [SeriesQuery.Measure] = [.requestRate, .errorRate, .errorShare, .shedRate]
    return measures.map { measure in
      QueryBoard.Need(
        slot: .series(measure, model: model.name),
        question: .series(
          SeriesQuery(measure: measure, model: model.name, window: chartSpan.window)))
    } + [failuresNeed(model.name), auditNeed(shown)]
  }

  private func failuresNeed(_ model: String) -> QueryBoard.Need {
    let window = failingWindow
    return QueryBoard.Need(
      slot: .failures(model: model),
      question: .failures(FailureQuery(model: model, from: window.from, to: window.to)))
  }

  /// Of the list that is open over a panel.
  private var requestNeeds: [QueryBoard.Need] {
    guard let list = openRequests else { return [] }
    let listed = QueryBoard.Need(
      slot: .requestList(list.scope), question: .requests(list.scope.query()))
    let page = list.page.map {
      QueryBoard.Need(slot: .request($0.copy.id), question: .request($0.copy.id))
    }
    return [listed] + [page].compactMap(\.self)
  }

  func auditNeed(_ shown: SystemSnapshot) -> QueryBoard.Need {
    let head = shown.auditHead
    // The newest rows say nothing of a moment long before them.
    let query = replay == nil ? AuditQuery() : AuditQuery(before: head + 1)
    return QueryBoard.Need(slot: .audit, question: .audit(query, head: head))
  }

  /// The step under the cursor.
  package func cursorStep(in span: ChartSpan) -> (from: Int64, to: Int64)? {
    guard let cursor, let column = span.column(of: cursor) else { return nil }
    let from = span.start(of: column)
    return (from, from + span.step)
  }

  /// "last 5 min", or "at 14:02:10" for the step under the cursor.
  var pointedTime: String {
    cursorStep(in: chartSpan).map { "at \(wall.time(Timestamp(seconds: $0.from)))" }
      ?? "last \(panelSpan.name)"
  }
}

extension ModelSnapshot {
  /// The versions that clients waited for lately, the one before, and the one that was champion last, to compare with.
  /// The champion first, then the one that a rollback goes to, or came from, then the challenger: where there is room for
  /// two, the first two are the ones to compare.
  var measuredVersions: [String] {
    let names = versions.filter { version in
      switch version.variant {
      case .champion, .challenger: true
      case .shadow: false
      case .direct, nil:
        version.recent.requests > 0 || version.isRollbackTarget
          || version.version == deployment.formerChampions.last?.version
      }
    }.map(\.version)
    let order = [
      deployment.champion, deployment.rollbackTarget, deployment.formerChampions.last?.version,
      deployment.challenger?.version,
    ]
    let first = order.compactMap(\.self).reduce(into: [String]()) { found, name in
      if names.contains(name), !found.contains(name) { found.append(name) }
    }
    return first + names.filter { !first.contains($0) }
  }
}
