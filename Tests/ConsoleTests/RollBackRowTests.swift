import Domain
import Testing
import TextUI

@testable import Console

/// What `R` would ask on a row stands in the hints, in the Overview's sentence and in the question, in the same words.
struct RollBackRowTests {
  private static let size = Size(width: 120, height: 36)

  /// electricity with a champion that fails, if so, and a challenger and a shadow beside it.
  private static func state(
    _ panel: PanelID = .overview, selecting version: String, isFailing: Bool = true,
    alerts: [Alert] = []
  ) throws -> ConsoleState {
    var snapshot = Sample.snapshot()
    let model = try #require(snapshot.models.firstIndex { $0.name == "electricity" })
    let champion = try #require(
      snapshot.models[model].versions.firstIndex { $0.variant == .champion })
    if isFailing { snapshot.models[model].versions[champion].recent.errors = 8_000 }
    snapshot.alerts = alerts
    return Sample.state(
      panel, size: size, snapshot: snapshot,
      selecting: Selection(model: "electricity", version: version))
  }

  @Test(arguments: [
    ("7", "R rolls electricity back to 6, it is loaded", "R roll back"),
    ("8", "R takes challenger 8 of electricity out: 7 gets its requests", "R take 8 out"),
    ("9", "R ends shadow 9 of electricity", "R end shadow"),
  ])
  func `the overview and its hints say what R does on this row`(
    version: String, sentence: String, hint: String
  ) throws {
    let text = Hand(try Self.state(selecting: version)).text
    #expect(text.contains(sentence))
    #expect(text.contains(hint))
    #expect((version == "8") == text.contains("\u{25B2} 7 is failing"))
  }

  @Test(arguments: [PanelID.latency, .drift, .experiment])
  func `other panels' hints say it, too`(panel: PanelID) throws {
    let text = Hand(try Self.state(panel, selecting: "8")).text
    #expect(text.contains("R take 8 out") && !text.contains("R roll back"))
  }

  @Test func `the question warns where it moves requests to a version that fails`() throws {
    let warning = "7 is failing: this moves requests to it"
    var challenger = Hand(try Self.state(selecting: "8"))
    challenger.press(.character("R"))
    #expect(challenger.asking?.act == .endChallenger && challenger.text.contains(warning))
    // Away from it.
    var champion = Hand(try Self.state(selecting: "7"))
    champion.press(.character("R"))
    #expect(champion.asking?.act == .rollBack && !champion.text.contains("is failing"))
    var well = Hand(try Self.state(selecting: "8", isFailing: false))
    well.press(.character("R"))
    #expect(well.asking?.act == .endChallenger && !well.text.contains("is failing"))
  }

  @Test(arguments: [("10", false), ("5", true)])
  func `a share warns only where the failing version would get more`(
    share: String, warns: Bool
  ) throws {
    var hand = Hand(try Self.state(selecting: "8"))
    hand.press(.character("S"), .tab)
    for _ in 0..<4 { hand.press(.backspace, after: 0.1) }
    hand.type(share, after: 0.1)
    #expect(hand.asking?.text(.weight) == share)
    #expect(hand.text.contains("7 is failing: this moves requests to it") == warns)
  }

  @Test func `a page that has R pressed names the row where R takes the failing version out`()
    throws
  {
    let alert = Sample.alert(
      "ReleaseFailing", ["model": "electricity", "version": "7"], severity: "critical",
      summary: "7 fails", since: 30)
    for (version, words) in [
      ("7", "press R: it fails"), ("8", "on the row of 7: press R: it fails"),
    ] {
      var state = try Self.state(selecting: version, alerts: [alert])
      let need = try #require(state.firstActionNeed)
      let page = Runbook(
        id: "ReleaseFailing", file: "runbooks/ReleaseFailing.md", title: "ReleaseFailing",
        frontMatter: RunbookFrontMatter(
          alert: RunbookWord("ReleaseFailing", line: 2),
          actions: [RunbookWord("rollback", line: 3)], firstAction: "press R: it fails"),
        blocks: [])
      _ = update(
        &state,
        .answered(need.slot, need.question, .success(.runbooks(RunbookAnswer(page: page)))),
        at: Sample.now)
      let text = Hand(state).text
      #expect(text.contains("ReleaseFailing: \(words)"))
      // Here the key alone would mislead.
      #expect(text.contains("R takes challenger 8") == (version == "8"))
    }
  }
}
