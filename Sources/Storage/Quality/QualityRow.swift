import Domain
package import Statistics

/// The labelled rows of one series in one stretch of prediction time: how right they were, what knowing nothing would
/// have scored, and how late the labels came.
package struct QualityRow: Sendable, Equatable {
  /// Nil before the first label.
  package var sketch: QualitySketch?
  /// Of classes; empty for a regression.
  package var baselines = LabelBaselines()
  /// Seconds from the answer to its label.
  package var delay = DDSketch()

  package init() {}

  /// Takes in the truth of one row.
  ///
  /// - Parameter scores: what `ScoreColumn.kept` gave for this row; empty where nothing was kept.
  mutating func add(predicted: PredictedValue, truth: PredictedValue, scores: ArraySlice<Float>) {
    let result = predicted.error(against: truth)
    if case .distance = result, case .number(let value) = predicted {
      var one = RegressionQuality()
      one.add(predicted: value, truth: truth.number ?? .nan)
      merge(.regression(one))
      return
    }
    let isCorrect = result == .correct
    baselines.add(truth.text)
    if scores.count == 1, let score = scores.first, let isPositive = truth.isPositive,
      predicted.isPositive != nil
    {
      var one = BinaryQuality()
      one.add(probability: Double(score), isPositive: isPositive, isCorrect: isCorrect)
      merge(.binary(one))
    } else {
      var one = MulticlassQuality()
      let position = truth.number.flatMap { Int(exactly: $0) }
      one.add(
        probabilities: scores.count > 1 ? scores.map(Double.init) : [], truth: position,
        isCorrect: isCorrect)
      merge(.multiclass(one))
    }
  }

  private mutating func merge(_ one: QualitySketch) {
    // A version whose answers changed their form keeps what it was first.
    if sketch == nil { sketch = one } else { _ = sketch?.merge(one) }
  }
}

extension QualityRow: Mergeable {
  /// The three parts one after the other, each with its LEB128 length before it and its checksum inside; a sketch of
  /// length 0 is none.
  func serialized() -> [UInt8] {
    var bytes: [UInt8] = []
    for part in [sketch?.serialized() ?? [], baselines.serialized(), delay.serialized()] {
      LEB128.append(UInt64(part.count), to: &bytes)
      bytes.append(contentsOf: part)
    }
    return bytes
  }

  init(serialized bytes: [UInt8]) throws {
    var rest = bytes[...]
    func part() throws -> [UInt8] {
      guard let length = LEB128.unsigned(&rest), length <= UInt64(rest.count) else {
        throw SealedBytes.Failure.truncated
      }
      defer { rest = rest.dropFirst(Int(length)) }
      return Array(rest.prefix(Int(length)))
    }
    let first = try part()
    sketch = first.isEmpty ? nil : try QualitySketch(serialized: first)
    baselines = try LabelBaselines(serialized: try part())
    delay = try DDSketch(serialized: try part())
  }

  /// Adds the row of a later stretch.
  package mutating func merge(_ later: QualityRow) {
    if let other = later.sketch { merge(other) }
    baselines.merge(following: later.baselines)
    delay.merge(later.delay)
  }
}

extension PredictedValue {
  /// For counting classes by name.
  fileprivate var text: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): value
    }
  }

  fileprivate var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .text: nil
    }
  }

  /// Whether it is the second of two classes; nil for anything but 0 and 1.
  fileprivate var isPositive: Bool? {
    switch number {
    case 0: false
    case 1: true
    default: nil
    }
  }
}
