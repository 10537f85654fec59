/// What is kept of one prediction, made on the request path and copied into the recorder's ring.
package struct PredictionRecord: Sendable, Equatable {
  package var id: RequestID
  /// The `id` of the request body, when the client gave one.
  package var clientRequestID: String?
  package var version: ModelVersion
  package var variant: Variant
  /// Of a client that gives no name.
  package static let anonymousClient = "anonymous"

  /// Who asked: a header, a token's name, or `anonymousClient`. Bounded where it is counted.
  package var client: String
  package var outcome: Outcome
  /// Revision of the model's deployment under which the request was admitted: proof of a change judges
  /// only requests with the revision it made, or a later one.
  package var revision: Int64
  /// Stands for the key that decided which version answers, where that sticks to a key; nil where each request is decided by
  /// itself, or there was nothing to decide.
  package var routingKey: UInt64?
  package var arrivedAt: Timestamp
  /// Nanoseconds on the monotonic clock.
  package var queueTime: Int64
  package var computeTime: Int64
  /// From the last byte of the request to the answer's first, in nanoseconds.
  package var totalTime: Int64
  package var rows: Int
  /// One for each row, in order; empty when there is no answer, or none that a label could be compared with.
  package var predictions: PredictedValues
  /// What the client was told where there is no answer; nil where there is one.
  package var error: String?
  /// Refused because an operator sheds a share of the traffic: it tells nothing of the version.
  package var isShedByOperator = false
  /// Admitted while one of the split's versions was not in memory, so that the other answered what it could; or answered by
  /// another version than the one for which it waited, since that split had ended: no comparison counts it.
  package var isOutsideSplit = false

  package init(
    id: RequestID, clientRequestID: String? = nil, version: ModelVersion, variant: Variant,
    client: String, outcome: Outcome, revision: Int64, routingKey: UInt64? = nil,
    arrivedAt: Timestamp, queueTime: Int64 = 0,
    computeTime: Int64 = 0, totalTime: Int64, rows: Int, predictions: PredictedValues = [],
    error: String? = nil
  ) {
    self.id = id
    self.clientRequestID = clientRequestID
    self.version = version
    self.variant = variant
    self.client = client
    self.outcome = outcome
    self.revision = revision
    self.routingKey = routingKey
    self.arrivedAt = arrivedAt
    self.queueTime = queueTime
    self.computeTime = computeTime
    self.totalTime = totalTime
    self.rows = rows
    self.predictions = predictions
    self.error = error
  }
}

extension PredictionRecord {
  /// Bytes of memory that it holds beyond its own place: texts that clients chose, and answers for several rows.
  ///
  /// - Complexity: O(1), or O(rows) where answers are texts.
  package var heldBytes: Int {
    var bytes = (clientRequestID?.utf8.count ?? 0) + client.utf8.count
    bytes += error?.utf8.count ?? 0
    return bytes + predictions.heldBytes
  }
}
