/// Says in fewer bytes what ncurses says about colours and attributes.
///
/// ncurses gives foreground and background again with each change of either, and resets what it
/// sets again at once. This keeps what is wanted apart from what the terminal has, and writes the
/// difference only when a character makes it visible; a blank shows neither foreground nor weight.
/// Everything but SGR passes as it is.
package struct SgrShortener: Sendable {
  /// What SGR sets. A colour is the parameters that choose it; nil is the terminal's own.
  struct Look: Equatable {
    var foreground: [UInt8]?
    var background: [UInt8]?
    /// Bits 1 << parameter, for parameters 1 to 9.
    var attributes: UInt16 = 0
  }

  private var wanted = Look()
  private var actual = Look()
  /// Terminals older than ECMA-48's third edition know no way to end an attribute but the reset.
  private let endsAttributes: Bool

  package init(endsAttributes: Bool) {
    self.endsAttributes = endsAttributes
  }

  /// - Parameter bytes: whole sequences and characters: all that ncurses writes for a picture.
  package mutating func shorten(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let bytes = Array(bytes)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      guard byte == 0x1B else {
        // A line feed at the foot of a scrolling region brings in a line of the present background.
        if byte == 0x20 || byte == 0x0A {
          showBackground(&result)
        } else if byte > 0x20 {
          showAll(&result)
        }
        result.append(byte)
        index += 1
        continue
      }
      let end = SgrShortener.endOfSequence(bytes, from: index)
      let sequence = bytes[index..<end]
      let isControl = sequence.count > 2 && bytes[index + 1] == UInt8(ascii: "[")
      if SgrShortener.scrolls(sequence) { showBackground(&result) }
      switch isControl ? bytes[end - 1] : 0 {
      case UInt8(ascii: "m"):
        if let look = wanted.applying(bytes[(index + 2)..<(end - 1)]) {
          wanted = look
        } else {
          showAll(&result)
          result += sequence
        }
      case UInt8(ascii: "b"):
        // Of a blank only the background shows, as when it was written: anything between the two, and tmux repeats nothing.
        if result.last == UInt8(ascii: " ") { showBackground(&result) } else { showAll(&result) }
        result += sequence
      case UInt8(ascii: "X"), UInt8(ascii: "K"), UInt8(ascii: "J"), UInt8(ascii: "@"),
        UInt8(ascii: "P"), UInt8(ascii: "L"), UInt8(ascii: "M"), UInt8(ascii: "S"),
        UInt8(ascii: "T"):
        showBackground(&result)
        result += sequence
      default:
        result += sequence
      }
      index = end
    }
    return result
  }

  /// The rest that no character has asked for: before the terminal is left to others.
  package mutating func finish() -> [UInt8] {
    var result: [UInt8] = []
    showAll(&result)
    return result
  }

  private mutating func showAll(_ result: inout [UInt8]) {
    guard actual != wanted else { return }
    write(wanted, &result)
  }

  /// Enough for blanks: background, underline, reverse and strike.
  private mutating func showBackground(_ result: inout [UInt8]) {
    let visible: UInt16 = 1 << 4 | 1 << 7 | 1 << 9
    // With them the foreground is seen too, as a line or as what lies behind.
    if wanted.attributes & visible != 0 { return showAll(&result) }
    guard
      actual.background != wanted.background
        || actual.attributes & visible != wanted.attributes & visible
    else { return }
    var look = actual
    look.background = wanted.background
    look.attributes = actual.attributes & ~visible | wanted.attributes & visible
    // What would need a reset is better taken from what is wanted anyway.
    write(endsAttributes ? look : wanted, &result)
  }

  private mutating func write(_ look: Look, _ result: inout [UInt8]) {
    let change = look.parameters(from: actual, endsAttributes: endsAttributes)
    // From nothing there is nothing to end, so this never needs a reset of its own.
    let fresh =
      [[UInt8(ascii: "0")]] + (look.parameters(from: Look(), endsAttributes: true) ?? [])
    func length(_ parameters: [[UInt8]]) -> Int { parameters.reduce(0) { $0 + $1.count + 1 } }
    let best =
      if let change, length(change) <= length(fresh) { change } else { fresh }
    if best.count == 1, best[0] == [UInt8(ascii: "0")] {
      result += [0x1B, UInt8(ascii: "["), UInt8(ascii: "m")]
    } else if !best.isEmpty {
      result += [0x1B, UInt8(ascii: "[")]
      result += best.joined(separator: [UInt8(ascii: ";")])
      result.append(UInt8(ascii: "m"))
    }
    actual = look
  }

  /// Index, next line and reverse index: two bytes each, and at the edge of a scrolling region a new line.
  private static func scrolls(_ sequence: ArraySlice<UInt8>) -> Bool {
    sequence.count == 2
      && [UInt8(ascii: "D"), UInt8(ascii: "E"), UInt8(ascii: "M")].contains(
        sequence[sequence.startIndex + 1])
  }

  private static func endOfSequence(_ bytes: [UInt8], from start: Int) -> Int {
    guard start + 1 < bytes.count else { return bytes.count }
    var end = start + 2
    switch bytes[start + 1] {
    case UInt8(ascii: "["):
      while end < bytes.count, !(0x40...0x7E).contains(bytes[end]) { end += 1 }
      return min(end + 1, bytes.count)
    case 0x20...0x2F:
      while end < bytes.count, (0x20...0x2F).contains(bytes[end]) { end += 1 }
      return min(end + 1, bytes.count)
    default:
      return min(end, bytes.count)
    }
  }
}

