import Inference
import InferenceProtocol

/// What became of one chunk.
package struct ScoredChunk: Sendable, Equatable {
  package var end: RowChunk.Position
  package var scored = 0
  package var bad = 0
  /// Lines for the output, and for the file of bad rows.
  package var output: [UInt8] = []
  package var badOutput: [UInt8] = []
}

/// What all rows are scored by.
struct ScorePlan: Sendable {
  var columns: ColumnPlan
  var layout: OutputLayout
  /// Rows of a chunk.
  var rows: Int
  /// Whether a chunk's rows may share a run.
  var sharesRuns: Bool
  /// Whether a field without a value is NaN.
  var takesMissing: Bool
  /// Whether the input's own columns come first.
  var keepsColumns: Bool
  var run: @Sendable ([Tensor]) throws(InferenceError) -> [Tensor]
}

/// Scores one chunk after the other. One thread's own.
final class ChunkScorer {
  private let plan: ScorePlan
  private let reader: BatchReader
  /// Bytes that a row's line took so far, for the next chunk's reserve.
  private var lineLength = 64

  init(_ plan: ScorePlan) {
    self.plan = plan
    reader = BatchReader(plan.columns, rows: plan.rows, takesMissing: plan.takesMissing)
  }

  func score(_ chunk: RowChunk) -> ScoredChunk {
    var batch = reader.read(chunk)
    var printer = RowPrinter(capacity: chunk.rows.count * lineLength)
    var scored = 0
    if let answer = shared(batch).map({ AnswerValues($0, plan.layout) }) {
      for place in batch.good.indices {
        line(chunk, batch, place, answer, row: place, &printer)
      }
      scored = batch.good.count
    } else {
      var failed: [(row: Int, reason: String)] = []
      for place in batch.good.indices {
        switch alone(place) {
        case .success(let answer):
          line(chunk, batch, place, AnswerValues(answer, plan.layout), row: 0, &printer)
          scored += 1
        case .failure(let reason): failed.append((batch.good[place], reason.text))
        }
      }
      if !failed.isEmpty { batch.bad = (batch.bad + failed).sorted { $0.row < $1.row } }
    }
    if scored > 0 { lineLength = printer.text.count / scored + 8 }
    return ScoredChunk(
      end: chunk.end, scored: scored, bad: batch.bad.count, output: printer.text,
      badOutput: Self.lines(chunk, batch.bad))
  }

  /// One run for all; nil where that is not allowed, or fails: then each row is tried alone.
  private func shared(_ batch: BatchReader.Batch) -> [Tensor]? {
    guard plan.sharesRuns, !batch.good.isEmpty else { return nil }
    let inputs = reader.tensors(0..<batch.good.count, isBatched: plan.layout.isBatched)
    guard let answer = try? plan.run(inputs),
      plan.layout.problem(with: answer, rows: batch.good.count) == nil
    else { return nil }
    return answer
  }

  private struct Reason: Error { var text: String }

  private func alone(_ place: Int) -> Result<[Tensor], Reason> {
    let inputs = reader.tensors(place..<place + 1, isBatched: plan.layout.isBatched)
    do throws(InferenceError) {
      let answer = try plan.run(inputs)
      let problem = plan.layout.problem(with: answer, rows: 1)
      return problem.map { .failure(Reason(text: $0)) } ?? .success(answer)
    } catch {
      if case .engine(_, let reason) = error { return .failure(Reason(text: reason)) }
      return .failure(Reason(text: error.description))
    }
  }

  @inline(__always)
  private func line(
    _ chunk: RowChunk, _ batch: BatchReader.Batch, _ place: Int, _ answer: AnswerValues, row: Int,
    _ printer: inout RowPrinter
  ) {
    let index = batch.good[place]
    if plan.keepsColumns {
      printer.raw(chunk.text[chunk.rows[index]])
    } else if plan.columns.idColumn != nil {
      printer.raw(chunk.text[batch.ids[place]])
    } else {
      printer.integer(chunk.start.row + index)
    }
    printer.values(answer, row: row)
    printer.endLine()
  }

  static let badHeader = Array("line,reason,row\n".utf8)

  private static func lines(_ chunk: RowChunk, _ bad: [(row: Int, reason: String)]) -> [UInt8] {
    var printer = RowPrinter(capacity: bad.count * 128)
    var line = chunk.start.line
    var counted = 0
    for (row, reason) in bad {
      // The line of the file in which the row begins.
      let start = chunk.rows[row].lowerBound
      for byte in chunk.text[counted..<start] where byte == UInt8(ascii: "\n") { line += 1 }
      counted = start
      printer.integer(line)
      printer.comma()
      printer.field(reason)
      printer.comma()
      printer.quoted(Array(chunk.text[chunk.rows[row]]))
      printer.endLine()
    }
    return printer.text
  }
}
