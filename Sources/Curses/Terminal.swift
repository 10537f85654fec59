package import TextUI

/// What is known about a terminal before it is opened: which description ncurses is to use, and
/// how many colours will be shown.
package struct Terminal: Equatable, Sendable {
  /// The entry's name; the database has it unless `description` is given.
  package var name: String
  package var description: Terminfo?
  package var depth: ColorDepth

  /// Decides from the environment.
  ///
  /// - `NO_COLOR` and `TERM=dumb` mean no colour; `COLORTERM` of truecolor or 24bit means all of
  ///   them, by the terminal's own description with exact colours written into it (no `-direct`
  ///   entry has to be installed).
  /// - An emulator that is newer than the database, as at the other end of SSH, is taken for what it says to be like.
  /// - Any other terminal that the database does not know, or that cannot place its cursor, is taken for
  ///   a plain ANSI one, which nearly every emulator is.
  /// - Parameter lookUp: a name's compiled description.
  package init(environment: [String: String], lookUp: (String) -> Terminfo?) {
    var name = environment["TERM"] ?? ""
    if name != "dumb", lookUp(name) == nil, let like = Terminal.like(name), lookUp(like) != nil {
      name = like
    }
    let wantsColor = (environment["NO_COLOR"] ?? "").isEmpty
    guard name != "dumb", let found = lookUp(name), found.text(Terminfo.Text.cursorAddress) != nil
    else {
      self.name = Terminal.plainName
      description = .plain
      depth = .mono
      endsAttributes = false
      return
    }
    let entry = found.cautious
    endsAttributes = entry.hasStandardColors
    let isExact = ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "")
    if wantsColor, isExact, let direct = entry.withExactColors(named: Terminal.directName) {
      self.name = Terminal.directName
      description = direct
      depth = .trueColor
      return
    }
    self.name = name
    description = entry == found ? nil : entry
    depth = wantsColor ? entry.depth : .mono
  }

  /// Whether attributes can be ended one by one, as ECMA-48 has it; where there are colours they can.
  package var endsAttributes: Bool

  /// Whether it may be told to bracket pastes and report the mouse; a terminal that is only guessed
  /// at is told as little as possible.
  package var takesModes: Bool { name != Terminal.plainName }

  /// The entry to which an emulator's own adds little; nil for a name that says nothing.
  private static func like(_ name: String) -> String? {
    if name.hasPrefix("tmux") { return "screen-256color" }
    let emulators = ["xterm-", "alacritty", "foot", "wezterm", "contour", "rio"]
    return emulators.contains { name.hasPrefix($0) } ? "xterm-256color" : nil
  }

  private static let directName = "vigia-direct"
  private static let plainName = "vigia-plain"

  /// The value of TERMINFO that makes ncurses use the description.
  package var terminfoVariable: String? {
    guard let description else { return nil }
    let digits = Array("0123456789ABCDEF")
    return description.encoded.reduce(into: "hex:") { text, byte in
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
  }
}

extension Terminfo {
  fileprivate var depth: ColorDepth {
    switch number(Number.maxColors) ?? 0 {
    case 256...: .indexed256
    case 16...: .ansi16
    case 8...: .ansi8
    default: .mono
    }
  }

  fileprivate var hasStandardColors: Bool {
    text(Text.setForeground)?.starts(with: Array("\u{1B}[".utf8)) ?? false
  }

  /// The same terminal without what emulators of it do otherwise than the description says.
  ///
  /// Whoever calls itself "ansi" may leave the cursor behind the last column or place it on the next line, may not know its
  /// tabs, and begins a new line by scrolling the whole screen: rows and columns, and a line feed, are the same everywhere.
  package var cautious: Terminfo {
    var entry = self
    if flag(Flag.autoRightMargin) { entry.set(Flag.eatNewlineGlitch, flag: true) }
    if let newLine = text(Text.newLine), newLine.suffix(2) == Array("[S".utf8) {
      entry.set(Text.newLine, text: nil)
    }
    if let tab = text(Text.tab), tab != Array("\t".utf8) {
      entry.set(Text.tab, text: nil)
      entry.set(Text.backTab, text: nil)
    }
    return entry
  }

  /// The same terminal with colours given as red, green and blue; nil where the terminal does not
  /// take colours as ECMA-48 has them.
  ///
  /// Values up to 255 still mean the palette, so that common colours cost fewer bytes. The string
  /// that sets all attributes at once is left out: set one by one they cost fewer bytes too.
  package func withExactColors(named name: String) -> Terminfo? {
    guard hasStandardColors else { return nil }
    var entry = self
    entry.names = [name]
    entry.set(Number.maxColors, number: 1 << 24)
    entry.set(Number.maxPairs, number: 1 << 16)
    entry.set(Flag.canChangeColor, flag: false)
    entry.set(Text.initializeColor, text: nil)
    entry.set(Text.originalColors, text: nil)
    entry.set(Text.originalPair, text: "\u{1B}[39;49m")
    entry.set(Text.setForeground, text: Terminfo.colorString("38"))
    entry.set(Text.setBackground, text: Terminfo.colorString("48"))
    entry.set(Text.setAttributes, text: nil)
    entry.set(Text.exitAttributes, text: "\u{1B}[m")
    entry.extendedFlags = ["RGB"]
    return entry
  }

  private static func colorString(_ selector: String) -> String {
    "\u{1B}[\(selector);%?%p1%{256}%<%t5;%p1%d%e2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;"
      + "%p1%{255}%&%d%;m"
  }

  /// What every terminal that calls itself ANSI can do, without colours.
  package static var plain: Terminfo {
    var entry = Terminfo(names: ["vigia-plain"])
    entry.set(Flag.autoRightMargin, flag: true)
    entry.set(Flag.eatNewlineGlitch, flag: true)
    entry.set(Flag.moveStandoutMode, flag: true)
    entry.set(Number.columns, number: 80)
    entry.set(Number.lines, number: 24)
    for (position, text) in [
      (Text.carriageReturn, "\r"), (Text.clearScreen, "\u{1B}[H\u{1B}[J"),
      (Text.clearToLineEnd, "\u{1B}[K"), (Text.clearToScreenEnd, "\u{1B}[J"),
      (Text.cursorAddress, "\u{1B}[%i%p1%d;%p2%dH"), (Text.cursorHome, "\u{1B}[H"),
      (Text.enterBold, "\u{1B}[1m"), (Text.enterReverse, "\u{1B}[7m"),
      (Text.enterUnderline, "\u{1B}[4m"), (Text.exitAttributes, "\u{1B}[m"),
    ] {
      entry.set(position, text: text)
    }
    return entry
  }
}
