import TextUI

/// Tells a terminal's answer, which a link may cut anywhere and hold up for seconds, from keys that are typed meanwhile.
///
/// What comes is undecided while it may be the head of an answer. It is given up after a moment: an escape was then a key.
/// What was given up is joined again by whatever goes on with it, so that no tail of an answer becomes a key; anything else
/// is keys at once. So no key waits for more than a moment, however many are typed.
///
/// An escape that comes alone cannot be told from the key, nor Alt and a bracket from the head of an answer: of the latter
/// nothing is made, and a `1` after Alt and `]` goes with it.
struct AwaitedAnswer: Sendable {
  /// The head of an answer of which no more came in time.
  private var head: [UInt8] = []
  /// Whether it was taken for keys.
  private var wasKeys = false
  /// How many of the first undecided bytes are that head.
  private var joined = 0

  /// How long to wait for more of what is undecided.
  static func patience(for undecided: [UInt8]) -> Duration {
    extent(of: undecided) == .begun ? .milliseconds(100) : .milliseconds(25)
  }

  /// - Returns: what is undecided now.
  mutating func join(_ bytes: some Sequence<UInt8>, to undecided: [UInt8]) -> [UInt8] {
    let bytes = Array(bytes)
    var all = undecided + bytes
    if undecided.isEmpty, !bytes.isEmpty {
      all = head + all
      joined = head.count
      head = []
    }
    guard joined > 0 else { return all }
    let extent = Self.extent(of: all)
    // Who types the last byte of an answer types it alone.
    let isTyped = extent == .whole && wasKeys && all.count == joined + 1
    guard extent == .none || isTyped else { return all }
    defer { joined = 0 }
    return Array(all[max(joined, wasKeys ? 0 : Self.brokenOff(all))...])
  }

  /// So many of the first undecided bytes meant something.
  mutating func took(_ count: Int) { if count > 0 { joined = 0 } }

  /// To be called when no more has come of what is undecided.
  ///
  /// - Returns: the keys that it was; nil where it is no part of an answer.
  mutating func giveUp(_ undecided: [UInt8]) -> [Key]? {
    guard Self.extent(of: undecided) == .begun else {
      joined = 0
      return nil
    }
    defer {
      head = undecided
      joined = 0
    }
    let fresh = undecided[joined...]
    // Also one after what looks like the head of a report, which may end with one.
    if fresh.elementsEqual([Self.escape]) {
      if joined == 0 { wasKeys = true }
      return [.escape]
    }
    guard joined > 0, wasKeys, fresh.count == 1 || !Self.isUnmistakable(undecided) else {
      wasKeys = false
      return []
    }
    return fresh.map { .character(Character(Unicode.Scalar($0))) }
  }

  // MARK: What answers look like

  private enum Extent { case none, begun, whole }

  private static let escape: UInt8 = 0x1B
  private static let reportStart = Array("\u{1B}]11;".utf8)
  private static let attributesStart = Array("\u{1B}[?".utf8)
  private static let colorBytes = Set("0123456789abcdefABCDEFrgb:/;#?".utf8)
  private static let attributeBytes = Set("0123456789;".utf8)
  private static let longest = 64

  /// Whether bytes are the head of an answer, or begin with one.
  private static func extent(of bytes: [UInt8]) -> Extent {
    if bytes.isEmpty { return .none }
    for start in [reportStart, attributesStart] where start.starts(with: bytes) { return .begun }
    if bytes.starts(with: reportStart) { return report(bytes.dropFirst(reportStart.count)) }
    if bytes.starts(with: attributesStart) {
      return attributes(bytes.dropFirst(attributesStart.count))
    }
    return .none
  }

  /// A colour, and BEL or `ESC \`.
  private static func report(_ bytes: ArraySlice<UInt8>) -> Extent {
    let color = bytes.prefix(longest).prefix(while: colorBytes.contains)
    let end = bytes.dropFirst(color.count)
    if end.isEmpty || end.elementsEqual([escape]) { return .begun }
    return end.first == 7 || end.starts(with: [escape, UInt8(ascii: "\\")]) ? .whole : .none
  }

  /// Numbers, and the letter c.
  private static func attributes(_ bytes: ArraySlice<UInt8>) -> Extent {
    let numbers = bytes.prefix(longest).prefix(while: attributeBytes.contains)
    let end = bytes.dropFirst(numbers.count)
    return end.isEmpty ? .begun : end.first == UInt8(ascii: "c") ? .whole : .none
  }

  /// How many bytes are of an answer that something else broke off.
  private static func brokenOff(_ bytes: [UInt8]) -> Int {
    var count = bytes.indices.last { extent(of: Array(bytes[..<$0])) == .begun } ?? 0
    // An escape begins what broke it off.
    if count > 0, bytes[count - 1] == escape { count -= 1 }
    return isUnmistakable(Array(bytes[..<count])) ? count : 0
  }

  /// Nobody types so much of one without a pause.
  private static func isUnmistakable(_ head: [UInt8]) -> Bool {
    head.starts(with: reportStart) || head.count > attributesStart.count
  }
}
