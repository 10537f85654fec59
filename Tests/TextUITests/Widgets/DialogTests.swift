import Testing
import TextUI

@Suite struct DialogTests {
  private let dialog = Dialog(
    title: "roll back fraud",
    rows: [
      .pair("from", "31   errors 6.31 %"), .pair("moves", "100 % of fraud, 288 req/s"), .gap,
      .text("Watched for two minutes."),
    ],
    buttons: [
      Dialog.Button(key: "Esc", "Cancel", role: .cancel),
      Dialog.Button(key: "y", "Roll back", role: .danger),
    ], width: 44)

  @Test func `it says what will happen, cancel at the left and the act far from it`() {
    let text = drawn(48, 12) { grid, rect in dialog.draw(in: rect, on: &grid, look: look) }
    #expect(
      text == """

          ╭─ roll back fraud ────────────────────────╮
          │                                          │
          │  from   31   errors 6.31 %               │
          │  moves  100 % of fraud, 288 req/s        │
          │                                          │
          │  Watched for two minutes.                │
          │                                          │
          │   Esc  Cancel             y  Roll back   │
          │                                          │
          ╰──────────────────────────────────────────╯

        """)
  }

  @Test func `cancel has the focus`() {
    var grid = CellGrid(width: 48, height: 12)
    dialog.draw(in: grid.bounds, on: &grid, look: look)
    #expect(grid[6, 8].style.attributes.contains(.underline))
    #expect(!grid[30, 8].style.attributes.contains(.underline))
  }

  @Test func `what is behind is dimmed, its colours too`() {
    var grid = CellGrid(width: 48, height: 12)
    grid.write("behind", at: Point(x: 0, y: 0), style: look.theme.critical.bold)
    dialog.draw(in: grid.bounds, on: &grid, look: look)
    #expect(grid[0, 0].style == look.theme.behindDialog)
  }

  @Test func `a long value is wrapped beside its label, never cut`() {
    let long = Dialog(
      title: "t", rows: [.pair("why", "the model spends its budget fourteen times too fast")],
      buttons: [Dialog.Button(key: "Esc", "Cancel", role: .cancel)], width: 34)
    let text = drawn(34, 10) { grid, rect in long.draw(in: rect, on: &grid, look: asciiLook) }
    #expect(text.contains("|  why  the model spends its"))
    #expect(text.contains("|       budget fourteen times"))
    #expect(text.contains("|       too fast"))
  }

  @Test(arguments: 0..<50, [0, 1, 2, 3, 5, 8, 14])
  func `a dialog of any size stays inside`(width: Int, height: Int) {
    var typed = dialog
    typed.field = TextField(TextInput("30"))
    let rect = Rect(x: 1, y: 1, width: width, height: height)
    var grid = CellGrid(width: 54, height: 18)
    typed.draw(in: rect, on: &grid, look: look)
    for y in 0..<18 {
      for x in 0..<54 where !rect.contains(Point(x: x, y: y)) { #expect(grid[x, y] == .blank) }
    }
  }

  @Test func `the buttons stay when there is no room for the rows`() {
    let text = drawn(48, 5) { grid, rect in dialog.draw(in: rect, on: &grid, look: look) }
    #expect(text.contains("Esc  Cancel"))
  }
}

@Suite struct TextFieldTests {
  private func typed(_ keys: [Key]) -> TextInput {
    var input = TextInput()
    for key in keys { _ = input.handle(key) }
    return input
  }

  @Test func `characters go in at the cursor`() {
    let input = typed([
      .character("3"), .character("0"), .left, .character("1"), .home, .delete, .end, .backspace,
    ])
    #expect(input.text == "1")
    #expect(input.cursor == 1)
  }

  @Test func `keys with no meaning here are left to the caller`() {
    var input = TextInput("x")
    let used = [Key.enter, .escape, .control("c"), .up].map { input.handle($0) }
    #expect(used == [false, false, false, false])
    #expect(input.text == "x")
  }

  @Test func `a word, or all before the cursor, goes at once`() {
    var input = TextInput("roll back  ")
    _ = input.handle(.control("w"))
    #expect(input.text == "roll ")
    _ = input.handle(.control("u"))
    #expect(input.text.isEmpty && input.cursor == 0)
    _ = input.handle(.backspace)
    #expect(input.cursor == 0)
  }

  @Test func `a paste becomes one line without controls`() {
    var input = TextInput()
    input.paste("a\nb\tc\u{1B}[31m\u{202E}")
    #expect(input.text == "a b c[31m")
  }

  @Test func `the field shows the cursor, also at the end of long text`() {
    var grid = CellGrid(width: 6, height: 1)
    TextField(TextInput("abcdefgh")).draw(in: grid.bounds, on: &grid, look: look)
    #expect(grid.text == "defgh")
    #expect(grid[5, 0].style.attributes.contains(.reverse))
  }

  @Test func `an empty field says what belongs there`() {
    let field = TextField(TextInput(), placeholder: "version")
    let text = drawn(10, 1) { grid, rect in field.draw(in: rect, on: &grid, look: look) }
    #expect(text == " version")
  }
}
