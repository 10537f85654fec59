import Alerting
package import Domain
import Foundation
import Inference
import Logging
import Runbooks

/// What the control plane needs to raise alerts and to have somebody told.
package struct AlertServices: Sendable {
  package var loop: AlertLoop
  /// What is wrong with the rules on the disk: those that could be read are in force.
  package var problems: [String]
  /// Nil where nobody is told.
  package var notifier: AlertNotifier?
  package var sources: [SourceWatch]
  /// Whose pages say who answers for an alert; nil where there are none.
  package var shelf: RunbookShelf?

  package init(
    loop: AlertLoop, problems: [String] = [], notifier: AlertNotifier? = nil,
    sources: [SourceWatch] = []
  ) {
    self.loop = loop
    self.problems = problems
    self.notifier = notifier
    self.sources = sources
  }

  /// How whoever is told of alerts was reached so far.
  var receivers: [ReceiverStatus] { notifier?.receivers ?? [] }
}

extension ControlPlane {
  /// More than a screen shows: a snapshot goes to every console.
  private static let alertsShown = 50

  func startAlerting() async {
    guard let alerting else { return }
    let now = settings.clock()
    startSources(now)
    await seedAlerting(now)
    take(await alerting.loop.start(now: now))
  }

  /// Gives the rules what the stores have of the past.
  func seedAlerting(_ now: Timestamp) async {
    guard let loop = alerting?.loop else { return }
    if let metrics = judgement?.metrics { await loop.use(past: metrics) }
    await seedCounters(now)
    // A ledger that cannot be read is told elsewhere; rules then know the shares since the start.
    guard
      let past = try? await ledger.past(
        at: now, reach: Double(WeightHistory.reach), deployments, [])
    else { return }
    let versions = deployments.keys.map { ($0, dataPlane.versions(of: $0)) }
    await loop.seed(
      gauges: WeightHistory.series(
        past, versions: Dictionary(uniqueKeysWithValues: versions), now: now.seconds))
  }

  /// Gives the rules what was counted up to a moment.
  func seedCounters(_ end: Timestamp) async {
    guard let loop = alerting?.loop, let metrics = judgement?.metrics else { return }
    await loop.seed(
      counters: await judging.run { CounterHistory.series(metrics, now: end.seconds) })
  }

  /// Shows the rules what is measured, each few seconds. Apart, so that a query that takes long holds up nothing.
  ///
  /// In whole seconds, as what is measured is: of a timer that comes some milliseconds early, fifteen seconds would be one
  /// look too few, and half a minute three looks instead of two.
  func lookAtAlerts(_ now: Timestamp) {
    let now = Timestamp(seconds: now.seconds)
    guard let alerting, let looked = alertsLooked,
      now.seconds - looked >= alerting.loop.scrapeInterval || now.seconds < looked,
      let page = metrics
    else { return }
    alertsLooked = nil
    lookAtOwners(now)
    Task {
      if let change = await alerting.loop.tick(page, now: now) { await take(change) }
      await lookAtIncidents()
      alertsLooked = now.seconds
    }
  }

  /// Each minute, and apart: a folder that hangs holds up no alert.
  private func lookAtOwners(_ now: Timestamp) {
    guard let shelf = alerting?.shelf, !isReadingOwners,
      ownersReadAt.map({ abs(now.secondsSince($0)) >= 60 }) ?? true
    else { return }
    isReadingOwners = true
    Task {
      runbooks = await shelf.pages(now: now)
      (isReadingOwners, ownersReadAt) = (false, now)
      alertReport.alerts = alertReport.alerts.map(owned)
    }
  }

  /// With who answers for what it is about: its label says it, or its runbook.
  private func owned(_ alert: Alert) -> Alert {
    var alert = alert
    alert.owner =
      ["owner", "team"].compactMap { alert.labels[$0] }.first { !$0.isEmpty }
      ?? runbooks?.page(forAlert: alert.name, model: alert.model)?.frontMatter.owner
    return alert
  }

  func take(_ change: AlertLoop.Change) async {
    show(change.report)
    for step in change.steps {
      guard let words = AlertWords(step) else { continue }
      await recordEvent(
        words.action, model: words.model, summary: words.summary, evidence: words.evidence)
    }
  }

  private func show(_ report: AlertReport) {
    take(report)
    publish()
  }

  private func take(_ report: AlertReport) {
    var report = report
    report.alerts = report.alerts.map(owned)
    raised = report.alerts
    blindRules = Set(
      report.rules.filter { $0.state == .noData || $0.state == .error }.map(\.name))
    alertReport = report
    lookedAtRules = true
    alertReport.alerts = Array(report.alerts.prefix(Self.alertsShown))
  }

