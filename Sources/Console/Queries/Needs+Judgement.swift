import Domain
import TextUI

extension ConsoleState {
  /// More windows than a strip has columns, few enough to be sent in a moment.
  private static let windowsMax = 600

  func driftNeeds(_ shown: SystemSnapshot) -> [QueryBoard.Need] {
    guard let model = selected?.model, let version = judgedVersion else { return [] }
    let span = chartSpan
    var needs = [auditNeed(shown)]
    needs.append(
      judgementNeed(
        JudgementQuery(
          kind: .drift, model: model.name, version: version, from: span.from,
          to: judgedUntil(span.to), limit: ConsoleState.windowsMax),
        stamp: driftSummary?.stamp ?? ""))
    needs.append(
      judgementNeed(
        JudgementQuery(
          kind: .quality, model: model.name, version: version, from: span.from,
          to: judgedUntil(span.to), limit: ConsoleState.windowsMax),
        stamp: model.judgement?.concept(of: version)?.stamp ?? ""))
    if size.width >= ConceptBox.chartWidth, let measure = model.unjudgedMeasure(of: version) {
      needs.append(
        QueryBoard.Need(
          slot: .series(measure, model: model.name),
          question: .series(
            SeriesQuery(measure: measure, model: model.name, window: span.window))))
    }
    return needs + cellNeeds(model.name, version)
  }

  /// References that are looked through for the one of a window: the last by `referencesUntil`, since all that came later
  /// judge later windows.
  private static let referencesMax = 8
  private static let day: Int64 = 86_400

  /// A day after a window, since the clock may have been set back after its reference was made, to the end of that day: the
  /// question is the same all day long.
  private static func referencesUntil(_ window: DriftWindow) -> Int64 {
    (window.to / day + 2) * day
  }

  /// The last second of the year 9999.
  private static let everTo: Int64 = 253_402_300_799

  /// The shown window's counts by cell, and the cells of its reference: both only once a window or a reference.
  private func cellNeeds(_ model: String, _ version: String) -> [QueryBoard.Need] {
    guard let window = shownWindow, let reference = window.reference else { return [] }
    return [
      QueryBoard.Need(
        slot: .driftCells(model: model, version: version),
        question: .judgements(
          JudgementQuery(
            kind: .drift, model: model, version: version, from: window.to, to: window.to + 1,
            limit: 1, cells: true), stamp: "")),
      judgementNeed(
        JudgementQuery(
          kind: .reference, model: model, version: version, from: 0,
          to: judgedUntil(Self.referencesUntil(window)), limit: Self.referencesMax),
        stamp: "\(reference)"),
    ]
  }

  /// Comparisons of the same challenger that began later than one of the past: each has its own course.
  private static let comparisonsMax = 8

  func experimentNeeds(_ shown: SystemSnapshot) -> [QueryBoard.Need] {
    guard let model = selected?.model, let experiment = model.judgement?.experiment else {
      return []
    }
    let week = weekSpan
    return [
      auditNeed(shown),
      judgementNeed(
        JudgementQuery(
          kind: .experiment, model: model.name, from: week.from, to: week.to, limit: 50),
        stamp: "\(experiment.challenger) \(experiment.verdict.rawValue)"),
      judgementNeed(
        JudgementQuery(
          kind: .effects, model: model.name, version: experiment.challenger,
          from: experiment.since.seconds, to: Self.everTo,
          limit: showsPast ? Self.comparisonsMax : 1),
        stamp: "\(chartEnd / Self.effectSeconds)"),
    ]
  }

  /// Seconds from one look at the course of an experiment to the next: it grows once a minute.
  private static let effectSeconds: Int64 = 30

  func businessNeeds(_ shown: SystemSnapshot) -> [QueryBoard.Need] {
    guard let model = selected?.model else { return [] }
    let week = weekSpan
    let champion = model.deployment.champion
    return [
      judgementNeed(
        JudgementQuery(
          kind: .quality, model: model.name, version: champion, from: week.from, to: week.to,
          limit: 1_000),
        stamp: model.judgement?.concept(of: champion)?.stamp ?? ""),
      QueryBoard.Need(
        slot: .business(model: model.name),
        question: .business(businessQuery(model.name))),
    ]
  }

  /// Days of the wall, each as long as it was, from the Monday four weeks ago to as far as the summary of the last 24 hours
  /// has certainly come: today never has more than they.
  private func businessQuery(_ model: String) -> BusinessQuery {
    let now = judgedUntil(shownTime.seconds)
    let days = wall.daysBack(weeks: 4, from: shownTime).filter { $0 <= now }
    let summarised = (now - Self.summarySeconds) / Self.summarySeconds * Self.summarySeconds
    let end = max(summarised, (days.last ?? summarised) + 1)
    return BusinessQuery(model: model, borders: days + [end], step: Self.day)
  }

  /// Judgements are summed up anew each ten seconds.
  private static let summarySeconds: Int64 = 10

  private func judgementNeed(_ query: JudgementQuery, stamp: String) -> QueryBoard.Need {
    QueryBoard.Need(
      slot: .judgements(query.kind, model: query.model, version: query.version),
      question: .judgements(query, stamp: stamp))
  }

  /// The last seven days, to the end of the hour: the question is the same all hour long.
  private var weekSpan: (from: Int64, to: Int64) {
    let to = (shownTime.seconds / 3_600 + 1) * 3_600
    return (to - 7 * Self.day, judgedUntil(to))
  }

  /// In a replay nothing that was concluded later; by the minute, so that it is not asked each second.
  private func judgedUntil(_ end: Int64) -> Int64 {
    replay.map { min(end, $0.position.seconds / 60 * 60) } ?? end
  }
}

extension DriftSummary {
  /// Another one after each window: its figures change with it.
  fileprivate var stamp: String {
    let figures = worst.map { "\($0.name) \($0.current) \($0.psi ?? -1)" }
    return "\(state.rawValue) \(drifted) \(figures.joined(separator: " "))"
  }
}

extension ConceptSummary {
  fileprivate var stamp: String { "\(state.rawValue) \(last?.to ?? 0)" }
}
