import InferenceProtocol
import Testing

/// Reading and printing of floats, against the standard library.
@Suite struct NumberTests {
  @Test(arguments: [
    "0", "-0", "1", "0.1", "3.14159265358979", "0.056443001329898834", "1e22", "1e23",
    "9007199254740993",
    "9007199254740992.9999", "1.7976931348623157e308", "2.2250738585072014e-308", "4.9e-324",
    "2.4703282292062327e-324", "1e-400", "16777217", "16777217.0000000001", "3.4028234e38",
    "1.17549435e-38", "1.4e-45", "7e-46", "0.000000000000000000000000000012345",
    "123456789012345678901234567890", "8.5070591730234616e37", "1.00000017881393432617187499",
    "1.00000017881393432617187500", "1.00000017881393432617187501", "5e-20", "18014398509481985",
  ])
  func `hard numbers are read as the standard library reads them`(text: String) throws {
    let double = try read(text, "FP64").storage
    #expect(double == .bytes(bytes(Double(text)!.bitPattern)))
    guard Float(text)!.isFinite else { return }
    let float = try read(text, "FP32").storage
    #expect(float == .bytes(bytes(Float(text)!.bitPattern)))
  }

  @Test(arguments: 0..<20)
  func `random numbers are read as the standard library reads them`(seed: Int) throws {
    var generator = SplitMix(state: UInt64(seed))
    for _ in 0..<2_000 {
      let digits = String(generator.next()).prefix(Int(generator.next() % 20) + 1)
      let exponent = Int(generator.next() % 60) - 34
      let text = "\(digits.first ?? "0").\(digits.dropFirst())0e\(exponent)"
      #expect(try read(text, "FP64").storage == .bytes(bytes(Double(text)!.bitPattern)), "\(text)")
      guard Float(text)!.isFinite else { continue }
      #expect(try read(text, "FP32").storage == .bytes(bytes(Float(text)!.bitPattern)), "\(text)")
    }
  }

  @Test(arguments: 0..<20)
  func `what is printed reads back as the same bits`(seed: Int) throws {
    var generator = SplitMix(state: UInt64(seed))
    let floats = (0..<500).map { _ in
      Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
    }
    .filter(\.isFinite)
    let response = InferResponse(
      modelName: "m", modelVersion: "1", id: "i",
      outputs: [Tensor(name: "y", shape: [floats.count], fp32: floats)])
    #expect(try InferResponse.parse(response.json()) == response)
  }

  @Test func `what JSON cannot say is printed as null`() {
    let response = InferResponse(
      modelName: "m",
      outputs: [Tensor(name: "y", shape: [3], fp32: [.nan, .infinity, 0.1])])
    #expect(response.body { _ in false }.notFinite == NotFinite(nan: 1, infinity: 1))
    #expect(response.body { _ in true }.notFinite.isNone)
    #expect(
      String(decoding: response.json(), as: UTF8.self)
        == #"{"model_name":"m","outputs":[{"name":"y","shape":[3],"datatype":"FP32","data":[null,null,0.1]}]}"#
    )
  }

  @Test func `what null stands for is told by kind`() {
    let response = InferResponse(
      modelName: "m",
      outputs: [
        Tensor(name: "y", shape: [3], fp32: [-.infinity, .infinity, -.infinity]),
        Tensor(name: "z", shape: [2], fp32: [.nan, 0]),
      ])
    #expect("\(response.body { _ in false }.notFinite)" == "nan=1, inf=1, -inf=2")
    #expect("\(response.body { $0 == "y" }.notFinite)" == "nan=1")
    #expect("\(NotFinite())".isEmpty)
  }

  /// Numbers in a row are read in a loop of their own, and what that leaves to the scanner as it leaves it.
  @Test(arguments: 0..<20)
  func `a row of numbers is read as each of them alone`(seed: Int) throws {
    var generator = SplitMix(state: UInt64(seed))
    let numbers = (0..<400).map { _ in
      let (whole, fraction) = (Int(generator.next() % 20), Int(generator.next() % 20))
      var text = whole < 2 ? "0" : String(String(generator.next()).prefix(whole - 1))
      if text.first == "0" { text = "0" }
      if fraction > 1 {
        text += "." + String(String(generator.next()).reversed()).prefix(fraction - 1)
      }
      if generator.next() % 8 == 0 { text += "e\(Int(generator.next() % 12) - 6)" }
      return (generator.next() % 2 == 0 ? "-" : "") + text
    }
    for separator in [",", ", ", " ,", ",\n", ",  "] {
      let list = numbers.joined(separator: separator)
      for (datatype, width) in [("FP32", 4), ("FP64", 8)] {
        let row = try read(list, datatype, count: numbers.count)
        guard case .bytes(let bytes) = row.storage else {
          Issue.record("\(row)")
          return
        }
        for (index, text) in numbers.enumerated() {
          let alone = try read(text, datatype).storage
          #expect(alone == .bytes(Array(bytes[index * width..<(index + 1) * width])), "\(text)")
        }
      }
    }
  }

  @Test(arguments: [
    "1,02,3", "1,-,3", "1,.5,3", "1,5.,3", "1,--5,3", "1,+5,3", "1,5.5.5,3", "1,,3", "1, ,3",
    "1,5-5,3", "1,-01,3", "1,5e,3", "1,0x5,3", "1,1e999,3", "1,5;3", "1,2,3,", "1,5 5,3",
  ])
  func `what is no number in a row is refused where it stands`(row: String) {
    for padding in ["", String(repeating: ",7", count: 30)] {
      #expect(throws: WireError.self) {
        try read(row + padding, "FP32", count: 3 + padding.count / 2)
      }
    }
  }

  private func read(_ text: String, _ datatype: String, count: Int = 1) throws -> Tensor {
    let body = """
      {"inputs":[{"name":"X","shape":[\(count)],"datatype":"\(datatype)","data":[\(text)]}]}
      """
    return try InferRequest.parse(Array(body.utf8)).inputs[0]
  }

  private func bytes(_ bits: some FixedWidthInteger) -> [UInt8] {
    (0..<(bits.bitWidth / 8)).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
  }
}
