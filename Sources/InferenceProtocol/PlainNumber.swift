/// The numbers that most tensors are written with: a sign, up to 18 digits, a point among them, a comma behind.
///
/// Whatever else JSON allows, and every refusal, is the scanner's: nothing of it is taken here.
struct PlainNumber {
  let number: DecimalNumber
  /// Behind the comma.
  let end: Int

  /// The longest that is read: a sign, 18 digits, a point, a comma.
  private static let longest = 21
  private static let mostDigits = 18

  /// - Returns: nil where no such number begins at `start`, or the text may end before it does.
  @inline(__always)
  init?(_ json: Span<UInt8>, at start: Int) {
    guard start + Self.longest <= json.count else { return nil }
    var at = start
    // Unchecked below: nothing beyond the longest is looked at, and that is there.
    let isNegative = unsafe json[unchecked: at] == UInt8(ascii: "-")
    if isNegative { at &+= 1 }
    let whole = at
    var mantissa: UInt64 = 0
    Self.digits(json, &at, until: whole + Self.mostDigits, &mantissa)
    guard at > whole, unsafe at == whole + 1 || json[unchecked: whole] != UInt8(ascii: "0") else {
      return nil
    }
    var exponent = 0
    if unsafe json[unchecked: at] == UInt8(ascii: ".") {
      at &+= 1
      let fraction = at
      Self.digits(json, &at, until: whole + 1 + Self.mostDigits, &mantissa)
      guard at > fraction else { return nil }
      exponent = fraction - at
    }
    guard unsafe json[unchecked: at] == UInt8(ascii: ",") else { return nil }
    number = DecimalNumber(
      mantissa: mantissa, exponent: exponent, isNegative: isNegative, isWhole: false)
    end = at &+ 1
  }

  @inline(__always)
  private static func digits(
    _ json: Span<UInt8>, _ at: inout Int, until end: Int, _ mantissa: inout UInt64
  ) {
    while at < end {
      let digit = unsafe json[unchecked: at] &- UInt8(ascii: "0")
      guard digit < 10 else { return }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      at &+= 1
    }
  }
}
