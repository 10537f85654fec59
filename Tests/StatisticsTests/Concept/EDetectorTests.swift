import Foundation
import Statistics
import Testing

struct EDetectorTests {
  /// Worked by hand: b = 0.5, so a mean of 1 multiplies by 1 + f, one of 0 by 1 - f.
  @Test func `evidence is the average of the bets' sums`() {
    var detector = EDetector(reference: 0.4, tolerance: 0.1, runLength: 100)
    #expect(detector.evidence == 0)
    #expect(detector.step(1) == nil)
    let first = EDetector.fractions.map { 1 + $0 }
    #expect(abs(detector.evidence - first.reduce(0, +) / 4 / 100) < 1e-15)
    #expect(detector.step(0) == nil)
    let second = zip(first, EDetector.fractions).map { ($0 + 1) * (1 - $1) }
    #expect(abs(detector.evidence - second.reduce(0, +) / 4 / 100) < 1e-15)
    // At the boundary nothing is won or lost, but each block is a new possible beginning.
    #expect(detector.step(0.5) == nil)
    #expect(abs(detector.evidence - (second.reduce(0, +) + 4) / 4 / 100) < 1e-15)
  }

  /// The promise, where it is tightest: means that are the boundary on average.
  @Test(arguments: [0.04, 0.17, 0.35])
  func `false alarms are no more frequent than promised`(boundary: Double) {
    var generator = SplitMix(state: 11)
    let runs = 600
    var blocks = 0
    for _ in 0..<runs {
      var detector = EDetector(reference: boundary - 0.02, tolerance: 0.02, runLength: 100)
      repeat {
        blocks += 1
      } while detector.step(
        generator.share(of: 20, probability: boundary)) == nil
    }
    let mean = Double(blocks) / Double(runs)
    #expect(mean >= 97)
    #expect(mean <= 140)
  }

  /// Daily means that follow each other, as real ones do, around the reference itself.
  @Test func `within the tolerance blocks may follow each other a little`() {
    var generator = SplitMix(state: 5)
    var detector = EDetector(reference: 0.15, tolerance: 0.02)
    var (state, alarms) = (0.0, 0)
    for _ in 0..<20_000 {
      state = 0.3 * state + (1 - 0.09).squareRoot() * generator.standardNormal()
      if detector.step(min(max(0.15 + 0.07 * state, 0), 1)) != nil { alarms += 1 }
    }
    #expect(alarms <= 20)
  }

  @Test(arguments: [(0.15, 0.41, 16), (0.15, 0.25, 40), (0.02, 0.10, 20), (0.33, 0.77, 18)])
  func `a rise is found soon, and its beginning with it`(
    reference: Double, raised: Double, limit: Int
  ) throws {
    var generator = SplitMix(state: 3)
    var detector = EDetector(reference: reference, tolerance: 0.02)
    for _ in 0..<200 {
      #expect(detector.step(generator.share(of: 48, probability: reference)) == nil)
    }
    var alarm: EDetector.Alarm?
    var blocks = 0
    while alarm == nil && blocks < 200 {
      blocks += 1
      alarm = detector.step(generator.share(of: 48, probability: raised))
    }
    let found = try #require(alarm)
    #expect(blocks <= limit)
    #expect(abs(found.blocks - blocks) <= 3)
    #expect(found.evidence >= 1)
    #expect(detector.evidence == 0)
  }

  @Test func `a fall is no alarm, and an infinite loss is one`() {
    var detector = EDetector(reference: 0.3, tolerance: 0.02)
    for _ in 0..<5_000 { #expect(detector.step(0.1) == nil) }
    #expect(detector.evidence < 0.01)
    #expect(detector.step(.infinity)?.evidence.isFinite == true)
  }

  @Test func `the promise in days is that of the block's length`() {
    let detector = EDetector(reference: 0.1, tolerance: 0.02)
    #expect(abs(detector.meanTimeToFalseAlarm(blockSeconds: 3_600) - 41.67) < 0.01)
    #expect(detector.meanTimeToFalseAlarm(blockSeconds: 86_400) == 1_000)
  }

  @Test func `a stored detector goes on as if it had not been stored`() throws {
    var detector = EDetector(reference: 0.2, tolerance: 0.02)
    let days = try Electricity.load().wrongByDay
    for wrong in days.prefix(200) { _ = detector.step(wrong / 48) }
    var restored = try JSONDecoder().decode(
      EDetector.self, from: JSONEncoder().encode(detector))
    for wrong in days.dropFirst(200) {
      #expect(detector.step(wrong / 48) == restored.step(wrong / 48))
    }
    #expect(detector == restored)
  }
}
