import Foundation
import Testing

@testable import Statistics

/// In seconds.
private let hour: Int64 = 3_600
/// A midnight in UTC, in seconds since 1970.
private let start: Int64 = 1_767_225_600

struct ConceptDriftJudgeTests {
  private let reference = ConceptReference(wrong: 1_500, of: 10_000)

  @Test func `an hour is judged once its labels are in, and only once`() {
    var predictions = LabelledPredictions()
    predictions.add(from: start, through: start + 2 * hour, rows: 10, delay: 600) { _ in 1 }
    var judge = ConceptDriftJudge(reference: reference)
    #expect(judge.judge(predictions, at: start + hour + 599, labelDelay: 900).isEmpty)
    #expect(judge.verdict == .collecting(blocks: 0, of: 1))
    #expect(judge.pending?.start == start + hour - 60)
    #expect(judge.pending?.labelled == 0)
    let first = judge.judge(predictions, at: start + hour + 600, labelDelay: 900)
    #expect(first.map(\.start) == [start])
    #expect(first.map(\.end) == [start + hour])
    #expect(first.map(\.labelled) == [600])
    #expect(first.map(\.mean) == [0.1])
    #expect(judge.verdict == .ok)
    #expect(judge.judge(predictions, at: start + hour + 660, labelDelay: 900).isEmpty)
    #expect(judge.judge(predictions, at: start + 3 * hour, labelDelay: 900).count == 1)
    #expect(judge.judge(predictions, at: start + 9 * hour, labelDelay: 900).isEmpty)
    #expect(judge.judged == 2)
    #expect(judge.pending == nil)
  }

