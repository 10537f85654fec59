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
