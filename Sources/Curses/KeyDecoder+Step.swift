import TextUI

extension KeyDecoder {
  /// What the first bytes of an input mean.
  enum Step: Equatable {
    enum Meaning: Equatable {
      case event(InputEvent)
      case pasteBegins
      /// The terminal has said what it is, which it was asked last.
      case lastAnswer
      case nothing
    }

    case done(Meaning, length: Int)
    /// More bytes are needed.
    case incomplete

    static let escape: UInt8 = 0x1B
    private static let longestSequence = 64
    private static let longestReport = 4096

    static func first(in bytes: ArraySlice<UInt8>) -> Step {
      guard let byte = bytes.first else { return .incomplete }
      switch byte {
      case escape: return escapeSequence(Array(bytes.prefix(longestReport + 1)))
      case 0x0D, 0x0A: return key(.enter)
      case 0x09: return key(.tab)
      case 0x08, 0x7F: return key(.backspace)
      case 0: return key(.control(" "))
      case 1...26: return key(.control(Character(Unicode.Scalar(byte + 0x60))))
      case 28...31: return key(.control(Character(Unicode.Scalar(byte + 0x40))))
      default: return character(bytes, length: 0) { .character($0) }
      }
    }

    private static func key(_ key: Key, length: Int = 1) -> Step {
      .done(.event(.key(key)), length: length)
    }

    /// One scalar of UTF-8; bytes that are none are dropped one by one.
    private static func character(
      _ bytes: ArraySlice<UInt8>, length prefix: Int, _ make: (Character) -> Key
    ) -> Step {
      guard let lead = bytes.first else { return .incomplete }
      let length =
        switch lead {
        case 0x20...0x7E: 1
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 0
        }
      guard length > 0 else { return .done(.nothing, length: prefix + 1) }
      let sequence = bytes.prefix(length)
      let following = sequence.dropFirst().prefix { $0 & 0xC0 == 0x80 }
      if following.count < sequence.count - 1 { return .done(.nothing, length: prefix + 1) }
      if sequence.count < length { return .incomplete }
      let scalars = String(decoding: sequence, as: UTF8.self).unicodeScalars
      guard let scalar = scalars.first, scalars.count == 1, scalar != "\u{FFFD}" else {
        return .done(.nothing, length: prefix + length)
      }
      return key(make(Character(scalar)), length: prefix + length)
    }

    private static func escapeSequence(_ bytes: [UInt8]) -> Step {
      guard bytes.count > 1 else { return .incomplete }
      switch bytes[1] {
      case UInt8(ascii: "["): return controlSequence(bytes)
      case UInt8(ascii: "O"):
        guard bytes.count > 2 else { return .incomplete }
        return .done(KeyDecoder.applicationKey(bytes[2]), length: 3)
      case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
        return report(bytes)
      case 0x20...0x7E, 0x80...: return character(bytes[1...], length: 1) { .alt($0) }
      case 0x7F: return key(.alt("\u{7F}"), length: 2)
      default: return key(.escape)
      }
    }

    /// `ESC [ parameters intermediates final`. A control character within breaks it off.
    private static func controlSequence(_ bytes: [UInt8]) -> Step {
      var position = 2
      if bytes.count > 2, bytes[2] == UInt8(ascii: "[") {
        guard bytes.count > 3 else { return .incomplete }
        return .done(KeyDecoder.linuxKey(bytes[3]), length: 4)
      }
      if bytes.count > 2, bytes[2] == UInt8(ascii: "M") {
        return bytes.count < 6 ? .incomplete : .done(.nothing, length: 6)
      }
      while position < bytes.count, (0x20...0x3F).contains(bytes[position]) {
        position += 1
        if position > longestSequence { return .done(.nothing, length: position) }
      }
      guard position < bytes.count else { return .incomplete }
      // rxvt ends shifted keys with a dollar sign, which elsewhere is an intermediate.
      guard (0x40...0x7E).contains(bytes[position]) else {
        return .done(.nothing, length: position)
      }
      let parameters = String(decoding: bytes[2..<position], as: UTF8.self)
      return .done(
        KeyDecoder.meaning(parameters, final: bytes[position]), length: position + 1)
    }

    /// The only answer that is of use; another, or a broken one, means nothing.
    private static func answer(_ bytes: ArraySlice<UInt8>) -> Meaning {
      let start = Array("\u{1B}]11;".utf8)
      guard bytes.starts(with: start), bytes.count < 64 else { return .nothing }
      let text = String(decoding: bytes.dropFirst(start.count), as: UTF8.self)
      return BackgroundQuestion.color(text[...]).map { .event(.background($0)) } ?? .nothing
    }

    /// A terminal's answer to a question: ends with BEL or `ESC \`.
    private static func report(_ bytes: [UInt8]) -> Step {
      for position in 2..<max(2, bytes.count) {
        if bytes[position] == 7 {
          return .done(answer(bytes[..<position]), length: position + 1)
        }
        if bytes[position] == escape {
          guard position + 1 < bytes.count else { return .incomplete }
          let isEnd = bytes[position + 1] == UInt8(ascii: "\\")
          return .done(
            isEnd ? answer(bytes[..<position]) : .nothing,
            length: isEnd ? position + 2 : position)
        }
      }
      return bytes.count > longestReport ? .done(.nothing, length: bytes.count) : .incomplete
    }
  }
}
