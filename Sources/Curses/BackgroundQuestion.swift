package import TextUI

/// Asks a terminal for the colour behind its text, so that a theme can be chosen that is read on it.
///
/// After it goes a second question that every terminal answers: when that answer is there, none to the first will come.
///
/// Source: xterm's "XTerm Control Sequences", OSC 11 with `?`, and primary device attributes (DA1).
package enum BackgroundQuestion {
  package static let bytes = Array("\u{1B}]11;?\u{1B}\\\u{1B}[c".utf8)
  /// A later answer is not taken: a picture that somebody reads must not change its colours.
  package static let patience = Duration.seconds(2)
  /// How long an answer is still told from keys: a terminal that gives none must not slow the Escape key for ever.
  static let answerTime = Duration.seconds(10)

  /// Whether it may be asked: not where colours are not shown, where somebody stands between us and the terminal who may
  /// keep the answer or give it to another, or on a console that prints what it does not know.
  ///
  /// - Parameter isKnown: whether the terminal's own description was found.
  package static func isSafe(
    environment: [String: String], isKnown: Bool, depth: ColorDepth
  ) -> Bool {
    func value(_ name: String) -> String { environment[name] ?? "" }
    let terminal = value("TERM")
    let unsafe = ["linux", "vt", "screen", "tmux", "cons", "dumb", "eterm", "emacs", "sun", "wsvt"]
    return isKnown && depth > .mono && !unsafe.contains(where: terminal.hasPrefix)
      && ["TMUX", "STY", "INSIDE_EMACS", "ZELLIJ"].allSatisfy { value($0).isEmpty }
  }

  /// The colour in an answer: what stands between `ESC ] 11 ;` and its end. Nil for anything else.
  ///
  /// - Parameter text: `rgb:RRRR/GGGG/BBBB` with one to four digits each, `rgba:` with a fourth, or `#RRGGBB`.
  static func color(_ text: Substring) -> Color? {
    let parts: [Substring]
    if text.hasPrefix("#") {
      let digits = text.dropFirst()
      guard digits.utf8.count % 3 == 0 else { return nil }
      let length = digits.utf8.count / 3
      parts = (0..<3).map { digits.dropFirst($0 * length).prefix(length) }
    } else {
      guard let colon = text.firstIndex(of: ":"), ["rgb", "rgba"].contains(text[..<colon]) else {
        return nil
      }
      parts = text[text.index(after: colon)...].split(
        separator: "/", omittingEmptySubsequences: false)
      guard parts.count == (text.hasPrefix("rgba") ? 4 : 3) else { return nil }
    }
    let values = parts.map(byte)
    guard let red = values[0], let green = values[1], let blue = values[2],
      values.allSatisfy({ $0 != nil })
    else { return nil }
    return .rgb(red, green, blue)
  }

  /// One to four hexadecimal digits as a part of their largest number.
  private static func byte(_ digits: Substring) -> UInt8? {
    guard (1...4).contains(digits.utf8.count), digits.allSatisfy(\.isHexDigit),
      let value = Int(digits, radix: 16)
    else { return nil }
    let largest = 1 << (4 * digits.utf8.count) - 1
    return UInt8((value * 255 + largest / 2) / largest)
  }
}
