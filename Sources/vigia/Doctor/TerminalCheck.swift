import Foundation

package struct TerminalSize: Sendable, Equatable {
  package var columns: Int
  package var rows: Int

  package init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// Of the terminal that standard output is; nil when it is none.
  package static func current() -> TerminalSize? {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0,
      size.ws_col > 0, size.ws_row > 0
    else { return nil }
    return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }
}

/// What the console will make of the terminal.
package struct TerminalCheck: Sendable {
  package var environment: [String: String]
  package var size: TerminalSize?
  package var fileExists: @Sendable (String) -> Bool

  package init(
    environment: [String: String], size: TerminalSize?,
    fileExists: @escaping @Sendable (String) -> Bool = {
      FileManager.default.fileExists(atPath: $0)
    }
  ) {
    self.environment = environment
    self.size = size
    self.fileExists = fileExists
  }

  package func checks() -> [DoctorCheck] { [terminal(), colours(), locale()] }

  private var term: String { environment["TERM"] ?? "" }

  private func terminal() -> DoctorCheck {
    guard let size else {
      return DoctorCheck(
        "terminal", .warn, "standard output is no terminal",
        action: "run vigia in a terminal, or headless with vigia serve")
    }
    let detail = "TERM=\(term.isEmpty ? "(unset)" : term), \(size.columns)x\(size.rows)"
    if term.isEmpty || term == "dumb" || !hasTerminfo(term) {
      return DoctorCheck(
        "terminal", .warn, detail + ", not known to terminfo",
        action: "set TERM, for example TERM=xterm-256color")
    }
    if size.columns < 80 || size.rows < 24 {
      return DoctorCheck(
        "terminal", .warn, detail, action: "80x24 or more shows every panel whole")
    }
    return DoctorCheck("terminal", .ok, detail)
  }

  private func colours() -> DoctorCheck {
    let colourTerm = environment["COLORTERM"] ?? ""
    let claim = "COLORTERM=\(colourTerm.isEmpty ? "(unset)" : colourTerm)"
    if environment["NO_COLOR"].map({ !$0.isEmpty }) == true {
      return DoctorCheck("colours", .ok, "none, as NO_COLOR asks; bold and reverse are used")
    }
    if term.isEmpty || term == "dumb" || term.hasPrefix("vt") {
      return DoctorCheck("colours", .ok, "none on TERM=\(term); bold and reverse are used")
    }
    let isDirect = ["truecolor", "24bit"].contains(colourTerm)
    if isDirect || term.hasSuffix("-direct") {
      let entry = term.hasSuffix("-direct") ? term : Self.directEntry(of: term)
      if hasTerminfo(entry) { return DoctorCheck("colours", .ok, "24 bit (\(claim), \(entry))") }
      return DoctorCheck(
        "colours", .warn, "256 (\(claim), but terminfo has no \(entry))",
        action: "for 24 bit install ncurses-term")
    }
    if term.contains("256color") { return DoctorCheck("colours", .ok, "256 (TERM=\(term))") }
    return DoctorCheck("colours", .ok, "8 or 16 (TERM=\(term), \(claim))")
  }

  private func locale() -> DoctorCheck {
    let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
      .compactMap { name in environment[name].flatMap { $0.isEmpty ? nil : "\(name)=\($0)" } }
      .first
    let upper = (name ?? "").uppercased()
    if upper.contains("UTF-8") || upper.contains("UTF8") {
      return DoctorCheck("locale", .ok, name ?? "")
    }
    return DoctorCheck(
      "locale", .warn, "\(name ?? "none set"): graphs are drawn in ASCII",
      action: "set LANG=C.UTF-8")
  }

  /// `xterm-direct` for `xterm-256color`.
  private static func directEntry(of term: String) -> String {
    let base = term.hasSuffix("-256color") ? String(term.dropLast("-256color".count)) : term
    return base + "-direct"
  }

  private func hasTerminfo(_ name: String) -> Bool {
    guard let first = name.first, !name.contains("/") else { return false }
    var folders: [String] = []
    if let folder = environment["TERMINFO"] { folders.append(folder) }
    if let home = environment["HOME"] { folders.append(home + "/.terminfo") }
    folders += (environment["TERMINFO_DIRS"] ?? "").split(separator: ":").map(String.init)
    folders += ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo"]
    return folders.contains { fileExists("\($0)/\(first)/\(name)") }
  }
}
