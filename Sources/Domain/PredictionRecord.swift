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
  package var predictions: [PredictedValue]
  /// What the client was told where there is no answer; nil where there is one.
  package var error: String?
  /// Refused because an operator sheds a share of the traffic: it tells nothing of the version.
  package var isShedByOperator = false

  package init(
    id: RequestID, clientRequestID: String? = nil, version: ModelVersion, variant: Variant,
    client: String, outcome: Outcome, revision: Int64, routingKey: UInt64? = nil,
    arrivedAt: Timestamp, queueTime: Int64 = 0,
    computeTime: Int64 = 0, totalTime: Int64, rows: Int, predictions: [PredictedValue] = [],
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
  /// Bytes of memory that it holds beyond its own place: texts that clients chose, and an answer for each row.
  ///
  /// - Complexity: O(1), or O(rows) where answers are texts.
  package var heldBytes: Int {
    var bytes = (clientRequestID?.utf8.count ?? 0) + client.utf8.count
    bytes += error?.utf8.count ?? 0
    bytes += predictions.count * MemoryLayout<PredictedValue>.stride
    // One answer is a text where all are.
    guard case .text? = predictions.first else { return bytes }
    for case .text(let text) in predictions { bytes += text.utf8.count }
    return bytes
  }
}

/// The answer for one row in the form in which a label can be compared with it.
package enum PredictedValue: Hashable, Sendable {
  /// A class given as a whole number; a label equals it or not.
  case integer(Int64)
  /// A regression's value; a label has a distance from it.
  case number(Double)
  /// A class given as text.
  case text(String)
}

extension PredictedValue: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let integer = try? container.decode(Int64.self) {
      self = .integer(integer)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let flag = try? container.decode(Bool.self) {
      self = .integer(flag ? 1 : 0)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    }
  }

  /// How right a prediction was, given the truth.
  ///
  /// A number is compared by distance unless it was predicted as a class; text and integers by equality,
  /// where the integer 1 and the number 1.0 are the same class.
  package func error(against truth: PredictedValue) -> LabelResult {
    switch (self, truth) {
    case (.number(let predicted), .number(let truth)): .distance(abs(predicted - truth))
    case (.number(let predicted), .integer(let truth)): .distance(abs(predicted - Double(truth)))
    case (.text(let predicted), .number(let truth)):
      Double(predicted) == truth ? .correct : .wrong
    case (.integer(let predicted), .number(let truth)):
      Double(predicted) == truth ? .correct : .wrong
    case (.text(let predicted), .integer(let truth)):
      predicted == String(truth) ? .correct : .wrong
    case (.integer(let predicted), .text(let truth)):
      String(predicted) == truth ? .correct : .wrong
    default: self == truth ? .correct : .wrong
    }
  }
}

extension PredictedValue {
  /// As a truth of this prediction: text that is a number is one where a number was predicted.
  ///
  /// - Returns: nil where it can be none: text beside a number.
  package func truth(_ label: PredictedValue) -> PredictedValue? {
    guard case .text(let text) = label else { return label }
    switch self {
    case .text: return label
    case .integer, .number:
      guard let number = Double(text), number.isFinite else { return nil }
      return Int64(exactly: number).map(PredictedValue.integer) ?? .number(number)
    }
  }
}

/// What the late truth said of one row.
package enum LabelResult: Equatable, Sendable {
  case correct
  case wrong
  /// Absolute error of a regression, in the target's own unit.
  case distance(Double)
}
