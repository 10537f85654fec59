import Crypto
import Domain
import Foundation
import HTTPAPI
import HTTPTypes
import HummingbirdTesting
import Testing

@Suite struct AlertPageTests {
  private static let now = Timestamp(seconds: 1_795_356_151)

  private static func alert(
    _ labels: [String: String] = ["model": "fraud", "severity": "critical"],
    _ annotations: [String: String] = [:], state: Alert.State = .firing
  ) -> Alert {
    Alert(
      labels: labels.merging(["alertname": "ModelErrorBudgetBurnFast"]) { own, _ in own },
      annotations: annotations, group: "serving", state: state, value: 63.125, bound: "> 14.4",
      measure: "vigia_slo_burn_rate", activeAt: now.adding(seconds: -200),
      firedAt: now.adding(seconds: -125),
      resolvedAt: state == .resolved ? now.adding(seconds: -5) : nil)
  }

  private static func services(
    _ alerts: [Alert]?, runbook: Runbook? = nil, incidents: [IncidentReport] = []
  ) async throws -> TestServices {
    var answers = FakeSource.Answers()
    answers.runbooks = .success(RunbookAnswer(page: runbook))
    answers.incidents = .success(incidents)
    var services = try await TestServices.make(source: FakeSource(answers: answers))
    services.api.alerts = { alerts.map { AlertReport(alerts: $0) } }
    services.api.now = { now }
    return services
  }

  @Test func `the page says how the alert stands, and how to open it`() async throws {
    var alert = Self.alert(
      ["model": "fraud", "severity": "critical"],
      ["summary": "fraud burns its budget", "runbook_url": "https://wiki.example/a?b=1&c"])
    alert.acknowledgement = Acknowledgement(by: "ana", at: Self.now, note: "on it")
    let shown = alert
    try await Self.services([shown]).withClient { client in
      let page = try await client.get("/alert/\(shown.id)")
      #expect(page.status == .ok)
      #expect(page.headers[.contentType] == "text/html; charset=utf-8")
      for text in [
        "<h1>ModelErrorBudgetBurnFast</h1>", "critical, fires since 2026-11-22 14:00:26 UTC, 2 min",
        "63.12, and fires while &gt; 14.4", "vigia_slo_burn_rate",
        "<code>vigia open alert/\(shown.id)</code>", "fraud burns its budget",
        "<th scope=\"row\">model</th><td>fraud</td>", "ana: on it",
        "href=\"https://wiki.example/a?b=1&amp;c\"",
        "There is no page for ModelErrorBudgetBurnFast",
        "As of 2026-11-22 14:02:31 UTC",
      ] {
        #expect(page.text.contains(text), "\(text)")
      }
    }
  }

  @Test func `an alert that is over says since when, and a consequence leads to its cause`()
    async throws
  {
    let cause = Self.alert()
    var over = Self.alert(["model": "fraud", "version": "3"], state: .resolved)
    over.inhibitedBy = cause.id
    let alerts = [cause, over]
    let id = over.id
    try await Self.services(alerts).withClient { client in
      let page = try await client.get("/alert/\(id)")
      #expect(page.text.contains("over since 2026-11-22 14:02:26 UTC, after 2 min"))
      #expect(page.text.contains("<a href=\"\(cause.id)\">ModelErrorBudgetBurnFast</a>"))
    }
  }

  @Test func `the runbook stands below, its boxes and its code as text`() async throws {
    let page = Runbook(
      id: "ModelErrorBudgetBurnFast", file: "r.md", title: "t",
      frontMatter: RunbookFrontMatter(owner: "ml-oncall", firstAction: "roll back"),
      blocks: [
        .heading(level: 2, text: [.run(RunbookRun("Mitigation"))]),
        .list(
          RunbookList(
            start: 1,
            [
              .init(
                step: RunbookStep(id: "0123456789abcdef", text: "Press R"),
                [.paragraph([.run(RunbookRun("Press ")), .run(RunbookRun("R", marks: .code))])])
            ])),
        .code("vigia model rollback m\n  --reason <why>\n", language: "sh"),
        .table(
          RunbookTable(
            alignments: [.left], header: [[.run(RunbookRun("a", marks: [.strong]))]],
            rows: [[[.run(RunbookRun("b", link: "javascript:alert(1)"))]]])),
        .details(summary: "more", [.paragraph([.run(RunbookRun("x", link: "https://e.org/"))])]),
      ])
    try await Self.services([Self.alert()], runbook: page).withClient { client in
      let text = try await client.get("/alert/\(Self.alert().id)").text
      #expect(text.contains("<h4>Mitigation</h4>"))
      #expect(text.contains("<ol start=\"1\"><li>&#9744; Press <code>R</code></li></ol>"))
      #expect(text.contains("vigia model rollback m\n  --reason &lt;why&gt;"))
      #expect(text.contains("<b>First:</b> roll back") && text.contains("Owner: ml-oncall"))
      #expect(text.contains("<th><b>a</b></th>") && text.contains("<td>b</td>"))
      #expect(text.contains("<details><summary>more</summary>"))
      #expect(text.contains("href=\"https://e.org/\">x</a>"))
      #expect(!text.contains("javascript:"))
    }
  }

