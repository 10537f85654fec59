import Testing
import TextUI

@Suite struct SanitizerTests {
  @Test(arguments: [
    ("plain text 123", "plain text 123"),
    ("\u{1B}[31mred", #"\e[31mred"#),
    ("a\nb\tc\r", #"a\nb\tc\r"#),
    ("\u{0}\u{7}", #"\u{0}\u{7}"#),
    ("\u{7F}", #"\u{7F}"#),
    ("\u{9B}2J", #"\u{9B}2J"#),
    ("abc\u{202E}fdp", #"abc\u{202E}fdp"#),
    ("a\u{200B}b\u{FEFF}", #"a\u{200B}b\u{FEFF}"#),
    ("\u{2028}", #"\u{2028}"#),
    ("\u{E000}", #"\u{E000}"#),
    ("👩\u{200D}💻", #"👩\u{200D}💻"#),
    ("Zürich 東京 e\u{301}", "Zürich 東京 e\u{301}"),
    ("\u{301}x", #"\u{301}x"#),
    ("e\u{301}\u{302}\u{303}", #"e\#u{301}\#u{302}\u{303}"#),
  ])
  func `what steers or hides becomes visible, the rest stays`(input: String, expected: String) {
    #expect(input.sanitized == expected)
    #expect(input.sanitized.sanitized == expected)
  }

  @Test func `nothing that a terminal acts on survives, whatever the bytes are`() {
    for value in UInt32(0)..<0x3000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "a\(Character(scalar))b".sanitized
      for scalar in text.unicodeScalars {
        #expect(scalar.properties.generalCategory != .control)
        #expect(!(0x202A...0x202E).contains(scalar.value))
        #expect(!(0x2066...0x2069).contains(scalar.value))
      }
    }
  }

  @Test(arguments: [
    ("abc", 3), ("日本語", 6), ("e\u{301}", 1), ("🔥", 2), ("\u{1B}", 2), ("▀│⠿…●", 5), ("ｆ", 2),
    ("", 0),
  ])
  func `width counts columns, not characters`(text: String, columns: Int) {
    #expect(text.displayWidth == columns)
  }

  @Test func `pictures pass by a short cut that says what the tables say`() {
    for value in Array(UInt32(0x2500)...0x25FF) + Array(0x2800...0x28FF) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = String(scalar)
      #expect(text.sanitized == text)
      let properties = scalar.properties
      #expect([.otherSymbol, .mathSymbol].contains(properties.generalCategory), "\(text)")
      #expect(!properties.isDefaultIgnorableCodePoint && !properties.isEmojiModifier)
      #expect(text.displayWidth == (properties.isEmojiPresentation ? 2 : 1), "\(text)")
    }
    // A mark on a picture is still a mark, and what steers is still seen among pictures.
    #expect("━\u{301}".sanitized == "━\u{301}")
    #expect("█\u{1B}[2J━".sanitized == #"█\e[2J━"#)
  }
}
