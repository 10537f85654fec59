import Domain
package import InferenceProtocol

/// What Triton's extensions of V2 ask of the data plane.
extension DataPlane {
  /// - Throws: as `metadata(model:version:)`.
  package func configuration(
    model: String, version: String?
  ) throws(InferenceError) -> ModelConfiguration {
    let (route, slot) = try loaded(model, version)
    let signature = slot.engine.signature
    let isOnnx = slot.engine.platform == "onnx_onnxv1"
    let figures = slot.engine.executionFigures
    var configuration = ModelConfiguration(
      name: model, platform: isOnnx ? "onnxruntime_onnx" : slot.engine.platform,
      backend: isOnnx ? "onnxruntime" : slot.engine.platform,
      versions: version.map { [$0] } ?? route.loadedVersions, inputs: signature.allInputs,
      outputs: signature.outputs, instances: figures?.lanes ?? 1)
    if let batching = figures?.batching {
      configuration.maximumBatchSize = batching.maxRows
      configuration.queueDelayMicroseconds = batching.delayMicroseconds
      configuration.preferredBatchSizes = batching.preferred
    }
    configuration.queue = slot.engine.queuePolicy.map { policy in
      ModelConfiguration.QueuePolicy(
        delays: policy.timeoutAction == .delay,
        timeoutMicroseconds: (policy.timeout?.nanoseconds ?? 0) / 1_000,
        allowsTimeoutOverride: policy.allowsTimeoutOverride, maxRows: policy.maxRows ?? 0,
        levels: policy.priorityLevels, defaultLevel: policy.defaultPriority)
    }
    switch figures?.cache {
    case .on: configuration.keepsResponses = true
    case .refused: configuration.keepsResponses = false
    case .off, nil: break
    }
    return configuration
  }

  /// What the loaded versions have done: of all models, of one, or of one version.
  ///
  /// - Throws: `unknownModel`; as `metadata(model:version:)` for a version that is named.
  package func statistics(
    model: String?, version: String?
  ) throws(InferenceError) -> [ModelStatistics] {
    let table = routes
    guard let model else {
      return table.models.values.sorted { $0.name < $1.name }.flatMap(Self.statistics)
    }
    guard let route = table.models[model] else { throw .unknownModel(model) }
    guard let version else { return Self.statistics(of: route) }
    return [Self.statistics(of: try loaded(model, version).slot)]
  }

  private static func statistics(of route: ModelRoute) -> [ModelStatistics] {
    route.loadedVersions.compactMap { route.slots[$0] }.map(statistics)
  }

  private static func statistics(of slot: LoadedSlot) -> ModelStatistics {
    let counted = slot.replies.corrected(slot.engine.statistics)
    var statistics = ModelStatistics(
      name: slot.version.model, version: slot.version.version,
      lastInference: slot.lastAnswer.microseconds / 1_000, inferenceCount: counted.inferenceCount,
      executionCount: counted.executionCount)
    statistics.success = .init(counted.success)
    statistics.failure = .init(counted.failure)
    statistics.queue = .init(counted.queue)
    statistics.computeInput = .init(counted.computeInput)
    statistics.computeInfer = .init(counted.computeInfer)
    statistics.computeOutput = .init(counted.computeOutput)
    statistics.cacheHit = .init(counted.cacheHit)
    statistics.cacheMiss = .init(counted.cacheMiss)
    statistics.batches = counted.batches.sorted { $0.key < $1.key }.map { size, batch in
      ModelStatistics.Batch(
        size: size, computeInput: .init(batch.computeInput),
        computeInfer: .init(batch.computeInfer), computeOutput: .init(batch.computeOutput))
    }
    return statistics
  }
}

extension ModelStatistics.Tally {
  fileprivate init(_ tally: EngineStatistics.Tally) {
    self.init(count: tally.count, nanoseconds: tally.nanoseconds)
  }
}
