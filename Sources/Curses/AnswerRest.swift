/// Keeps the tail of a terminal's answer from being taken for keys when its head was given up: a link may take seconds, and
/// cut anywhere.
struct AnswerRest: Sendable {
  private enum Tail: Sendable {
    /// An escape was taken for a key: what follows may still begin an answer.
    case afterEscape
    /// Of a report, which ends with BEL or `ESC \`; of it at most so many bytes are to come.
    case ofReport(left: Int, isAfterEscape: Bool)
    /// Of the device attributes, which end with a letter.
    case ofAttributes(left: Int)
  }

  private var tail: Tail?
  private static let longest = 64
  private static let escape: UInt8 = 0x1B

  /// How long to wait for more of what may be an answer: an escape alone is more likely a key.
  static func patience(for buffer: [UInt8]) -> Duration {
    if buffer == [escape] { return .milliseconds(100) }
    return isBegun(buffer) ? .seconds(2) : .milliseconds(25)
  }

  /// `ESC ]`, `ESC [ ?` and their beginning: no key that means something begins so and stays unfinished.
  static func isBegun(_ bytes: [UInt8]) -> Bool { isReport(bytes) || isAttributes(bytes) }

  private static func isReport(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [escape, UInt8(ascii: "]")])
  }

  private static func isAttributes(_ bytes: [UInt8]) -> Bool {
    let start = [escape, UInt8(ascii: "["), UInt8(ascii: "?")]
    return bytes.count > 1 && start.starts(with: bytes.prefix(3)) || bytes.starts(with: start)
  }

  /// Bytes are given up that were no whole sequence.
  mutating func begin(after given: [UInt8]) {
    if given == [Self.escape] {
      tail = .afterEscape
    } else if Self.isReport(given) {
      tail = .ofReport(left: Self.longest, isAfterEscape: given.last == Self.escape)
    } else if Self.isAttributes(given) {
      tail = .ofAttributes(left: Self.longest)
    }
  }

  /// What is no part of such an answer, and whether the last of the answers ended in it.
  mutating func without(_ bytes: [UInt8]) -> (keys: [UInt8], isLast: Bool) {
    switch tail {
    case nil: return (bytes, false)
    case .afterEscape:
      tail = nil
      let starts = ["]11;", "[?"].map { Array($0.utf8) }
      let isAnswer = starts.contains { bytes.starts(with: $0) }
      return (isAnswer ? [Self.escape] + bytes : bytes, false)
    case .ofReport(let left, let isAfterEscape):
      return (beyondReport(bytes, left, isAfterEscape), false)
    case .ofAttributes(let left): return beyondAttributes(bytes, left)
    }
  }

  /// Ends also at a byte that stands in no colour.
  private mutating func beyondReport(
    _ bytes: [UInt8], _ left: Int, _ wasEscape: Bool
  ) -> [UInt8] {
    let inside = Set("0123456789abcdefABCDEFrgb:/;#?".utf8)
    var wasEscape = wasEscape
    for (index, byte) in bytes.enumerated() {
      if byte == 7 || wasEscape && byte == UInt8(ascii: "\\") {
        tail = nil
        return Array(bytes[(index + 1)...])
      }
      guard index < left, !wasEscape, inside.contains(byte) || byte == Self.escape else {
        tail = nil
        return (wasEscape && index > 0 ? [Self.escape] : []) + bytes[index...]
      }
      wasEscape = byte == Self.escape
    }
    tail = .ofReport(left: left - bytes.count, isAfterEscape: wasEscape)
    return []
  }

  private mutating func beyondAttributes(
    _ bytes: [UInt8], _ left: Int
  ) -> (keys: [UInt8], isLast: Bool) {
    let inside = Set("0123456789;?".utf8)
    for (index, byte) in bytes.enumerated() {
      guard index < left, inside.contains(byte) else {
        tail = nil
        let isEnd = byte == UInt8(ascii: "c")
        return (Array(bytes[(isEnd ? index + 1 : index)...]), isEnd)
      }
    }
    tail = .ofAttributes(left: left - bytes.count)
    return ([], false)
  }
}
