/// The late truth for some requests, as `POST /vigia/v1/models/{m}/labels` brings it.
///
/// One label that cannot be used takes nothing from the others: it is left out, and told.
package struct LabelBatch: Sendable {
  package var labels: [Label]
  /// What came and cannot be used.
  package private(set) var refused: [LabelRefusal] = []

  package init(labels: [Label]) { self.labels = labels }

  /// Used or not.
  package var count: Int { labels.count + refused.count }

  package struct Label: Sendable {
    /// A `Vigia-Request-Id`, or the client's own request id, which means its newest request.
    package var id: String
    /// One value a row, in the order of the request's rows.
    package var values: [PredictedValue]
    /// How content the user was with the answer, in a unit of the caller's choice.
    package var score: Double?
    /// Its place in the batch as it was sent, from 0.
    package var index = 0

    package init(id: String, values: [PredictedValue], score: Double? = nil) {
      self.id = id
      self.values = values
      self.score = score
    }
  }
}

extension LabelBatch: Codable {
  private enum CodingKeys: String, CodingKey { case labels }

  /// - Throws: when it is no batch; what is wrong with a label stands in `refused`.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    labels = []
    for (index, one) in try container.decode([ReceivedLabel].self, forKey: .labels).enumerated() {
      switch one {
      case .usable(var label):
        label.index = index
        labels.append(label)
      case .refused(let expected, let found):
        refused.append(LabelRefusal(index: index, expected: expected, found: found))
      }
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(labels, forKey: .labels)
  }
}

extension LabelBatch.Label: Encodable {
  fileprivate enum CodingKeys: String, CodingKey { case id, label, score }

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

/// One label as it came. Reading it never fails, so that the next one is read.
private enum ReceivedLabel: Decodable {
  case usable(LabelBatch.Label)
  case refused(expected: String, found: String)

  private typealias Container = KeyedDecodingContainer<LabelBatch.Label.CodingKeys>

  init(from decoder: any Decoder) {
    guard let container = try? decoder.container(keyedBy: LabelBatch.Label.CodingKeys.self) else {
      self = .refused(expected: "an object with an id and a label", found: FoundJSON(decoder).words)
      return
    }
    guard let id = try? container.decode(String.self, forKey: .id) else {
      self = .refused(expected: "an id as text", found: Self.found(.id, container))
      return
    }
    let several = try? container.decode([PredictedValue].self, forKey: .label)
    let one = try? container.decode(PredictedValue.self, forKey: .label)
    guard let values = several ?? one.map({ [$0] }) else {
      self = .refused(
        expected: "a label that is a number, text, true or false, or a list of them, one a row",
        found: Self.found(.label, container))
      return
    }
    guard !values.isEmpty else {
      self = .refused(
        expected: "a label with a value for each row of its request", found: "an empty list")
      return
    }
    for case .number(let number) in values where !(number.magnitude <= LabelBatch.largest) {
      self = .refused(expected: Self.number("a label"), found: "\(number)")
      return
    }
    var score: Double?
    if container.contains(.score), (try? container.decodeNil(forKey: .score)) != true {
      score = try? container.decode(Double.self, forKey: .score)
      guard let score, score.magnitude <= LabelBatch.largest else {
        self = .refused(expected: Self.number("a score"), found: Self.found(.score, container))
        return
      }
    }
    self = .usable(LabelBatch.Label(id: id, values: values, score: score))
  }

  private static func number(_ name: String) -> String {
    "\(name) that is a number from \(-LabelBatch.largest) through \(LabelBatch.largest)"
  }

  private static func found(
    _ key: LabelBatch.Label.CodingKeys, _ container: Container
  ) -> String {
    guard container.contains(key) else { return "nothing under \"\(key.stringValue)\"" }
    return (try? container.decode(FoundJSON.self, forKey: key))?.words ?? "null"
  }
}

/// Any JSON, in a few words.
private struct FoundJSON: Decodable {
  let words: String

  init(from decoder: any Decoder) { self.init(decoder) }

  init(_ decoder: any Decoder) {
    if var list = try? decoder.unkeyedContainer() {
      var others: [String] = []
      while !list.isAtEnd, others.isEmpty {
        // Null is not handed to a type of its own.
        if (try? list.decodeNil()) == true {
          others.append("null")
        } else if let value = try? list.decode(FoundJSON.self), !value.isValue {
          others.append(value.words)
        }
      }
      (words, isValue) = ("a list" + (others.first.map { " with \($0)" } ?? ""), false)
      return
    }
    guard let one = try? decoder.singleValueContainer(), !one.decodeNil() else {
      (words, isValue) = (
        (try? decoder.singleValueContainer()) == nil ? "an object" : "null", false
      )
      return
    }
    if let flag = try? one.decode(Bool.self) {
      (words, isValue) = ("\(flag)", true)
    } else if let value = try? one.decode(PredictedValue.self) {
      (words, isValue) = (value.inWords, true)
    } else {
      let isObject = (try? decoder.container(keyedBy: LabelBatch.Label.CodingKeys.self)) != nil
      (words, isValue) = (isObject ? "an object" : "a number that is too large", false)
    }
  }

  /// Whether it can stand in a label.
  private let isValue: Bool
}

extension PredictedValue {
  /// Short, for somebody who sent it.
  package var inWords: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let text): "the text \"\(text.count > 40 ? "\(text.prefix(40))…" : text)\""
    }
  }
}

/// Why one label of a batch was not used.
package struct LabelRefusal: Codable, Sendable, Equatable {
  /// Its place in the batch, from 0.
  package var index: Int
  package var expected: String
  package var found: String

  package init(index: Int, expected: String, found: String) {
    self.index = index
    self.expected = expected
    self.found = found
  }
}

/// How many of a batch's labels found their prediction.
package struct LabelReceipt: Codable, Sendable, Equatable {
  package var joined = 0
  /// Of those joined: wrong, and of a class that its version's drift reference has not. A rare class, or labels in other
  /// words than the predictions.
  package var unseenClass = 0
  /// No such request, or none of this model.
  package var unknown = 0
  /// The request had its label already; the first one stands.
  package var duplicate = 0
  /// The request is older than the horizon that is kept for joining.
  package var late = 0
  /// It cannot be used: it is no label, or its request is known and was answered with something else.
  package var refused = 0
  /// What is wrong with those that were refused, in their order.
  package var refusals: [LabelRefusal] = []

  package init(
    joined: Int = 0, unseenClass: Int = 0, unknown: Int = 0, duplicate: Int = 0, late: Int = 0,
    refusals: [LabelRefusal] = []
  ) {
    self.joined = joined
    self.unseenClass = unseenClass
    self.unknown = unknown
    self.duplicate = duplicate
    self.late = late
    refused = refusals.count
    self.refusals = refusals
  }

  /// The counts alone are added up.
  package static func += (left: inout LabelReceipt, right: LabelReceipt) {
    left.joined += right.joined
    left.unseenClass += right.unseenClass
    left.unknown += right.unknown
    left.duplicate += right.duplicate
    left.late += right.late
    left.refused += right.refused
  }
}
