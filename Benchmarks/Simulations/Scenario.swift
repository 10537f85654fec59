import Statistics

/// A promise of the statistics, and how often made-up traffic breaks it.
struct Scenario: Sendable {
  /// What is asked of all runs together.
  enum Bound: Sendable {
    /// The share of runs in which it happened.
    case share(atMost: Double)
    /// The median of what was measured, and the share of runs that measured anything.
    case median(atMost: Double, of: Double)
    case mean(atLeast: Double)
    /// Printed for comparison.
    case none
  }

  let name: String
  let bound: Bound
  /// Runs, as a part of those asked for.
  var part = 1.0
  /// One run: nil when it did not happen, else how much (a one where it can only happen).
  let run: @Sendable (inout SplittableRandom) -> Double?
}

/// What came of a scenario's runs.
struct Finding {
  let scenario: Scenario
  let runs: Int
  /// Of the runs in which it happened, ascending.
  let measured: [Double]

  var share: Double { Double(measured.count) / Double(runs) }
  var shareInterval: WilsonInterval {
    WilsonInterval(successes: Int64(measured.count), trials: Int64(runs))
  }
  var median: Double { measured.isEmpty ? .nan : measured[measured.count / 2] }
  var ninthDecile: Double { measured.isEmpty ? .nan : measured[measured.count * 9 / 10] }
  var mean: Double { measured.reduce(0, +) / Double(measured.count) }
  /// Half of the 95 % interval of the mean.
  var meanMargin: Double {
    let count = Double(measured.count)
    let squares = measured.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return 1.96 * (squares / (count - 1) / count).squareRoot()
  }

  /// A bound is broken by a whole interval: some promises are nearly exact.
  var holds: Bool {
    switch scenario.bound {
    case .share(let most): shareInterval.low <= most
    case .median(let most, let least): share >= least && median <= most
    case .mean(let least): share == 1 && mean + meanMargin >= least
    case .none: true
    }
  }
}

extension Scenario {
  /// Runs it on all cores; what comes out depends on the seed alone.
  func finding(runs wanted: Int, seed: UInt64) async -> Finding {
    let runs = max(1, Int(Double(wanted) * part))
    let root = SplittableRandom(seed: seed).split(name)
    let chunk = 16
    let measured = await withTaskGroup(of: [Double].self) { group in
      for begin in stride(from: 0, to: runs, by: chunk) {
        group.addTask {
          (begin..<min(begin + chunk, runs)).compactMap { run in
            var random = root.split(UInt64(run))
            return self.run(&random)
          }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    return Finding(scenario: self, runs: runs, measured: measured.sorted())
  }
}
