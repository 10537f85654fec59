import Glibc

/// Numbers as a sentence says them.
enum Words {
  /// 33.4 %, 2.1 %, 0.43 %, 0.0012 %, 0 %.
  static func percent(_ share: Double) -> String { "\(number(share * 100)) %" }

  /// One decimal from 1 up, else two digits that count; no zeros at the end.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "unknown" }
    let size = abs(value)
    guard size < 1e15 else { return "\(value)" }
    guard size >= 1e-9 else { return "0" }
    let decimals = size >= 100 ? 0 : size >= 1 ? 1 : 1 - Int(floor(log10(size)))
    return decimal(value, decimals: decimals)
  }

  /// Of microseconds: 340 us, 12.5 ms.
  static func latency(_ microseconds: Double) -> String {
    microseconds >= 1_000 ? "\(number(microseconds / 1_000)) ms" : "\(number(microseconds)) us"
  }

  /// An e-value: whole from ten up; beyond a million its size tells nothing more.
  static func evidence(_ logE: Double) -> String {
    logE > log(1e6) ? "over a million" : number(exp(logE))
  }

  /// A p-value.
  static func probability(_ p: Double) -> String { p < 1e-6 ? "below 0.000001" : number(p) }

  /// In the largest unit that says something: 40 s, 4 min, 3 h, 2 d.
  static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<90: "\(Int(max(1, seconds.rounded()))) s"
    case ..<5_400: "\(Int((seconds / 60).rounded())) min"
    case ..<129_600: "\(Int((seconds / 3_600).rounded())) h"
    case ..<8.64e9: "\(Int((seconds / 86_400).rounded())) d"
    default: "over a hundred thousand days"
    }
  }

  private static func decimal(_ value: Double, decimals: Int) -> String {
    let scaled = (abs(value) * pow(10, Double(decimals))).rounded()
    var digits = String(Int64(scaled))
    if digits.count <= decimals {
      digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits
    }
    var whole = String(digits.dropLast(decimals))
    var fraction = digits.suffix(decimals)
    while fraction.last == "0" { fraction.removeLast() }
    if !fraction.isEmpty { whole += "." + fraction }
    return value < 0 && scaled > 0 ? "-" + whole : whole
  }
}