  /// As of now, with the rules and whoever is told; nil where there are no rules.
  package func alerts() async -> AlertReport? {
    guard let alerting else { return nil }
    var report = await alerting.loop.report
    report.alerts = report.alerts.map(owned)
    report.receivers = alerting.receivers
    return report
  }

  /// Answers a question over what was measured lately, or over a source's series.
  package func answer(
    _ question: MetricQuery
  ) async throws(MetricQueryFailure) -> MetricAnswer {
    guard let alerting else {
      throw MetricQueryFailure(isBadQuery: false, reason: "this server has no rules")
    }
    if let source = question.source { return try await answer(question, of: source) }
    return try await alerting.loop.answer(question)
  }

  /// The caller holds the turn.
  func answerAlert(
    _ command: Command, by principal: Principal
  ) async throws(Refusal) -> CommandOutcome {
    guard let alerting else {
      throw Refusal(.invalid, "this server has no rules: name some in `rules` of its configuration")
    }
    let now = settings.clock()
    let loop = alerting.loop
    let outcome: CommandOutcome
    switch command.action {
    case .acknowledge(let id, let until):
      let alert = try await alert(id)
      try check(until: until, now: now)
      let acknowledgement = Acknowledgement(
        by: principal.name, at: now, until: until, note: command.reason)
      outcome = try await perform(command, by: principal, "\(alert.title) is in hand") {
        await loop.acknowledge(id, acknowledgement, now: now)
      }
    case .unacknowledge(let id):
      let alert = try await alert(id)
      guard alert.acknowledgement != nil else {
        throw Refusal(.invalid, "\(alert.title) is in nobody's hand")
      }
      outcome = try await perform(command, by: principal, "\(alert.title) is open again") {
        await loop.acknowledge(id, nil, now: now)
      }
    case .silence(let matchers, let until):
      try check(until: until, now: now)
      let silence = Silence(
        id: command.id.text, matchers: matchers, startsAt: now, endsAt: until,
        createdBy: principal.name, comment: command.reason)
      guard AlertInbox().accepts(silence) else {
        throw Refusal(
          .invalid,
          "a silence needs matchers that parse, one of which does not fit an empty value; found "
            + "\(matchers.map(\.description))")
      }
      let words = matchers.map(\.description).joined(separator: ", ")
      outcome = try await perform(command, by: principal, "silence of \(words)") {
        await loop.set(silence, now: now)
      }
    case .expireSilence(let id):
      guard let silence = await loop.report.silences.first(where: { $0.id == id }),
        silence.endsAt > now
      else { throw Refusal(.invalid, "there is no silence \(id) that is not over") }
      let words = silence.matchers.map(\.description).joined(separator: ", ")
      outcome = try await perform(command, by: principal, "silence of \(words) ended") {
        await loop.expireSilence(id, now: now)
      }
    case .testPage(let severity):
      let alert = Alert(
        labels: [
          "alertname": "TestPage", "severity": (severity ?? .info).rawValue,
          "instance": settings.server.host,
        ],
        annotations: [
          "summary": "A test by \(principal.name): nothing is wrong", "description": command.reason,
        ], group: "vigia", state: .firing, value: nil, activeAt: now, firedAt: now)
      // Waits for the disk, which is not this thread's to do.
      let receivers = await judging.run { alerting.notifier?.sendTest(alert, now: now) ?? [] }
      guard !receivers.isEmpty else {
        throw Refusal(.invalid, "nobody is told of alerts: name somebody in `notify`")
      }
      outcome = try await perform(
        command, by: principal, "test page to \(receivers.joined(separator: ", "))"
      ) {}
    default: throw Refusal(.invalid, "\(command.action.name) answers no alert")
    }
    show(await loop.report)
    return outcome
  }

  private func alert(_ id: AlertID) async throws(Refusal) -> Alert {
    let alerts = await alerting?.loop.report.alerts ?? []
    guard let alert = alerts.first(where: { $0.id == id }) else {
      throw Refusal(.invalid, "there is no alert \(id) now")
    }
    guard alert.state != .resolved else {
      throw Refusal(.invalid, "\(alert.title) is over")
    }
    return alert
  }

  private func check(until: Timestamp?, now: Timestamp) throws(Refusal) {
    guard let until else { return }
    guard until > now, until.secondsSince(now) <= 30 * 86_400 else {
      throw Refusal(.invalid, "expected an end within the next 30 days")
    }
  }
}

extension Alert {
  /// As a sentence names it: `ReleaseFailing (electricity 2)`.
  var title: String {
    let subject = [labels["model"], labels["version"]].compactMap(\.self).joined(separator: " ")
    return subject.isEmpty ? name : "\(name) (\(subject))"
  }
}
