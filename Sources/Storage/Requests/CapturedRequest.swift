package import Domain
package import InferenceProtocol

/// A request as it passed: what a panel drills down to, and what can be run again.
package struct CapturedRequest: Sendable, Equatable {
  /// Names cut to what is kept of them; without predictions, which stand in the tensors.
  package let record: PredictionRecord
  /// Nil where they were too large to keep, or must not be kept.
  package let tensors: PredictionTensors?
  /// Features whose values were blanked before they came to the disk: such a request cannot be run again.
  package let redacted: [String]

  package init(_ record: PredictionRecord, tensors: PredictionTensors?, redacted: [String] = []) {
    var kept = record
    kept.clientRequestID = record.clientRequestID.map(SecondFolder.shortened)
    kept.client = SecondFolder.shortened(record.client)
    kept.predictions = []
    kept.routingKey = nil
    // An engine may name the value that it could not take.
    kept.error = redacted.isEmpty ? record.error.map(Self.shortened(error:)) : nil
    self.record = kept
    self.tensors = tensors
    self.redacted = redacted
  }

  /// As much as says what is wrong.
  static func shortened(error: String) -> String {
    error.utf8.count <= 300
      ? error : String(String.UnicodeScalarView(error.unicodeScalars.prefix(300)))
  }

  package var id: RequestID { record.id }
  package var version: ModelVersion { record.version }
  package var variant: Variant { record.variant }
  package var outcome: Outcome { record.outcome }
  /// Nanoseconds.
  package var totalTime: Int64 { record.totalTime }

  package var summary: RequestSummary {
    var summary = RequestSummary(record)
    summary.isKept = tensors != nil
    return summary
  }
}

extension RequestSummary {
  /// As a list shows it; names are cut.
  init(_ record: PredictionRecord) {
    self.init(
      id: record.id, version: record.version, variant: record.variant,
      client: SecondFolder.shortened(record.client), outcome: record.outcome,
      time: record.answeredAt, queue: Double(record.queueTime) / 1_000,
      compute: Double(record.computeTime) / 1_000, total: Double(record.totalTime) / 1_000,
      rows: record.rows, error: record.error.map(CapturedRequest.shortened(error:)))
  }
}
