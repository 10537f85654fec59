import TextUI

extension KeyDecoder {
  /// `ESC O x`: keys of the application mode, and F1 to F4.
  static func applicationKey(_ final: UInt8) -> Step.Meaning {
    switch final {
    case UInt8(ascii: "P")...UInt8(ascii: "S"):
      return key(.function(Int(final - UInt8(ascii: "P")) + 1))
    case UInt8(ascii: "M"): return key(.enter)
    case UInt8(ascii: "a")...UInt8(ascii: "d"): return letterKey(final - 0x20)
    default: return letterKey(final)
    }
  }

  /// `ESC [ [ x`: F1 to F5 of the Linux console.
  static func linuxKey(_ final: UInt8) -> Step.Meaning {
    guard (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(final) else { return .nothing }
    return key(.function(Int(final - UInt8(ascii: "A")) + 1))
  }

  /// `ESC [ parameters x`. Shift, Alt and Control with a key that has no letter are left out of
  /// account.
  static func meaning(_ parameters: String, final: UInt8) -> Step.Meaning {
    if parameters.hasPrefix("<") { return mouse(parameters.dropFirst(), final: final) }
    if parameters.hasPrefix("?") { return final == UInt8(ascii: "c") ? .lastAnswer : .nothing }
    let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map {
      Int($0.prefix { $0 != ":" }) ?? 0
    }
    let first = numbers.first ?? 0
    switch final {
    case UInt8(ascii: "~"), UInt8(ascii: "^"), UInt8(ascii: "@"): return numberedKey(first)
    case UInt8(ascii: "P")...UInt8(ascii: "S") where first <= 1:
      return key(.function(Int(final - UInt8(ascii: "P")) + 1))
    case UInt8(ascii: "Z"): return key(.backTab)
    case UInt8(ascii: "u"): return codedKey(first, modifiers: numbers.count > 1 ? numbers[1] : 1)
    case UInt8(ascii: "a")...UInt8(ascii: "d") where parameters.isEmpty:
      return letterKey(final - 0x20)
    default: return letterKey(final)
    }
  }

  private static func letterKey(_ final: UInt8) -> Step.Meaning {
    switch final {
    case UInt8(ascii: "A"): key(.up)
    case UInt8(ascii: "B"): key(.down)
    case UInt8(ascii: "C"): key(.right)
    case UInt8(ascii: "D"): key(.left)
    case UInt8(ascii: "H"): key(.home)
    case UInt8(ascii: "F"): key(.end)
    default: .nothing
    }
  }

  private static func numberedKey(_ number: Int) -> Step.Meaning {
    switch number {
    case 1, 7: key(.home)
    case 2: key(.insert)
    case 3: key(.delete)
    case 4, 8: key(.end)
    case 5: key(.pageUp)
    case 6: key(.pageDown)
    case 11...15: key(.function(number - 10))
    case 17...21: key(.function(number - 11))
    case 23...26: key(.function(number - 12))
    case 28, 29: key(.function(number - 13))
    case 31...34: key(.function(number - 14))
    case 200: .pasteBegins
    default: .nothing
    }
  }

  /// `ESC [ code ; modifiers u`, as kitty and xterm with modifyOtherKeys send it.
  private static func codedKey(_ code: Int, modifiers: Int) -> Step.Meaning {
    switch code {
    case 9: return key((modifiers - 1) & 1 != 0 ? .backTab : .tab)
    case 13: return key(.enter)
    case 27: return key(.escape)
    case 127: return key(.backspace)
    default:
      guard code >= 32, let scalar = Unicode.Scalar(UInt32(clamping: code)),
        scalar.properties.generalCategory != .privateUse
      else { return .nothing }
      let character = Character(scalar)
      if (modifiers - 1) & 4 != 0 { return key(.control(character)) }
      if (modifiers - 1) & 2 != 0 { return key(.alt(character)) }
      return key(.character(character))
    }
  }

  /// `ESC [ < button ; column ; row M` or `m`: the mouse, in SGR coordinates.
  private static func mouse(_ parameters: Substring, final: UInt8) -> Step.Meaning {
    let numbers = parameters.split(separator: ";").compactMap { Int($0) }
    guard numbers.count == 3, numbers[1] >= 1, numbers[2] >= 1 else { return .nothing }
    let position = Point(x: numbers[1] - 1, y: numbers[2] - 1)
    let modifierBits = 4 | 8 | 16
    switch (numbers[0] & ~modifierBits, final) {
    case (0, UInt8(ascii: "M")): return .event(.mouse(MouseEvent(.press, at: position)))
    case (0, UInt8(ascii: "m")): return .event(.mouse(MouseEvent(.release, at: position)))
    case (64, UInt8(ascii: "M")): return .event(.mouse(MouseEvent(.wheelUp, at: position)))
    case (65, UInt8(ascii: "M")): return .event(.mouse(MouseEvent(.wheelDown, at: position)))
    default: return .nothing
    }
  }

  private static func key(_ key: Key) -> Step.Meaning { .event(.key(key)) }
}
