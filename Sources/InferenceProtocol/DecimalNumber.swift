/// A JSON number as its digits: (-1)^isNegative * mantissa * 10^exponent.
struct DecimalNumber {
  /// The first 19 significant digits.
  var mantissa: UInt64 = 0
  var exponent = 0
  var isNegative = false
  /// No fraction and no exponent were written.
  var isWhole = true
  /// More digits than `mantissa` holds: only the standard library reads it right.
  var isTruncated = false

  /// The nearest double, ties to even; nil where only the standard library knows.
  var double: Double? {
    guard !isTruncated else { return nil }
    if mantissa == 0 { return isNegative ? -0.0 : 0.0 }
    guard let magnitude = clinger ?? wide else { return nil }
    return isNegative ? -magnitude : magnitude
  }

  /// The nearest float, ties to even; nil where only the standard library knows.
  ///
  /// A double a few units off still rounds to the right float unless it lies next to the middle between two
  /// floats: its low 29 bits tell.
  @inline(__always)
  var float: Float? {
    if mantissa != 0, !isTruncated, (-22...22).contains(exponent) {
      // Three roundings, of half a unit each: a product, since a quotient takes three times as long.
      let near = Double(mantissa) * Self.nearPowersOfTen[exponent + 22]
      let fromMiddle = Int(near.bitPattern & 0x1fff_ffff) - 0x1000_0000
      if abs(fromMiddle) > 4, near < 3.4e38 { return Float(isNegative ? -near : near) }
    }
    return floatByDouble
  }

  private var floatByDouble: Float? {
    guard !isTruncated else { return nil }
    if mantissa == 0 { return isNegative ? -0.0 : 0.0 }
    guard let exact = double, exact.bitPattern & 0x1fff_ffff != 0x1000_0000,
      exact.magnitude > 1.2e-38, exact.magnitude < 3.4e38
    else { return nil }
    return Float(exact)
  }

  /// Mantissa and power of ten are both exact, so one operation rounds once.
  ///
  /// Source: Clinger 1990, "How to read floating point numbers accurately".
  private var clinger: Double? {
    guard mantissa <= 1 << 53, (-22...22).contains(exponent) else { return nil }
    let power = Self.powersOfTen[abs(exponent)]
    return exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
  }

  /// The same in 128 bits: 5^27 is the largest power of five in 63 of them.
  private var wide: Double? {
    guard (-27...27).contains(exponent) else { return nil }
    let power = Self.powersOfFive[abs(exponent)]
    if exponent >= 0 {
      let product = UInt128(mantissa) * UInt128(power)
      return Self.rounded(product, isInexact: false, scale: exponent)
    }
    let shift = 64 + mantissa.leadingZeroBitCount
    let (quotient, remainder) = (UInt128(mantissa) << UInt128(shift))
      .quotientAndRemainder(dividingBy: UInt128(power))
    return Self.rounded(quotient, isInexact: remainder != 0, scale: exponent - shift)
  }

  /// `value * 2^scale` as the nearest double; `isInexact` says that the true value is a little more.
  private static func rounded(_ value: UInt128, isInexact: Bool, scale: Int) -> Double {
    let shift = 128 - value.leadingZeroBitCount - 53
    guard shift > 0 else {
      return Double(sign: .plus, exponent: scale, significand: Double(UInt64(value)))
    }
    var kept = UInt64(truncatingIfNeeded: value >> UInt128(shift))
    let rest = value & ((1 << UInt128(shift)) - 1)
    let half = UInt128(1) << UInt128(shift - 1)
    if rest > half || (rest == half && (isInexact || kept & 1 == 1)) { kept += 1 }
    return Double(sign: .plus, exponent: scale + shift, significand: Double(kept))
  }

  static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// 1e-22 to 1e22, each the nearest double.
  private static let nearPowersOfTen: [Double] = [
    1e-22, 1e-21, 1e-20, 1e-19, 1e-18, 1e-17, 1e-16, 1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9,
    1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8,
    1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  private static let powersOfFive: [UInt64] = {
    var powers: [UInt64] = [1]
    for _ in 1...27 { powers.append(powers[powers.count - 1] * 5) }
    return powers
  }()
}
