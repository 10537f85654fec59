/// A theme under the name by which it is chosen.
package struct NamedTheme: Sendable, Hashable {
  /// As in the configuration: "default-dark", or a file's name without its ending.
  package var name: String
  /// As a person reads it.
  package var title: String
  package var isDark: Bool
  package var theme: Theme

  package init(name: String, title: String, isDark: Bool, theme: Theme) {
    self.name = name
    self.title = title
    self.isDark = isDark
    self.theme = theme
  }

  /// The theme of a scheme's file; nil when it has not its sixteen colours.
  package init?(name: String, _ scheme: Base16Scheme) {
    guard let theme = scheme.theme else { return nil }
    self.init(name: name, title: scheme.name, isDark: scheme.isDark, theme: theme)
  }

  /// Those that need no file.
  package static let builtIn = [
    NamedTheme(name: "default-dark", title: "Vigia Dark", isDark: true, theme: .defaultDark),
    NamedTheme(name: "default-light", title: "Vigia Light", isDark: false, theme: .defaultLight),
    NamedTheme(name: "mono", title: "Mono", isDark: true, theme: .monochrome),
  ]
}
