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
    if let queueDelayMicroseconds {
      printer.raw(",\"dynamic_batching\":{\"preferred_batch_size\":")
      printer.shape(preferredBatchSizes)
      printer.raw(",\"max_queue_delay_microseconds\":")
      printer.integer(queueDelayMicroseconds)
      printer.raw("}")
    }
    printer.raw(",\"instance_group\":[{\"name\":")
    printer.string(name)
    printer.raw(",\"kind\":\"KIND_CPU\",\"count\":")
    printer.integer(instances)
    printer.raw("}],\"default_model_filename\":\"model.onnx\"}")
    return printer.bytes
  }

  private func tensor(_ tensor: TensorMetadata, _ printer: inout JSONPrinter) {
    printer.raw("{\"name\":")
    printer.string(tensor.name)
    printer.raw(",\"data_type\":\"TYPE_")
    printer.raw(tensor.datatype == .bytes ? "STRING" : tensor.datatype.rawValue)
    printer.raw("\",\"dims\":")
    printer.shape(maximumBatchSize > 0 ? Array(tensor.shape.dropFirst()) : tensor.shape)
    printer.raw("}")
  }
}
