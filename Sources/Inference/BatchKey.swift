import InferenceProtocol

/// What requests must have in common to share a run.
struct BatchKey: Sendable, Equatable {
  /// As asked for, in order; empty: all.
  var outputs: [String]
  /// Lengths of all dimensions but the first, input by input in the signature's order; empty where the signature fixes
  /// them.
  var dimensions: [Int]
}

extension ModelSignature {
  /// Whether the signature leaves no dimension open but the first.
  var hasFixedRows: Bool { inputs.allSatisfy { !$0.shape.dropFirst().contains(-1) } }

  /// What the job must have in common with others to be joined with them; nil when it has to run alone.
  func batchKey(of job: EngineJob) -> BatchKey? {
    guard isBatchable, job.rows > 0, !hasOverride(job.inputs) else { return nil }
    guard job.inputs.allSatisfy({ $0.shape.first == job.rows }) else { return nil }
    if hasFixedRows { return BatchKey(outputs: job.outputs, dimensions: []) }
    let dimensions = inputs.flatMap { input in
      job.inputs.first { $0.name == input.name }?.shape.dropFirst() ?? []
    }
    return BatchKey(outputs: job.outputs, dimensions: dimensions)
  }

  /// The inputs of several jobs as those of one, row after row.
  ///
  /// - Precondition: the jobs have the same `batchKey`.
  func joined(_ jobs: [QueuedJob]) -> [Tensor] {
    inputs.map { input in
      var parts: [Tensor] = []
      parts.reserveCapacity(jobs.count)
      // A job is not copied for that: it holds a dozen references.
      for job in jobs {
        if let part = job.job.inputs.first(where: { $0.name == input.name }) { parts.append(part) }
      }
      return Tensor.joined(parts)
    }
  }
}

extension Tensor {
  /// Rows of several tensors in one, under the name of the first.
  ///
  /// - Precondition: at least one; the same type, and the same shape but for the first dimension.
  static func joined(_ parts: [Tensor]) -> Tensor {
    var whole = parts[0]
    whole.shape[0] = parts.reduce(0) { $0 + $1.shape[0] }
    switch whole.storage {
    case .bytes:
      var bytes: [UInt8] = []
      bytes.reserveCapacity(parts.reduce(0) { $0 + $1.byteCount })
      for part in parts { if case .bytes(let part) = part.storage { bytes += part } }
      whole.storage = .bytes(bytes)
    case .strings:
      var strings: [[UInt8]] = []
      strings.reserveCapacity(parts.reduce(0) { $0 + $1.elementCount })
      for part in parts { if case .strings(let part) = part.storage { strings += part } }
      whole.storage = .strings(strings)
    }
    return whole
  }

  /// The tensor in parts of so many rows each; nil when it does not have that many.
  func split(_ rows: [Int]) -> [Tensor]? {
    let total = rows.reduce(0, +)
    guard total > 0, shape.first == total else { return nil }
    var (start, shape) = (0, shape)
    return rows.map { count in
      // Parts of the same length share their shape.
      if shape[0] != count { shape[0] = count }
      let storage: Storage
      switch self.storage {
      case .bytes(let bytes):
        let width = bytes.count / total
        storage = .bytes(Array(bytes[start * width..<(start + count) * width]))
      case .strings(let strings):
        let width = strings.count / total
        storage = .strings(Array(strings[start * width..<(start + count) * width]))
      }
      start += count
      return Tensor(name: name, datatype: datatype, shape: shape, storage: storage)
    }
  }
}