  @Test func `a silence is told by whose it is, and by its id where no more is known`() async throws
  {
    var alert = Self.alert(["alertname": "Errors"], ["summary": "s"])
    alert.silencedBy = ["s-1", "s-2"]
    alert.silences = [
      Silence(
        id: "s-1", matchers: [], startsAt: Self.now, endsAt: Self.now.adding(seconds: 60),
        createdBy: "ada", comment: "planned")
    ]
    let shown = alert
    try await Self.services([shown]).withClient { client in
      let text = try await client.get("/alert/\(shown.id)").text
      #expect(text.contains("ada until ") && text.contains(": planned"))
      #expect(!text.contains("s-1") && text.contains("s-2"))
    }
  }

  @Test func `hostile text is text, also where it turns the direction of writing`() async throws {
    let hostile = "</style></p><script>alert(1)</script>\"'&\u{202E}evil\u{1B}[31m"
    var alert = Self.alert(
      ["alertname": hostile, hostile: hostile, "severity": "critical\" onclick=\"x"],
      ["summary": hostile, "description": "\(hostile)\nsecond", hostile: "javascript:\(hostile)"])
    alert.bound = hostile
    alert.measure = hostile
    alert.group = hostile
    alert.silencedBy = [hostile]
    alert.silences = [
      Silence(
        id: hostile, matchers: [], startsAt: Self.now, endsAt: Self.now, createdBy: hostile,
        comment: hostile)
    ]
    alert.acknowledgement = Acknowledgement(by: hostile, at: Self.now, note: hostile)
    let shown = alert
    let page = Runbook(
      id: hostile, file: hostile, title: hostile,
      frontMatter: RunbookFrontMatter(owner: hostile, firstAction: hostile),
      blocks: [
        .paragraph([
          .run(RunbookRun(hostile, marks: [.code, .strong], link: "https://x/\"onclick"))
        ]),
        .code(hostile, language: hostile), .details(summary: hostile, [.thematicBreak]),
      ])
    try await Self.services([shown], runbook: page).withClient { client in
      for path in ["/alert/\(shown.id)", "/alert/%3Cscript%3Ealert(1)%3C%2Fscript%3E%E2%80%AE"] {
        let answer = try await client.get(path)
        #expect(!answer.text.contains("<script") && !answer.text.contains("onclick=\""))
        #expect(answer.text.components(separatedBy: "</style>").count == 2)
        #expect(
          !answer.text.unicodeScalars.contains {
            $0 == "\u{202E}" || $0 == "\u{1B}" || (0x7f...0x9f).contains($0.value)
          })
        let style = try #require(answer.text.firstMatch(of: /<style>([^<]*)<\/style>/)).output.1
        let hash = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
        let policy = answer.headers[.contentSecurityPolicy] ?? ""
        #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-\(hash)';"))
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        #expect(answer.headers[.cacheControl] == "no-store")
      }
    }
  }

  @Test func `an alert that is gone is 404, with the incident that had it`() async throws {
    let alert = Self.alert()
    var incident = Incident(
      id: IncidentID(3), model: "fraud", title: "Burn <b>", severity: .critical,
      openedAt: Self.now, openedBy: "vigia", alerts: [IncidentAlert(alert, at: Self.now)])
    incident.closedAt = Self.now
    let report = IncidentReport(incident: incident, steps: [], entries: [])
    try await Self.services([], incidents: [report]).withClient { client in
      let page = try await client.get("/alert/\(alert.id)")
      #expect(page.status == .notFound)
      #expect(page.text.contains("It was in inc-3, closed 2026-11-22 14:02:31 UTC: Burn &lt;b&gt;"))
      #expect(page.text.contains("vigia incident show inc-3"))
      let other = try await client.get("/alert/00000000000000ff")
      #expect(other.status == .notFound && !other.text.contains("inc-3"))
      #expect(other.text.contains("vigia open alerts"))
      let none = try await client.get("/alert/12")
      #expect(none.status == .notFound && none.text.contains("16 hexadecimal digits"))
    }
    try await Self.services(nil).withClient { client in
      let page = try await client.get("/alert/\(alert.id)")
      #expect(page.status == .notFound && page.text.contains("has no rules"))
    }
  }

  @Test func `reading it is what reading anything is`() async throws {
    var services = try await TestServices.make(
      authenticator: Authenticator(tokens: RouteMatrixTests.tokens))
    services.api.alerts = { AlertReport(alerts: [Self.alert()]) }
    try await services.withClient { client in
      let path = "/alert/\(Self.alert().id)"
      let stranger = try await client.get(path)
      let reader = try await client.get(path, .bearer("reader"))
      #expect(stranger.status == .unauthorized && reader.status == .ok)
      // Whoever followed the link with a browser learns where it can be read, and nothing of the alert.
      #expect(stranger.text.contains("<code>vigia open alert/\(Self.alert().id)</code>"))
      #expect(
        !stranger.text.contains("ModelErrorBudgetBurnFast") && !stranger.text.contains("fraud"))
      #expect(stranger.headers[.wwwAuthenticate] != nil)
      let other = try await client.get("/alert/<script>")
      #expect(other.status == .unauthorized && other.text.hasPrefix("{"))
    }
  }
}
