import Inference

/// How ONNX Runtime runs one model.
package struct SessionSettings: Sendable, Equatable, Codable {
  /// Threads that one run may use. 1: all models share one pool, and each run is its caller's own work.
  package var threads: Int
  /// Execution providers in the order in which each node is offered to them: `["cuda", "cpu"]`. The CPU's is always
  /// the last. Empty: the CPU alone.
  package var providers: [String]
  /// Whether a provider that the library lacks is left out with a warning, instead of the load being refused.
  package var fallsBack: Bool
  /// Bytes that the outputs of one run may take together.
  package var answerBytes: Int

  package init(
    threads: Int = 1, providers: [String] = [], fallsBack: Bool = false,
    answerBytes: Int = DataPlaneSettings.standardAnswerBytes
  ) {
    self.threads = threads
    self.providers = providers
    self.fallsBack = fallsBack
    self.answerBytes = answerBytes
  }

  /// Whether a run is the work of the thread that asks for it: no thread of the session's own, which would keep for ever
  /// the priority that it was made with, and no device.
  var isCallersWork: Bool { threads == 1 && providers.allSatisfy { $0 == "cpu" } }
}
