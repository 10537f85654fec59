import ArgumentParser

/// The linear mode: what happens as lines, instead of a screen.
struct PlainOptions: ParsableArguments {
  @Flag(
    name: .customLong("plain"),
    help: "No screen: what happens as lines of text, for a log, a pipe or a screen reader.")
  var isOn = false
  @Option(
    help: ArgumentHelp(
      "With --plain: a line of how things stand each so many seconds; 0: only on Enter.",
      valueName: "seconds"))
  var statusEvery = 60.0

  func validate() throws {
    guard statusEvery >= 0, statusEvery.isFinite else {
      throw ValidationError("--status-every takes 0 or more seconds, found \(statusEvery)")
    }
  }
}
