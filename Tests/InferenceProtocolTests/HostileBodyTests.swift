import InferenceProtocol
import Testing

/// What is refused, and the words it is refused with.
@Suite struct HostileBodyTests {
  @Test(arguments: [
    ("", "byte 0: expected a JSON object, found the end of the body"),
    ("nonsense", "byte 0: expected a JSON object, found 'n'"),
    ("[]", "byte 0: expected a JSON object, found '['"),
    ("{\"inputs\":[]} x", "byte 14: expected the end of the body, found 'x'"),
    ("{\"inputs\":[]", "byte 12: expected ',' or '}', found the end of the body"),
    ("{\"a\":1}", "request: \"inputs\" is missing"),
    ("{\"inputs\":{}}", "\"inputs\" at byte 10: expected an array of tensors, found an object"),
    ("{\"inputs\":[1]}", "\"inputs\" at byte 11: expected a tensor, found a number"),
    ("{\"inputs\":[],\"inputs\":[]}", "request: \"inputs\" is given twice"),
    ("{\"id\":7,\"inputs\":[]}", "\"id\" at byte 6: expected a string, found a number"),
    (
      "{\"id\":\"a\u{1}\",\"inputs\":[]}",
      "byte 8: expected an escape instead of a control character, found byte 0x1"
    ),
    ("{\"x\":\"\\ud800\",\"inputs\":[]}", "byte 8: expected a pair of surrogates, found a string"),
    ("{\"x\":01,\"inputs\":[]}", "byte 5: expected a number without a leading 0, found '0'"),
    ("{\"x\":1.,\"inputs\":[]}", "byte 7: expected a digit, found ','"),
    ("{\"x\":tru,\"inputs\":[]}", "byte 5: expected a value, found 't'"),
  ])
  func `a body that is no request is refused with the byte and the reason`(
    body: String, message: String
  ) {
    #expect(Self.refusal(body) == message)
  }

  @Test func `a string that is not UTF-8 is refused where it stands, not when it is answered`()
    throws
  {
    let head = #"{"inputs":[{"name":"S","datatype":"BYTES","shape":[2],"data":["é",""#
    let body = Array(head.utf8) + [0xFF] + Array(#""]}]}"#.utf8)
    let error = #expect(throws: WireError.self) {
      _ = try InferRequest.parse(body)
    }
    #expect(error == .notText(tensor: "S", offset: head.utf8.count - 1))
    #expect(error?.description.contains("expected UTF-8 text, found other bytes") == true)
  }

