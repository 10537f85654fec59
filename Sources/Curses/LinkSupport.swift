/// Whether a terminal is known to understand OSC 8. Others would show nothing of it at best, and print it at worst.
package enum LinkSupport {
  /// - Parameter environment: TERM, TERM_PROGRAM, VTE_VERSION, and what terminals leave in it.
  package static func isKnown(environment: [String: String]) -> Bool {
    func value(_ name: String) -> String { environment[name] ?? "" }
    let terminal = value("TERM")
    // Each of these would stand between the terminal that is named and us.
    guard value("STY").isEmpty, !terminal.hasPrefix("screen"), terminal != "dumb",
      value("INSIDE_EMACS").isEmpty
    else { return false }
    if !value("TMUX").isEmpty || terminal.hasPrefix("tmux") {
      // It passes them on since 3.4, and says which it is since 3.2.
      return value("TERM_PROGRAM") == "tmux" && isAtLeast(value("TERM_PROGRAM_VERSION"), 3, 4)
    }
    let names = [
      "alacritty", "contour", "foot", "mintty", "rio", "wezterm", "xterm-ghostty", "xterm-kitty",
    ]
    if names.contains(where: terminal.hasPrefix) { return true }
    let programs = ["WezTerm", "contour", "ghostty", "iTerm.app", "mintty", "rio", "vscode"]
    if programs.contains(value("TERM_PROGRAM")) { return true }
    return (Int(value("VTE_VERSION")) ?? 0) >= 5_000
      || (Int(value("KONSOLE_VERSION")) ?? 0) >= 201_200 || !value("WT_SESSION").isEmpty
  }

  private static func isAtLeast(_ version: String, _ major: Int, _ minor: Int) -> Bool {
    let parts = version.split(separator: ".").map { Int($0.prefix(while: \.isNumber)) ?? 0 }
    guard parts.count >= 2 else { return false }
    return (parts[0], parts[1]) >= (major, minor)
  }
}
