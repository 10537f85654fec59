import Console
import Domain
import Testing
import TextUI

/// One word for how a version does, wherever it stands.
struct VersionHealthTests {
  private static let size = Size(width: 120, height: 36)

  /// electricity 7 serves well, and something else is wrong.
  private static func snapshot(_ trouble: String) -> SystemSnapshot {
    var snapshot = Sample.snapshot(
      models: [
        trouble == "drift"
          ? Sample.judged(.major)
          : Sample.judged(.ok, concept: trouble == "wrong" ? .drift : .ok)
      ])
    if trouble == "alert" {
      snapshot.alerts = [
        Sample.alert("Odd", ["model": "electricity", "version": "7"], summary: "odd", since: 60)
      ]
    }
    return snapshot
  }

  @Test(arguments: ["drift", "wrong", "alert", "ok"], Size.usual)
  func `a version's status is the same on every panel`(_ word: String, _ size: Size) {
    for panel in [PanelID.overview, .experiment, .models] {
      let text = Hand(
        Sample.state(
          panel, size: size, snapshot: Self.snapshot(word),
          selecting: Selection(model: "electricity", version: "7"))
      ).text
      let glyph = ["drift": "▲", "alert": "▲", "wrong": "■", "ok": "●"][word] ?? ""
      let lines = text.split(separator: "\n").filter { $0.contains(" 7 ") || $0.contains("▌7") }
      #expect(lines.contains { $0.contains("\(glyph) \(word) ") }, "\(panel)")
    }
  }

  @Test(arguments: ["drift", "wrong", "alert", "ok"])
  func `what is exported and said in lines has the same word`(_ word: String) {
    let state = Sample.state(
      .models, size: Self.size, snapshot: Self.snapshot(word),
      selecting: Selection(model: "electricity", version: "7"))
    let row = state.csv.split(separator: "\n").first { $0.contains("electricity,7,") } ?? ""
    #expect(row.contains(",champion,\(word),"))
    var report = PlainReport(endpoint: "here", wall: Wall(offset: 0))
    let lines = report.lines(Self.snapshot(word), at: Sample.now)
    let spoken = word == "ok" ? "ok" : word == "wrong" ? "critical (wrong)" : "in warning (\(word))"
    #expect(
      lines.contains { $0.contains("electricity 7, champion") && $0.contains(": \(spoken), ") })
  }
}
