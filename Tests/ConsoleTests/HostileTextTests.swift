import Domain
import Testing
import TextUI

@testable import Console

/// Whatever a name, label, error, client or page says, no byte of it reaches the terminal as control.
struct HostileTextTests {
  /// Escape sequences of each kind, in seven and in eight bits, ended and not, and what hides or turns text.
  static let payloads: [String] = [
    "\u{1B}[31m", "\u{1B}[2J", "\u{1B}[H", "\u{1B}[6n", "\u{1B}[c", "\u{1B}[5n", "\u{1B}[?25l",
    "\u{1B}[?1049h", "\u{1B}[?2004h", "\u{1B}[?1000h", "\u{1B}[8;1;1t", "\u{1B}[21t", "\u{1B}[1;1r",
    "\u{1B}[1000A", "\u{1B}[4h", "\u{1B}[!p", "\u{1B}[38;2;0;0;0m", "\u{1B}[8m", "\u{1B}c",
    "\u{1B}7",
    "\u{1B}8", "\u{1B}D", "\u{1B}M", "\u{1B}(0", "\u{1B}#8", "\u{1B}=", "\u{1B}]0;owned\u{7}",
    "\u{1B}]2;owned\u{1B}\\", "\u{1B}]52;c;AAAA\u{7}", "\u{1B}]52;c;?\u{7}",
    "\u{1B}]8;;https://evil\u{1B}\\x\u{1B}]8;;\u{1B}\\", "\u{1B}]10;?\u{7}", "\u{1B}]4;1;red\u{7}",
    "\u{1B}]50;font\u{7}", "\u{1B}]1337;File=:AAAA\u{7}", "\u{1B}]777;notify;a;b\u{7}",
    "\u{1B}P$q\"p\u{1B}\\", "\u{1B}P1000p%exit\u{1B}\\", "\u{1B}_Gf=100;AAAA\u{1B}\\",
    "\u{1B}^private\u{1B}\\", "\u{1B}X string\u{1B}\\", "\u{9B}31m", "\u{9B}2J",
    "\u{9D}0;owned\u{9C}",
    "\u{90}q\u{9C}", "\u{9F}G\u{9C}", "\u{84}\u{85}\u{8D}", "\u{7}", "\u{8}\u{8}\u{8}", "\u{7F}",
    "\u{0}", "\u{E}\u{F}", "\u{5}", "a\rb", "a\nb", "a\tb\u{B}\u{C}", "\u{202E}txt.exe\u{202C}",
    "\u{2066}x\u{2069}\u{200F}", "a\u{200B}\u{200D}\u{FEFF}b", "e\u{301}\u{301}\u{301}\u{301}",
    "\u{2028}\u{2029}", "\u{1B}", "\u{1B}[", "\u{1B}]0;never ended",
    "\u{E0041}\u{E0042}", String(repeating: "界", count: 90),
  ]

  /// A server on which everything that others write says that.
  private static func snapshot(_ text: String) -> SystemSnapshot {
    var model = Sample.fraud()
    model.name = text
    model.deployment.model = text
    model.deployment.freeze = .init(until: Sample.at(600), by: text, reason: text)
    model.notices = [Domain.Notice(.warning, text)]
    model.lastChange?.summary = text
    model.lastChange?.reason = text
    model.judgement = Sample.judged(.major).judgement
    model.judgement?.drift[0].words = text
    model.judgement?.drift[0].worst = [Sample.feature(text, .major, psi: 1, words: text)]
    model.judgement?.experiment?.words = text
    for index in model.versions.indices { model.versions[index].execution = text }
    model.versions[0].state = .failed(reason: text)
    model.versions[1].upstreams = [UpstreamStatus(name: text, state: .unhealthy(reason: text))]
    var snapshot = Sample.snapshot(models: [model], notices: [Domain.Notice(.critical, text)])
    var alert = Sample.alert(
      text, ["model": text, "client": text, text: text], severity: "critical", value: 1,
      bound: "> \(text)", summary: text, since: 5)
    alert.owner = text
    alert.acknowledgement = Acknowledgement(by: text, at: Sample.at(-4), note: text)
    snapshot.alerts = [alert]
    snapshot.store.paused = text
    snapshot.server.host = text
    return snapshot
  }

  private static func expectClean(_ state: ConsoleState, _ size: Size, _ context: String) {
    let grid = view(state, size: size, look: Look())
    for y in 0..<size.height {
      for x in 0..<size.width where !grid[x, y].isContinuation {
        let shown = String(grid[x, y].character)
        if shown.sanitized != shown { Issue.record("\(context): \(shown.sanitized) at \(x),\(y)") }
      }
    }
  }

  @Test func `sixty kinds at least are tried`() { #expect(Self.payloads.count >= 60) }

  @Test(arguments: payloads)
  func `every panel and question shows it, and steers nothing`(payload: String) {
    let snapshot = Self.snapshot(payload)
    for panel in PanelID.allCases {
      let size = Size(width: 120, height: 36)
      var hand = Hand(
        Sample.state(
          panel, size: size, snapshot: snapshot, selecting: Selection(model: payload, version: "31")
        ))
      Self.expectClean(hand.state, size, "\(panel.name)")
      for key in ["R", "F", "M", ":"] as [Character] {
        hand.press(.character(key))
        Self.expectClean(hand.state, size, "\(panel.name), \(key)")
        hand.press(.escape)
      }
      hand.press(.enter)
      Self.expectClean(hand.state, size, "\(panel.name), Enter")
    }
  }

  @Test(arguments: payloads)
  func `a page, a message and a lost connection show it, and steer nothing`(payload: String) {
    let size = Size(width: 80, height: 24)
    let inline = [RunbookInline.run(RunbookRun(payload))]
    let page = Runbook(
      id: payload, file: payload, title: payload,
      frontMatter: RunbookFrontMatter(
        alert: RunbookWord(payload, line: 1),
        checks: [RunbookCheck(name: payload, query: payload, line: 2)], firstAction: payload),
      blocks: [
        .heading(level: 1, text: inline), .paragraph(inline), .code(payload, language: payload),
      ])
    var state = Sample.state(size: size, snapshot: Self.snapshot(payload))
    if let need = state.firstActionNeed {
      _ = update(
        &state,
        .answered(need.slot, need.question, .success(.runbooks(RunbookAnswer(page: page)))),
        at: Sample.now)
    }
    state.say(payload, .warn)
    Self.expectClean(state, size, "message")
    var grid = CellGrid(size)
    MarkdownView(state.document(of: page)).draw(in: grid.bounds, on: &grid, look: Look())
    for y in 0..<size.height {
      for x in 0..<size.width where !grid[x, y].isContinuation {
        let shown = String(grid[x, y].character)
        #expect(shown.sanitized == shown)
      }
    }
    var hand = Hand(state)
    hand.act(.connectionLost(reason: payload))
    Self.expectClean(hand.state, size, "lost")
  }
}
