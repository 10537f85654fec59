import Foundation
import Statistics
import Testing

/// In seconds.
private let hour: Int64 = 3_600
/// A midnight in UTC, in seconds since 1970.
private let start: Int64 = 1_767_225_600

struct ConceptDriftLabelTests {
  private let reference = ConceptReference(wrong: 1_500, of: 10_000)

  @Test func `a label outage is told with its stretch, and ends with it`() throws {
    var predictions = LabelledPredictions()
    predictions.add(from: start, through: start + 3 * hour, rows: 10) { _ in 1 }
    predictions.add(from: start + 3 * hour, through: start + 6 * hour, rows: 10, delay: nil) { _ in
      0
    }
    predictions.add(from: start + 6 * hour, through: start + 8 * hour, rows: 10) { _ in 1 }
    var judge = ConceptDriftJudge(reference: reference)
    _ = judge.judge(predictions, at: start + 3 * hour + 60)
    #expect(judge.verdict == .ok)
    _ = judge.judge(predictions, at: start + 5 * hour + 60)
    guard case .labelsMissing(let missing) = judge.verdict else {
      Issue.record("not missed: \(judge.verdict)")
      return
    }
    #expect(missing.start == start + 4 * hour)
    #expect(missing.end == start + 5 * hour)
    #expect(missing.share == 0)
    #expect(missing.predicted == 600)
    _ = judge.judge(predictions, at: start + 8 * hour + 60)
    #expect(judge.verdict == .ok)
    #expect(judge.unlabelledBlocks == 3)
    #expect(judge.judged == 5)
  }

  @Test func `a model whose labels never came says so`() {
    var predictions = LabelledPredictions()
    predictions.add(from: start, through: start + 2 * hour, rows: 10, delay: nil) { _ in 0 }
    var judge = ConceptDriftJudge()
    #expect(judge.judge(predictions, at: start + 2 * hour, labelDelay: nil).isEmpty)
    guard case .labelsMissing(let missing) = judge.verdict else {
      Issue.record("not missed: \(judge.verdict)")
      return
    }
    #expect(missing.predicted == 1_200)
    #expect(missing.start == start)
    #expect(missing.end == start + 2 * hour)
  }

  @Test func `where one row in ten is ever labelled, that is not an outage`() {
    let windows = (0..<200).map { number in
      LabelWindow(
        start: start + Int64(number) * hour, seconds: hour, predicted: 200, labelled: 20, loss: 3)
    }
    var judge = ConceptDriftJudge(reference: reference)
    let blocks = judge.judge(windows, now: start + 202 * hour, labelDelay: Double(hour))
    #expect(blocks.count == 66)
    #expect(blocks.allSatisfy { $0.labelled == 60 })
    #expect(judge.verdict == .ok)
  }

  @Test func `hours without traffic are no blocks`() {
    var predictions = LabelledPredictions()
    predictions.add(from: start, through: start + 2 * hour, rows: 10) { _ in 1 }
    predictions.add(from: start + 10 * hour + 1_200, through: start + 12 * hour, rows: 10) { _ in 1
    }
    var judge = ConceptDriftJudge(reference: reference)
    let blocks = judge.judge(predictions, at: start + 13 * hour)
    #expect(blocks.map(\.start) == [0, 1, 10, 11].map { start + $0 * hour })
  }

  @Test func `windows that cannot be are not believed, and cost nothing but themselves`() {
    var judge = ConceptDriftJudge(reference: reference)
    let windows = [
      LabelWindow(start: start, seconds: hour, predicted: 60, labelled: 60, loss: .nan),
      LabelWindow(start: start + hour, seconds: hour, predicted: 60, labelled: 60, loss: -4),
      LabelWindow(start: start + 2 * hour, seconds: hour, predicted: 60, labelled: 90, loss: 90),
      LabelWindow(start: start + 3 * hour, seconds: hour, predicted: 0, labelled: 5, loss: 5),
      LabelWindow(start: start + 1, seconds: hour, predicted: 60, labelled: 60, loss: 0),
      LabelWindow(start: start + 4 * hour, seconds: hour, predicted: 60, labelled: 60, loss: 6),
      LabelWindow(start: start + 9 * hour, seconds: hour, predicted: 60, labelled: 60, loss: 6),
    ]
    let blocks = judge.judge(windows, now: start + 6 * hour, labelDelay: 0)
    #expect(blocks.map(\.start) == [start + 2 * hour, start + 4 * hour])
    #expect(blocks.map(\.mean) == [1, 0.1])
    #expect(judge.unlabelledBlocks == 2)
    // The clock went back: nothing is judged twice.
    #expect(judge.judge(windows, now: start + hour, labelDelay: 0).isEmpty)
  }

  @Test func `a stored judge goes on as if it had not been stored`() throws {
    var generator = SplitMix(state: 8)
    var predictions = LabelledPredictions(seconds: 600)
    predictions.add(from: start, through: start + 150 * hour, rows: 10, delay: 400) { time in
      (generator.share(of: 10, probability: time < start + 100 * hour ? 0.2 : 0.6) * 10).rounded()
    }
    for stop in [1_000, 20 * hour, 90 * hour + 77, 140 * hour] {
      var judge = ConceptDriftJudge()
      _ = judge.judge(predictions, at: start + stop, labelDelay: 500)
      var restored = try JSONDecoder().decode(
        ConceptDriftJudge.self, from: JSONEncoder().encode(judge))
      #expect(restored == judge)
      #expect(
        judge.judge(predictions, at: start + 151 * hour, labelDelay: 500)
          == restored.judge(predictions, at: start + 151 * hour, labelDelay: 500))
      #expect(restored.verdict == judge.verdict)
      #expect(restored == judge)
    }
  }
}
