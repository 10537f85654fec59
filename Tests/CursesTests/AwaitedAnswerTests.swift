import Testing
import TextUI

@testable import Curses

/// An answer in pieces, and keys that are typed while one is awaited: neither is taken for the other.
struct AwaitedAnswerTests {
  private static let colors = [
    "\u{1B}]11;rgb:ffff/fafa/e0e0\u{7}", "\u{1B}]11;rgb:ffff/fafa/e0e0\u{1B}\\",
  ]
  private static let end = "\u{1B}[?62;4c"
  private static let background = InputEvent.background(.rgb(255, 250, 224))

  /// A decoder that reads pieces; after each a moment passes, or none.
  private static func events(
    _ pieces: some Sequence<some Collection<UInt8>>, isLate: Bool, awaiting: Bool = true
  ) -> (events: [InputEvent], decoder: KeyDecoder) {
    var decoder = KeyDecoder()
    if awaiting { decoder.expectAnswer() }
    var events: [InputEvent] = []
    for piece in pieces {
      events += decoder.decode(piece)
      if isLate, decoder.patience != nil { events += decoder.flush() }
    }
    return (events, decoder)
  }

  private static func keys(_ text: String) -> [InputEvent] { text.map { .key(.character($0)) } }

  // MARK: Answers in pieces

  @Test(arguments: colors)
  func `cut anywhere, or byte by byte, it is the same answer and the keys around it are keys`(
    color: String
  ) {
    let bytes = Array(("a" + color + "]1" + Self.end + "[?c").utf8)
    let expected = Self.keys("a") + [Self.background] + Self.keys("]1[?c")
    for first in bytes.indices {
      for second in first..<bytes.count {
        let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
        #expect(Self.events(pieces, isLate: false).events == expected, "cut at \(first), \(second)")
      }
    }
    let one = Self.events(bytes.map { [$0] }, isLate: false)
    #expect(one.events == expected)
    #expect(!one.decoder.awaitsAnswer)
  }

  @Test(arguments: colors)
  func `pieces that come late are still the answer`(color: String) {
    let bytes = Array((color + Self.end + "j").utf8)
    for first in 1..<bytes.count {
      for second in first..<bytes.count {
        let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
        // After an escape that was the key, these are keys as well.
        let typed = ["]", "]1", "]11", "[", "[?"]
        if bytes[first - 1] == 0x1B, typed.contains(String(decoding: pieces[1], as: UTF8.self)) {
          continue
        }
        let found = Self.events(pieces, isLate: true)
        // An escape alone cannot be told from the key.
        #expect(
          found.events.filter { $0 != .key(.escape) } == [Self.background] + Self.keys("j"),
          "cut at \(first), \(second)")
        #expect(!found.decoder.awaitsAnswer)
      }
    }
  }

  @Test func `bytes that come one by one, each late, are no keys`() {
    var decoder = KeyDecoder()
    decoder.expectAnswer()
    var events: [InputEvent] = []
    for byte in Array((Self.colors[1] + Self.end + "1j").utf8) {
      events += decoder.decode([byte])
      // An escape alone would be the key.
      if byte != 0x1B { events += decoder.flush() }
    }
    #expect(events == [Self.background] + Self.keys("1j"))
    #expect(!decoder.awaitsAnswer)
  }

  @Test func `an escape at the end of a piece is not lost where a report has no end`() {
    let pieces = ["\u{1B}]11;rgb:ff/ff", "/ff\u{1B}", "[A", "j"].map { Array($0.utf8) }
    #expect(Self.events(pieces, isLate: false).events == [.key(.up)] + Self.keys("j"))
    var decoder = KeyDecoder()
    decoder.expectAnswer()
    _ = decoder.decode(pieces[0])
    #expect(decoder.flush() == [])
    #expect(decoder.decode(pieces[1]) == [])
    #expect(decoder.decode(pieces[2]) == [.key(.up)])
    #expect(decoder.decode(Self.end.utf8) == [])
    #expect(!decoder.awaitsAnswer)
  }

  // MARK: Keys

  private static let typed: [(bytes: String, event: InputEvent)] =
    [("\u{1B}", .key(.escape)), ("\u{1B}[A", .key(.up)), ("\u{1B}[5~", .key(.pageUp))]
    + "][1?6;crq#/".map { (String($0), .key(.character($0))) }

  @Test(arguments: typed.indices)
  func `where no answer comes, all that is typed at a person's pace is keys`(index: Int) {
    let first = Self.typed[index]
    for second in Self.typed {
      for third in Self.typed {
        // After the longest heads of an answer that can be typed.
        for words in [[], ["\u{1B}", "]", "1", "1"], ["\u{1B}", "[", "?", "6"]] {
          let before = words.compactMap { word in Self.typed.first { $0.bytes == word } }
          let all = before + [first, second, third]
          let found = Self.events(all.map { Array($0.bytes.utf8) }, isLate: true)
          #expect(found.events == all.map(\.event))
          #expect(found.decoder.awaitsAnswer)
        }
      }
    }
  }

  @Test func `after an escape all that is typed fast is keys`() {
    var decoder = KeyDecoder()
    decoder.expectAnswer()
    #expect(decoder.decode("\u{1B}".utf8) + decoder.flush() == [.key(.escape)])
    let text = "]1[?6;cq]11r"
    var events: [InputEvent] = []
    for byte in text.utf8 { events += decoder.decode([byte]) }
    events += decoder.flush()
    #expect(events == Self.keys(text))
  }

  @Test func `keys after Alt and a bracket are keys, however fast they follow each other`() {
    for start in ["\u{1B}]", "\u{1B}["] {
      var decoder = KeyDecoder()
      decoder.expectAnswer()
      #expect(decoder.decode(start.utf8) == [])
      #expect(decoder.patience == .milliseconds(100))
      #expect(decoder.flush() == [])
      var events: [InputEvent] = []
      for byte in "2xq1q".utf8 {
        events += decoder.decode([byte])
        #expect(decoder.patience == nil)
      }
      #expect(events == Self.keys("2xq1q"))
    }
  }

  @Test func `no head of an answer is waited for longer than a moment`() {
    let bytes = Array((Self.colors[0] + Self.end).utf8)
    for count in 1..<bytes.count {
      var decoder = KeyDecoder()
      decoder.expectAnswer()
      _ = decoder.decode(bytes[..<count])
      #expect(decoder.patience ?? .zero <= .milliseconds(100))
      _ = decoder.flush()
      #expect(decoder.patience == nil)
    }
  }

  @Test func `once it is given up, all is as without a question`() {
    var decoder = KeyDecoder()
    decoder.expectAnswer()
    _ = decoder.decode("\u{1B}]11;rgb:ff".utf8)
    // Part of it may be here: not yet.
    decoder.giveUpAnswer()
    #expect(decoder.awaitsAnswer)
    _ = decoder.flush()
    decoder.giveUpAnswer()
    #expect(!decoder.awaitsAnswer)
    #expect(decoder.decode("1b\u{1B}".utf8) == Self.keys("1b"))
    #expect(decoder.patience == .milliseconds(25))
    #expect(decoder.flush() == [.key(.escape)])
    #expect(decoder.decode("\u{1B}]".utf8) + decoder.flush() == [.key(.alt("]"))])
  }
}
