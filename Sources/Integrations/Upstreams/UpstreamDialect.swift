import Foundation
import Inference
import InferenceProtocol
import NIOHTTP1

/// How one upstream wants to be asked for one model.
///
/// Seen: KServe refuses JSON without a Content-Type and has no `/versions/`; MLServer takes no binary tensors; Triton
/// and Vigia take all of V2. Nobody's reply is trusted to have more than its status and outputs.
struct UpstreamDialect: Sendable, Equatable {
  var model: String
  /// Nil: the upstream decides.
  var version: String?
  var usesBinary: Bool
  var headers: HTTPHeaders
  /// Below the model's path or beside it, what answers whether it is ready; nil: nothing does.
  var healthPath: String?

  /// - Parameters:
  ///   - server: its metadata; nil where it gives none.
  init(_ spec: RemoteSpec, model name: String, server: ServerDescription?) {
    let dialect = spec.dialect == .auto ? server?.dialect ?? .auto : spec.dialect
    model = spec.model ?? name
    version = dialect == .kserve ? nil : spec.version
    usesBinary =
      switch spec.binary {
      case .always: true
      case .never: false
      case .auto where dialect == .triton: true
      case .auto where dialect == .mlserver || dialect == .kserve: false
      case .auto: server?.extensions?.contains("binary_tensor_data") == true
      }
    headers = HTTPHeaders()
    for header in spec.headers { headers.replaceOrAdd(name: header.name, value: header.value) }
    headers.replaceOrAdd(name: "Accept", value: "*/*")
    headers.replaceOrAdd(name: "User-Agent", value: "vigia")
    healthPath = nil
  }

  var modelPath: String {
    let name = Self.escaped(model)
    return "/v2/models/\(name)" + (version.map { "/versions/\(Self.escaped($0))" } ?? "")
  }

  /// Paths that may tell whether the model is ready, the best first.
  var healthPaths: [String] { ["\(modelPath)/ready", "/v2/health/ready", "/v2/health/live"] }

  func get(_ path: String, at upstream: UpstreamAddress) -> UpstreamClient.Call {
    UpstreamClient.Call(url: "\(upstream)\(path)", headers: headers)
  }

  /// The request goes on as it is, but for the form of the reply's tensors, which is a matter between this upstream and us.
  ///
  /// - Parameters:
  ///   - request: its id here is its id there too.
  ///   - hops: instances of Vigia that it has passed, this one included.
  /// - Throws: what the upstream cannot be sent, since it takes JSON alone: to change it without a word would be a wrong
  ///   answer.
  func infer(
    _ request: InferRequest, hops: Int, at upstream: UpstreamAddress
  ) throws(InferenceError.InvalidRequest) -> UpstreamClient.Call {
    if !usesBinary { try Self.checkText(request.inputs) }
    var request = request
    request.parameters["binary_data_output"] = usesBinary ? .bool(true) : nil
    for index in request.outputs.indices {
      request.outputs[index].parameters["binary_data"] = nil
    }
    let message = request.body { _ in usesBinary }
    if !message.notFinite.isNone { try Self.checkFinite(request.inputs) }
    var headers = headers
    headers.replaceOrAdd(name: "Content-Type", value: message.contentType)
    if let length = message.headerLength {
      headers.replaceOrAdd(name: "Inference-Header-Content-Length", value: "\(length)")
    }
    if let id = request.id { headers.replaceOrAdd(name: "Vigia-Request-Id", value: id) }
    headers.replaceOrAdd(name: "Vigia-Hops", value: "\(hops)")
    return UpstreamClient.Call(
      method: .POST, url: "\(upstream)\(modelPath)/infer", headers: headers, body: message.bytes)
  }

  private static func checkText(_ inputs: [Tensor]) throws(InferenceError.InvalidRequest) {
    for input in inputs {
      if let element = input.firstNotText { throw .inputNotText(input.name, element: element) }
    }
  }

  private static func checkFinite(_ inputs: [Tensor]) throws(InferenceError.InvalidRequest) {
    for input in inputs {
      guard let (element, name) = input.firstNotFinite else { continue }
      throw .inputNotFinite(input.name, element: element, found: name)
    }
  }

  private static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
  }

  private static let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
}

/// `GET /v2`, as far as it is used; nulls are absent.
struct ServerDescription: Decodable, Sendable {
  var name: String?
  var version: String?
  var extensions: [String]?

  var dialect: RemoteSpec.Dialect {
    let name = (name ?? "").lowercased()
    if name.contains("triton") { return .triton }
    if name.contains("mlserver") { return .mlserver }
    if name.contains("kserve") { return .kserve }
    return .auto
  }
}

/// `GET /v2/models/{m}`, as far as it is used; nulls are absent.
struct ModelDescription: Decodable, Sendable, Equatable {
  var platform: String?
  var inputs: [TensorDescription]?
  /// Said by another Vigia.
  var optionalInputs: [TensorDescription]?
  var outputs: [TensorDescription]?

  private enum CodingKeys: String, CodingKey {
    case platform, inputs, outputs
    case optionalInputs = "optional_inputs"
  }

  struct TensorDescription: Decodable, Sendable, Equatable {
    var name: String
    var datatype: String
    var shape: [Int]
    /// Said by another Vigia.
    var anyShape: Bool?

    private enum CodingKeys: String, CodingKey {
      case name, datatype, shape
      case anyShape = "any_shape"
    }

    var metadata: TensorMetadata? {
      DataType(rawValue: datatype).map {
        TensorMetadata(
          name: name, datatype: $0, shape: shape, takesAnyShape: anyShape == true)
      }
    }
  }

  /// All that a request may name; nil where one that it must name is of a type that V2 does not have.
  var allInputs: [TensorMetadata]? {
    let optional = (optionalInputs ?? []).compactMap { tensor -> TensorMetadata? in
      var metadata = tensor.metadata
      metadata?.isOptional = true
      return metadata
    }
    return Self.tensors(inputs).map { $0 + optional }
  }

  /// Nil where one of them is of a type that V2 does not have; empty where there are none.
  static func tensors(_ tensors: [TensorDescription]?) -> [TensorMetadata]? {
    let known = (tensors ?? []).map(\.metadata)
    return known.contains(nil) ? nil : known.compactMap(\.self)
  }
}
