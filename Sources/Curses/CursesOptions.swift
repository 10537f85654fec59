/// How a terminal is to be used.
package struct CursesOptions: Sendable {
  package var input: Int32
  package var output: Int32
  /// TERM, COLORTERM, NO_COLOR, HOME and what else terminfo looks at.
  package var environment: [String: String]
  /// Clicks and the wheel become events; then the terminal's own selection needs Shift.
  package var mouse: Bool
  /// Links lead somewhere, on terminals that are known to show them.
  package var links: Bool
  /// The terminal is asked for its background, where that is safe; the answer is an event.
  package var asksBackground: Bool
  /// Where stderr goes while the screen is open, so that no library writes over the picture.
  package var errorLog: Int32?
  /// Whether Ctrl-Z stops the process. A console that hosts the engine must not: then it is a key.
  package var stopsOnControlZ: Bool
  /// Whether SIGTERM and SIGINT become `.terminate`. False leaves them to whoever handles them in
  /// this process, as a service group does.
  package var catchesTermination: Bool

  package init(
    environment: [String: String], input: Int32 = 0, output: Int32 = 1, mouse: Bool = true,
    links: Bool = true, asksBackground: Bool = false,
    errorLog: Int32? = nil, stopsOnControlZ: Bool = true, catchesTermination: Bool = true
  ) {
    self.environment = environment
    self.input = input
    self.output = output
    self.mouse = mouse
    self.links = links
    self.asksBackground = asksBackground
    self.errorLog = errorLog
    self.stopsOnControlZ = stopsOnControlZ
    self.catchesTermination = catchesTermination
  }
}

/// Why there is no screen.
package enum CursesError: Error, Equatable {
  case notATerminal
  /// There is one screen in a process, and it is in use.
  case alreadyOpen
  case cannotOpen(terminal: String)
}
