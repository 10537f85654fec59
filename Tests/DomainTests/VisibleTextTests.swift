import Domain
import Foundation
import Testing

@Suite struct VisibleTextTests {
  @Test(arguments: [
    "", " ", "\n\t\r", "\u{85}", "\u{1c}", "\u{a0}\u{3000}", "\u{200b}\u{feff}", "\u{ad}",
  ])
  func `of blanks nobody sees anything`(text: String) {
    #expect(!VisibleText.isVisible(text))
  }

  @Test(arguments: ["a", " .", "é", "回滚", "\u{1f4a5}", "\u{2027}", "\u{2030}"])
  func `of anything else somebody does`(text: String) {
    #expect(VisibleText.isVisible(text))
  }

  @Test func `the pattern says the same of every scalar`() throws {
    let pattern = try NSRegularExpression(pattern: VisibleText.pattern)
    for value in UInt32(0)...0x1_f9ff {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = String(scalar)
      let range = NSRange(text.startIndex..., in: text)
      let isMatch = pattern.firstMatch(in: text, range: range) != nil
      #expect(isMatch == VisibleText.isVisible(text), "U+\(String(value, radix: 16))")
    }
  }
}
