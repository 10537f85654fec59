/// Whether anybody sees something of a text, and the same as the pattern that the documents have for it.
package enum VisibleText {
  /// Controls, white space and marks without a width: what a text may hold and still say nothing.
  private static let blanks: [ClosedRange<UInt32>] = [
    0...0x20, 0x7f...0xa0, 0xad...0xad, 0x1680...0x1680, 0x2000...0x200f, 0x2028...0x202f,
    0x205f...0x206f, 0x3000...0x3000, 0xfeff...0xfeff,
  ]

  package static func isVisible(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalar in !blanks.contains { $0.contains(scalar.value) } }
  }

  /// As ECMA-262 writes regular expressions: one scalar that is none of these.
  package static let pattern =
    "[^" + blanks.map { "\(escaped($0.lowerBound))-\(escaped($0.upperBound))" }.joined() + "]"

  private static func escaped(_ scalar: UInt32) -> String {
    let digits = String(scalar, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
