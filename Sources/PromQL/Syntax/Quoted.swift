/// The text in double quotes, escaped as Go's `%q` does; PromQL reads it back.
package func quoted(_ text: String) -> String {
  "\"" + text.unicodeScalars.map { escaped($0, quote: "\"") }.joined() + "\""
}

/// One character in single quotes, for messages.
func quoted(_ scalar: Unicode.Scalar) -> String {
  "'" + escaped(scalar, quote: "'") + "'"
}

private func escaped(_ scalar: Unicode.Scalar, quote: Unicode.Scalar) -> String {
  switch scalar {
  case quote, "\\": return "\\\(scalar)"
  case "\u{7}": return "\\a"
  case "\u{8}": return "\\b"
  case "\u{c}": return "\\f"
  case "\n": return "\\n"
  case "\r": return "\\r"
  case "\t": return "\\t"
  case "\u{b}": return "\\v"
  default: break
  }
  if isPrintable(scalar) { return String(scalar) }
  switch scalar.value {
  case ..<0x80: return "\\x" + hexadecimal(scalar.value, digits: 2)
  case ..<0x1_0000: return "\\u" + hexadecimal(scalar.value, digits: 4)
  default: return "\\U" + hexadecimal(scalar.value, digits: 8)
  }
}

/// Letters, marks, numbers, punctuation, symbols, and of all spaces the one of ASCII: as Go has it.
package func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
    .paragraphSeparator:
    false
  case .spaceSeparator: scalar == " "
  default: true
  }
}

private func hexadecimal(_ value: UInt32, digits: Int) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
