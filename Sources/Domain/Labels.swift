/// The late truth for some requests, as `POST /vigia/v1/models/{m}/labels` brings it.
package struct LabelBatch: Codable, Sendable {
  package var labels: [Label]

  package init(labels: [Label]) { self.labels = labels }

  package struct Label: Sendable {
    /// A `Vigia-Request-Id`, or the client's own request id, which means its newest request.
    package var id: String
    /// One value a row, in the order of the request's rows.
    package var values: [PredictedValue]
    /// How content the user was with the answer, in a unit of the caller's choice.
    package var score: Double?

    package init(id: String, values: [PredictedValue], score: Double? = nil) {
      self.id = id
      self.values = values
      self.score = score
    }
  }
}

extension LabelBatch.Label: Codable {
  private enum CodingKeys: String, CodingKey { case id, label, score }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    score = try container.decodeIfPresent(Double.self, forKey: .score)
    if let several = try? container.decode([PredictedValue].self, forKey: .label) {
      values = several
    } else {
      values = [try container.decode(PredictedValue.self, forKey: .label)]
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    if values.count == 1 {
      try container.encode(values[0], forKey: .label)
    } else {
      try container.encode(values, forKey: .label)
    }
    try container.encodeIfPresent(score, forKey: .score)
  }
}

extension LabelBatch {
  /// A value or a score beyond this is refused: sums of their squares must stay numbers.
  package static let largest = 1e100
}

/// How many of a batch's labels found their prediction.
package struct LabelReceipt: Codable, Sendable, Equatable {
  package var joined = 0
  /// No such request, or none of this model.
  package var unknown = 0
  /// The request had its label already; the first one stands.
  package var duplicate = 0
  /// The request is older than the horizon that is kept for joining.
  package var late = 0

  package init(joined: Int = 0, unknown: Int = 0, duplicate: Int = 0, late: Int = 0) {
    self.joined = joined
    self.unknown = unknown
    self.duplicate = duplicate
    self.late = late
  }

  package static func += (left: inout LabelReceipt, right: LabelReceipt) {
    left.joined += right.joined
    left.unknown += right.unknown
    left.duplicate += right.duplicate
    left.late += right.late
  }
}
