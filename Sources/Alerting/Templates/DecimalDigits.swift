/// A finite number's decimal digits, exact or as few as tell it from its neighbours.
///
/// The value is 0.d₁d₂d₃… × 10^`point`; zero has no digits.
struct DecimalDigits: Equatable {
  private(set) var digits: [UInt8]
  private(set) var point: Int

  /// The fewest digits that read back as the same number.
  ///
  /// - Parameter value: finite; the sign is left to the caller.
  init(shortest value: Double) {
    var digits: [UInt8] = []
    var point = 0
    var exponent = 0
    var hasPoint = false
    let text = Array(abs(value).description.utf8)
    for (index, byte) in text.enumerated() {
      switch byte {
      case UInt8(ascii: "."): hasPoint = true
      case UInt8(ascii: "e"):
        exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
      default: digits.append(byte - UInt8(ascii: "0"))
      }
      if byte == UInt8(ascii: "e") { break }
      if !hasPoint { point += 1 }
    }
    self.init(digits, point: point + exponent)
  }

  /// All digits of the binary fraction.
  ///
  /// - Parameter value: finite; the sign is left to the caller.
  /// - Complexity: O(e²) in the binary exponent; at most 767 digits.
  init(exact value: Double) {
    let value = abs(value)
    guard value > 0 else {
      self.init([], point: 0)
      return
    }
    let significand =
      value.isNormal ? value.significandBitPattern | 1 << 52 : value.significandBitPattern
    let exponent = (value.isNormal ? Int(value.exponentBitPattern) : 1) - 1_075
    var number = DecimalInteger(significand)
    if exponent >= 0 {
      for _ in 0..<exponent { number.multiply(by: 2) }
    } else {
      // m / 2^k is m × 5^k / 10^k.
      for _ in 0..<(-exponent) { number.multiply(by: 5) }
    }
    let digits = number.digits
    self.init(digits, point: digits.count + min(0, exponent))
  }

  private init(_ digits: [UInt8], point: Int) {
    let leading = digits.prefix { $0 == 0 }.count
    var rest = Array(digits.dropFirst(leading))
    while rest.last == 0 { rest.removeLast() }
    self.digits = rest
    self.point = rest.isEmpty ? 0 : point - leading
  }

  /// Rounded to so many digits, ties to the even one.
  mutating func round(to count: Int) {
    guard count < digits.count else { return }
    guard count >= 0 else {
      self = DecimalDigits([], point: 0)
      return
    }
    let next = digits[count]
    let isTie = next == 5 && count + 1 == digits.count
    let isUp = isTie ? count > 0 && digits[count - 1] % 2 == 1 : next >= 5
    var kept = Array(digits[..<count])
    var shift = 0
    if isUp {
      var index = count - 1
      while index >= 0, kept[index] == 9 {
        kept[index] = 0
        index -= 1
      }
      if index >= 0 {
        kept[index] += 1
      } else {
        kept.insert(1, at: 0)
        shift = 1
      }
    }
    self = DecimalDigits(kept, point: point + shift)
  }

  /// The digit at a power of ten; 0 where there is none.
  func digit(at power: Int) -> UInt8 {
    let index = point - 1 - power
    return digits.indices.contains(index) ? digits[index] : 0
  }
}

/// A natural number in base 10⁹, lowest limb first.
private struct DecimalInteger {
  private static let base: UInt64 = 1_000_000_000
  private var limbs: [UInt64]

  init(_ value: UInt64) {
    limbs = []
    var rest = value
    repeat {
      limbs.append(rest % Self.base)
      rest /= Self.base
    } while rest > 0
  }

  mutating func multiply(by factor: UInt64) {
    var carry: UInt64 = 0
    for index in limbs.indices {
      let product = limbs[index] * factor + carry
      limbs[index] = product % Self.base
      carry = product / Self.base
    }
    if carry > 0 { limbs.append(carry) }
  }

  /// Highest first; leading zeros are possible.
  var digits: [UInt8] {
    limbs.reversed().flatMap { limb in
      var digits: [UInt8] = Array(repeating: 0, count: 9)
      var rest = limb
      for index in digits.indices.reversed() {
        digits[index] = UInt8(rest % 10)
        rest /= 10
      }
      return digits
    }
  }
}
