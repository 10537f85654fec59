package import InferenceProtocol

/// What the configuration says of a version that runs on other servers.
package struct RemoteSpec: Sendable, Equatable {
  /// At least one.
  package var upstreams: [UpstreamAddress]
  /// The model's name there; nil: the same as here.
  package var model: String?
  /// The version there; nil: the upstream decides.
  package var version: String?
  package var dialect: Dialect
  /// Sent with every request, beside our own.
  package var headers: [Header]
  /// For a request with all its waiting and its second try; the request's own deadline may be nearer.
  package var timeout: Duration
  package var healthInterval: Duration
  /// Requests that one upstream may have at a time.
  package var maxInFlight: Int
  package var binary: Binary
  /// Empty: what the upstream's metadata say, else the champion's.
  package var inputs: [TensorMetadata]
  package var outputs: [TensorMetadata]

  /// Whose habits the upstream has.
  package enum Dialect: String, Sendable, CaseIterable {
    /// As its server metadata say.
    case auto
    case triton, kserve, mlserver
  }

  /// Whether tensors travel in V2's binary form.
  package enum Binary: Sendable, Equatable {
    /// Where the upstream announces `binary_tensor_data`.
    case auto
    case always, never
  }

  package struct Header: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package init(
    upstreams: [UpstreamAddress], model: String? = nil, version: String? = nil,
    dialect: Dialect = .auto, headers: [Header] = [], timeout: Duration = .seconds(10),
    healthInterval: Duration = .seconds(5), maxInFlight: Int = 64, binary: Binary = .auto,
    inputs: [TensorMetadata] = [], outputs: [TensorMetadata] = []
  ) {
    self.upstreams = upstreams
    self.model = model
    self.version = version
    self.dialect = dialect
    self.headers = headers
    self.timeout = timeout
    self.healthInterval = healthInterval
    self.maxInFlight = maxInFlight
    self.binary = binary
    self.inputs = inputs
    self.outputs = outputs
  }

  /// Which model it is, in one line without secrets: what the version's identity is the hash of. How it is asked
  /// (time limits, checks) is no part of it.
  package func identity(model name: String) -> String {
    let shapes = [inputs, outputs].map { tensors in
      tensors.map { "\($0.name) \($0.datatype.rawValue) \(WireError.text($0.shape))" }
        .joined(separator: ",")
    }
    return
      ([model ?? name, version ?? "", dialect.rawValue] + upstreams.map(\.description) + shapes)
      .joined(separator: "\n")
  }

  /// Headers that Vigia or HTTP itself must write.
  package static func isReserved(header name: String) -> Bool {
    let name = name.lowercased()
    return name.hasPrefix("vigia-")
      || [
        "content-length", "content-type", "content-encoding", "transfer-encoding", "connection",
        "inference-header-content-length", "expect", "upgrade", "te", "trailer",
      ].contains(name)
  }
}
