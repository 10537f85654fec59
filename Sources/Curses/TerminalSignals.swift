package import TextUI

/// The bytes for what a terminal is asked to do beside showing pictures; none where it is not known to understand
/// them: a terminal that does not would print them.
///
/// Source: xterm's "XTerm Control Sequences", OSC 52; iTerm2's and urxvt's documentation for OSC 9 and OSC 777;
/// tmux(1), `allow-passthrough` and `set-clipboard`.
package struct TerminalSignals: Sendable, Equatable {
  private enum Notification: Sendable { case osc9, osc777 }

  private let isKnown: Bool
  private let isInTmux: Bool
  private let notification: Notification?

  /// More is no text that a person would paste by intention; xterm takes 100,000 bytes of an escape at most.
  package static let copyBytesMax = 4_096
  private static let notificationCharactersMax = 200

  /// - Parameters:
  ///   - environment: TERM, TERM_PROGRAM, TMUX and what terminals leave in it.
  ///   - isKnown: whether the terminal may be told anything at all.
  package init(environment: [String: String], isKnown: Bool) {
    let name = environment["TERM"] ?? ""
    let program = environment["TERM_PROGRAM"] ?? ""
    isInTmux = !(environment["TMUX"] ?? "").isEmpty || name.hasPrefix("tmux")
    // The console of the kernel and terminals of old print what they do not know.
    let isOld = ["linux", "vt", "screen", "cons"].contains { name.hasPrefix($0) }
    self.isKnown = isKnown && (!isOld || isInTmux)
    if isInTmux {
      // Which terminal is behind it, tmux does not tell.
      notification = nil
    } else if ["iTerm.app", "WezTerm", "ghostty"].contains(program) || name.hasPrefix("xterm-kitty")
      || name.hasPrefix("xterm-ghostty") || name.hasPrefix("wezterm")
    {
      notification = .osc9
    } else if name.hasPrefix("rxvt-unicode") || name.hasPrefix("foot") {
      notification = .osc777
    } else {
      notification = nil
    }
  }

  /// Nil: the terminal is not one that takes it.
  package func bytes(_ signal: ScreenSignal) -> [UInt8]? {
    switch signal {
    case .bell: return [0x07]
    case .notification(let text):
      guard isKnown, let notification else { return nil }
      // A semicolon would end a field of OSC 777, and a digit after it begin another meaning of OSC 9.
      let plain = String(text.sanitized.prefix(Self.notificationCharactersMax))
        .replacing(";", with: ",")
      return Array(
        (notification == .osc9
          ? "\u{1B}]9;\(plain)\u{7}" : "\u{1B}]777;notify;Vigia;\(plain)\u{7}").utf8)
    case .copy(let text):
      guard isKnown, text.utf8.count <= Self.copyBytesMax else { return nil }
      let plain = "\u{1B}]52;c;\(Base64.encoded(text))\u{7}"
      // By itself for a tmux that keeps clipboards, wrapped for one that lets through; each ignores the other.
      let wrapped = "\u{1B}Ptmux;\u{1B}" + plain + "\u{1B}\\"
      return Array((isInTmux ? plain + wrapped : plain).utf8)
    }
  }
}

/// Source: RFC 4648, section 4.
enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

  static func encoded(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(0) { $0 << 8 | Int($1) }
      bits <<= 8 * (3 - group.count)
      for place in 0..<4 {
        result.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : "=")
      }
    }
    return result
  }
}
