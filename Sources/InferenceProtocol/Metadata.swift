/// Name, type and shape of one input or output, as V2's model metadata shows it.
package struct TensorMetadata: Sendable, Equatable {
  package var name: String
  package var datatype: DataType
  /// -1 where the length varies.
  package var shape: [Int]
  /// The classes in the order of the last dimension, of an output of scores; nil where they are not known.
  package var labels: [String]?
  /// Whether the model does not say how many dimensions there are: any shape will do, and `shape` is `[-1]`, as V2 has no
  /// word for it.
  package var takesAnyShape: Bool
  /// Of an input: whether requests may leave it out, since the model has a default for it.
  package var isOptional: Bool

  package init(
    name: String, datatype: DataType, shape: [Int], labels: [String]? = nil,
    takesAnyShape: Bool = false, isOptional: Bool = false
  ) {
    self.name = name
    self.datatype = datatype
    self.shape = shape
    self.labels = labels
    self.takesAnyShape = takesAnyShape
    self.isOptional = isOptional
  }
}

/// `GET /v2/models/{m}[/versions/{v}]`.
package struct ModelMetadata: Sendable, Equatable {
  package var name: String
  package var versions: [String]
  package var platform: String
  /// Those that requests may leave out among them.
  package var inputs: [TensorMetadata]
  package var outputs: [TensorMetadata]

  package init(
    name: String, versions: [String], platform: String, inputs: [TensorMetadata],
    outputs: [TensorMetadata]
  ) {
    self.name = name
    self.versions = versions
    self.platform = platform
    self.inputs = inputs
    self.outputs = outputs
  }

  package func json() -> [UInt8] {
    var printer = JSONPrinter()
    printer.raw("{\"name\":")
    printer.string(name)
    printer.raw(",\"versions\":")
    printer.list(versions) { $0.string($1) }
    printer.raw(",\"platform\":")
    printer.string(platform)
    printer.raw(",\"inputs\":")
    printer.list(inputs.filter { !$0.isOptional }) { $0.tensor($1) }
    let optional = inputs.filter(\.isOptional)
    if !optional.isEmpty {
      // Apart: clients fill in whatever stands among the inputs, and these may be a model's weights.
      printer.raw(",\"optional_inputs\":")
      printer.list(optional) { $0.tensor($1) }
    }
    printer.raw(",\"outputs\":")
    printer.list(outputs) { $0.tensor($1) }
    printer.raw("}")
    return printer.bytes
  }
}

/// `GET /v2`.
package struct ServerMetadata: Sendable, Equatable {
  package var name: String
  package var version: String
  package var extensions: [String]

  package init(name: String, version: String, extensions: [String]) {
    self.name = name
    self.version = version
    self.extensions = extensions
  }

  package func json() -> [UInt8] {
    var printer = JSONPrinter()
    printer.raw("{\"name\":")
    printer.string(name)
    printer.raw(",\"version\":")
    printer.string(version)
    printer.raw(",\"extensions\":")
    printer.list(extensions) { $0.string($1) }
    printer.raw("}")
    return printer.bytes
  }
}

/// One line of `POST /v2/repository/index`.
package struct RepositoryIndexEntry: Sendable, Equatable {
  package var name: String
  package var version: String
  package var state: State
  package var reason: String

  package enum State: String, Sendable {
    case ready = "READY"
    case unavailable = "UNAVAILABLE"
    case loading = "LOADING"
    case unloading = "UNLOADING"
  }

  package init(name: String, version: String, state: State, reason: String = "") {
    self.name = name
    self.version = version
    self.state = state
    self.reason = reason
  }

  package static func json(_ entries: [RepositoryIndexEntry]) -> [UInt8] {
    var printer = JSONPrinter()
    printer.list(entries) { printer, entry in
      printer.raw("{\"name\":")
      printer.string(entry.name)
      printer.raw(",\"version\":")
      printer.string(entry.version)
      printer.raw(",\"state\":")
      printer.string(entry.state.rawValue)
      printer.raw(",\"reason\":")
      printer.string(entry.reason)
      printer.raw("}")
    }
    return printer.bytes
  }
}

/// The small bodies of V2.
package enum WireBody {
  /// `{"error":"..."}`, with any status from 400.
  package static func error(_ text: String) -> [UInt8] {
    var printer = JSONPrinter()
    printer.raw("{\"error\":")
    printer.string(text)
    printer.raw("}")
    return printer.bytes
  }

  /// `GET /v2/health/live`.
  package static func live(_ isLive: Bool) -> [UInt8] { flag("live", isLive) }

  /// `GET /v2/health/ready`.
  package static func ready(_ isReady: Bool) -> [UInt8] { flag("ready", isReady) }

  /// `GET /v2/models/{m}/ready`.
  ///
  /// - Parameter reason: why it is not; as in every refusal it is the `error`.
  package static func modelReady(
    _ model: String, _ isReady: Bool, reason: String? = nil
  ) -> [UInt8] {
    var printer = JSONPrinter()
    printer.raw("{\"name\":")
    printer.string(model)
    printer.raw(",\"ready\":\(isReady)")
    if let reason {
      printer.raw(",\"error\":")
      printer.string(reason)
    }
    printer.raw("}")
    return printer.bytes
  }

  private static func flag(_ name: String, _ value: Bool) -> [UInt8] {
    Array("{\"\(name)\":\(value)}".utf8)
  }
}
