package import InferenceProtocol

/// Whether a version answers a row alike, whichever rows stand beside it: only then may requests share a run.
package enum RowIndependence: Sendable, Equatable {
  /// Nothing speaks against it: the answers are the same, to the bit.
  case holds
  /// The answers are the same but for the last digits, which another order of summing changes.
  case holdsNearly
  /// A trial, or its signature, speaks against it; in words.
  case isBroken(String)
  /// No rows could be tried that differ from each other; why, in words.
  case isUnknown(String)

  /// Runs three different rows one by one and together, and compares: small numbers, then beside small ones a row of large
  /// ones, since what one row does to the others may grow with it, or begin where a number is large. Blocks for eight runs.
  ///
  /// - Parameter run: of made-up rows, which a model may refuse, or not end before somebody's patience does.
  package static func tried(
    _ signature: ModelSignature,
    run: ([Tensor]) throws(InferenceError) -> [Tensor]
  ) -> RowIndependence {
    guard signature.isBatchable else { return .isBroken("an input's first dimension is fixed") }
    // What texts mean to a model nobody can guess: those that it does not know are all alike to it.
    if let input = signature.inputs.first(where: { $0.datatype == .bytes }) {
      return .isUnknown(
        "\"\(input.name)\" takes texts, so that no different rows can be made up to try")
    }
    var (isTried, isExact) = (false, true)
    for scales in [[1, 1, 1], [1, 30_000, 1]] as [[Double]] {
      let samples = signature.samples(scales: scales)
      guard let parts = samples.parts(scales.count) else {
        return .isBroken("its inputs cannot be taken apart")
      }
      let together = try? run(samples)
      guard let alone = try? parts.map(run) else { continue }
      // The rows that it answers one by one it is to answer together.
      guard let together else { return .isBroken("a run with \(scales.count) rows fails") }
      // Where large numbers cancel each other out, another order of summing changes much: the small rows tell.
      let told = scales.indices.filter { scales[$0] == 1 }
      switch compare(together, alone, told) {
      case .same: break
      case .nearly: isExact = false
      case .different(let obstacle): return .isBroken(obstacle)
      }
      isTried = true
    }
    guard isTried else {
      return .isUnknown("it does not answer the different rows that are made up to try")
    }
    return isExact ? .holds : .holdsNearly
  }

  /// What speaks against it, in words, by rows of somebody's choice; nil when nothing does.
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
    guard case .different(let obstacle) = compare(together, alone, Array(0..<rows)) else {
      return nil
    }
    return obstacle
  }

  /// How alike a request's answer out of a shared run is to that of a run of its own.
  static func likeness(of shared: [Tensor], to alone: [Tensor]) -> Likeness {
    guard shared.count == alone.count else { return .different("another number of outputs") }
    var likeness = Likeness.same
    for (one, other) in zip(shared, alone)
    where one.shape != other.shape || one.storage != other.storage {
      guard one.isClose(to: other) else {
        return .different("\"\(one.name)\" differs when rows run together")
      }
      likeness = .nearly
    }
    return likeness
  }

  enum Likeness: Equatable {
    case same, nearly
    case different(String)
  }

  /// - Parameter told: the rows that are compared.
  private static func compare(
    _ together: [Tensor], _ alone: [[Tensor]], _ told: [Int]
  ) -> Likeness {
    guard let split = together.parts(alone.count) else {
      return .different("an output has not a row for each row of the input")
    }
    var isExact = true
    for row in told {
      switch likeness(of: split[row], to: alone[row]) {
      case .same: break
      case .nearly: isExact = false
      case .different(let obstacle): return .different(obstacle)
      }
    }
    return isExact ? .same : .nearly
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
  /// Valid inputs in which no two rows are alike, the same in each call: numbers from -1 to 1 in rows of scale 1, else of a half
  /// to the whole scale and of both signs; 0 and 1 where they are whole. Texts are empty.
  func samples(scales: [Double]) -> [Tensor] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next() -> UInt64 {
      // Knuth's MMIX generator; its upper bits are the good ones.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    return zeros(rows: scales.count).map { zeros in
      guard case .bytes(var bytes) = zeros.storage, let width = zeros.datatype.byteSize else {
        return zeros
      }
      let count = zeros.elementCount
      for index in 0..<count {
        let word: UInt64
        if zeros.datatype.isFloatingPoint {
          let scale = scales[index * scales.count / count]
          var value = Double(next() % 20_001) / 10_000 - 1
          // What is large is so in both directions.
          if scale != 1 { value = (index.isMultiple(of: 2) ? 1 : -1) * (1 + value.magnitude) / 2 }
          word = zeros.datatype.bits(of: value * scale)
        } else {
          word = next() % 2
        }
        for byte in 0..<width {
          bytes[index * width + byte] = UInt8(truncatingIfNeeded: word >> (8 * UInt64(byte)))
        }
      }
      var tensor = zeros
      tensor.storage = .bytes(bytes)
      return tensor
    }
  }
}

extension DataType {
  /// A number as this type of floating-point number keeps it.
  fileprivate func bits(of value: Double) -> UInt64 {
    switch self {
    case .fp64: value.bitPattern
    case .fp16: UInt64(Float16(value).bitPattern)
    case .bf16: UInt64(Float(value).bitPattern >> 16)
    default: UInt64(Float(value).bitPattern)
    }
  }
}
