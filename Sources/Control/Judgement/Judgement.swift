package import Domain
package import InferenceProtocol
package import Storage

/// What the judging loops stand on: where they read, and whom they tell.
package struct JudgementServices: Sendable {
  /// Where minutes, features and labels of the past stand, and where finished judgements go.
  package var metrics: MetricStore
  /// Makes the recorder count by a reference's bins.
  package var useReference: @Sendable (FrozenReference) -> Void
  /// Makes the recorder count answers above these as slow where versions are compared: in microseconds, by model.
  package var useSlowLimits: @Sendable ([String: Double]) -> Void
  /// A reference that was made at training and lies beside the model, if there is one, or why it cannot be used; may read the
  /// disk. The inputs are the version's: values are counted in their precision.
  package typealias TrainingReference =
    @Sendable (ModelVersion, _ inputs: [TensorMetadata], _ id: Int64, Timestamp) -> Result<
      FrozenReference?, ReferenceFailure
    >
  package var trainingReference: TrainingReference
  /// A reference without the features that must not be kept; nil when it has none of them. The inputs are the version's.
  package typealias WithoutRedacted =
    @Sendable (FrozenReference, _ inputs: [TensorMetadata]) -> FrozenReference?
  package var withoutRedacted: WithoutRedacted
  /// Whether values of a model's features may come to the disk: not where its requests may not, or not for a day.
  package var mayKeepValues: @Sendable (String) -> Bool
  /// The header that carries the key to which a model's routing sticks, by model.
  package var routingHeaders: [String: String]
  package var price: MachinePrice?

  package init(
    metrics: MetricStore, useReference: @escaping @Sendable (FrozenReference) -> Void,
    useSlowLimits: @escaping @Sendable ([String: Double]) -> Void = { _ in },
    trainingReference: @escaping TrainingReference = { _, _, _, _ in .success(nil) },
    withoutRedacted: @escaping WithoutRedacted = { _, _ in nil },
    mayKeepValues: @escaping @Sendable (String) -> Bool = { _ in true },
    routingHeaders: [String: String] = [:], price: MachinePrice? = nil
  ) {
    self.metrics = metrics
    self.useReference = useReference
    self.useSlowLimits = useSlowLimits
    self.trainingReference = trainingReference
    self.withoutRedacted = withoutRedacted
    self.mayKeepValues = mayKeepValues
    self.routingHeaders = routingHeaders
    self.price = price
  }
}

/// Why a reference beside a model cannot be used: the file, the line and the reason.
package struct ReferenceFailure: Error, Sendable, Equatable {
  package var reason: String

  package init(_ reason: String) { self.reason = reason }
}
