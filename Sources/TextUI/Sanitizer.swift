/// Makes foreign text safe to show: what would steer a terminal, hide, or turn the reading order
/// becomes a visible ASCII escape.
///
/// Escaped are C0, DEL, C1, bidirectional controls, zero-width and other invisible characters,
/// line separators, private use, and combining marks without a base or beyond the second. ESC
/// reads `\e`, a newline `\n`, the rest `\u{202E}`. Everything else is left as it is, so that
/// sanitizing twice changes nothing.
package enum Sanitizer {
  /// The text with every unsafe character made visible. Plain ASCII costs one pass over its bytes, pictures hardly more.
  package static func sanitized(_ text: String) -> String {
    if isPlain(text) { return text }
    if text.unicodeScalars.allSatisfy({ isPrintable($0) || isPicture($0) }) { return text }
    var result = ""
    var marks = Int.max
    for scalar in text.unicodeScalars { append(scalar, to: &result, marks: &marks) }
    return result
  }

  /// Only printable ASCII: every character is one column wide and stands for itself.
  static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x20 && scalar.value < 0x7f
  }

  /// What frames, bars and curves are made of (box drawing, block elements, most geometric shapes, braille): most of what is
  /// not ASCII on a screen. All are symbols of one column that do nothing, so the tables need not be asked.
  static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
    (0x2500...0x25FC).contains(scalar.value) || (0x2800...0x28FF).contains(scalar.value)
  }

  private static func append(
    _ scalar: Unicode.Scalar, to result: inout String, marks: inout Int
  ) {
    if isCombining(scalar), marks < 2 {
      marks += 1
      result.unicodeScalars.append(scalar)
    } else if isUnsafe(scalar) || isCombining(scalar) {
      marks = .max
      result += escape(scalar)
    } else {
      marks = 0
      result.unicodeScalars.append(scalar)
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\u{1B}": "\\e"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    }
  }

  static func isCombining(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x300, !isPicture(scalar) else { return false }
    let category = scalar.properties.generalCategory
    return (category == .nonspacingMark || category == .enclosingMark)
      && !scalar.properties.isDefaultIgnorableCodePoint
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7f { return scalar.value < 0x20 }
    if isPicture(scalar) { return false }
    if (0x1F1E6...0x1F1FF).contains(scalar.value) { return true }
    let properties = scalar.properties
    if properties.isDefaultIgnorableCodePoint || properties.isEmojiModifier { return true }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      return true
    default:
      return false
    }
  }
}

extension String {
  /// The text made safe to show or to log; see `Sanitizer`.
  package var sanitized: String { Sanitizer.sanitized(self) }
}
