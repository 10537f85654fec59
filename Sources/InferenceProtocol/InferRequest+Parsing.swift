extension InferRequest {
  /// Reads a request body.
  ///
  /// - Parameters:
  ///   - body: all of it.
  ///   - headerLength: `Inference-Header-Content-Length`: where the JSON part ends and the binary tensors start; nil
  ///     when the body is JSON alone.
  package static func parse(
    _ body: Span<UInt8>, headerLength: Int? = nil, limits: WireLimits = WireLimits()
  ) throws(WireError) -> InferRequest {
    let json = body.extracting(0..<(try jsonLength(of: body, headerLength: headerLength)))
    var reader = MessageReader(limits: limits, acceptsNull: false, headerLength: headerLength)
    var request = InferRequest(inputs: [])
    var hasInputs = false
    try object(&reader, json) { (reader, key, json) throws(WireError) in
      switch key {
      case "id": request.id = try reader.optionalText(json, key: "id")
      case "parameters":
        request.parameters = try reader.parameters(
          json, known: ParameterKind.ofRequest, owner: "request")
      case "inputs":
        guard !hasInputs else { throw .duplicateKey("inputs", owner: "request") }
        request.inputs = try reader.tensors(json, body: body, key: "inputs")
        hasInputs = true
      case "outputs": request.outputs = try reader.requestedOutputs(json)
      default: try reader.scanner.skip(json)
      }
    }
    try reader.end(json, body: body)
    guard hasInputs else { throw .missingKey("inputs", owner: "request") }
    return request
  }

  package static func parse(
    _ body: [UInt8], headerLength: Int? = nil, limits: WireLimits = WireLimits()
  ) throws(WireError) -> InferRequest {
    try parse(body.span, headerLength: headerLength, limits: limits)
  }
}

extension InferResponse {
  /// Reads the answer of a V2 server, ours or another's: nulls where a value may be absent are accepted, and a null
  /// in float data is NaN.
  package static func parse(
    _ body: Span<UInt8>, headerLength: Int? = nil, limits: WireLimits = WireLimits()
  ) throws(WireError) -> InferResponse {
    let json = body.extracting(0..<(try jsonLength(of: body, headerLength: headerLength)))
    var reader = MessageReader(limits: limits, acceptsNull: true, headerLength: headerLength)
    var response = InferResponse(modelName: "", outputs: [])
    var hasOutputs = false
    try object(&reader, json) { (reader, key, json) throws(WireError) in
      switch key {
      case "model_name": response.modelName = try reader.requiredText(json, key: key)
      case "model_version": response.modelVersion = try reader.optionalText(json, key: key)
      case "id": response.id = try reader.optionalText(json, key: key)
      case "parameters": response.parameters = try reader.parameters(json)
      case "outputs":
        guard !hasOutputs else { throw .duplicateKey("outputs", owner: "response") }
        response.outputs = try reader.tensors(json, body: body, key: "outputs")
        hasOutputs = true
      default: try reader.scanner.skip(json)
      }
    }
    try reader.end(json, body: body)
    guard hasOutputs else { throw .missingKey("outputs", owner: "response") }
    return response
  }

  package static func parse(
    _ body: [UInt8], headerLength: Int? = nil, limits: WireLimits = WireLimits()
  ) throws(WireError) -> InferResponse {
    try parse(body.span, headerLength: headerLength, limits: limits)
  }
}

extension MessageReader {
  fileprivate mutating func requestedOutputs(
    _ json: Span<UInt8>
  ) throws(WireError) -> [InferRequest.RequestedOutput] {
    if scanner.takeWord("null", json) { return [] }
    guard scanner.peek(json) == UInt8(ascii: "[") else {
      throw scanner.wrongKind(json, key: "outputs", expected: "an array")
    }
    var outputs: [InferRequest.RequestedOutput] = []
    try scanner.expect(UInt8(ascii: "["), json)
    try scanner.enter()
    if !scanner.take(UInt8(ascii: "]"), json) {
      repeat {
        guard outputs.count < scanner.limits.tensors else {
          throw .tooMuch(what: "outputs", limit: scanner.limits.tensors)
        }
        let output = try requestedOutput(json)
        guard !outputs.contains(where: { $0.name == output.name }) else {
          throw .duplicateTensor(output.name)
        }
        outputs.append(output)
      } while scanner.take(UInt8(ascii: ","), json)
      guard scanner.take(UInt8(ascii: "]"), json) else {
        throw scanner.notJSON(json, expected: "',' or ']'")
      }
    }
    scanner.leave()
    return outputs
  }

  private mutating func requestedOutput(
    _ json: Span<UInt8>
  ) throws(WireError) -> InferRequest.RequestedOutput {
    var name: String?
    var parameters: [String: ParameterValue] = [:]
    try object(&self, json) { (reader, key, json) throws(WireError) in
      switch key {
      case "name": name = try reader.requiredText(json, key: "name")
      case "parameters":
        parameters = try reader.parameters(
          json, known: ParameterKind.ofOutput, owner: "output \"\(name ?? "?")\"")
      default: try reader.scanner.skip(json)
      }
    }
    guard let name else { throw .missingKey("name", owner: "an entry of \"outputs\"") }
    return InferRequest.RequestedOutput(name: name, parameters: parameters)
  }
}

private func jsonLength(of body: Span<UInt8>, headerLength: Int?) throws(WireError) -> Int {
  guard let headerLength else { return body.count }
  guard (0...body.count).contains(headerLength) else {
    throw .headerLength(headerLength, body: body.count)
  }
  return headerLength
}

/// Steps over an object; `each` gets a key and must take its value.
private func object(
  _ reader: inout MessageReader, _ json: Span<UInt8>,
  _ each: (inout MessageReader, String, Span<UInt8>) throws(WireError) -> Void
) throws(WireError) {
  guard reader.scanner.peek(json) == UInt8(ascii: "{") else {
    throw reader.scanner.notJSON(json, expected: "a JSON object")
  }
  try reader.scanner.enter()
  reader.scanner.position += 1
  if !reader.scanner.take(UInt8(ascii: "}"), json) {
    repeat {
      let key = try reader.scanner.text(json, what: "a key")
      try reader.scanner.expect(UInt8(ascii: ":"), json)
      try each(&reader, key, json)
    } while reader.scanner.take(UInt8(ascii: ","), json)
    guard reader.scanner.take(UInt8(ascii: "}"), json) else {
      throw reader.scanner.notJSON(json, expected: "',' or '}'")
    }
  }
  reader.scanner.leave()
}
