package import Inference
package import InferenceProtocol

/// Which values make a row of the output file.
package struct OutputLayout: Sendable, Equatable {
  package struct Output: Sendable, Equatable {
    package var name: String
    package var datatype: DataType
    /// Values of a row.
    package var width: Int
  }

  package var outputs: [Output]
  /// Whether the first dimension of an answer counts rows.
  package var isBatched: Bool

  /// As an answer shows it: open lengths are known only then.
  ///
  /// - Parameter rows: that were asked for.
  package init(
    answer: [Tensor], rows: Int, isBatched: Bool
  ) throws(ScoreError) {
    self.isBatched = isBatched
    outputs = []
    for tensor in answer {
      guard !isBatched || tensor.shape.first == rows else {
        throw .usage(
          "output \"\(tensor.name)\" has the shape \(tensor.shape) for \(rows) row(s): it gives no value for each row, "
            + "so there is no line to write it in")
      }
      outputs.append(
        Output(
          name: tensor.name, datatype: tensor.datatype,
          width: tensor.elementCount / max(1, isBatched ? rows : 1)))
    }
  }

  /// As the signature promises it, for a file in which no row is any good; open lengths count as 1.
  package init(_ signature: ModelSignature) {
    let isBatched = signature.isBatchable
    self.isBatched = isBatched
    outputs = signature.outputs.map { output in
      let tail = isBatched ? Array(output.shape.dropFirst()) : output.shape
      return Output(
        name: output.name, datatype: output.datatype, width: tail.reduce(1) { $0 * max(1, $1) })
    }
  }

  /// Names of the columns; one that is `taken` by the columns before gets `_predicted` behind it.
  package func columns(taken: [String]) -> [String] {
    outputs.flatMap { output -> [String] in
      output.width == 1
        ? [output.name] : (0..<output.width).map { "\(output.name)_\($0)" }
    }.map { taken.contains($0) ? "\($0)_predicted" : $0 }
  }

  /// Why an answer does not fit; nil when it does.
  package func problem(with answer: [Tensor], rows: Int) -> String? {
    for (output, tensor) in zip(outputs, answer) {
      guard !isBatched || tensor.shape.first == rows,
        tensor.elementCount == output.width * (isBatched ? rows : 1)
      else {
        return
          "output \"\(output.name)\" has the shape \(tensor.shape), other rows have \(output.width) value(s)"
      }
    }
    return answer.count == outputs.count
      ? nil : "\(answer.count) outputs instead of \(outputs.count)"
  }
}
