package import Domain
package import Storage

/// What the judging loops stand on: where they read, and whom they tell.
package struct JudgementServices: Sendable {
  /// Where minutes, features and labels of the past stand, and where finished judgements go.
  package var metrics: MetricStore
  /// Makes the recorder count by a reference's bins.
  package var useReference: @Sendable (FrozenReference) -> Void
  /// A reference that was made at training and lies beside the model, if there is one; may read the disk.
  package var trainingReference:
    @Sendable (ModelVersion, _ id: Int64, Timestamp) -> FrozenReference?
  /// Models whose routing sticks to a key.
  package var stickyModels: Set<String>
  package var price: MachinePrice?

  package init(
    metrics: MetricStore, useReference: @escaping @Sendable (FrozenReference) -> Void,
    trainingReference:
      @escaping @Sendable (ModelVersion, _ id: Int64, Timestamp) -> FrozenReference? = { _, _, _ in
        nil
      },
    stickyModels: Set<String> = [], price: MachinePrice? = nil
  ) {
    self.metrics = metrics
    self.useReference = useReference
    self.trainingReference = trainingReference
    self.stickyModels = stickyModels
    self.price = price
  }
}
