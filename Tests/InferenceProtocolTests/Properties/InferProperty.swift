import InferenceProtocol

/// What holds for every body, whoever sent it: it is refused in words, or printing and reading it again gives the same.
struct InferProperty: Sendable {
  typealias Read =
    @Sendable (_ body: [UInt8], _ headerLength: Int?) throws(WireError) -> InferRequest

  /// What is put to the test; another shows that a fault is found.
  var read: Read = { (body, headerLength) throws(WireError) in
    try InferRequest.parse(body, headerLength: headerLength)
  }

  /// - Returns: the promise that is broken; nil when all hold.
  func fault(json body: [UInt8]) -> String? {
    if let response = try? InferResponse.parse(body), response.outputs.allSatisfy(\.isPrintable),
      response.parameters.values.allSatisfy(\.isPrintable)
    {
      guard let again = try? InferResponse.parse(response.json()), again == response else {
        return "a response changes when it is printed: \(Self.text(response.json()))"
      }
    }
    return fault(body, headerLength: nil)
  }

  /// - Parameter bytes: the length of the JSON part in two bytes, the lower one first; then the body.
  func fault(binary bytes: [UInt8]) -> String? {
    guard bytes.count >= 2 else { return nil }
    let headerLength = Int(bytes[0]) | Int(bytes[1]) << 8
    return fault(Array(bytes.dropFirst(2)), headerLength: headerLength)
  }

  private func fault(_ body: [UInt8], headerLength: Int?) -> String? {
    let request: InferRequest
    do throws(WireError) {
      request = try read(body, headerLength)
    } catch {
      return error.description.isEmpty ? "a refusal without a reason" : nil
    }
    for input in request.inputs {
      guard Tensor.elementCount(of: input.shape) == input.elementCount else {
        return "tensor \"\(input.name)\" has not the elements of its shape"
      }
    }
    guard request.hasPrintableParameters else { return nil }
    let binary = request.body { _ in true }
    guard (try? read(binary.bytes, binary.headerLength)) == request
    else { return "a request changes in binary form: \(Self.text(binary.bytes))" }
    guard request.inputs.allSatisfy(\.isPrintable) else { return nil }
    guard (try? read(request.json(), nil)) == request else {
      return "a request changes when it is printed: \(Self.text(request.json()))"
    }
    return nil
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension InferProperty {
  /// A reader that mistakes the first and the last byte of eight or more elements, where the body is JSON alone.
  static let plantedInJSON = InferProperty { (body, headerLength) throws(WireError) in
    var request = try InferRequest.parse(body, headerLength: headerLength)
    guard headerLength == nil, !request.inputs.isEmpty,
      case .bytes(var bytes) = request.inputs[0].storage, request.inputs[0].elementCount >= 8
    else { return request }
    bytes.swapAt(0, bytes.count - 1)
    request.inputs[0].storage = .bytes(bytes)
    return request
  }

  /// A reader that takes one binary tensor for the next, where both are of one size.
  static let plantedInBinary = InferProperty { (body, headerLength) throws(WireError) in
    var request = try InferRequest.parse(body, headerLength: headerLength)
    guard headerLength != nil, request.inputs.count > 1,
      request.inputs[0].byteCount == request.inputs[1].byteCount
    else { return request }
    let first = request.inputs[0].storage
    request.inputs[0].storage = request.inputs[1].storage
    request.inputs[1].storage = first
    return request
  }
}

extension InferRequest {
  fileprivate var hasPrintableParameters: Bool {
    let all = [parameters] + outputs.map(\.parameters)
    return all.allSatisfy { $0.values.allSatisfy(\.isPrintable) }
  }
}

extension ParameterValue {
  fileprivate var isPrintable: Bool {
    if case .number(let value) = self { value.isFinite } else { true }
  }
}

extension Tensor {
  /// JSON has no infinities, and its text is Unicode.
  fileprivate var isPrintable: Bool {
    guard case .strings(let strings) = storage else { return isFinite }
    return strings.allSatisfy { String(validating: $0, as: UTF8.self) != nil }
  }
}
