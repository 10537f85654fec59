package import Domain

/// The answers so far, by what was asked.
extension QueryBoard {
  package func series(_ slot: Slot) -> SeriesResult? {
    if case .series(let result) = entries[slot]?.answer { result } else { nil }
  }

  package func heatmap(_ slot: Slot) -> LatencyHeatmap? {
    if case .heatmap(let result) = entries[slot]?.answer { result } else { nil }
  }

  package func requests(_ slot: Slot) -> [RequestSummary]? {
    if case .requests(let result) = entries[slot]?.answer { result } else { nil }
  }

  package func request(_ id: RequestID) -> [RequestDetail]? {
    if case .request(let answers) = entries[.request(id)]?.answer { answers } else { nil }
  }

  package func failures(_ slot: Slot) -> FailureReport? {
    if case .failures(let report) = entries[slot]?.answer { report } else { nil }
  }

  package var audit: [AuditEntry]? {
    if case .audit(let result) = entries[.audit]?.answer { result } else { nil }
  }

  package func judgements(
    _ kind: JudgementQuery.Kind, model: String, version: String? = nil
  ) -> JudgementHistory? {
    judgements(.judgements(kind, model: model, version: version))
  }

  package func judgements(_ slot: Slot) -> JudgementHistory? {
    if case .judgements(let history) = entries[slot]?.answer { return history }
    return nil
  }

  func business(of model: String) -> BusinessHistory? {
    if case .business(let history) = entries[.business(model: model)]?.answer {
      history
    } else {
      nil
    }
  }

  package func runbooks(_ slot: Slot) -> RunbookAnswer? {
    if case .runbooks(let answer) = entries[slot]?.answer { answer } else { nil }
  }

  package func metric(_ slot: Slot) -> MetricAnswer? {
    if case .metric(let answer) = entries[slot]?.answer { answer } else { nil }
  }

  package var past: SystemSnapshot? {
    if case .past(let snapshot) = entries[.past]?.answer { snapshot } else { nil }
  }

  package var incidents: [Incident]? {
    if case .incidents(let incidents) = entries[.incidents]?.answer { incidents } else { nil }
  }

  package func report(of id: IncidentID) -> IncidentReport? {
    if case .incident(let report) = entries[.incident(id)]?.answer { report } else { nil }
  }

  package func failure(_ slot: Slot) -> String? { entries[slot]?.failure }

  /// Since when an answer is awaited; nil when none is.
  package func waitingSince(_ slot: Slot) -> Timestamp? {
    entries[slot].flatMap { $0.isUnderWay ? $0.askedAt : nil }
  }
}
