package import Domain
package import InferenceProtocol

extension ModelSignature {
  /// The output that holds the predicted class: a whole number or text, named like `label`.
  package var labelOutput: String? {
    outputs.first { output in
      !output.datatype.isFloatingPoint && output.name.lowercased().contains("label")
    }?.name
  }
}

extension PredictedValue {
  /// The answer for each row in the form that a late label can be compared with: the label output's element, else the
  /// largest of a row's scores, else the row's one number.
  ///
  /// - Returns: `rows` values; empty when no output has such a form.
  package static func each(of outputs: [Tensor], label: String?, rows: Int) -> PredictedValues {
    if let label, let output = outputs.first(where: { $0.name == label }) {
      return classes(output, rows: rows)
    }
    if let scores = outputs.first(where: {
      $0.datatype.isFloatingPoint && $0.shape.count == 2 && $0.shape[0] == rows && $0.shape[1] > 1
    }) {
      return values(rows) { .integer(Int64(largest(scores, row: $0))) }
    }
    if let numbers = outputs.first(where: {
      $0.datatype.isFloatingPoint && $0.elementCount == rows && $0.shape.count <= 2
    }) {
      return values(rows) { numbers.number(at: $0).map { .number($0) } }
    }
    return []
  }

  private static func classes(_ output: Tensor, rows: Int) -> PredictedValues {
    guard output.elementCount == rows else { return [] }
    return values(rows) { row in
      output.integer(at: row).map { .integer($0) } ?? output.text(at: row).map { .text($0) }
    }
  }

  private static func values(
    _ rows: Int, _ value: (Int) -> PredictedValue?
  ) -> PredictedValues {
    guard rows != 1 else { return value(0).map { PredictedValues($0) } ?? [] }
    var values: [PredictedValue] = []
    values.reserveCapacity(rows)
    for row in 0..<rows {
      if let value = value(row) { values.append(value) }
    }
    return PredictedValues(values)
  }

  private static func largest(_ scores: Tensor, row: Int) -> Int {
    let width = scores.shape[1]
    var best = 0
    var highest = -Double.infinity
    for column in 0..<width {
      let score = scores.number(at: row * width + column) ?? -.infinity
      if score > highest { (best, highest) = (column, score) }
    }
    return best
  }
}
