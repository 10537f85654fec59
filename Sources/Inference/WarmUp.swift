package import InferenceProtocol

/// What the trial runs of a version showed, before it answers anybody.
package struct WarmUp: Sendable, Equatable {
  /// Inputs of one row that the version answers; nil when none are known.
  package var sample: [Tensor]?
  /// What a person should know of it although it runs: a line each.
  package var warnings: [String]
  /// Bytes that it takes in memory, as measured or estimated; nil where nobody knows.
  package var memoryBytes: Int64?

  package init(sample: [Tensor]?, warnings: [String] = [], memoryBytes: Int64? = nil) {
    self.sample = sample
    self.warnings = warnings
    self.memoryBytes = memoryBytes
  }

  /// The sample with as many rows; nil without a sample.
  func inputs(rows: Int, isBatchable: Bool) -> [Tensor]? {
    guard isBatchable, rows != 1 else { return sample }
    return sample?.map { $0.repeated(rows: rows) }
  }
}

extension Tensor {
  /// The first row, so many times. Of a tensor without a row, or without dimensions, the tensor itself.
  func repeated(rows: Int) -> Tensor {
    guard let found = shape.first, found > 0 else { return self }
    var copy = self
    copy.shape[0] = rows
    switch storage {
    case .bytes(let bytes):
      let row = bytes.prefix(bytes.count / found)
      copy.storage = .bytes(Array(repeatElement(row, count: rows).joined()))
    case .strings(let strings):
      let row = strings.prefix(strings.count / found)
      copy.storage = .strings(Array(repeatElement(row, count: rows).joined()))
    }
    return copy
  }

  /// Whether an element is NaN, which no client can make anything of.
  var holdsNaN: Bool {
    guard datatype.isFloatingPoint else { return false }
    return (0..<elementCount).contains { number(at: $0)?.isNaN ?? false }
  }
}