  @Test(arguments: [
    (#"{"shape":[1],"datatype":"FP32","data":[1]}"#, "a tensor of \"inputs\": \"name\" is missing"),
    (#"{"name":"X","shape":[1],"data":[1]}"#, "tensor \"X\": \"datatype\" is missing"),
    (#"{"name":"X","datatype":"FP32","data":[1]}"#, "tensor \"X\": \"shape\" is missing"),
    (#"{"name":"X","datatype":"FP32","shape":[1]}"#, "tensor \"X\": \"data\" is missing"),
    (
      #"{"name":"X","datatype":"FP32","shape":[1,7],"data":[1,2,3,4,5,6]}"#,
      "tensor \"X\": shape [1,7] holds 7 numbers, data has 6"
    ),
    (
      #"{"data":[1,2],"name":"X","datatype":"FP32","shape":[1]}"#,
      "tensor \"X\": shape [1] holds 1 number, data has 2"
    ),
    (
      #"{"name":"X","datatype":"FP32","shape":[4294967296,4294967296],"data":[1]}"#,
      "tensor \"X\": shape [4294967296,4294967296] is larger than memory, data has 1"
    ),
    (
      #"{"name":"X","datatype":"FP32","shape":[2,2],"data":[[1,2,3],[4]]}"#,
      "tensor \"X\": nested data at byte 63 does not have the shape [2,2]: "
        + "at level 2 expected 2 of them, found 3"
    ),
    (
      #"{"name":"X","datatype":"FP32","shape":[2,2],"data":[[1,2],3]}"#,
      "tensor \"X\": nested data at byte 69 does not have the shape [2,2]: "
        + "at level 1 expected arrays, found a number"
    ),
    (
      #"{"name":"X","datatype":"FP32","shape":[4],"data":[[1,2],[3,4]]}"#,
      "tensor \"X\": nested data at byte 61 does not have the shape [4]: "
        + "at level 1 expected elements, found an array"
    ),
    (
      #"{"name":"X","datatype":"FP32","shape":[3,2],"data":[[1,2],[3,4]]}"#,
      "tensor \"X\": nested data at byte 62 does not have the shape [3,2]: "
        + "at level 1 expected 3 of them, found 2"
    ),
    (
      #"{"name":"X","datatype":"FP32","shape":[1,2,1],"data":[[1,2]]}"#,
      "tensor \"X\": nested data at byte 65 does not have the shape [1,2,1]: "
        + "at level 2 expected arrays, found a number"
    ),
    (
      #"{"name":"X","datatype":"FP32","shape":[1],"parameters":{"shared_memory_region":"r"}}"#,
      "tensor \"X\": shared memory is not supported; send the data, in JSON or in binary form"
    ),
    (
      #"{"name":"X","datatype":"FP32","shape":[1],"data":["1"]}"#,
      "tensor \"X\": data at byte 61: expected a number (FP32), found a string"
    ),
    (
      #"{"name":"X","datatype":"FP32","shape":[1],"data":[null]}"#,
      "tensor \"X\": data at byte 61: expected a number (FP32), found null"
    ),
    (
      #"{"name":"X","datatype":"FP32","shape":[1],"data":[1e39]}"#,
      "tensor \"X\": data at byte 61: 1e39 does not fit FP32"
    ),
    (
      #"{"name":"X","datatype":"FP64","shape":[1],"data":[1e999]}"#,
      "tensor \"X\": data at byte 61: 1e999 does not fit FP64"
    ),
    (
      #"{"name":"X","datatype":"INT8","shape":[1],"data":[128]}"#,
      "tensor \"X\": data at byte 61: 128 does not fit INT8"
    ),
    (
      #"{"name":"X","datatype":"INT64","shape":[1],"data":[1.5]}"#,
      "tensor \"X\": data at byte 62: 1.5 does not fit INT64"
    ),
    (
      #"{"name":"X","datatype":"UINT8","shape":[1],"data":[-1]}"#,
      "tensor \"X\": data at byte 62: -1 does not fit UINT8"
    ),
    (
      #"{"name":"X","datatype":"UINT64","shape":[1],"data":[18446744073709551616]}"#,
      "tensor \"X\": data at byte 63: 18446744073709551616 does not fit UINT64"
    ),
    (
      #"{"name":"X","datatype":"BOOL","shape":[1],"data":[2]}"#,
      "tensor \"X\": data at byte 61: 2 does not fit BOOL"
    ),
    (
      #"{"name":"X","datatype":"BYTES","shape":[1],"data":[2]}"#,
      "tensor \"X\": data at byte 62: expected a string, found a number"
    ),
    (
      #"{"name":"X","datatype":"FP32","shape":[-1],"data":[2]}"#,
      "tensor \"X\": shape at byte 50: expected a whole number from 0"
    ),
    (
      #"{"name":"X","datatype":"FP32","shape":"a","data":[2]}"#,
      "\"shape\" at byte 49: expected an array of whole numbers, found a string"
    ),
    (
      #"{"name":"X","datatype":"FP32","shape":[1],"data":7}"#,
      "\"data\" at byte 60: expected an array, found a number"
    ),
  ])
  func `a tensor that contradicts itself is refused by name`(tensor: String, message: String) {
    #expect(Self.refusal(#"{"inputs":["# + tensor + "]}") == message)
  }

  @Test func `an unknown datatype is refused with those there are`() {
    let message = Self.refusal(
      #"{"inputs":[{"name":"X","datatype":"FLOAT","shape":[1],"data":[1]}]}"#)
    #expect(message?.hasPrefix("tensor \"X\": datatype \"FLOAT\" is not one of BOOL, ") == true)
  }

  @Test func `limits end a body before it costs anything`() {
    let limits = WireLimits(
      tensors: 2, elements: 4, dimensions: 3, depth: 8, textBytes: 16, parameters: 2)
    func tensor(_ name: String) -> String {
      #"{"name":"\#(name)","datatype":"FP32","shape":[1],"data":[1]}"#
    }
    let cases = [
      #"{"inputs":[{"name":"X","datatype":"FP32","shape":[5],"data":[1,2,3,4,5]}]}"#,
      #"{"inputs":[{"name":"X","datatype":"FP32","shape":[1,1,1,1],"data":[1]}]}"#,
      #"{"inputs":[\#(tensor("a")),\#(tensor("b")),\#(tensor("c"))]}"#,
      #"{"x":[[[[[[[[[]]]]]]]]],"inputs":[]}"#,
      #"{"id":"0123456789abcdefg","inputs":[]}"#,
      #"{"parameters":{"a":1,"b":2,"c":3},"inputs":[]}"#,
    ]
    for body in cases {
      do throws(WireError) {
        _ = try InferRequest.parse(Array(body.utf8), limits: limits)
        Issue.record("read: \(body)")
      } catch {
        #expect(error.isTooLarge, "\(error): \(body)")
      }
    }
  }

  @Test(arguments: [
    ("3", #""a","b","c""#, true), ("2", #""a","b""#, false), ("1", #""a","b","c""#, true),
  ])
  func `BYTES elements have a bound of their own, over all tensors of a body`(
    length: String, data: String, isRefused: Bool
  ) {
    let limits = WireLimits(strings: 3)
    let tensor = #"{"name":"s","datatype":"BYTES","shape":[\#(length)],"data":[\#(data)]}"#
    let first = #"{"name":"f","datatype":"BYTES","shape":[1],"data":["x"]}"#
    let numbers = #"{"name":"X","datatype":"INT8","shape":[4],"data":[1,2,3,4]}"#
    let body = Array(#"{"inputs":[\#(numbers),\#(first),\#(tensor)]}"#.utf8)
    var error: WireError?
    do throws(WireError) {
      _ = try InferRequest.parse(body, limits: limits)
    } catch let refusal {
      error = refusal
    }
    #expect(error == (isRefused ? .tooMuch(what: "BYTES elements", limit: 3) : nil))
  }

  @Test func `too many BYTES elements are refused before any of them is read`() {
    // What stands at the place of the data is no array of strings: it is never looked at.
    let body = #"{"inputs":[{"name":"s","datatype":"BYTES","shape":[1048577],"data":[1]}]}"#
    #expect(Self.refusal(body) == "too many BYTES elements: at most 1048576 are taken")
    let binary = Array(
      #"{"inputs":[{"name":"s","datatype":"BYTES","shape":[1048577],"parameters":{"binary_data_size":4}}]}"#
        .utf8)
    #expect(throws: WireError.tooMuch(what: "BYTES elements", limit: 1_048_576)) {
      try InferRequest.parse(binary + [0, 0, 0, 0], headerLength: binary.count)
    }
  }

  @Test func `a shape that promises much reserves nothing`() {
    let body =
      #"{"inputs":[{"name":"X","datatype":"FP64","shape":[4000000000000],"data":[1]}]}"#
    #expect(
      Self.refusal(body)
        == "tensor \"X\": shape [4000000000000] holds 4000000000000 numbers, data has 1")
  }

  @Test(arguments: 0..<200)
  func `a body that is cut or bent anywhere is refused or read, and nothing else`(seed: Int) {
    let whole = Array(
      #"""
      {"id":"é\u00e9","inputs":[{"name":"X","shape":[2,2],"datatype":"FP32","data":[[1.5,-2e-3],[3,4]]},
      {"name":"s","data":["a","\n"],"shape":[2],"datatype":"BYTES"}],"parameters":{"a":1.5e3}}
      """#.utf8)
    var generator = SplitMix(state: UInt64(seed))
    for _ in 0..<50 {
      var body = whole
      switch generator.next() % 3 {
      case 0: body = Array(body.prefix(Int(generator.next() % UInt64(body.count))))
      case 1:
        body[Int(generator.next() % UInt64(body.count))] = UInt8(
          truncatingIfNeeded: generator.next())
      default: body.remove(at: Int(generator.next() % UInt64(body.count)))
      }
      guard let request = try? InferRequest.parse(body) else { continue }
      for tensor in request.inputs {
        #expect(Tensor.elementCount(of: tensor.shape) == tensor.elementCount)
      }
    }
  }

  private static func refusal(_ body: String) -> String? {
    do throws(WireError) {
      _ = try InferRequest.parse(Array(body.utf8))
      return nil
    } catch {
      return error.description
    }
  }
}

/// A repeatable generator. Source: Steele, Lea and Flood 2014.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
    return word ^ word >> 31
  }
}
