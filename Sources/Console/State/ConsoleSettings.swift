package import TextUI

/// What a person chose for a console in the configuration, and may change while it runs.
package struct ConsoleSettings: Sendable, Equatable {
  /// To choose from; never empty.
  package var themes: [NamedTheme]
  /// The one to begin with, by name.
  package var theme: String
  /// The one to begin with on a light background, by name; nil where a theme was chosen.
  package var lightTheme: String?
  package var keymap: Keymap
  /// Whether a new page rings the terminal's bell, and whether it shows a message of the desktop.
  package var rings: Bool
  package var notifies: Bool
  /// Whether links lead somewhere, on terminals that are known to show them; as of the start.
  package var showsLinks: Bool
  /// What is wrong with themes and keys, each with file, line and reason; what they would have changed is as if
  /// they were not there.
  package var problems: [String]

  /// - Precondition: there is a theme.
  package init(
    themes: [NamedTheme] = NamedTheme.builtIn, theme: String = "default-dark",
    lightTheme: String? = nil, keymap: Keymap = Keymap(), rings: Bool = false,
    notifies: Bool = false, showsLinks: Bool = true, problems: [String] = []
  ) {
    precondition(!themes.isEmpty, "a console needs a theme")
    self.themes = themes
    self.theme = theme
    self.lightTheme = lightTheme
    self.keymap = keymap
    self.rings = rings
    self.notifies = notifies
    self.showsLinks = showsLinks
    self.problems = problems
  }
}

extension ConsoleState {
  /// The theme to draw with: the one chosen on this console, else the configuration's, else the one that fits the
  /// terminal's background, else the first.
  package var theme: NamedTheme {
    let themes = settings.themes
    let fitting = background?.isLight ?? false ? settings.lightTheme : nil
    let names = [chosenTheme, fitting, settings.theme].compactMap(\.self)
    return names.lazy.compactMap { name in themes.first { $0.name == name } }.first ?? themes[0]
  }

  var keymap: Keymap { settings.keymap }

  /// The key of an intent as it is shown; a word where it has none.
  func key(_ intent: Intent) -> String {
    let label = keymap.label(intent)
    return label.isEmpty ? "(no key)" : label
  }

  /// Takes changed settings; a theme chosen on this console holds unless the configuration names another now.
  mutating func take(_ next: ConsoleSettings) {
    guard next != settings else { return }
    if next.theme != settings.theme { chosenTheme = nil }
    settings = next
    say(
      next.problems.isEmpty ? "settings were read again" : "settings were read again, with errors",
      next.problems.isEmpty ? .info : .warn)
  }

  mutating func nextTheme() {
    let themes = settings.themes
    let at = themes.firstIndex { $0.name == theme.name } ?? 0
    choose(theme: themes[(at + 1) % themes.count].name)
  }

  mutating func choose(theme name: String) {
    chosenTheme = name
    let themes = settings.themes
    let at = (themes.firstIndex { $0.name == name } ?? 0) + 1
    let words = "theme \(theme.name) (\(theme.title)), \(at) of \(themes.count)"
    say(showsColors ? words : words + "; this terminal shows no colours", .info)
  }
}
