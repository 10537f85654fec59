package import Domain
package import InferenceProtocol

/// Folds requests that were scored after the event, and whose truth is known, as the recorder folds those that are served.
///
/// No store, no clock: the caller writes what it takes out, see `MetricStore.backfill`.
package struct BackfillFolder: Sendable {
  private var folder: SecondFolder

  /// - Parameters:
  ///   - objective: the latency objective of a model in microseconds, if it has one.
  ///   - policy: what of a model's requests may be watched and kept.
  ///   - references: rows of their versions are counted by their bins.
  package init(
    objective: @escaping @Sendable (String) -> Double? = { _ in nil },
    policy: @escaping @Sendable (String) -> CapturePolicy = { _ in CapturePolicy() },
    references: [FrozenReference] = []
  ) {
    folder = SecondFolder(
      clientsPerModel: Recorder.Settings().clientsPerModel, objective: objective, policy: policy)
    for reference in references { folder.setReference(reference) }
  }

  /// - Parameters:
  ///   - truth: one value a row.
  ///   - labelledAt: when the truth was known.
  package mutating func add(
    _ record: PredictionRecord, _ tensors: PredictionTensors, truth: [PredictedValue],
    labelledAt: Timestamp
  ) {
    folder.add(record, tensors, truth: truth, labelledAt: labelledAt)
  }

  /// Hands over what was folded since the last time.
  package mutating func take() -> PendingBatch { folder.take() }
}
