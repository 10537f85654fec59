/// What a terminal is told beside what ncurses says: to bracket pastes, and to report the mouse in
/// SGR coordinates. A terminal that is only guessed at is told nothing.
struct TerminalModes {
  let enable: String
  let disable: String

  init(isKnown: Bool, mouse: Bool) {
    guard isKnown else {
      enable = ""
      disable = ""
      return
    }
    enable = "\u{1B}[?2004h" + (mouse ? "\u{1B}[?1000h\u{1B}[?1006h" : "")
    disable = (mouse ? "\u{1B}[?1006l\u{1B}[?1000l" : "") + "\u{1B}[?2004l"
  }
}
