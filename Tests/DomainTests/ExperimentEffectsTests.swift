import Domain
import Foundation
import Testing

struct ExperimentEffectsTests {
  private static func path(_ times: some Sequence<Int64>) -> ExperimentEffects.Path {
    var path = ExperimentEffects.Path()
    for time in times {
      path.add(
        .init(time: time, value: Double(time), low: Double(time) - 1, high: Double(time) + 1))
    }
    return path
  }

  @Test func `a point a minute is kept, whoever asks how often`() {
    let path = Self.path(1_000...1_300)
    #expect(path.points.map(\.time) == [1_000, 1_060, 1_120, 1_180, 1_240, 1_300])
  }

  @Test(arguments: [1, 30, 400] as [Int64])
  func `however long it lasts, a path is bounded, even, and begins where it began`(hours: Int64) {
    let end = 3_600 * hours
    let path = Self.path(stride(from: 0, through: end, by: 30))
    #expect(path.points.count <= ExperimentEffects.Path.capacity)
    #expect(path.points.count > ExperimentEffects.Path.capacity / 4)
    #expect(path.points.first?.time == 0)
    #expect(end - (path.points.last?.time ?? 0) < path.step)
    let gaps = zip(path.points, path.points.dropFirst()).map { $1.time - $0.time }
    #expect(Set(gaps) == [path.step])
  }

  @Test func `of a moment that is past it has the points of that time and no path without one`() {
    let effects = ExperimentEffects(
      champion: "1", challenger: "2", since: Timestamp(seconds: 0),
      paths: ["errors": Self.path([0, 60, 120]), "slow": Self.path([100])])
    let known = effects.until(Timestamp(seconds: 60))
    #expect(known.paths.mapValues { $0.points.map(\.time) } == ["errors": [0, 60]])
    #expect(known.since == effects.since && known.challenger == "2")
    #expect(effects.until(Timestamp(seconds: 120)) == effects)
  }

  @Test func `the past moves with a clock that is set, and the next point is not late for it`() {
    var path = Self.path([0, 60])
    path.clockMoved(by: -7_200)
    path.add(.init(time: -7_110, value: 0, low: 0, high: 0))
    #expect(path.points.map(\.time) == [-7_200, -7_140])
    path.add(.init(time: -7_080, value: 0, low: 0, high: 0))
    #expect(path.points.map(\.time) == [-7_200, -7_140, -7_080])
  }

  @Test func `the course of an experiment and a reference's cells are records as any other`() throws
  {
    let version = ModelVersion(model: "m", version: "2")
    let since = Timestamp(seconds: 0)
    let effects = ExperimentEffects(
      champion: "1", challenger: "2", since: since, paths: ["errors": Self.path([0, 60])])
    let reference = ReferenceCells(
      id: 3,
      features: [
        FeatureCells(name: "price", subject: .feature, edges: [0.5], counts: [1, 0, 0, 0, 4, 5]),
        FeatureCells(name: "day", subject: .feature, levels: ["mon"], counts: [0, 0, 0, 0, 9, 1]),
      ])
    let summary = ExperimentSummary(
      champion: "1", challenger: "2", share: 0.5, since: since, verdict: .keep, words: "w",
      guardrails: [])
    for content in [
      JudgementRecord.Content.effects(effects), .reference(reference), .standing(summary),
      .experiment(summary),
    ] {
      let record = JudgementRecord(time: since, version: version, content: content)
      let bytes = try JSONEncoder().encode(record)
      #expect(try JSONDecoder().decode(JudgementRecord.self, from: bytes) == record)
    }
    #expect(reference.feature("day", .feature)?.levels == ["mon"])
    #expect(reference.feature("day", .score) == nil)
    #expect(reference.features[0].total == 10)
  }
}
