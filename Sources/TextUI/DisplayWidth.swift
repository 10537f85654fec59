extension String {
  /// The columns that the text takes on a screen once it is sanitized.
  package var displayWidth: Int {
    if Sanitizer.isPlain(self) { return utf8.count }
    var width = 0
    forEachGlyph(in: self) { _, glyphWidth in
      width += glyphWidth
      return true
    }
    return width
  }
}

/// Walks over the sanitized text, one call a place on the screen: a base with its combining marks
/// and its width of one or two columns. Ends early when the body returns false.
func forEachGlyph(in text: String, _ body: (Character, Int) -> Bool) {
  if Sanitizer.isPlain(text) {
    for byte in text.utf8 where !body(Character(Unicode.Scalar(byte)), 1) { return }
    return
  }
  var pending: (text: String, width: Int)?
  for scalar in Sanitizer.sanitized(text).unicodeScalars {
    if Sanitizer.isCombining(scalar) {
      pending?.text.unicodeScalars.append(scalar)
      continue
    }
    if let glyph = pending, !body(Character(glyph.text), glyph.width) { return }
    pending = (String(scalar), isWide(scalar) ? 2 : 1)
  }
  if let glyph = pending { _ = body(Character(glyph.text), glyph.width) }
}

/// Whether terminals give a character two columns: East Asian Wide and Fullwidth of Unicode's
/// UAX 11, which includes the emoji that are shown as pictures by default.
private func isWide(_ scalar: Unicode.Scalar) -> Bool {
  guard scalar.value >= 0x1100, !Sanitizer.isPicture(scalar) else { return false }
  if scalar.properties.isEmojiPresentation { return true }
  var low = 0
  var high = wideRanges.count
  while low < high {
    let middle = (low + high) / 2
    if wideRanges[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
  }
  return low < wideRanges.count && wideRanges[low].contains(scalar.value)
}

private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5,
  0x2FF0...0x2FFF, 0x3000...0x303E, 0x3041...0x3096, 0x3099...0x30FF, 0x3105...0x312F,
  0x3131...0x318E, 0x3190...0x31E3, 0x31EF...0x321E, 0x3220...0x3247, 0x3250...0x4DBF,
  0x4E00...0xA48C, 0xA490...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
  0xFE10...0xFE19, 0xFE30...0xFE52, 0xFE54...0xFE66, 0xFE68...0xFE6B, 0xFF01...0xFF60,
  0xFFE0...0xFFE6, 0x16FE0...0x16FE4, 0x16FF0...0x16FF1, 0x17000...0x187F7, 0x18800...0x18CD5,
  0x18D00...0x18D08, 0x1AFF0...0x1AFF3, 0x1AFF5...0x1AFFB, 0x1AFFD...0x1AFFE, 0x1B000...0x1B122,
  0x1B132...0x1B132, 0x1B150...0x1B152, 0x1B155...0x1B155, 0x1B164...0x1B167, 0x1B170...0x1B2FB,
  0x1F200...0x1F202, 0x1F210...0x1F23B, 0x1F240...0x1F248, 0x1F250...0x1F251, 0x1F260...0x1F265,
  0x20000...0x2FFFD, 0x30000...0x3FFFD,
]
