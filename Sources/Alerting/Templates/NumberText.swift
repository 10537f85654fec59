/// Numbers as text, by the rules of C's and Go's `printf`, which templates are written for.
enum NumberText {
  /// `%v` and `%g`: the fewest digits, with an exponent below 1e-4 and from 1e6 on, as Go prints them.
  static func shortest(_ value: Double) -> String {
    if let special = special(value) { return special }
    let digits = DecimalDigits(shortest: value)
    let exponent = digits.digits.isEmpty ? 0 : digits.point - 1
    let isScientific = exponent < -4 || exponent >= 6
    return sign(value)
      + (isScientific
        ? scientific(digits, places: max(0, digits.digits.count - 1))
        : fixed(digits, places: max(0, digits.digits.count - digits.point)))
  }

  /// `%.Nf`.
  static func fixed(_ value: Double, places: Int) -> String {
    if let special = special(value) { return special }
    var digits = DecimalDigits(exact: value)
    digits.round(to: digits.point + places)
    return sign(value) + fixed(digits, places: places)
  }

  /// `%.Ne`.
  static func scientific(_ value: Double, places: Int) -> String {
    if let special = special(value) { return special }
    var digits = DecimalDigits(exact: value)
    digits.round(to: places + 1)
    return sign(value) + scientific(digits, places: places)
  }

  /// `%.Ng`: so many significant digits, without zeros at the end.
  static func general(_ value: Double, digits count: Int) -> String {
    if let special = special(value) { return special }
    let count = max(1, count)
    var digits = DecimalDigits(exact: value)
    digits.round(to: count)
    let exponent = digits.digits.isEmpty ? 0 : digits.point - 1
    let isScientific = exponent < -4 || exponent >= count
    return sign(value)
      + (isScientific
        ? scientific(digits, places: max(0, digits.digits.count - 1))
        : fixed(digits, places: max(0, digits.digits.count - digits.point)))
  }

  static func sign(_ value: Double) -> String { value.sign == .minus ? "-" : "" }

  private static func special(_ value: Double) -> String? {
    if value.isNaN { return "NaN" }
    return value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : nil
  }

  private static func fixed(_ digits: DecimalDigits, places: Int) -> String {
    var text = ""
    for power in (-places...max(0, digits.point - 1)).reversed() {
      if power == -1 { text += "." }
      text += String(digits.digit(at: power))
    }
    return text
  }

  private static func scientific(_ digits: DecimalDigits, places: Int) -> String {
    let exponent = digits.digits.isEmpty ? 0 : digits.point - 1
    var text = String(digits.digit(at: exponent))
    if places > 0 {
      text += "."
      for place in 1...places { text += String(digits.digit(at: exponent - place)) }
    }
    let magnitude = String(abs(exponent))
    return text + (exponent < 0 ? "e-" : "e+") + (magnitude.count < 2 ? "0" : "") + magnitude
  }
}
