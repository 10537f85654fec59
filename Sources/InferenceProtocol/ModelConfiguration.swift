/// `GET /v2/models/{m}[/versions/{v}]/config`: a model as Triton's configuration would describe it.
///
/// Source: Triton's `model_config.proto` and its model configuration extension.
package struct ModelConfiguration: Sendable, Equatable {
  package var name: String
  package var platform: String
  package var backend: String
  /// Versions that may answer.
  package var versions: [String]
  /// 0: the shapes below have the batch's dimension, and requests are not put together.
  package var maximumBatchSize: Int
  package var inputs: [TensorMetadata]
  package var outputs: [TensorMetadata]
  /// Runs at one time.
  package var instances: Int
  /// The most that a request waits for others; nil where requests are not put together.
  package var queueDelayMicroseconds: Int?
  /// Rows at which a run goes at once although it could grow.
  package var preferredBatchSizes: [Int]

  /// How requests wait; nil where nobody has said.
  package var queue: QueuePolicy?
  /// Whether answers that were given before are kept; nil where nobody has said.
  package var keepsResponses: Bool?

  /// Triton's `ModelQueuePolicy` of each priority level, and the levels. What it counts in requests is rows here.
  package struct QueuePolicy: Sendable, Equatable {
    /// Triton's `REJECT` or `DELAY`.
    package var delays: Bool
    /// 0: as long as the request's deadline.
    package var timeoutMicroseconds: Int64
    package var allowsTimeoutOverride: Bool
    /// 0: no bound of its own.
    package var maxRows: Int
    package var levels: Int
    package var defaultLevel: Int

    package init(
      delays: Bool, timeoutMicroseconds: Int64, allowsTimeoutOverride: Bool, maxRows: Int,
      levels: Int, defaultLevel: Int
    ) {
      self.delays = delays
      self.timeoutMicroseconds = timeoutMicroseconds
      self.allowsTimeoutOverride = allowsTimeoutOverride
      self.maxRows = maxRows
      self.levels = levels
      self.defaultLevel = defaultLevel
    }
  }

  package init(
    name: String, platform: String, backend: String, versions: [String],
    maximumBatchSize: Int = 0, inputs: [TensorMetadata], outputs: [TensorMetadata],
    instances: Int = 1, queueDelayMicroseconds: Int? = nil,
    preferredBatchSizes: [Int] = []
  ) {
    self.name = name
    self.platform = platform
    self.backend = backend
    self.versions = versions
    self.maximumBatchSize = maximumBatchSize
    self.inputs = inputs
    self.outputs = outputs
    self.instances = instances
    self.queueDelayMicroseconds = queueDelayMicroseconds
    self.preferredBatchSizes = preferredBatchSizes
  }

  package func json() -> [UInt8] {
    var printer = JSONPrinter()
    printer.raw("{\"name\":")
    printer.string(name)
    printer.raw(",\"platform\":")
    printer.string(platform)
    printer.raw(",\"backend\":")
    printer.string(backend)
    printer.raw(",\"version_policy\":{\"specific\":{\"versions\":[")
    // Triton's versions are numbers.
    printer.raw(versions.compactMap(Int64.init).map(String.init).joined(separator: ","))
    printer.raw("]}},\"max_batch_size\":")
    printer.integer(maximumBatchSize)
    printer.raw(",\"input\":")
    printer.list(inputs) { tensor($1, &$0) }
    printer.raw(",\"output\":")
    printer.list(outputs) { tensor($1, &$0) }
    if queueDelayMicroseconds != nil || queue != nil {
      printer.raw(",\"dynamic_batching\":{\"preferred_batch_size\":")
      printer.shape(preferredBatchSizes)
      printer.raw(",\"max_queue_delay_microseconds\":")
      printer.integer(queueDelayMicroseconds ?? 0)
      if let queue { Self.policy(queue, &printer) }
      printer.raw("}")
    }
    if let keepsResponses {
      printer.raw(",\"response_cache\":{\"enable\":\(keepsResponses)}")
    }
    printer.raw(",\"instance_group\":[{\"name\":")
    printer.string(name)
    printer.raw(",\"kind\":\"KIND_CPU\",\"count\":")
    printer.integer(instances)
    printer.raw("}],\"default_model_filename\":\"model.onnx\"}")
    return printer.bytes
  }

  private static func policy(_ queue: QueuePolicy, _ printer: inout JSONPrinter) {
    if queue.levels > 1 {
      printer.raw(",\"priority_levels\":")
      printer.integer(queue.levels)
      printer.raw(",\"default_priority_level\":")
      printer.integer(queue.defaultLevel)
    }
    let action = queue.delays ? "DELAY" : "REJECT"
    printer.raw(",\"default_queue_policy\":{\"timeout_action\":\"\(action)\"")
    printer.raw(",\"default_timeout_microseconds\":")
    printer.integer(queue.timeoutMicroseconds)
    printer.raw(",\"allow_timeout_override\":\(queue.allowsTimeoutOverride)")
    printer.raw(",\"max_queue_size\":")
    printer.integer(queue.maxRows)
    printer.raw("}")
  }

  private func tensor(_ tensor: TensorMetadata, _ printer: inout JSONPrinter) {
    printer.raw("{\"name\":")
    printer.string(tensor.name)
    printer.raw(",\"data_type\":\"TYPE_")
    printer.raw(tensor.datatype == .bytes ? "STRING" : tensor.datatype.rawValue)
    printer.raw("\",\"dims\":")
    // An optional input has no dimension of the batch: a request that names it is run alone.
    let hasBatch = maximumBatchSize > 0 && !tensor.isOptional
    printer.shape(hasBatch ? Array(tensor.shape.dropFirst()) : tensor.shape)
    if tensor.isOptional { printer.raw(",\"optional\":true") }
    printer.raw("}")
  }
}
