import Console
import Domain
import Testing
import TextUI

/// Themes and keys that a person chose.
struct SettingsTests {
  private static let size = Size(width: 120, height: 36)

  private static func remapped(_ changes: KeyChange...) -> Result<Keymap, Keymap.RemappingError> {
    Keymap().remapped(changes)
  }

  @Test func `t goes through the themes`() {
    var hand = Hand(Sample.state(size: Self.size))
    #expect(hand.state.theme.name == "default-dark")
    hand.press(.character("t"))
    #expect(hand.state.theme.name == "default-light")
    #expect(hand.state.status?.text == "theme default-light (Vigia Light), 2 of 3")
    hand.press(.character("t"), .character("t"))
    #expect(hand.state.theme.name == "default-dark")
  }

  @Test func `settings read again are in force at once`() throws {
    var hand = Hand(Sample.state(size: Self.size))
    hand.press(.character("t"))
    let keymap = try Self.remapped(KeyChange(action: "roll_back", keys: ["F8"])).get()
    hand.act(.settings(ConsoleSettings(keymap: keymap)), after: 1)
    #expect(hand.state.theme.name == "default-light")
    hand.press(.character("R"))
    #expect(hand.state.dialog == nil)
    #expect(hand.text.contains("F8 rolls fraud back to 30"))
    hand.press(.function(8))
    #expect(hand.asking?.act == .rollBack)
    hand.press(.function(8))
    #expect(hand.asking?.note == nil)
    hand.press(.escape)
    hand.act(.settings(ConsoleSettings(theme: "mono", keymap: keymap)), after: 1)
    #expect(hand.state.theme.name == "mono")
  }

  @Test func `what is wrong stands under the header with its line`() throws {
    var hand = Hand(Sample.state(size: Self.size))
    hand.act(
      .settings(
        ConsoleSettings(problems: [
          "themes/x.yaml:3: base00: expected a colour; default-dark is used"
        ])),
      after: 1)
    #expect(hand.text.contains("themes/x.yaml:3: base00: expected a colour; default-dark is used"))
  }

  @Test func `two actions may exchange their keys`() throws {
    let keymap = try Self.remapped(
      KeyChange(action: "pause", keys: ["t"]), KeyChange(action: "theme", keys: ["p"])
    ).get()
    #expect(keymap.binding(for: .character("t"), in: .overview)?.intent == .pause)
    #expect(keymap.binding(for: .character("p"), in: .overview)?.intent == .nextTheme)
  }

  @Test func `an action may have no key, and Ctrl-C always leaves`() throws {
    let keymap = try Self.remapped(
      KeyChange(action: "theme", keys: []), KeyChange(action: "quit", keys: ["Q"])
    ).get()
    #expect(keymap.binding(for: .character("t"), in: .overview) == nil)
    #expect(keymap.binding(for: .control("c"), in: .overview)?.intent == .quit)
    #expect(keymap.binding(for: .character("q"), in: .overview) == nil)
  }

  @Test(arguments: [
    (KeyChange(action: "rollback", keys: ["R"]), KeymapProblem.unknownAction("rollback")),
    (KeyChange(action: "pause", keys: ["Hyper"]), .unknownKey("Hyper", action: "pause")),
    (
      KeyChange(action: "pause", keys: ["R"]),
      .taken(.character("R"), by: "roll_back", action: "pause")
    ),
    (KeyChange(action: "quit", keys: []), .needed(action: "quit")),
    (KeyChange(action: "pause", keys: ["^C"]), .reserved(.control("c"), action: "pause")),
    (KeyChange(action: "roll_back", keys: ["y"]), .answers(.character("y"), action: "roll_back")),
    (KeyChange(action: "promote", keys: ["Enter"]), .answers(.enter, action: "promote")),
    (KeyChange(action: "freeze", keys: ["t"]), .answers(.character("t"), action: "freeze")),
  ])
  func `a keymap that would be a trap is not taken`(_ change: KeyChange, _ problem: KeymapProblem) {
    let result = Self.remapped(KeyChange(action: "zone", keys: ["U"]), change)
    #expect(result == .failure(Keymap.RemappingError(change: 1, problem: problem)))
    #expect(!problem.description.isEmpty)
  }

  @Test func `every binding that is shown has a name to change it by`() {
    for binding in Keymap().bindings where !binding.help.isEmpty {
      #expect(binding.intent.name.map { Keymap().actionNames.contains($0) } == true)
    }
  }
}
