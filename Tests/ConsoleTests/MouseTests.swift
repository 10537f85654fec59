import Console
import Domain
import Testing
import TextUI

/// What the hand on the mouse expects.
struct MouseTests {
  private static let size = Size(width: 120, height: 36)

  /// Clicks where a text stands, as the runtime does.
  private static func click(_ text: String, _ hand: inout Hand) throws {
    let grid = view(hand.state, size: hand.state.size, look: Look())
    let lines = grid.text.split(separator: "\n", omittingEmptySubsequences: false)
    let y = try #require(lines.firstIndex { $0.contains(text) })
    let line = Array(lines[y])
    let x = try #require(
      line.indices.first { line[$0...].starts(with: text) })
    if let target = grid.target(at: Point(x: x, y: y)) {
      hand.act(.click(target, at: Sample.instant + .seconds(100)), after: 1)
    }
  }

  @Test func `a click selects the row it hits`() throws {
    var hand = Hand(Sample.state(size: Self.size))
    try Self.click("8 challenger", &hand)
    #expect(hand.state.selected?.model.name == "electricity")
    #expect(hand.state.selected?.version == "8")
    try Self.click("bikes", &hand)
    #expect(hand.state.selected?.model.name == "bikes")
  }

  @Test func `a click on a name or a hint is its key`() throws {
    var hand = Hand(Sample.state(size: Self.size))
    try Self.click("9 timeline", &hand)
    #expect(hand.state.panel == .timeline)
    try Self.click("p pause", &hand)
    #expect(hand.state.pause != nil)
    try Self.click("? help", &hand)
    #expect(hand.state.help != nil)
  }

  @Test(arguments: [PanelID.timeline, .models, .drift, .alerts])
  func `rows of every list can be chosen`(_ panel: PanelID) {
    var hand = Hand(Sample.state(panel, size: Self.size))
    let before = hand.text
    hand.act(.click(.item(1), at: Sample.instant + .seconds(100)))
    #expect(hand.text != before)
    hand.act(.click(.item(9_999), at: Sample.instant + .seconds(101)))
  }

  @Test func `the wheel moves the cursor`() {
    var hand = Hand(Sample.state(size: Self.size, selecting: Selection(model: "electricity")))
    hand.batch([.mouse(MouseEvent(.wheelDown, at: Point(x: 5, y: 5)))])
    #expect(hand.state.selected?.version == "8")
    hand.batch([.mouse(MouseEvent(.wheelUp, at: Point(x: 5, y: 5)))])
    #expect(hand.state.selected?.version == "7")
  }

  @Test func `a click is no answer to a question`() throws {
    var hand = Hand(Sample.state(size: Self.size))
    try Self.click("R roll back", &hand)
    #expect(hand.asking?.act == .rollBack)
    let grid = view(hand.state, size: hand.state.size, look: Look())
    for y in 0..<Self.size.height {
      for x in stride(from: 0, to: Self.size.width, by: 5) {
        let press = MouseEvent(.press, at: Point(x: x, y: y))
        hand.batch([.mouse(press)], after: 0.5)
        if let target = grid.target(at: press.position) {
          hand.act(.click(target, at: Sample.instant + .seconds(2_000)))
        }
      }
    }
    #expect(hand.asking?.act == .rollBack)
    #expect(hand.sent.isEmpty)
  }

  @Test func `a runtime clicks on what stood on the screen`() {
    let start = Sample.instant
    let size = Size(width: 100, height: 30)
    let screen = ScriptedScreen(
      size: size,
      script: [
        InputBatch([.key(.character("?"))], at: start + .seconds(1)),
        InputBatch([.mouse(MouseEvent(.press, at: Point(x: 2, y: 29)))], at: start + .seconds(2)),
      ])
    let runtime = ConsoleRuntime(
      source: QuietSource(), configuration: ConsoleConfiguration(endpoint: "unix:/x"),
      keep: { .success($0.name) }, seed: (1, 2), now: { Sample.now },
      processUse: { ProcessUse(processorSeconds: 1, residentBytes: 20 << 20) })
    _ = runtime.run(screen: screen)
    // The first hint of the help page is its search.
    #expect(screen.picture.text.contains("words to look for"))
  }
}
