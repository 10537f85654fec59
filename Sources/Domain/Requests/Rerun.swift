/// Asks for a kept request to be run again.
package struct RerunQuery: Codable, Sendable, Hashable {
  package var variant: Variant
  /// On which version of its model; it must be loaded.
  package var version: String

  package init(variant: Variant, version: String) {
    self.variant = variant
    self.version = version
  }
}

/// What a version answered when a kept request was run again. It is no traffic: nothing counts it, and nothing is judged
/// by it.
package struct Rerun: Codable, Sendable, Equatable {
  package var version: ModelVersion
  /// Of the model file, in hexadecimal.
  package var sha256: String
  package var outputs: TensorTable
  /// Whether every number is the one that was answered then; nil without an answer now or then.
  package var isSame: Bool?
  /// Why there is no answer.
  package var failure: String?
  /// Microseconds.
  package var queue: Double
  package var compute: Double

  package init(
    version: ModelVersion, sha256: String, outputs: TensorTable = TensorTable(),
    isSame: Bool? = nil, failure: String? = nil, queue: Double = 0, compute: Double = 0
  ) {
    self.version = version
    self.sha256 = sha256
    self.outputs = outputs
    self.isSame = isSame
    self.failure = failure
    self.queue = queue
    self.compute = compute
  }
}
