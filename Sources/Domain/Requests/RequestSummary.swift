/// One recent request as a list shows it.
package struct RequestSummary: Codable, Sendable, Equatable, Identifiable {
  package var id: RequestID
  package var version: ModelVersion
  package var variant: Variant
  package var client: String
  package var outcome: Outcome
  package var time: Timestamp
  /// Microseconds.
  package var queue: Double
  package var compute: Double
  package var total: Double
  package var rows: Int
  /// Whether its inputs were kept; nil where that is not known yet: what came in the last second or two.
  package var isKept: Bool?
  /// What the client was told where there is no answer; nil where there is one, or it is not known any more.
  package var error: String?

  package init(
    id: RequestID, version: ModelVersion, variant: Variant, client: String, outcome: Outcome,
    time: Timestamp, queue: Double, compute: Double, total: Double, rows: Int,
    isKept: Bool? = nil, error: String? = nil
  ) {
    self.id = id
    self.version = version
    self.variant = variant
    self.client = client
    self.outcome = outcome
    self.time = time
    self.queue = queue
    self.compute = compute
    self.total = total
    self.rows = rows
    self.isKept = isKept
    self.error = error
  }
}