  @Test func `a worse block that proves nothing yet is told, with what ADWIN sees`() throws {
    var predictions = LabelledPredictions()
    predictions.add(from: start, through: start + 40 * hour, rows: 10) { _ in 1 }
    var judge = ConceptDriftJudge(reference: reference)
    _ = judge.judge(predictions, at: start + 41 * hour)
    #expect(judge.verdict == .ok && judge.unprovenRise == nil)
    var worse = LabelledPredictions()
    worse.add(from: start + 41 * hour, through: start + 42 * hour, rows: 10) { _ in 3 }
    _ = judge.judge(worse, at: start + 43 * hour)
    #expect(judge.verdict == .ok)
    let sentence = try #require(judge.unprovenRise?.sentence)
    #expect(
      sentence.hasPrefix(
        "no proof of more errors yet: last block 30 % wrong, reference 15 %; evidence ")
        && sentence.hasSuffix(" % of what an alarm takes"), "\(sentence)")
    let seen = UnprovenRise(
      mean: 0.69, reference: ConceptReference(wrong: 27, of: 100), loss: .wrongRows, evidence: 0.02,
      secondOpinion: true)
    #expect(
      seen.sentence
        == "no proof of more errors yet: last block 69 % wrong, reference 27 %; evidence 2 % of what an alarm takes; ADWIN sees a rise"
    )
  }

  @Test func `95 % of the labels are enough, fewer wait for the delay's 95th percentile`() {
    func windows(labelled: Int64) -> [LabelWindow] {
      [LabelWindow(start: start, seconds: hour, predicted: 100, labelled: labelled, loss: 9)]
    }
    var judge = ConceptDriftJudge(reference: reference)
    #expect(judge.judge(windows(labelled: 94), now: start + 3 * hour, labelDelay: nil).isEmpty)
    #expect(judge.judge(windows(labelled: 94), now: start + 3 * hour, labelDelay: 7_201).isEmpty)
    var other = judge
    #expect(judge.judge(windows(labelled: 95), now: start + 3 * hour, labelDelay: 7_201).count == 1)
    #expect(other.judge(windows(labelled: 60), now: start + 3 * hour, labelDelay: 7_200).count == 1)
    #expect(other.blocks.last?.mean == 9.0 / 60)
  }

  @Test func `with few rows an hour is not enough: a block takes 48`() {
    var predictions = LabelledPredictions(seconds: hour)
    predictions.add(from: start, through: start + 30 * hour, rows: 10) { _ in 2 }
    var judge = ConceptDriftJudge(reference: reference)
    let blocks = judge.judge(predictions, at: start + 31 * hour)
    #expect(blocks.count == 6)
    #expect(blocks.allSatisfy { $0.end - $0.start == 5 * hour && $0.labelled == 50 })
    #expect(judge.daysToFalseAlarm == 1_000 / 24.0, "the next block may be an hour")
  }

  @Test(arguments: [2 * hour, -2 * hour, 365 * 24 * hour])
  func `a clock that is set makes no block longer, and none shorter`(jump: Int64) {
    var predictions = LabelledPredictions()
    predictions.add(from: start, through: start + 90 * 60, rows: 10) { _ in 1 }
    var judge = ConceptDriftJudge(reference: reference)
    #expect(judge.judge(predictions, at: start + 90 * 60).count == 1)
    judge.clockMoved(by: jump)
    // From here on as if nothing had been, by the new clock.
    let then = start + jump
    var later = LabelledPredictions()
    later.add(from: then + 90 * 60, through: then + 3 * hour + 300, rows: 10) { _ in 1 }
    let blocks = judge.judge(later, at: then + 3 * hour + 300)
    #expect(blocks.map(\.start) == [then + hour, then + 2 * hour])
    #expect(blocks.map(\.end) == [then + 2 * hour, then + 3 * hour])
    // The minute whose labels were waited for is judged no more.
    #expect(blocks.map(\.labelled) == [590, 600])
    #expect(judge.referenceBlocks == 72)
  }

  @Test func `blocks end on the hour, the first is not a short one`() {
    var predictions = LabelledPredictions()
    predictions.add(from: start + 2_220, through: start + 5 * hour, rows: 3) { _ in 0 }
    var judge = ConceptDriftJudge(reference: reference)
    let blocks = judge.judge(predictions, at: start + 6 * hour)
    #expect(blocks.map(\.start) == [2_220, 2 * hour, 3 * hour, 4 * hour].map { start + $0 })
    #expect(blocks.map(\.end) == [2, 3, 4, 5].map { start + $0 * hour })
  }

  @Test func `how often one looks makes no difference`() {
    var generator = SplitMix(state: 21)
    var predictions = LabelledPredictions()
    predictions.add(from: start, through: start + 60 * hour, rows: 7, delay: 1_000) { _ in
      (generator.share(of: 7, probability: 0.2) * 7).rounded()
    }
    var often = ConceptDriftJudge()
    var once = ConceptDriftJudge()
    var blocks: [JudgedBlock] = []
    for now in stride(from: start, through: start + 62 * hour, by: 977) {
      blocks += often.judge(predictions, at: now, labelDelay: 1_001)
    }
    blocks += often.judge(predictions, at: start + 62 * hour, labelDelay: 1_001)
    #expect(once.judge(predictions, at: start + 62 * hour, labelDelay: 1_001) == blocks)
    #expect(blocks.count == 60)
    #expect(once == often)
  }

  @Test func `without a reference the first three days are it, and that is said`() throws {
    var generator = SplitMix(state: 2)
    var predictions = LabelledPredictions(seconds: 600)
    predictions.add(from: start, through: start + 130 * hour, rows: 10) { time in
      (generator.share(of: 10, probability: time < start + 100 * hour ? 0.15 : 0.5) * 10).rounded()
    }
    var judge = ConceptDriftJudge()
    #expect(judge.verdict == .collecting(blocks: 0, of: 72))
    _ = judge.judge(predictions, at: start + 10 * hour + 60)
    #expect(judge.verdict == .collecting(blocks: 10, of: 72))
    #expect(judge.evidence == nil)
    _ = judge.judge(predictions, at: start + 80 * hour + 60)
    #expect(judge.verdict == .ok)
    let collected = try #require(judge.reference)
    #expect(collected.source == .firstBlocks(72))
    #expect(abs(collected.mean - 0.15) < 0.02)
    _ = judge.judge(predictions, at: start + 130 * hour + 60)
    guard case .drift(let drift) = judge.verdict else {
      Issue.record("no drift: \(judge.verdict)")
      return
    }
    #expect(drift.start == start + 100 * hour)
    #expect(drift.sentence.contains("against \(Int((collected.mean * 100).rounded()))"))
    #expect(
      drift.sentence.contains(
        "% in the first 72 blocks; false alarms 41 days or more apart on average"))
  }

  @Test func `a drift is told in one sentence, and ends after three good blocks`() {
    var predictions = LabelledPredictions()
    predictions.add(from: start, through: start + 200 * hour, rows: 100) { time in
      switch (time - start) / hour {
      case ..<60: 15
      case ..<180: 41
      default: 12
      }
    }
    var judge = ConceptDriftJudge(reference: reference)
    var firstSentence: String?
    for now in stride(from: start, through: start + 200 * hour + 60, by: 1_800) {
      _ = judge.judge(predictions, at: now)
      guard case .drift(let drift) = judge.verdict else { continue }
      #expect(drift.start == start + 60 * hour)
      if firstSentence == nil {
        firstSentence = drift.sentence
        #expect(drift.alarm == start + 70 * hour)
      }
      if now == start + 180 * hour + 1_800 {
        #expect(
          drift.sentence
            == "wrong 41 % of the last 120 blocks against 15 % in the reference; "
            + "false alarms 41 days or more apart on average; ADWIN agrees")
      }
    }
    #expect(
      firstSentence
        == "wrong 41 % of the last 10 blocks against 15 % in the reference; "
        + "false alarms 41 days or more apart on average; ADWIN, which is slower, does not yet")
    #expect(judge.verdict == .ok)
  }

  @Test func `a loss that is no error rate is judged by its tenth, without ADWIN`() {
    var predictions = LabelledPredictions(seconds: hour)
    predictions.add(from: start, through: start + 300 * hour, rows: 50) { time in
      (time < start + 100 * hour ? 12.5 : 20) * 50
    }
    var judge = ConceptDriftJudge(
      loss: .mean, reference: ConceptReference(mean: 12.5, standardError: 0.1))
    #expect(judge.boundary == 13.75)
    _ = judge.judge(predictions, at: start + 100 * hour + 10)
    #expect(judge.verdict == .ok)
    _ = judge.judge(predictions, at: start + 301 * hour)
    guard case .drift(let drift) = judge.verdict else {
      Issue.record("no drift: \(judge.verdict)")
      return
    }
    #expect(drift.secondOpinion == nil)
    #expect(
      drift.sentence == "mean loss 20.0 in the last 168 blocks against 12.5 in the reference; "
        + "false alarms 41 days or more apart on average")
  }

  @Test(arguments: [1e101, 1e154, 1e200, 1e308, Double.infinity, .nan])
  func `an error that means nothing is left out, and nothing ends`(_ error: Double) {
    var predictions = LabelledPredictions(seconds: hour)
    predictions.add(from: start, through: start + 200 * hour, rows: 50) { time in
      time == start + 20 * hour ? error * 50 : 1_500
    }
    var judge = ConceptDriftJudge(loss: .mean)
    _ = judge.judge(predictions, at: start + 200 * hour)
    #expect(judge.reference?.mean == 30)
    #expect(judge.verdict == .ok)
  }

  @Test func `blocks of which nothing can be said, kept by an earlier version, are collected anew`()
    throws
  {
    var predictions = LabelledPredictions(seconds: hour)
    predictions.add(from: start, through: start + 200 * hour, rows: 50) { time in
      time == start + 20 * hour ? 1_550 : 1_500
    }
    var judge = ConceptDriftJudge(loss: .mean)
    _ = judge.judge(predictions, at: start + 40 * hour)
    let kept = String(decoding: try JSONEncoder().encode(judge), as: UTF8.self)
    #expect(kept.contains(#""loss":1550"#))
    judge = try JSONDecoder().decode(
      ConceptDriftJudge.self,
      from: Data(kept.replacing(#""loss":1550"#, with: #""loss":1e+202"#).utf8)
    )
    _ = judge.judge(predictions, at: start + 100 * hour)
    #expect(judge.reference == nil)
    _ = judge.judge(predictions, at: start + 200 * hour)
    #expect(judge.reference?.mean == 30)
  }

  @Test func `the baselines stand beside a drift`() throws {
    var judge = ConceptDriftJudge(reference: reference)
    let windows = (0..<40).map { number -> LabelWindow in
      var baselines = LabelBaselines()
      for row in 0..<100 { baselines.add(row % 4 < 2 ? "up" : "down") }
      return LabelWindow(
        start: start + Int64(number) * hour, seconds: hour, predicted: 100, labelled: 100, loss: 60,
        baselines: baselines)
    }
    _ = judge.judge(windows, now: start + 41 * hour, labelDelay: 0)
    guard case .drift(let drift) = judge.verdict else {
      Issue.record("no drift: \(judge.verdict)")
      return
    }
    #expect(abs(drift.mean - 0.6) < 1e-12)
    #expect(drift.majorityMean == 0.5)
    #expect(abs((drift.noChangeMean ?? 0) - 49.0 / 99) < 1e-12)
  }
}
