import Testing
import TextUI

@Suite struct ScriptedScreenTests {
  @Test func `the script is played and ends in a hang-up`() {
    let screen = ScriptedScreen(size: Size(width: 2, height: 1), keys: [.enter])
    #expect(screen.nextEvents(timeout: nil).events == [.key(.enter)])
    #expect(screen.nextEvents(timeout: nil).events == [.hangUp])
  }

  @Test func `a wake comes before the script`() {
    let screen = ScriptedScreen(size: Size(width: 2, height: 1), keys: [.enter])
    screen.waker.wake()
    screen.waker.wake()
    #expect(screen.nextEvents(timeout: nil).events == [.wake])
    #expect(screen.nextEvents(timeout: nil).events == [.key(.enter)])
  }

  @Test func `pictures are kept`() {
    let screen = ScriptedScreen(size: Size(width: 2, height: 1))
    var grid = CellGrid(screen.size)
    grid.write("ok", at: Point(x: 0, y: 0))
    screen.present(grid)
    #expect(screen.picture.text == "ok")
  }

  @Test func `without colours the look has none either`() {
    let size = Size(width: 2, height: 1)
    let mono = ScriptedScreen(size: size, colorDepth: .mono, showsUnicode: false)
    #expect(mono.look(.defaultDark).theme == .monochrome)
    #expect(!mono.look(.defaultDark).glyphs.isUnicode)
    #expect(ScriptedScreen(size: size).look(.defaultLight).theme == .defaultLight)
  }

  @Test func `with few colours the look has no tints`() {
    let size = Size(width: 2, height: 1)
    for depth in [ColorDepth.ansi8, .ansi16] {
      let theme = ScriptedScreen(size: size, colorDepth: depth).look(.defaultLight).theme
      #expect(theme == Theme.defaultLight.forFewColors)
      #expect(theme.alarm == .default && theme.dialog == .default)
      #expect(theme.critical == Theme.defaultLight.critical)
    }
    #expect(
      ScriptedScreen(size: size, colorDepth: .indexed256).look(.defaultLight).theme
        == .defaultLight)
  }
}
