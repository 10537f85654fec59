import Domain
package import TextUI

extension Figures {
  /// A distance in at most six columns: `0.003`, `0.612`, `12.4`, `1 204`.
  static func index(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    if value > 0, value < 0.000_5 { return "<0.001" }
    if value < 9.999_5 { return Format.decimal(value, places: 3) }
    return value < 999.95 ? Format.decimal(value, places: 1) : Format.compact(value)
  }

  /// A p-value in at most seven columns; those too small to matter are one.
  static func probability(_ p: Double) -> String {
    guard p.isFinite else { return "-" }
    if p < 0.000_1 { return "<0.0001" }
    return p < 0.1 ? Format.decimal(p, places: 4) : Format.decimal(p, places: 2)
  }

  /// Evidence by what decides: `0.31`, `12`.
  static func ofOne(_ value: Double) -> String {
    value < 9.95 ? Format.decimal(value, places: 2) : Format.compact(value)
  }

  /// A share of one as a bar; more than one is full. A line and no block: bars of rows that touch stay apart. A little
  /// is never nothing, and not quite all never full.
  package static func bar(_ share: Double, width: Int, _ tone: Tone, _ look: Look) -> StyledText {
    let part = share.isFinite ? min(max(share, 0), 1) : 0
    var full = Int((part * Double(width)).rounded())
    if part > 0 { full = max(1, full) }
    if part < 1 { full = min(full, width - 1) }
    let rest = String(repeating: look.glyphs.dashed, count: width - full)
    return look.text(String(repeating: look.glyphs.line, count: full), tone)
      + StyledText(rest, look.theme.faint)
  }

  /// A difference of shares in percentage points, signed: `+0.31 pp`.
  static func points(_ difference: Double) -> Quantity {
    guard difference.isFinite else { return .missing }
    let points = difference * 100
    let places = points.magnitude < 0.995 ? 3 : points.magnitude < 9.95 ? 2 : 1
    return Quantity((points > 0 ? "+" : "") + Format.decimal(points, places: places), "pp")
  }
}

extension Figures {
  /// What is left of a budget: `98 %`, `-12 %`, `<-999 %`.
  static func signedPercent(_ share: Double) -> String {
    if share < -9.995 { return "<-999 %" }
    return share < 0
      ? Format.decimal(share * 100, places: 0) + " %" : Format.wholePercent(share).text
  }

  /// What is left of the budget that says the worst, with a glyph where it needs a look.
  ///
  /// - Parameter isWide: room for `empty in 3 h` in the place of a share that will not last.
  static func budget(
    _ judgement: ModelJudgement?, isWide: Bool = false, _ look: Look
  ) -> StyledText {
    guard let least = judgement?.leastBudget, let left = least.budgetLeft else {
      return look.text("-", .quiet)
    }
    let tone = least.health.tone
    let text = (isWide ? least.emptySoon : nil) ?? signedPercent(left)
    return tone == .ok ? look.text(text) : look.status(tone, text)
  }

  /// An amount with its currency, with the digits that an amount of its size needs.
  static func money(_ amount: Double, _ currency: String) -> Quantity {
    guard amount.isFinite else { return .missing }
    let size = amount.magnitude
    if size > 0, size < 0.000_05 { return Quantity("<0.0001", currency) }
    let places = size < 0.1 ? 4 : size < 10 ? 3 : size < 10_000 ? 2 : 0
    return Quantity(Format.decimal(amount, places: places), currency)
  }
}

extension Figures {
  /// A share near one with the digits in which objectives differ: `99.888 %`.
  ///
  /// - Parameter isNarrow: at most eight columns, so that the highest is said with a digit less.
  package static func nines(_ share: Double, isNarrow: Bool = false) -> Quantity {
    guard share.isFinite, share >= 0.99, share < 1 else { return Format.percent(share) }
    if share >= 0.999_995 { return Quantity(isNarrow ? ">99.99" : ">99.999", "%") }
    var text = Format.decimal(share * 100, places: 3)
    while text.hasSuffix("0") { text.removeLast() }
    return Quantity(text.hasSuffix(".") ? String(text.dropLast()) : text, "%")
  }
}
