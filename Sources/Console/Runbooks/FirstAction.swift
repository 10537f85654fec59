import Domain

extension ConsoleState {
  /// The gravest open alert of the selected model; else the gravest that is of no model. A page that is of no model comes before
  /// a warning of the selected one.
  var pressingAlert: Alert? {
    let open = shown?.pressingAlerts.map(\.addressed) ?? []
    let near = open.filter { $0.model == selected?.model.name } + open.filter { $0.model == nil }
    return near.first { $0.severity == .critical } ?? near.first
  }

  /// What the page of that alert says to do first; nil where nothing presses, no page says so, or something was done since.
  var firstAction: String? {
    guard let alert = pressingAlert, recovery(since: alert) == nil, let slot = firstActionNeed?.slot
    else { return nil }
    return board.runbooks(slot)?.page?.frontMatter.firstAction
  }

  /// The page that it stands on.
  var firstActionNeed: QueryBoard.Need? {
    pressingAlert.map { pageNeed(.page(forAlert: $0.name, model: $0.model)) }
  }
}
