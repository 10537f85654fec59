import Inference
import InferenceProtocol

/// What the first rows of a file show of a model: what its answers look like, how many rows a run should have, and
/// whether rows may share one at all.
package struct RunProbe: Sendable {
  package var layout: OutputLayout
  package var rows: Int
  /// Why each row is run alone; nil when they share runs.
  package var obstacle: String?

  /// A run should end within this, so that a checkpoint, or Ctrl-C, need not wait for it.
  package static let runTime: Int64 = 100_000_000
  /// Rows of a run at most: from here on a run of trees gets no cheaper a row.
  package static let rowsMax = 1_024
  private static let ladder = [8, 64, 512, rowsMax]

  /// Rows that a run should have by what fewer cost: steps of eight, so that the same machine comes to the same number.
  ///
  /// - Parameter time: nanoseconds of a run of so many rows.
  package static func rows(time: (Int) -> Int64) -> Int {
    var rows = 1
    for next in ladder {
      let cost = time(rows)
      guard cost < runTime, Double(cost) / Double(rows) * Double(next) < Double(runTime) * 4 else {
        break
      }
      rows = next
    }
    return rows
  }

  /// - Parameters:
  ///   - chunk: of the file's first rows; nil: there are none.
  ///   - rows: of a run, where somebody has said it.
  init(
    _ chunk: RowChunk?, columns: ColumnPlan, signature: ModelSignature, takesMissing: Bool,
    rows: Int?, run: ([Tensor]) throws(InferenceError) -> [Tensor]
  ) throws(ScoreError) {
    let isBatched = signature.isBatchable
    let reader = BatchReader(
      columns, rows: max(1, chunk?.rows.count ?? 0), takesMissing: takesMissing)
    let count = chunk.map { reader.read($0).good.count } ?? 0
    func inputs(_ rows: Int) -> [Tensor] { reader.tensors(0..<rows, isBatched: isBatched) }
    func answer(_ inputs: [Tensor]) -> [Tensor]? { try? run(inputs) }

    let sampleCount = min(isBatched ? 3 : 1, count)
    let sample = sampleCount > 0 ? answer(inputs(sampleCount)) : nil
    if let sample {
      layout = try OutputLayout(answer: sample, rows: sampleCount, isBatched: isBatched)
    } else if let zeros = answer(signature.zeros(rows: 1)) {
      layout = try OutputLayout(answer: zeros, rows: 1, isBatched: isBatched)
    } else {
      layout = OutputLayout(signature)
    }
    if !isBatched {
      obstacle = "the model's first dimension is fixed"
    } else if sampleCount > 1, sample != nil {
      obstacle =
        (try? RowIndependence.obstacle(samples: inputs(sampleCount), rows: sampleCount, run: run))
        ?? nil
    }
    self.rows =
      rows
      ?? Self.rows { wanted in
        let tried = min(isBatched ? wanted : 1, max(1, count))
        guard count > 0 else { return 0 }
        let start = MonotonicTime.now
        _ = answer(inputs(tried))
        return (MonotonicTime.now - start) * Int64(wanted) / Int64(tried)
      }
  }
}
