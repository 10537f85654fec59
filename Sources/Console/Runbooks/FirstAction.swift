import Domain

extension ConsoleState {
  /// The gravest open alert of the selected model; else the gravest that is of no model. A page that is of no model comes before
  /// a warning of the selected one. Among alerts the one under the cursor.
  var pressingAlert: Alert? {
    if panel == .alerts { return regardedAlert }
    let open = shown?.pressingAlerts.map(\.addressed) ?? []
    let near = open.filter { $0.model == selected?.model.name } + open.filter { $0.model == nil }
    return near.first { $0.severity == .critical } ?? near.first
  }

  /// What the page of that alert says to do first; nil where nothing presses, no page says so, or something was done since.
  var firstAction: String? {
    guard let alert = pressingAlert, recovery(since: alert) == nil, let slot = firstActionNeed?.slot
    else { return nil }
    guard let page = board.runbooks(slot)?.page, let first = page.frontMatter.firstAction else {
      return nil
    }
    if let advice = accuracyAdvice(on: page, for: alert) { return advice }
    // Whom the alert names, and the key, which is where it is after a remapping.
    if let client = limitedClient { return "\(key(.limit)) limits \(client)" }
    return otherRow(of: alert, for: first).map { "on the row of \($0): \(first)" } ?? first
  }

  /// The version that the alert names, where its page would have R pressed, and R on the selected row takes another one out.
  private func otherRow(of alert: Alert, for first: String) -> String? {
    guard first.contains("press R"), let named = alert.version, let (model, version) = selected,
      model.name == alert.model, model.rollBackSource(on: version) != named
    else { return nil }
    return named
  }

  /// The client that the alert names, where its page offers a limit before anything else.
  var limitedClient: String? {
    guard let alert = pressingAlert, let client = alert.labels["client"], alert.model != nil,
      let page = firstActionNeed.flatMap({ board.runbooks($0.slot)?.page }),
      page.frontMatter.actions.first?.text == LeverName.limit.rawValue
    else { return nil }
    return client
  }

  /// Why a rollback of the selected model does not help, in words: by the page of its gravest alert, or since its labels are in
  /// doubt; nil where nobody says so. What a page says for itself is not said of another alert of the same model.
  var rollbackAdvice: String? {
    guard let alert = pressingAlert, let (model, version) = selected,
      model.rollBackAct(on: version) == .rollBack, alert.model != nil || !isAlerted(model.name),
      recovery(since: alert) == nil
    else { return nil }
    if alert.model != nil, let doubt = labelDoubt(of: model) {
      return "a rollback may not help: \(doubt)"
    }
    guard
      let page = firstActionNeed.flatMap({ board.runbooks($0.slot)?.page }),
      !page.frontMatter.actions.contains(where: { $0.text == LeverName.rollback.rawValue }),
      let why = page.rollbackAdvice
    else { return nil }
    return "the page of \(alert.name) says not to roll back: \(why)"
  }

  /// Why the selected version should not be made champion, in words: its comparison says no, or the labels by which it would be
  /// judged are in doubt; nil where nothing speaks against it.
  var promotionAdvice: String? {
    guard let (model, version) = selected else { return nil }
    return promotionDoubt(of: version, model)
  }

  /// Why a version should not be made champion; nil where nothing speaks against it.
  func promotionDoubt(of version: String, _ model: ModelSnapshot) -> String? {
    if let experiment = model.judgement?.experiment, experiment.challenger == version,
      let words = experiment.promotionDoubt
    {
      return words
    }
    return labelDoubt(of: model).map { "whether \(version) is better cannot be seen: \($0)" }
  }

  private func isAlerted(_ model: String) -> Bool {
    shown?.pressingAlerts.contains { $0.addressed.model == model } ?? false
  }

  /// The page that it stands on.
  var firstActionNeed: QueryBoard.Need? {
    pressingAlert.map { pageNeed(.page(forAlert: $0.name, model: $0.model)) }
  }
}

extension Runbook {
  /// What stands behind `**Do not roll back.**`, which is how pages begin for whom it does not help.
  var rollbackAdvice: String? {
    for case .paragraph(let inlines) in blocks {
      let text = RunbookInline.text(of: inlines)
      guard text.hasPrefix(Self.refusal) else { continue }
      return String(text.dropFirst(Self.refusal.count).drop { $0 == " " })
    }
    return nil
  }

  private static let refusal = "Do not roll back."
}
