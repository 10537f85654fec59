/// One version's entry in the answer of Triton's statistics extension.
///
/// Source: the statistics extension of Triton's HTTP/REST API; durations are nanoseconds in all.
package struct ModelStatistics: Sendable, Equatable {
  package struct Tally: Sendable, Equatable {
    package var count: UInt64
    package var nanoseconds: UInt64

    package init(count: UInt64 = 0, nanoseconds: UInt64 = 0) {
      self.count = count
      self.nanoseconds = nanoseconds
    }
  }

  package struct Batch: Sendable, Equatable {
    package var size: Int
    package var computeInput: Tally
    package var computeInfer: Tally
    package var computeOutput: Tally

    package init(size: Int, computeInput: Tally, computeInfer: Tally, computeOutput: Tally) {
      self.size = size
      self.computeInput = computeInput
      self.computeInfer = computeInfer
      self.computeOutput = computeOutput
    }
  }

  package var name: String
  package var version: String
  /// Milliseconds since 1970 of the last answer; 0 before the first.
  package var lastInference: Int64
  /// Rows, and runs of the engine.
  package var inferenceCount: UInt64
  package var executionCount: UInt64
  /// In the order and by the names of the extension: success, fail, queue, compute_input, compute_infer,
  /// compute_output, cache_hit, cache_miss.
  package var tallies: [(name: StaticString, tally: Tally)] {
    [
      ("success", success), ("fail", failure), ("queue", queue), ("compute_input", computeInput),
      ("compute_infer", computeInfer), ("compute_output", computeOutput), ("cache_hit", cacheHit),
      ("cache_miss", cacheMiss),
    ]
  }
  package var success = Tally()
  package var failure = Tally()
  package var queue = Tally()
  package var computeInput = Tally()
  package var computeInfer = Tally()
  package var computeOutput = Tally()
  package var cacheHit = Tally()
  package var cacheMiss = Tally()
  package var batches: [Batch] = []

  package init(
    name: String, version: String, lastInference: Int64 = 0, inferenceCount: UInt64 = 0,
    executionCount: UInt64 = 0
  ) {
    self.name = name
    self.version = version
    self.lastInference = lastInference
    self.inferenceCount = inferenceCount
    self.executionCount = executionCount
  }

  package static func json(_ models: [ModelStatistics]) -> [UInt8] {
    var printer = JSONPrinter()
    printer.raw("{\"model_stats\":")
    printer.list(models) { $1.print(to: &$0) }
    printer.raw("}")
    return printer.bytes
  }

  private func print(to printer: inout JSONPrinter) {
    printer.raw("{\"name\":")
    printer.string(name)
    printer.raw(",\"version\":")
    printer.string(version)
    printer.raw(",\"last_inference\":")
    printer.integer(lastInference)
    printer.raw(",\"inference_count\":")
    printer.integer(inferenceCount)
    printer.raw(",\"execution_count\":")
    printer.integer(executionCount)
    printer.raw(",\"inference_stats\":{")
    for (index, entry) in tallies.enumerated() {
      if index > 0 { printer.raw(",") }
      Self.print(entry.name, entry.tally, to: &printer)
    }
    printer.raw("},\"batch_stats\":")
    printer.list(batches) { printer, batch in
      printer.raw("{\"batch_size\":")
      printer.integer(batch.size)
      printer.raw(",")
      Self.print("compute_input", batch.computeInput, to: &printer)
      printer.raw(",")
      Self.print("compute_infer", batch.computeInfer, to: &printer)
      printer.raw(",")
      Self.print("compute_output", batch.computeOutput, to: &printer)
      printer.raw("}")
    }
    printer.raw(",\"response_stats\":{}}")
  }

  private static func print(_ name: StaticString, _ tally: Tally, to printer: inout JSONPrinter) {
    printer.raw("\"")
    printer.raw(name)
    printer.raw("\":{\"count\":")
    printer.integer(tally.count)
    printer.raw(",\"ns\":")
    printer.integer(tally.nanoseconds)
    printer.raw("}")
  }
}
