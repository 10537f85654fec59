/// The identity that Vigia gives to a request: a UUID of version 7, so its order is the order of arrival.
///
/// It goes out as `Vigia-Request-Id` and is what late labels are joined on. Source: RFC 9562, section 5.7.
package struct RequestID: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// - Parameters:
  ///   - time: of arrival; its milliseconds are the leading 48 bits.
  ///   - random: 74 bits of it are used. The caller draws them: this floor has no randomness.
  package init(time: Timestamp, random: (UInt64, UInt64)) {
    let milliseconds = UInt64(max(0, time.microseconds) / 1_000) & 0xffff_ffff_ffff
    high = milliseconds << 16 | 0x7000 | random.0 & 0x0fff
    low = 0x8000_0000_0000_0000 | random.1 & 0x3fff_ffff_ffff_ffff
  }

  /// When the request arrived, to the millisecond.
  package var time: Timestamp { Timestamp(microseconds: Int64(high >> 16) * 1_000) }

  package static func < (left: RequestID, right: RequestID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }

  /// The canonical text, `019abcde-1234-7abc-8def-0123456789ab`.
  package var description: String {
    let characters = characters
    // Each of the 36 bytes is written, in order.
    return unsafe String(unsafeUninitializedCapacity: characters.count) { text in
      for place in characters.indices { unsafe text[place] = characters[place] }
      return characters.count
    }
  }

  /// Appends the canonical text.
  package func append(to bytes: inout [UInt8]) {
    let characters = characters
    bytes.append(addingCapacity: characters.count) { span in
      for place in characters.indices { span.append(characters[place]) }
    }
  }

  private var characters: InlineArray<36, UInt8> {
    var text = InlineArray<36, UInt8>(repeating: UInt8(ascii: "-"))
    var (place, shift) = (0, UInt64(128))
    while shift > 0 {
      shift -= 4
      let word = shift >= 64 ? high : low
      text[place] = Self.digit(word >> (shift & 63))
      place += 1
      if place == 8 || place == 13 || place == 18 || place == 23 { place += 1 }
    }
    return text
  }

  /// The hexadecimal digit of the lowest four bits.
  private static func digit(_ bits: UInt64) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: bits & 15)
    return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  /// Reads the canonical text, in either case; nil for anything else.
  package init?(_ text: some StringProtocol) {
    var words: (UInt64, UInt64) = (0, 0)
    var count = 0
    var position = 0
    for character in text.utf8 {
      defer { position += 1 }
      if position == 8 || position == 13 || position == 18 || position == 23 {
        guard character == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard count < 32, let digit = Self.value(of: character) else { return nil }
      if count < 16 { words.0 = words.0 << 4 | digit } else { words.1 = words.1 << 4 | digit }
      count += 1
    }
    guard count == 32, position == 36 else { return nil }
    high = words.0
    low = words.1
  }

  /// The 16 bytes, most significant first: the key in the store.
  package var bytes: [UInt8] {
    [high, low].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
    }
  }

  /// - Returns: nil unless there are 16 bytes.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    for (index, byte) in bytes.enumerated() {
      if index < 8 {
        words.0 = words.0 << 8 | UInt64(byte)
      } else {
        words.1 = words.1 << 8 | UInt64(byte)
      }
    }
    high = words.0
    low = words.1
  }

  private static func value(of character: UInt8) -> UInt64? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(character - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(character - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(character - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}

extension RequestID: TextCoded {
  package static let wireForm = "a UUID"
}
