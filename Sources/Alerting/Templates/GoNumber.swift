/// Numbers as Go reads them.
enum GoNumber {
  /// `0x1F`, `0b1`, `0o7` and `07` in their bases, all else in tens; nil when it is no number, or one too large.
  static func integer(_ text: String) -> Int? {
    let isNegative = text.first == "-"
    let unsigned = isNegative || text.first == "+" ? text.dropFirst() : Substring(text)
    let bases: [(String, Int)] = [("0x", 16), ("0b", 2), ("0o", 8), ("0", 8)]
    let base = bases.first { unsigned.count > $0.0.count && unsigned.lowercased().hasPrefix($0.0) }
    let digits = unsigned.dropFirst(base?.0.count ?? 0)
    guard digits.first?.isNumber == true || digits.first?.isLetter == true else { return nil }
    return Int((isNegative ? "-" : "") + digits, radix: base?.1 ?? 10)
  }

  static func double(_ text: String) -> Double? {
    let unsigned = text.first == "+" || text.first == "-" ? text.dropFirst() : Substring(text)
    switch unsigned.lowercased() {
    case "inf", "infinity": return text.hasPrefix("-") ? -.infinity : .infinity
    case "nan": return unsigned.count == text.count ? .nan : nil
    default:
      // Swift, unlike Go, takes "nan(0x1)", and hexadecimal digits without an exponent.
      guard unsigned.first?.isNumber == true || unsigned.first == "." else { return nil }
      let isHexadecimal = unsigned.lowercased().hasPrefix("0x")
      guard !isHexadecimal || unsigned.contains(where: { "pP".contains($0) }) else { return nil }
      return Double(text)
    }
  }
}
