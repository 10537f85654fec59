package import Domain
package import Inference
import OnnxRuntime

/// How the embedded engine loads and runs models.
package struct EngineConfiguration: Sendable, Equatable {
  /// Nil: a file is loaded without being tried in a process of its own before.
  package var loadCheck: LoadCheckLimits? = LoadCheckLimits()
  /// Whether a version that gives NaN for each trial run is refused.
  package var refusesNaN = true
  /// Execution providers in order; empty: the CPU.
  package var providers: [String] = []
  /// Whether a provider that the library lacks is left out with a warning, instead of refusing the model.
  package var fallsBack = false
  /// Bytes that models may take in memory.
  package var modelMemory = ModelMemory.half
  /// Bytes that the outputs of one request may take together, and a reply's body.
  package var maxAnswer = DataPlaneSettings.standardAnswerBytes

  package init() {}

  package struct LoadCheckLimits: Sendable, Equatable, CustomStringConvertible {
    /// MiB that a model may take at load, beyond `LoadCheck.Limits.timesFile` its file.
    package var memory = 256
    package var seconds = 60

    package init() {}

    package var description: String {
      "\(memory) MiB and \(LoadCheck.Limits.timesFile) times the file, \(seconds) s"
    }
  }

  package enum ModelMemory: Sendable, Equatable, CustomStringConvertible {
    /// Half of what this machine, or its container, has.
    case half
    case bytes(Int64)
    case unlimited

    package var description: String {
      switch self {
      case .half: "half of what there is"
      case .bytes(let bytes): "\(bytes >> 20) MiB"
      case .unlimited: "unlimited"
      }
    }
  }
}

/// What a model's part of the configuration says of how it is run; nil: as all are.
package struct ModelRunning: Sendable, Equatable {
  package var threads: Int?
  package var providers: [String]?
  package var fallsBack: Bool?
  package var batching = BatchingPolicy.Choice.automatic
  package var queue = QueuePolicy()
  /// Bytes of answers that are kept; nil: none is.
  package var cacheBytes: Int?
  /// Bounds on its traffic, beside those that operators set.
  package var limits: [TrafficLimit] = []

  package init() {}
}
