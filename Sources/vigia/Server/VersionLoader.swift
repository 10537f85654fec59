import Domain
import Inference
import InferenceProtocol
package import Integrations
import Logging

/// Where a version runs: in this process, or on the servers that the configuration names.
final class VersionLoader: Sendable {
  private let embedded: EmbeddedEngine
  let remote: RemoteLoader
  private let logger: Logger

  init(_ configuration: VigiaConfiguration, embedded: EmbeddedEngine, logger: Logger) {
    self.embedded = embedded
    self.logger = logger
    var specs: [ModelVersion: RemoteSpec] = [:]
    for model in configuration.models {
      for (version, spec) in model.remotes {
        specs[ModelVersion(model: model.name, version: version)] = spec
      }
    }
    remote = RemoteLoader(specs, queue: configuration.remoteQueues) { logger.warning("\($0)") }
  }

  /// Remote versions may take and give what the model's champion does, where their upstreams do not say.
  func useChampions(of dataPlane: DataPlane) {
    remote.useChampion { [weak dataPlane] model in
      guard let metadata = try? dataPlane?.metadata(model: model, version: nil) else { return nil }
      return ModelSignature(described: metadata.inputs, outputs: metadata.outputs)
    }
  }

  func load(
    _ file: ModelFile, recent: [InferRequest]
  ) async throws(InferenceError) -> any Engine {
    let engine: any Engine =
      try await file.isRemote ? remote.load(file) : embedded.load(file, recent: recent)
    for warning in engine.warnings { logger.warning("\(file.version): \(warning)") }
    return engine
  }
}

extension VigiaConfiguration {
  /// A model's `queue` is about all its versions, wherever they run.
  package var remoteQueues: @Sendable (_ model: String) -> RemoteQueue.Limits {
    { name in RemoteQueue.Limits(policy: self.model(name)?.running.queue ?? QueuePolicy()) }
  }
}
