import InferenceProtocol

/// The one number by which a version's answers are watched, a row each.
///
/// Of two classes' probabilities the second's; of more than two the largest, which is the model's confidence; else the
/// single number of a row: a probability, or a regression's value.
struct ScoreColumn: Equatable, Sendable {
  enum Meaning: String, Sendable {
    /// Of class 1.
    case probability
    /// Of the predicted class, whichever it is.
    case confidence
    /// A regression's prediction.
    case value
  }

  /// Of models with more classes only the confidence is kept for late labels.
  static let keptClasses = 16

  private(set) var meaning: Meaning
  private var output: String
  private var width: Int

  /// Numbers a row that `kept` gives.
  var keptWidth: Int { meaning == .confidence && width <= Self.keptClasses ? width : 1 }

  /// Nil where no output holds one floating-point number or a distribution a row.
  init?(_ outputs: OutputForms) {
    let numbers = outputs.forms.filter(\.isFloatingPoint)
    let hasClasses = outputs.forms.contains { !$0.isFloatingPoint && $0.width == 1 }
    if let distribution = numbers.first(where: { $0.width ?? 0 > 1 }) {
      output = distribution.name
      width = distribution.width ?? 1
      meaning = width == 2 ? .probability : .confidence
    } else if let number = numbers.first(where: { $0.width == 1 }) {
      output = number.name
      width = 1
      meaning = hasClasses ? .probability : .value
    } else {
      return nil
    }
  }

  /// Where an answer has its scores; nil where it has them not, or in another form.
  private func tensor(of outputs: [Tensor], rows: Int) -> Tensor? {
    outputs.first { $0.name == output }.flatMap { output in
      output.datatype.isFloatingPoint && output.elementCount == rows * width ? output : nil
    }
  }

  /// The rows' scores; empty where the answer has no such output, or in another form.
  func scores(of outputs: [Tensor], rows: Int) -> [Float] {
    guard let output = tensor(of: outputs, rows: rows) else { return [] }
    return (0..<rows).map { row in
      let first = row * width
      switch meaning {
      case .probability, .value: return Float(output.number(at: first + width - 1) ?? .nan)
      case .confidence:
        return (first..<first + width).reduce(-Float.infinity) {
          max($0, Float(output.number(at: $1) ?? .nan))
        }
      }
    }
  }

  /// What a late label is held against: the probabilities of all classes where there are few, else the scores.
  ///
  /// - Returns: row-major, `keptWidth` a row.
  func kept(of outputs: [Tensor], rows: Int) -> [Float] {
    guard keptWidth > 1, let output = tensor(of: outputs, rows: rows) else {
      return scores(of: outputs, rows: rows)
    }
    return (0..<rows * width).map { Float(output.number(at: $0) ?? .nan) }
  }
}
