import Console
import Testing
import TextUI

/// The theme that fits the terminal.
struct BackgroundThemeTests {
  private static func hand(_ settings: ConsoleSettings) -> Hand {
    Hand(
      ConsoleState(
        configuration: ConsoleConfiguration(endpoint: "unix:x"), settings: settings,
        size: Size(width: 80, height: 24), now: Sample.now, seed: (1, 2)))
  }

  private static let unset = ConsoleSettings(lightTheme: "default-light")

  @Test(arguments: [
    (Color.rgb(255, 255, 255), "default-light"), (.rgb(253, 246, 227), "default-light"),
    (.rgb(0, 0, 0), "default-dark"), (.rgb(30, 30, 46), "default-dark"),
    (.default, "default-dark"),
  ])
  func `a light background gets the light theme`(color: Color, name: String) {
    var hand = Self.hand(Self.unset)
    #expect(hand.state.theme.name == "default-dark")
    hand.batch([.background(color)])
    #expect(hand.state.theme.name == name)
  }

  @Test func `a theme that was chosen stays, in the configuration or here`() {
    var hand = Self.hand(ConsoleSettings(theme: "mono"))
    hand.batch([.background(.rgb(255, 255, 255))])
    #expect(hand.state.theme.name == "mono")
    hand = Self.hand(Self.unset)
    hand.press(.character("t"))
    let chosen = hand.state.theme.name
    hand.batch([.background(.rgb(255, 255, 255))])
    #expect(hand.state.theme.name == chosen)
  }
}
