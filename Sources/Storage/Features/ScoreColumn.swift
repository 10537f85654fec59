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
  private var tensor: Int
  private var width: Int

  /// Numbers a row that `kept` gives.
  var keptWidth: Int { meaning == .confidence && width <= Self.keptClasses ? width : 1 }

  /// Nil where no output holds one floating-point number or a distribution a row.
  init?(_ outputs: [Tensor], rows: Int) {
    func position(where fits: (Int) -> Bool) -> Int? {
      outputs.firstIndex { output in
        output.datatype.isFloatingPoint && output.elementCount % max(1, rows) == 0
          && output.shape.count <= 2 && rows > 0 && fits(output.elementCount / rows)
      }
    }
    let hasClasses = outputs.contains { !$0.datatype.isFloatingPoint && $0.elementCount == rows }
    if let distribution = position(where: { $0 > 1 }) {
      tensor = distribution
      width = outputs[distribution].elementCount / rows
      meaning = width == 2 ? .probability : .confidence
    } else if let number = position(where: { $0 == 1 }) {
      tensor = number
      width = 1
      meaning = hasClasses ? .probability : .value
    } else {
      return nil
    }
  }

  /// The rows' scores; empty where the outputs have another form than the ones that this was made from.
  func scores(of outputs: [Tensor], rows: Int) -> [Float] {
    guard tensor < outputs.count, outputs[tensor].datatype.isFloatingPoint,
      outputs[tensor].elementCount == rows * width
    else { return [] }
    let output = outputs[tensor]
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
    guard keptWidth > 1, tensor < outputs.count, outputs[tensor].elementCount == rows * width
    else { return scores(of: outputs, rows: rows) }
    return (0..<rows * width).map { Float(outputs[tensor].number(at: $0) ?? .nan) }
  }
}
