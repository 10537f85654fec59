import InferenceProtocol

/// What holds for every body, whoever sent it: it is refused in words, or printing and reading it again gives the same.
enum InferProperty {
  /// - Returns: the promise that is broken; nil when all hold.
  static func fault(json body: [UInt8]) -> String? {
    if let response = try? InferResponse.parse(body), response.outputs.allSatisfy(\.isPrintable),
      response.parameters.values.allSatisfy(\.isPrintable)
    {
      guard let again = try? InferResponse.parse(response.json()), again == response else {
        return "a response changes when it is printed: \(text(response.json()))"
      }
    }
    return fault(body, headerLength: nil)
  }

  /// - Parameter bytes: the length of the JSON part in two bytes, the lower one first; then the body.
  static func fault(binary bytes: [UInt8]) -> String? {
    guard bytes.count >= 2 else { return nil }
    let headerLength = Int(bytes[0]) | Int(bytes[1]) << 8
    return fault(Array(bytes.dropFirst(2)), headerLength: headerLength)
  }

  private static func fault(_ body: [UInt8], headerLength: Int?) -> String? {
    let request: InferRequest
    do throws(WireError) {
      request = try InferRequest.parse(body, headerLength: headerLength)
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
    guard (try? InferRequest.parse(binary.bytes, headerLength: binary.headerLength)) == request
    else { return "a request changes in binary form: \(text(binary.bytes))" }
    guard request.inputs.allSatisfy(\.isPrintable) else { return nil }
    guard (try? InferRequest.parse(request.json())) == request else {
      return "a request changes when it is printed: \(text(request.json()))"
    }
    return nil
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
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
