import Domain
import Foundation
import Statistics
import Testing

@testable import Control
@testable import Storage

struct DueLabelsTests {
  private static let start = JudgementBench.start

  /// Ten rows a second, the labels of which all come after `delay` seconds, but for those that are left out.
  private static func labels(
    seconds: Int64, delay: Int64, missing: (Int64) -> Bool = { _ in false }
  ) -> DueLabels {
    var labels = DueLabels()
    var sketch = DDSketch()
    for second in start..<start + seconds {
      labels.predict(10, at: second)
      let labelled = second - delay
      guard labelled >= start, !missing(labelled) else { continue }
      labels.label(10, at: labelled)
      sketch.add(Double(delay), count: 10)
    }
    labels.add(delay: sketch)
    return labels
  }

  @Test func `what is not due yet is not missing`() {
    let labels = Self.labels(seconds: 100, delay: 12)
    #expect(labels.completeness(now: Self.start + 100) == 1)
    #expect(Self.labels(seconds: 10, delay: 12).completeness(now: Self.start + 10) == nil)
  }

  @Test func `what is due and did not come is missing`() {
    let labels = Self.labels(seconds: 420, delay: 12) { $0 >= Self.start + 200 }
    let share = labels.completeness(now: Self.start + 420) ?? 0
    #expect(share > 0.48 && share < 0.51)
  }

  @Test func `a label that comes later than most still counts`() {
    var labels = Self.labels(seconds: 112, delay: 12) { $0 == Self.start + 30 }
    #expect((labels.completeness(now: Self.start + 112) ?? 1) < 1)
    labels.label(10, at: Self.start + 30)
    #expect(labels.completeness(now: Self.start + 112) == 1)
    labels.label(10, at: Self.start - 3_600)
    #expect(labels.completeness(now: Self.start + 112) == 1)
  }

  @Test func `weeks of predictions that wait are held in bounded room, and go over a restart`()
    throws
  {
    var labels = DueLabels()
    var sketch = DDSketch()
    for hour in Int64(0)..<24 * 40 {
      labels.predict(100, at: Self.start + hour * 3_600)
      guard hour >= 24 * 20 else { continue }
      labels.label(100, at: Self.start + (hour - 24 * 20) * 3_600)
      sketch.add(20 * 86_400, count: 100)
    }
    labels.add(delay: sketch)
    #expect(labels.completeness(now: Self.start + 40 * 86_400) == 1)
    let json = try JSONEncoder().encode(labels)
    #expect(json.count < 64 * DueLabels.stretchesMax)
    #expect(try JSONDecoder().decode(DueLabels.self, from: json) == labels)
  }

  @Test func `a clock that is set makes nothing due`() {
    var labels = Self.labels(seconds: 100, delay: 12)
    labels.clockMoved(by: 3_600)
    #expect(labels.completeness(now: Self.start + 3_700) == 1)
  }

  @Test func `an experiment whose due labels have all come is not held back for them`() throws {
    var bench = JudgementBench(challenger: 0.5)
    for second in Int64(0)..<100 {
      var rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: 100),
        bench.rollup(JudgementBench.two, .challenger, ok: 100),
      ]
      for index in rollups.indices { rollups[index].counters.predicted = 100 }
      let counted = rollups
      bench.step { batch in
        batch.rollups = counted
        guard second >= 12 else { return }
        for rollup in counted {
          var counts = LabelCounts()
          counts.correct = 100
          batch.labels.append(
            LabelRollup(
              version: rollup.version, variant: rollup.variant, second: rollup.second - 12,
              counts: counts))
          batch.revisionLabels.append(
            RevisionLabels(
              version: rollup.version, variant: rollup.variant, revision: 1, counts: counts))
          var row = QualityRow()
          row.delay.add(12, count: 100)
          batch.quality.append(
            QualityRollup(
              version: rollup.version, variant: rollup.variant,
              minute: MinuteHistory.floor(rollup.second - 12), row: row))
        }
      }
    }
    let experiment = try #require(bench.judgement?.experiment)
    #expect(experiment.verdict == .promote, "\(experiment.words)")
  }
}
