import Curses
import Testing
import TextUI

@Suite struct KeyDecoderTests {
  private func events(_ text: String) -> [InputEvent] {
    var decoder = KeyDecoder()
    return decoder.decode(text.utf8)
  }

  @Test(arguments: [
    ("\u{1B}[A", Key.up), ("\u{1B}OA", .up), ("\u{1B}[B", .down), ("\u{1B}[C", .right),
    ("\u{1B}OD", .left), ("\u{1B}[H", .home), ("\u{1B}OF", .end), ("\u{1B}[1~", .home),
    ("\u{1B}[4~", .end), ("\u{1B}[7~", .home), ("\u{1B}[8~", .end), ("\u{1B}[2~", .insert),
    ("\u{1B}[3~", .delete), ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown),
    ("\u{1B}[Z", .backTab), ("\u{1B}OP", .function(1)), ("\u{1B}[[A", .function(1)),
    ("\u{1B}[11~", .function(1)), ("\u{1B}[15~", .function(5)), ("\u{1B}[17~", .function(6)),
    ("\u{1B}[24~", .function(12)), ("\u{1B}[1;5C", .right), ("\u{1B}[5;3~", .pageUp),
    ("\u{1B}[a", .up), ("\u{1B}OM", .enter), ("\r", .enter), ("\n", .enter), ("\t", .tab),
    ("\u{7F}", .backspace), ("\u{8}", .backspace), ("\u{3}", .control("c")),
    ("\u{1A}", .control("z")), ("\u{0}", .control(" ")), ("\u{1C}", .control("\\")),
    ("q", .character("q")), (" ", .character(" ")), ("é", .character("é")),
    ("日", .character("日")), ("🔥", .character("🔥")), ("\u{1B}x", .alt("x")),
    ("\u{1B}é", .alt("é")), ("\u{1B}[27u", .escape), ("\u{1B}[99;5u", .control("c")),
    ("\u{1B}[9;2u", .backTab), ("\u{1B}[97u", .character("a")),
  ])
  func `what terminals send for a key`(text: String, key: Key) {
    #expect(events(text) == [.key(key)])
  }

  @Test(arguments: [
    "\u{1B}[?62;4c", "\u{1B}[>0;276;0c", "\u{1B}]10;rgb:1212/1212/1212\u{7}",
    "\u{1B}]11;rgb:12/12\u{1B}\\", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}[I", "\u{1B}[12;40R",
    "\u{1B}[M !!", "\u{1B}[<35;10;10M", "\u{1B}[57441u", "\u{1B}[99999999999999999999~",
  ])
  func `what is no key is dropped whole`(text: String) {
    #expect(events(text + "x") == [.key(.character("x"))])
  }

  @Test func `bytes that are no text are dropped, the next key is not`() {
    var decoder = KeyDecoder()
    let bytes: [UInt8] = [0xFF, 0xC3, 0x28, 0x80, 0xE6, 0x97, 0x71, 0xF5, 0xED, 0xA0, 0x80, 0x61]
    let keys = decoder.decode(bytes)
    #expect(keys == ["(", "q", "a"].map { .key(.character($0)) })
    #expect(decoder.patience == nil)
  }

  @Test func `a sequence may come in pieces`() {
    var decoder = KeyDecoder()
    var events: [InputEvent] = []
    for byte in Array("\u{1B}[1;2A日\u{1B}[<0;3;2M".utf8) { events += decoder.decode([byte]) }
    #expect(
      events == [
        .key(.up), .key(.character("日")), .mouse(MouseEvent(.press, at: Point(x: 2, y: 1))),
      ])
  }

  @Test func `an escape alone is the escape key once the time has run out`() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([0x1B]) == [])
    #expect(decoder.patience == .milliseconds(25))
    #expect(decoder.flush() == [.key(.escape)])
    #expect(decoder.patience == nil)
  }

  @Test func `two escapes are two keys, and escape before enter is not Alt`() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([0x1B, 0x1B]) == [.key(.escape)])
    #expect(decoder.flush() == [.key(.escape)])
    #expect(decoder.decode([0x1B, 0x0D]) == [.key(.escape), .key(.enter)])
  }

  @Test func `an unfinished sequence is dropped when the time has run out`() {
    var decoder = KeyDecoder()
    #expect(decoder.decode("\u{1B}[1;".utf8) == [])
    #expect(decoder.flush() == [])
    #expect(decoder.decode("q".utf8) == [.key(.character("q"))])
  }

  @Test func `a paste is one event, whatever is in it`() {
    let text = "R\u{1B}[Ay\r\nexit\u{3}日"
    #expect(
      events("a\u{1B}[200~\(text)\u{1B}[201~b")
        == [.key(.character("a")), .paste(text), .key(.character("b"))])
  }

  @Test func `a paste may be cut anywhere`() {
    let bytes = Array("\u{1B}[200~x\u{1B}[20y\u{1B}[201~z".utf8)
    for cut in 1..<bytes.count {
      var decoder = KeyDecoder()
      let events = decoder.decode(bytes[..<cut]) + decoder.decode(bytes[cut...])
      #expect(events == [.paste("x\u{1B}[20y"), .key(.character("z"))])
    }
  }

  @Test func `a paste without an end gives the keyboard back`() {
    var decoder = KeyDecoder()
    #expect(decoder.decode("\u{1B}[200~abc".utf8) == [])
    #expect(decoder.patience == .seconds(1))
    #expect(decoder.flush() == [.paste("abc")])
    #expect(decoder.decode("q".utf8) == [.key(.character("q"))])
  }

  @Test func `a paste is bounded`() {
    let long = String(repeating: "x", count: KeyDecoder.pasteLimit + 10)
    guard case .paste(let text)? = events("\u{1B}[200~\(long)\u{1B}[201~").first else {
      Issue.record("no paste")
      return
    }
    #expect(text.utf8.count == KeyDecoder.pasteLimit)
  }

  @Test(arguments: [
    ("\u{1B}[<0;1;1M", MouseEvent(.press, at: Point(x: 0, y: 0))),
    ("\u{1B}[<0;80;24m", MouseEvent(.release, at: Point(x: 79, y: 23))),
    ("\u{1B}[<64;5;6M", MouseEvent(.wheelUp, at: Point(x: 4, y: 5))),
    ("\u{1B}[<69;5;6M", MouseEvent(.wheelDown, at: Point(x: 4, y: 5))),
    ("\u{1B}[<16;300;2M", MouseEvent(.press, at: Point(x: 299, y: 1))),
  ])
  func `the mouse`(text: String, event: MouseEvent) {
    #expect(events(text) == [.mouse(event)])
  }

  @Test(arguments: 0..<60)
  func `no bytes crash it, and it always recovers`(seed: UInt64) {
    var state = seed &* 2_654_435_761 &+ 1
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    let likely = Array("\u{1B}[O<;~M0129Rab]P\\".utf8)
    var decoder = KeyDecoder()
    for _ in 0..<400 {
      let count = Int(next() % 9)
      _ = decoder.decode(
        (0..<count).map { _ in
          next() % 3 == 0 ? UInt8(truncatingIfNeeded: next()) : likely[Int(next()) % likely.count]
        })
    }
    while decoder.patience != nil { _ = decoder.flush() }
    #expect(decoder.decode("q".utf8) == [.key(.character("q"))])
  }
}
