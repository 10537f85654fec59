package import InferenceProtocol

/// What runs of a version cost, as measured at load: the ground on which inline or lanes is chosen.
package struct RunCost: Sendable, Equatable {
  /// Median nanoseconds of a run with 1, 8 and 32 rows; nil where the model has no such batch, or where it would have
  /// taken too long to find out.
  package var one: Int64
  package var eight: Int64?
  package var thirtyTwo: Int64?

  package init(one: Int64, eight: Int64? = nil, thirtyTwo: Int64? = nil) {
    self.one = one
    self.eight = eight
    self.thirtyTwo = thirtyTwo
  }

  /// Nanoseconds that each row beyond the first adds.
  package var perFurtherRow: Double {
    if let thirtyTwo { return max(1, Double(thirtyTwo - one) / 31) }
    if let eight { return max(1, Double(eight - one) / 7) }
    return Double(max(1, one))
  }

  /// Rows of the largest request that runs inline; 0: none.
  package func inlineRows(_ settings: ModelServerSettings) -> Int {
    guard one < settings.inlineRunMax.nanoseconds else { return 0 }
    return 1 + Int(Double(settings.inlineRequestMax.nanoseconds - one) / perFurtherRow)
  }

  /// Measures a version. Blocks the caller's thread for about 0.1 s, or for a run of one row if that takes longer.
  ///
  /// - Parameter run: with so many rows; an error of it leaves the figure out, but for one row it is thrown.
  package static func measure(
    isBatchable: Bool, clock: RunClock, run: (_ rows: Int) throws(InferenceError) -> Void
  ) throws(InferenceError) -> RunCost {
    func median(rows: Int, budget: Int64) throws(InferenceError) -> Int64 {
      var times: [Int64] = []
      let start = clock.now()
      repeat {
        let before = clock.now()
        try run(rows)
        times.append(clock.now() - before)
      } while times.count < 41 && clock.now() - start < budget
      times.sort()
      return times[times.count / 2]
    }
    try run(1)
    var cost = RunCost(one: try median(rows: 1, budget: 40_000_000))
    guard isBatchable, cost.one < 20_000_000 else { return cost }
    cost.eight = try? median(rows: 8, budget: 40_000_000)
    guard let eight = cost.eight, eight < 20_000_000 else { return cost }
    cost.thirtyTwo = try? median(rows: 32, budget: 40_000_000)
    return cost
  }
}

extension ModelSignature {
  /// Whether the inputs of so many rows are no more than one message may hold.
  package func fitsMessage(rows: Int) -> Bool {
    var left = WireLimits().elements
    for input in inputs {
      let shape = input.shape.enumerated().map { index, length in
        length >= 0 ? length : (index == 0 ? rows : 1)
      }
      guard let count = Tensor.elementCount(of: shape), count <= left else { return false }
      left -= count
    }
    return true
  }

  /// Likewise of rows like the one of a sample.
  func fitsMessage(rows: Int, of sample: [Tensor]) -> Bool {
    fitsMessage(rows: rows) && extentPerRow(of: sample) * rows <= WireLimits().elements
  }

  /// Whether every input leaves its first dimension open, and has one.
  package var isBatchable: Bool {
    inputs.allSatisfy { $0.shape.first == -1 && !$0.takesAnyShape }
  }

  /// Valid inputs made of zeros: open dimensions are 1, but for the first, which is `rows`.
  ///
  /// - Precondition: `fitsMessage`, or memory may not do.
  package func zeros(rows: Int) -> [Tensor] {
    inputs.map { input in
      let shape = input.shape.enumerated().map { index, length in
        length >= 0 ? length : (index == 0 ? rows : 1)
      }
      let count = shape.reduce(1, *)
      let storage: Tensor.Storage =
        input.datatype.byteSize.map { .bytes([UInt8](repeating: 0, count: count * $0)) }
        ?? .strings([[UInt8]](repeating: [], count: count))
      return Tensor(name: input.name, datatype: input.datatype, shape: shape, storage: storage)
    }
  }
}
