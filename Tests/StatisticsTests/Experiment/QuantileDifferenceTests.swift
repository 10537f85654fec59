import Foundation
import Statistics
import Testing

struct QuantileDifferenceTests {
  private func sketch(_ values: some Sequence<Double>) -> DDSketch {
    var sketch = DDSketch()
    for value in values { sketch.add(value) }
    return sketch
  }

  @Test func `the bounds of a rank hold the value at that rank`() throws {
    let golden = try GoldenLatency.load()
    let sketch = sketch(golden.values)
    let sorted = golden.values.sorted()
    for rank in [1, 2, 500, 50_000, 99_000, 99_999, 100_000] {
      let bounds = sketch.bounds(ofRank: Int64(rank))
      let exact = sorted[rank - 1]
      #expect(bounds.lowerBound <= exact * (1 + 1e-12) && exact <= bounds.upperBound * (1 + 1e-12))
      #expect(bounds.upperBound <= bounds.lowerBound * DDSketch.gamma * (1 + 1e-12))
    }
    var zeros = DDSketch()
    zeros.add(0, count: 5)
    zeros.add(10)
    #expect(zeros.bounds(ofRank: 5).lowerBound == 0)
    #expect(zeros.bounds(ofRank: 6).contains(10))
  }

  @Test func `counts above a bucket's edge are exact`() throws {
    let golden = try GoldenLatency.load()
    let sketch = sketch(golden.values)
    let edge = try #require(sketch.bucketEdge(aboveQuantile: 0.99))
    let slow = golden.values.count { $0 > edge }
    #expect(sketch.count(above: edge, through: .infinity) == Int64(slow))
    #expect(slow <= 1_000 && slow >= 900)
    // And so in another sketch, whose values are others.
    let slower = golden.values.map { $0 * 1.37 }
    let other = self.sketch(slower)
    #expect(
      other.count(above: edge, through: .infinity) == Int64(slower.count { $0 > edge }))
  }

  @Test func `p99 of one latency sample against itself differs by nothing, within an interval`()
    throws
  {
    let golden = try GoldenLatency.load()
    let sketch = sketch(golden.values)
    let difference = try #require(
      QuantileDifference(ByArm(champion: sketch, challenger: sketch), q: 0.99))
    #expect(difference.estimate == 0)
    let low = try #require(difference.low)
    let high = try #require(difference.high)
    #expect(low < 0 && high > 0)
    #expect(abs(low + high) < 1e-6)
  }

  @Test func `without enough values beyond the quantile the interval has no upper end`() throws {
    let few = sketch((1...300).map(Double.init))
    let sequence = try #require(QuantileConfidenceSequence(of: few, q: 0.99))
    #expect(sequence.high == nil)
    #expect(sequence.low > 0 && sequence.low < 297)
    let difference = try #require(
      QuantileDifference(ByArm(champion: few, challenger: few), q: 0.99))
    #expect(difference.low == nil && difference.high == nil)
    #expect(QuantileDifference(ByArm(champion: DDSketch(), challenger: few), q: 0.99) == nil)
    let enough = sketch((1...2_000).map(Double.init))
    #expect(try #require(QuantileConfidenceSequence(of: enough, q: 0.99)).high != nil)
  }

  /// Two exponential latencies whose p99 differ by 38 ms: each look must hold the truth in 95 of 100 experiments.
  @Test func `the interval holds the true difference at every look of nearly all experiments`()
    throws
  {
    let (champion, challenger) = (100.0 / log(100), 138.0 / log(100))
    var missed = 0
    var narrowest = Double.infinity
    for seed in 1...60 {
      var random = SplitMix(state: UInt64(seed))
      var sketches = ByArm(champion: DDSketch(), challenger: DDSketch())
      var isMissed = false
      for look in 1...40 {
        for _ in 0..<500 {
          sketches.champion.add(-champion * log(1 - Double.random(in: 0..<1, using: &random)))
          sketches.challenger.add(-challenger * log(1 - Double.random(in: 0..<1, using: &random)))
        }
        let difference = try #require(QuantileDifference(sketches, q: 0.99))
        if let low = difference.low, low > 38 { isMissed = true }
        if let high = difference.high, high < 38 { isMissed = true }
        if look == 40, let low = difference.low, let high = difference.high {
          narrowest = min(narrowest, high - low)
          #expect(low > 0, "with 20,000 values each it is found slower")
        }
      }
      if isMissed { missed += 1 }
    }
    #expect(missed <= 3)
    #expect(narrowest < 40)
  }
}

struct BernoulliConfidenceSequenceTests {
  @Test func `without a trial nothing is known, and without an event the low end is zero`() {
    let nothing = BernoulliConfidenceSequence(events: 0, trials: 0)
    #expect(nothing.low == 0 && nothing.high == 1)
    let none = BernoulliConfidenceSequence(events: 0, trials: 5_000)
    #expect(none.low == 0 && none.high < 0.003)
    let all = BernoulliConfidenceSequence(events: 5_000, trials: 5_000)
    #expect(all.high == 1 && all.low > 0.997)
  }

  @Test func `looked at after each trial it misses the truth in at most five of a hundred runs`() {
    var missed = 0
    for seed in 1...200 {
      var random = SplitMix(state: UInt64(seed))
      var events = 0
      for trials in 1...400 {
        if Double.random(in: 0..<1, using: &random) < 0.1 { events += 1 }
        let sequence = BernoulliConfidenceSequence(events: events, trials: trials)
        if sequence.low > 0.1 || sequence.high < 0.1 {
          missed += 1
          break
        }
      }
    }
    #expect(missed <= 10)
  }
}
