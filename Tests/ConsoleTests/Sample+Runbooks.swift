import Console
import Domain
import TextUI

extension Sample {
  private static func text(_ text: String) -> [RunbookInline] { [.run(RunbookRun(text))] }

  private static func steps(_ steps: (String, String)...) -> RunbookBlock {
    .list(
      RunbookList(
        steps.map { id, words in
          .init(step: RunbookStep(id: id, text: words), [.paragraph(text(words))])
        }))
  }

  static let burnPage = Runbook(
    id: "ModelErrorBudgetBurnFast", file: "runbooks/ModelErrorBudgetBurnFast.md",
    title: "ModelErrorBudgetBurnFast",
    frontMatter: RunbookFrontMatter(
      alert: RunbookWord("ModelErrorBudgetBurnFast", line: 2), severity: .critical,
      owner: "model-serving", lastTested: RunbookDate(days: RunbookDate(now).days - 12),
      lastTestedLine: 5, panels: [RunbookWord("overview", line: 6)],
      checks: [
        RunbookCheck(name: "failing share", query: "failing", line: 8),
        RunbookCheck(name: "no such thing", query: "nothing", line: 10),
      ],
      actions: ["rollback", "shed", "limit", "pin", "eject", "unfreeze"].map {
        RunbookWord($0, line: 12)
      }, firstAction: "press 1: if one version stands out, press R"),
    blocks: [
      .heading(level: 1, text: text("ModelErrorBudgetBurnFast")),
      .heading(level: 2, text: text("Meaning")),
      .paragraph(text("The model spends its error budget 14 times too fast.")),
      .heading(level: 2, text: text("Diagnosis")),
      steps(
        ("0000000000000001", "Does one version stand out?"), ("0000000000000002", "What changed?")),
      .heading(level: 2, text: text("Mitigation")),
      steps(
        ("0000000000000003", "One version stands out: roll it back."),
        ("0000000000000004", "None does: shed a share.")),
      .paragraph([
        .run(RunbookRun("See ")), .run(RunbookRun("RequestsShed", link: "RequestsShed.md")),
        .run(RunbookRun(" and ")), .run(RunbookRun("the wiki", link: "https://wiki.example/slo")),
      ]),
    ])

  static let shedPage = Runbook(
    id: "RequestsShed", file: "runbooks/RequestsShed.md", title: "RequestsShed",
    frontMatter: RunbookFrontMatter(
      alert: RunbookWord("RequestsShed", line: 2), severity: .warning, owner: "model-serving",
      firstAction: "press 3: who asks so much?"),
    blocks: [.heading(level: 1, text: text("RequestsShed"))],
    diagnostics: [
      RunbookDiagnostic(
        file: "runbooks/RequestsShed.md", line: 4, .error,
        "actions: expected a list, found \u{1B}[31mtext")
    ])

  static func runbooks(_ query: RunbookQuery) -> RunbookAnswer {
    let pages = [burnPage, shedPage]
    if let id = query.id { return RunbookAnswer(page: pages.first { $0.id == id }) }
    if let alert = query.alert { return RunbookAnswer(page: pages.first { $0.alert == alert }) }
    if query.search != nil {
      return RunbookAnswer(hits: [
        RunbookHit(
          id: "RequestsShed", title: [.init("RequestsShed")],
          snippet: [.init("who asks so "), .init("much", isMatch: true), .init("?")], score: 2)
      ])
    }
    return RunbookAnswer(
      entries: pages.map(RunbookEntry.init), problems: ["runbooks/huge.md: more than 65536 bytes"])
  }

  /// Burns from three minutes ago on.
  static func metrics(_ question: MetricQuery) -> MetricAnswer {
    func point(_ time: Int64) -> MetricAnswer.Point {
      .init(time: time, value: time / 1_000 >= now.seconds - 180 ? "63.1" : "0.4")
    }
    guard let range = question.range else {
      guard question.expression == "failing" else {
        return MetricAnswer(kind: .vector, results: [])
      }
      return MetricAnswer(
        kind: .vector,
        results: [("fraud", "30", "0"), ("fraud", "31", "0.0631"), ("bikes", "1", "0.5")].map {
          .init(
            labels: ["model": $0.0, "version": $0.1],
            points: [.init(time: question.time, value: $0.2)])
        })
    }
    // The window is chosen by the rule and not a label of its alerts.
    let labels = ["model": "fraud", "version": "31", "window": "1h"]
    let times = stride(from: range.from, through: question.time, by: Int(range.step))
    return MetricAnswer(
      kind: .matrix,
      results: [
        .init(labels: ["model": "bikes"], points: [.init(time: question.time, value: "9")]),
        .init(labels: labels, points: times.map(point)),
      ])
  }

  /// An incident is open, and one step of its page is done.
  static func inIncident(at time: Timestamp = now) -> SystemSnapshot {
    var snapshot = alerted(at: time)
    let incident = Incident(
      id: IncidentID(12), model: "fraud", title: "ModelErrorBudgetBurnFast", severity: .critical,
      openedAt: at(-122), openedBy: "vigia", detection: IncidentAlert(burn, at: at(-122)))
    snapshot.incidents = [
      IncidentSummary(
        incident: incident,
        steps: [
          TickedStep(
            runbook: burnPage.id, step: "0000000000000001", text: "Does one version stand out?",
            by: "ana", at: at(-20))
        ])
    ]
    return snapshot
  }
}
