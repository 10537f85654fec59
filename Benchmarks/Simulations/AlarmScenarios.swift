import Statistics

/// Alarms of `EDetector`, on blocks of error rates.
enum AlarmScenarios {
  static var all: [Scenario] {
    [
      falseAlarm("blocks of 48 rows, at the boundary", blocks: 200) { random, _ in
        Double(random.binomial(48, 0.2)) / 48
      },
      falseAlarm("blocks of 48 rows, at the boundary", blocks: 1_000) { random, _ in
        Double(random.binomial(48, 0.2)) / 48
      },
      falseAlarm("blocks that fail whole or not at all", blocks: 200) { random, _ in
        random.isTrue(0.2) ? 1 : 0
      },
      // The mean, given the past, is the boundary; what else a block is like depends on the one before it.
      falseAlarm("blocks that depend on the last", blocks: 200) { random, last in
        last > 0.2 ? (random.isTrue(0.2) ? 1 : 0) : Double(random.binomial(48, 0.2)) / 48
      },
      delay("errors from 18 to 45 %", atMost: 15) { Double($0.binomial(48, 0.45)) / 48 },
      delay("errors from 18 to 28 %", atMost: 60) { Double($0.binomial(48, 0.28)) / 48 },
    ]
  }

  private static func detector(_ blocks: Double) -> EDetector {
    EDetector(reference: 0.18, tolerance: 0.02, runLength: blocks)
  }

  private static func falseAlarm(
    _ name: String, blocks: Double,
    _ block: @escaping @Sendable (inout SplittableRandom, Double) -> Double
  ) -> Scenario {
    Scenario(
      name: "blocks to a false alarm, \(Int(blocks)) stated: \(name)",
      bound: .mean(atLeast: blocks)
    ) { random in
      var detector = detector(blocks)
      var (count, last) = (0.0, 0.0)
      repeat {
        last = block(&random, last)
        count += 1
      } while detector.step(last) == nil
      return count
    }
  }

  private static func delay(
    _ name: String, atMost blocks: Double,
    _ block: @escaping @Sendable (inout SplittableRandom) -> Double
  ) -> Scenario {
    Scenario(
      name: "blocks until the alarm: \(name)", bound: .median(atMost: blocks, of: 0.99)
    ) { random in
      var detector = detector(1_000)
      for _ in 0..<100 { _ = detector.step(Double(random.binomial(48, 0.18)) / 48) }
      return (1...10_000).first { _ in detector.step(block(&random)) != nil }.map(Double.init)
    }
  }
}