extension SgrShortener.Look {
  /// The look after a sequence's parameters; nil when one of them is not known.
  fileprivate func applying(_ parameters: ArraySlice<UInt8>) -> SgrShortener.Look? {
    var look = self
    var list = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)[...]
    while let parameter = list.popFirst() {
      guard let number = Int(String(decoding: parameter.isEmpty ? [48] : parameter, as: UTF8.self))
      else { return nil }
      switch number {
      case 0: look = SgrShortener.Look()
      case 1...9: look.attributes |= 1 << UInt16(number)
      case 22: look.attributes &= ~(1 << 1 | 1 << 2)
      case 23...29: look.attributes &= ~(1 << UInt16(number - 20))
      // The first font, which "linux" and "ansi" name in each reset; no other one is used.
      case 10: break
      case 30...37, 90...97: look.foreground = Array(parameter)
      case 40...47, 100...107: look.background = Array(parameter)
      case 39: look.foreground = nil
      case 49: look.background = nil
      case 38, 48:
        guard let kind = list.first else { return nil }
        let count = kind.elementsEqual([UInt8(ascii: "5")]) ? 2 : 4
        guard list.count >= count else { return nil }
        let color = Array(([parameter] + list.prefix(count)).joined(separator: [UInt8(ascii: ";")]))
        list = list.dropFirst(count)
        if number == 38 { look.foreground = color } else { look.background = color }
      default: return nil
      }
    }
    return look
  }

  /// The parameters that make this look out of another; nil when that needs a reset.
  fileprivate func parameters(
    from other: SgrShortener.Look, endsAttributes: Bool
  ) -> [[UInt8]]? {
    var result: [[UInt8]] = []
    var missing = other.attributes & ~attributes
    var added = attributes & ~other.attributes
    guard missing == 0 || endsAttributes else { return nil }
    if missing & (1 << 1 | 1 << 2) != 0 {
      result.append(Array("22".utf8))
      added |= attributes & (1 << 1 | 1 << 2)
      missing &= ~(1 << 1 | 1 << 2)
    }
    for number in 3...9 where missing & 1 << UInt16(number) != 0 {
      result.append(Array(String(20 + number).utf8))
    }
    for number in 1...9 where added & 1 << UInt16(number) != 0 {
      result.append(Array(String(number).utf8))
    }
    if foreground != other.foreground {
      guard foreground != nil || endsAttributes else { return nil }
      result.append(foreground ?? Array("39".utf8))
    }
    if background != other.background {
      guard background != nil || endsAttributes else { return nil }
      result.append(background ?? Array("49".utf8))
    }
    return result
  }
}
