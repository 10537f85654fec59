package import InferenceProtocol

/// Whether a version answers a row alike, whichever rows stand beside it: only then may requests share a run.
package enum RowIndependence {
  /// Runs three different rows one by one and together, and compares. Blocks for four runs.
  ///
  /// - Returns: what speaks against it, in words; nil when nothing does.
  static func obstacle(
    _ signature: ModelSignature,
    run: ([Tensor]) throws(InferenceError) -> [Tensor]
  ) -> String? {
    guard signature.isBatchable else { return "an input's first dimension is fixed" }
    let rows = 3
    // A model that takes numbers as positions in a table may refuse these; it takes zeros, or it had not been loaded.
    for samples in [signature.samples(rows: rows), signature.zeros(rows: rows)] {
      guard let parts = samples.parts(rows) else { return "its inputs cannot be taken apart" }
      guard let together = try? run(samples), let alone = try? parts.map(run) else { continue }
      return compare(together, alone)
    }
    return "a run with \(rows) rows fails"
  }

  /// The same with rows of somebody's choice.
  ///
  /// - Parameter samples: of so many rows, at least two.
  package static func obstacle(
    samples: [Tensor], rows: Int,
    run: ([Tensor]) throws(InferenceError) -> [Tensor]
  ) throws(InferenceError) -> String? {
    guard let parts = samples.parts(rows) else { return "its inputs cannot be taken apart" }
    let together = try run(samples)
    var alone: [[Tensor]] = []
    for part in parts { alone.append(try run(part)) }
    return compare(together, alone)
  }

  private static func compare(_ together: [Tensor], _ alone: [[Tensor]]) -> String? {
    guard let split = together.parts(alone.count) else {
      return "an output has not a row for each row of the input"
    }
    for (mine, theirs) in zip(split, alone) {
      for (one, other) in zip(mine, theirs) where !one.isClose(to: other) {
        return "\"\(one.name)\" differs when rows run together"
      }
    }
    return nil
  }
}

extension [Tensor] {
  /// Tensors of so many rows as one list for each row; nil where one of them has not that many.
  fileprivate func parts(_ rows: Int) -> [[Tensor]]? {
    var parts = [[Tensor]](repeating: [], count: rows)
    for tensor in self {
      guard let split = tensor.split([Int](repeating: 1, count: rows)) else { return nil }
      for (index, part) in split.enumerated() { parts[index].append(part) }
    }
    return parts
  }
}

extension Tensor {
  /// Equal, but for what another order of summing changes in a floating-point number.
  fileprivate func isClose(to other: Tensor) -> Bool {
    guard shape == other.shape, datatype == other.datatype else { return false }
    guard datatype.isFloatingPoint else { return storage == other.storage }
    let tolerance = datatype == .fp16 || datatype == .bf16 ? 2e-2 : 1e-3
    return (0..<elementCount).allSatisfy { index in
      guard let mine = number(at: index), let theirs = other.number(at: index) else { return false }
      return mine == theirs || (mine.isNaN && theirs.isNaN)
        || abs(mine - theirs) <= tolerance * max(1, abs(mine), abs(theirs))
    }
  }
}

extension ModelSignature {
  /// Valid inputs in which no two rows are alike: numbers from -1 to 1, or 0 and 1 for whole ones, the same in each
  /// call.
  func samples(rows: Int) -> [Tensor] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next() -> UInt64 {
      // Knuth's MMIX generator; its upper bits are the good ones.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    return zeros(rows: rows).map { zeros in
      var tensor = zeros
      let count = zeros.elementCount
      switch (zeros.datatype, zeros.storage) {
      case (.fp32, _):
        return Tensor(
          name: zeros.name, shape: zeros.shape,
          fp32: (0..<count).map { _ in Float(next() % 20_001) / 10_000 - 1 })
      case (.fp64, _):
        var bytes: [UInt8] = []
        for _ in 0..<count {
          let word = (Double(next() % 20_001) / 10_000 - 1).bitPattern
          for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: word >> shift))
          }
        }
        tensor.storage = .bytes(bytes)
      case (.fp16, _), (.bf16, _), (_, .strings): break
      case (_, .bytes(var bytes)):
        let width = zeros.datatype.byteSize ?? 1
        for index in 0..<count { bytes[index * width] = UInt8(next() % 2) }
        tensor.storage = .bytes(bytes)
      }
      return tensor
    }
  }
}
