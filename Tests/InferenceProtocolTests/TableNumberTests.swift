import InferenceProtocol
import Testing

@Suite struct TableNumberTests {
  private func bits(_ text: String, _ datatype: DataType) -> UInt64? {
    let bytes = Array(text.utf8)
    return TableNumber.bits(of: bytes.span, in: 0..<bytes.count, as: datatype)
  }

  private func float(_ text: String) -> Float? {
    bits(text, .fp32).map { Float(bitPattern: UInt32($0)) }
  }

  @Test(arguments: [
    "0", "-0", "+1", ".5", "1.", "007", "1e5", "1E-5", "-2.5e+3", "0.05644299999999999",
    "3.4028234e38", "1e-46", "123456789012345678901234567890", ".1234567890123456789012345",
    "1.00000005960464477540", "16777217", "0.1", "1.17549435e-38",
  ])
  func `a number is read as the standard library reads it`(_ text: String) {
    var plain = text.hasPrefix("+") ? String(text.dropFirst()) : text
    if plain.hasPrefix(".") { plain = "0" + plain }
    if plain.hasSuffix(".") { plain += "0" }
    #expect(float(text) == Float(plain))
    #expect(bits(text, .fp64).map { Double(bitPattern: $0) } == Double(plain))
  }

  @Test func `random numbers are read to the last bit, however they are written`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let value = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator))
      guard value.isFinite else { continue }
      #expect(float("\(value)")?.bitPattern == value.bitPattern)
      let double = Double(value) * 1.000_000_01
      #expect(float("\(double)") == Float("\(double)") || !Float(double).isFinite)
      #expect(bits("\(double)", .fp64) == double.bitPattern)
    }
  }

  @Test func `numbers of a few digits are read to the last bit, wherever they end`() {
    for digits in 1...18 {
      for places in 0...digits {
        for _ in 0..<200 {
          var text = String((0..<digits).map { _ in Character("\(Int.random(in: 0...9))") })
          text.insert(".", at: text.index(text.endIndex, offsetBy: -places))
          let plain = (text.hasPrefix(".") ? "0" : "") + text + (text.hasSuffix(".") ? "0" : "")
          #expect(float(text) == Float(plain), "\(text)")
          #expect(float("-" + text) == Float("-" + plain), "\(text)")
        }
      }
    }
    // The middle between two floats, and a hair beside it.
    for text in ["16777217", "16777219", "1.00000005960464477", "1.00000005960464478"] {
      #expect(float(text) == Float(text))
    }
  }

  @Test(arguments: ["", " ", "x", "1x", "1 2", "--1", "+-1", ".", "e5", "1e", "1e+", "1e39", "-"])
  func `what is no FP32 is none`(_ text: String) { #expect(float(text) == nil) }

  @Test func `blanks, infinities and NaN in any case are taken`() {
    #expect(float("  1.5\t") == 1.5)
    #expect(float("Infinity") == .infinity)
    #expect(float("-INF") == -.infinity)
    #expect(float("nan")?.isNaN == true)
    #expect(bits("65504", .fp16) == UInt64(Float16(65504).bitPattern))
    #expect(bits("70000", .fp16) == nil)
    #expect(bits("1", .bf16) == 0x3f80)
  }

  @Test func `whole numbers keep to their range, and may have zeros behind a point`() {
    #expect(bits("-128", .int8) == UInt64(bitPattern: -128))
    #expect(bits("128", .int8) == nil)
    #expect(bits("3.00", .int64) == 3)
    #expect(bits("3.5", .int64) == nil)
    #expect(bits("18446744073709551615", .uint64) == .max)
    #expect(bits("-1", .uint8) == nil)
    #expect(bits("9223372036854775808", .int64) == nil)
    #expect(bits("True", .bool) == 1)
    #expect(bits("0", .bool) == 0)
    #expect(bits("2", .bool) == nil)
  }

  @Test func `a missing value is known by its words`() {
    for text in ["", "  ", "NaN", "na", "N/A", "NULL", "None"] {
      let bytes = Array(text.utf8)
      let isMissing = TableNumber.isMissing(bytes.span, in: 0..<bytes.count)
      #expect(isMissing, "\(text)")
    }
    let zero = Array("0".utf8)
    let isMissing = TableNumber.isMissing(zero.span, in: 0..<1)
    #expect(!isMissing)
  }
}
