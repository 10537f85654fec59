import InferenceProtocol
import Testing

@Suite struct RequestParsingTests {
  @Test func `a request is read with its id, parameters, inputs and outputs`() throws {
    let request = try parse(
      """
      {"id":"r-1","parameters":{"timeout":5000,"note":"a","flag":true,"ratio":0.5,"none":null,"list":[1]},
       "inputs":[{"name":"X","shape":[2,3],"datatype":"FP32","data":[1,2.5,-3e2,0.1,5,6]}],
       "outputs":[{"name":"label"},{"name":"p","parameters":{"binary_data":true}}],
       "unknown":{"a":[1,{"b":null}]}}
      """)
    #expect(request.id == "r-1")
    #expect(
      request.parameters == [
        "timeout": .integer(5000), "note": .string("a"), "flag": .bool(true), "ratio": .number(0.5),
      ])
    #expect(
      request.inputs == [Tensor(name: "X", shape: [2, 3], fp32: [1, 2.5, -300, 0.1, 5, 6])])
    #expect(request.outputs.map(\.name) == ["label", "p"])
    #expect(request.wantsBinary("p"))
    #expect(!request.wantsBinary("label"))
  }

  @Test(arguments: [
    (#""priority":"high""#, #""priority": expected a whole number from 0, found "high""#),
    (#""priority":-1"#, #""priority": expected a whole number from 0, found -1"#),
    (#""priority":1.5"#, #""priority": expected a whole number from 0, found 1.5"#),
    (#""priority":1,"priority":[1]"#, #""priority": expected a whole number from 0, found [1]"#),
    (
      #""timeout":"5000""#,
      #""timeout": expected a whole number of microseconds from 0, found "5000""#
    ),
    (
      #""timeout":99999999999999999999"#,
      #""timeout": expected a whole number of microseconds from 0, found 99999999999999999999"#
    ),
    (
      #""timeout": {"us":1}"#,
      #""timeout": expected a whole number of microseconds from 0, found {"us":1}"#
    ),
    (#""binary_data_output":1"#, #""binary_data_output": expected true or false, found 1"#),
  ])
  func `a parameter with a meaning is refused where its value has none`(
    parameters: String, reason: String
  ) throws {
    let error = #expect(throws: WireError.self) {
      try parse(#"{"parameters":{\#(parameters)},"inputs":[]}"#)
    }
    #expect(error?.description == "request: parameter " + reason)
    #expect(error?.isTooLarge == false)
  }

  @Test(arguments: [
    (
      #""inputs":[{"name":"X","shape":[1],"datatype":"UINT8","parameters":{"binary_data_size":"1"}}]"#,
      #"tensor "X": parameter "binary_data_size": expected a whole number of bytes from 0, found "1""#
    ),
    (
      #""inputs":[],"outputs":[{"name":"y","parameters":{"binary_data":"true"}}]"#,
      #"output "y": parameter "binary_data": expected true or false, found "true""#
    ),
    (
      #""parameters":[1],"inputs":[]"#,
      #""parameters" at byte 14: expected an object, found an array"#
    ),
    (
      #""inputs":[],"outputs":[{"name":"y","parameters":7}]"#,
      #""parameters" at byte 49: expected an object, found a number"#
    ),
  ])
  func `so are those of a tensor and an output, and parameters that are no object`(
    members: String, reason: String
  ) throws {
    let error = #expect(throws: WireError.self) { try parse("{\(members)}") }
    #expect(error?.description == reason)
  }

  @Test func `null is as good as no parameter, and a whole number may have a point`() throws {
    let request = try parse(
      #"{"parameters":{"timeout":null,"priority":2.0,"binary_data_output":null},"inputs":[]}"#)
    #expect(request.parameters == ["priority": .integer(2)])
  }

  @Test(arguments: [
    #"{"name":"X","shape":[2,2],"datatype":"INT64","data":[1,2,3,4]}"#,
    #"{"data":[1,2,3,4],"datatype":"INT64","name":"X","shape":[2,2]}"#,
    #"{"data":[[1,2],[3,4]],"shape":[2,2],"datatype":"INT64","name":"X"}"#,
    #" { "name" : "X" , "shape" : [ 2 , 2 ] , "datatype" : "INT64" , "data" : [ [ 1 , 2 ] , [ 3 , 4 ] ] } "#,
    #"{"name":"X","datatype":"INT64","data":[[1,2],[3,4]],"shape":[2,2],"parameters":{"content_type":"np"}}"#,
  ])
  func `keys in any order and nested data give the same tensor`(tensor: String) throws {
    let request = try parse(#"{"inputs":["# + tensor + "]}")
    #expect(request.inputs == [Tensor(name: "X", shape: [2, 2], int64: [1, 2, 3, 4])])
  }

  @Test func `scalars and tensors without a row are read`() throws {
    let scalar = try parse(#"{"inputs":[{"name":"s","shape":[],"datatype":"FP64","data":[2]}]}"#)
    #expect(scalar.inputs[0].number(at: 0) == 2)
    for data in ["[]", "[[],[]]"] {
      let shape = data == "[]" ? "[0,6]" : "[2,0]"
      let text = #"{"inputs":[{"name":"e","shape":\#(shape),"datatype":"FP32","data":\#(data)}]}"#
      #expect(try parse(text).inputs[0].elementCount == 0)
    }
  }

  @Test(
    arguments: [
      ("BOOL", "[true,false,1,0]", [1.0, 0, 1, 0]), ("UINT8", "[0,255,7,1]", [0, 255, 7, 1]),
      ("INT8", "[-128,127,0,-1]", [-128, 127, 0, -1]),
      ("UINT16", "[65535,0,1,2]", [65535, 0, 1, 2]),
      ("INT16", "[-32768,32767,0,1]", [-32768, 32767, 0, 1]),
      ("UINT32", "[4294967295,0,1,2]", [4_294_967_295, 0, 1, 2]),
      ("INT32", "[-2147483648,2147483647,0,-0]", [-2_147_483_648, 2_147_483_647, 0, 0]),
      ("INT64", "[-9007199254740992,9007199254740992,0,1]", [-0x1p53, 0x1p53, 0, 1]),
      ("UINT64", "[0,1,2,3]", [0, 1, 2, 3]),
      ("FP16", "[1.5,-2,0.25,65504]", [1.5, -2, 0.25, 65504]),
      ("BF16", "[1.5,-2,0.25,256]", [1.5, -2, 0.25, 256]),
      ("FP32", "[1.5,-2,0.25,1e10]", [1.5, -2, 0.25, 1e10]),
      ("FP64", "[0.1,-2,1e300,1e-300]", [0.1, -2, 1e300, 1e-300]),
    ] as [(String, String, [Double])])
  func `every number type is read and printed again`(
    datatype: String, data: String, expected: [Double]
  ) throws {
    let text = #"{"inputs":[{"name":"X","shape":[4],"datatype":"\#(datatype)","data":\#(data)}]}"#
    let request = try parse(text)
    #expect((0..<4).map { request.inputs[0].number(at: $0) } == expected)
    #expect(try InferRequest.parse(request.json()) == request)
  }

  @Test func `the outermost 64-bit integers are exact`() throws {
    let text = #"""
      {"inputs":[{"name":"a","shape":[2],"datatype":"INT64","data":[-9223372036854775808,9223372036854775807]},
      {"name":"b","shape":[1],"datatype":"UINT64","data":[18446744073709551615]}]}
      """#
    let request = try parse(text)
    #expect(request.inputs[0] == Tensor(name: "a", shape: [2], int64: [.min, .max]))
    #expect(request.inputs[1].storage == .bytes([UInt8](repeating: 255, count: 8)))
    #expect(try InferRequest.parse(request.json()) == request)
  }

  @Test func `strings are read with every escape`() throws {
    let text = #"""
      {"inputs":[{"name":"s","shape":[3],"datatype":"BYTES",
      "data":["a\"\\\/\b\f\n\r\t","\u00e9\u20ac\ud83d\ude00","é€😀"]}]}
      """#
    let strings = try parse(text).inputs[0]
    #expect(strings.text(at: 0) == "a\"\\/\u{8}\u{c}\n\r\t")
    #expect(strings.text(at: 1) == "é€😀")
    #expect(strings.text(at: 2) == "é€😀")
  }

  @Test func `NaN and the infinities are read where the type has them`() throws {
    for type in ["FP16", "BF16", "FP32", "FP64"] {
      let text =
        #"{"inputs":[{"data":[NaN,Infinity,-Infinity],"name":"X","shape":[3],"datatype":"\#(type)"}]}"#
      let tensor = try parse(text).inputs[0]
      #expect(tensor.number(at: 0)?.isNaN == true)
      #expect(tensor.number(at: 1) == .infinity)
      #expect(tensor.number(at: 2) == -.infinity)
    }
  }

  @Test func `a response's null in float data is NaN, and nulls may stand for absent values`()
    throws
  {
    let response = try InferResponse.parse(
      Array(
        #"""
        {"model_name":"m","model_version":null,"parameters":null,"id":null,
        "outputs":[{"name":"y","shape":[2],"datatype":"FP32","data":[null,1],"parameters":null}]}
        """#.utf8))
    #expect(response.modelVersion == nil)
    #expect(response.outputs[0].number(at: 0)?.isNaN == true)
    #expect(response.outputs[0].number(at: 1) == 1)
  }

  private func parse(_ text: String) throws -> InferRequest {
    try InferRequest.parse(Array(text.utf8))
  }
}
