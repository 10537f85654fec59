package import Domain
package import InferenceProtocol

/// A request as it passed: what a panel drills down to, and what can be run again.
package struct CapturedRequest: Sendable, Equatable {
  package var id: RequestID
  package var clientRequestID: String?
  package var version: ModelVersion
  package var variant: Variant
  package var client: String
  package var outcome: Outcome
  package var revision: Int64
  package var arrivedAt: Timestamp
  /// Nanoseconds.
  package var queueTime: Int64
  package var computeTime: Int64
  package var totalTime: Int64
  package var rows: Int
  /// Nil where they were too large to keep, or must not be kept.
  package var tensors: PredictionTensors?
  /// Features whose values were blanked before they came to the disk: such a request cannot be run again.
  package var redacted: [String]

  package init(_ record: PredictionRecord, tensors: PredictionTensors?, redacted: [String] = []) {
    id = record.id
    clientRequestID = record.clientRequestID.map(SecondFolder.shortened)
    version = record.version
    variant = record.variant
    client = SecondFolder.shortened(record.client)
    outcome = record.outcome
    revision = record.revision
    arrivedAt = record.arrivedAt
    queueTime = record.queueTime
    computeTime = record.computeTime
    totalTime = record.totalTime
    rows = record.rows
    self.tensors = tensors
    self.redacted = redacted
  }

  package var summary: RequestSummary {
    RequestSummary(
      id: id, version: version, variant: variant, client: client, outcome: outcome,
      time: Timestamp(microseconds: arrivedAt.microseconds + max(0, totalTime) / 1_000),
      queue: Double(queueTime) / 1_000, compute: Double(computeTime) / 1_000,
      total: Double(totalTime) / 1_000, rows: rows)
  }
}
