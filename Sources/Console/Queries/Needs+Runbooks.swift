import Domain

extension ConsoleState {
  /// Seconds from one look at a page's values to the next: as often as the rules look.
  private static let lookSeconds: Int64 = 5
  /// Seconds until a page is asked for again, since its file may have changed.
  private static let pageSeconds: Int64 = 10

  private func moment(each seconds: Int64) -> Int64 { chartEnd / seconds * seconds }

  func runbookNeeds(_ shown: SystemSnapshot) -> [QueryBoard.Need] {
    let stamp = moment(each: Self.pageSeconds)
    if runbooks.reading != nil { return readingNeeds() }
    var needs = [
      QueryBoard.Need(slot: .runbookList, question: .runbooks(.list, stamp: stamp))
    ]
    if !runbookWords.isEmpty {
      needs.append(
        QueryBoard.Need(
          slot: .runbookSearch,
          question: .runbooks(RunbookQuery(search: searchedWords, limit: 50), stamp: stamp)))
    }
    return needs
  }

  /// The open alert: its page, its own series over time, and what changed.
  func alertNeeds(_ shown: SystemSnapshot) -> [QueryBoard.Need] {
    guard alertList.isOpen, let alert = regardedAlert else { return [] }
    var needs = readingNeeds() + [auditNeed(shown)]
    if let measure = alert.measure {
      let window = chartSpan.window
      needs.append(
        QueryBoard.Need(
          slot: .alertSeries(alert.id),
          question: .metric(
            MetricQuery(
              expression: measure, time: window.to * 1_000,
              range: .init(from: window.from * 1_000, step: window.step * 1_000),
              source: alert.source))))
    }
    return needs
  }

  private func readingNeeds() -> [QueryBoard.Need] {
    guard let reading else { return [] }
    let checks = readPage?.frontMatter.checks ?? []
    // Not before what the alert was raised on: its series may have begun just then.
    let time = max(moment(each: Self.lookSeconds), readAlert?.since.seconds ?? 0) * 1_000
    return [pageNeed(reading.query)]
      + checks.prefix(12).map { check in
        QueryBoard.Need(
          slot: .metric(check.query),
          question: .metric(MetricQuery(expression: check.query, time: time)))
      }
  }

  func pageNeed(_ query: RunbookQuery) -> QueryBoard.Need {
    QueryBoard.Need(
      slot: .runbook(query), question: .runbooks(query, stamp: moment(each: Self.pageSeconds)))
  }
}
