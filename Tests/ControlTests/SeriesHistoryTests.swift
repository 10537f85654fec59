import Domain
import PromQL
import Testing

@testable import Control

struct SeriesHistoryTests {
  private static let start: Int64 = 1_767_268_800_000

  private static func page(_ value: Double, models: [String] = ["m"]) -> MetricsText {
    var page = MetricsText()
    page.family(SeriesCatalogue.queueDepth) { page in
      for model in models { page.sample([("model", model), ("version", "1")], value) }
    }
    return page
  }

  private static func request(_ matchers: [LabelMatcher]) -> SeriesRequest {
    SeriesRequest(matchers: matchers, from: .min, to: .max, sampleLimit: .max)
  }

  private static let depth = LabelMatcher(name: "__name__", equals: SeriesCatalogue.queueDepth.name)

  private static func samples(_ history: SeriesHistory) throws -> [Sample] {
    try #require(history.select(request([depth])).first).samples
  }

  @Test func `what is measured is found by name and by labels, in their order`() throws {
    var history = SeriesHistory()
    history.add(Self.page(1, models: ["b", "a"]), at: Self.start)
    history.add(Self.page(2, models: ["b", "a"]), at: Self.start + 5_000)
    let all = history.select(Self.request([Self.depth]))
    #expect(all.map { $0.labels["model"] } == ["a", "b"])
    #expect(all[0].samples.map(\.value) == [1, 2])
    let one = history.select(Self.request([LabelMatcher(name: "model", equals: "b")]))
    #expect(one.map { $0.labels["model"] } == ["b"])
    #expect(history.select(Self.request([LabelMatcher(name: "__name__", equals: "up")])).isEmpty)
  }

  @Test func `a series that is not measured any more ends, and may come back`() throws {
    var history = SeriesHistory()
    history.add(Self.page(1, models: ["a", "b"]), at: Self.start)
    history.add(Self.page(2, models: ["b"]), at: Self.start + 5_000)
    history.add(Self.page(3, models: ["b"]), at: Self.start + 10_000)
    var gone = try Self.samples(history)
    #expect(gone.count == 2 && gone[1].isStale && gone[1].time == Self.start + 5_000)
    history.add(Self.page(4, models: ["a", "b"]), at: Self.start + 15_000)
    gone = try Self.samples(history)
    #expect(gone.count == 3 && gone[2].value == 4)
  }

  @Test func `an hour is kept finely, what rules look back on for eight days, and no more`() throws
  {
    for isDeep in [false, true] {
      var history = SeriesHistory()
      if isDeep { history.deep = [SeriesCatalogue.queueDepth.name] }
      let end = Self.start + 9 * 86_400_000
      for time in stride(from: Self.start, through: end, by: 20_000) {
        history.add(Self.page(Double(time - Self.start)), at: time)
      }
      let samples = try Self.samples(history)
      let ages = samples.map { end - $0.time }
      let fine = ages.filter { $0 <= 3_600_000 }
      #expect((180...181).contains(fine.count))
      if isDeep {
        #expect((ages.max() ?? 0) > 7 * 86_400_000 && (ages.max() ?? 0) <= 8 * 86_400_000)
        let day = ages.filter { $0 > 3_700_000 && $0 < 25 * 3_600_000 }
        #expect((1_400...1_450).contains(day.count), "one a minute")
        #expect(samples.count < 2_600)
      } else {
        #expect((ages.max() ?? 0) < 3_700_000)
      }
      #expect(zip(samples, samples.dropFirst()).allSatisfy { $0.time < $1.time })
    }
  }

  @Test func `a counter's increase over a day is exact to the minute after thinning`() throws {
    var history = SeriesHistory()
    history.deep = [SeriesCatalogue.queueDepth.name]
    let end = Self.start + 25 * 3_600_000
    for time in stride(from: Self.start, through: end, by: 10_000) {
      history.add(Self.page(Double(time - Self.start) / 1_000), at: time)
    }
    let query = try Query("increase(\(SeriesCatalogue.queueDepth.name)[1d])")
    let kept = history
    let answer = try Evaluator(source: SeriesSource { kept.select($0) }).instant(query, at: end)
    guard case .vector(let found) = answer.value, let value = found.first?.value else {
      Issue.record("\(answer.value)")
      return
    }
    #expect(abs(value - 86_400) < 60)
  }

  @Test
  func
    `a clock that is set back adds nothing twice, and what was counted before meets what is counted now`()
    throws
  {
    var history = SeriesHistory()
    history.add(Self.page(5), at: Self.start)
    history.add(Self.page(6), at: Self.start - 60_000)
    let labels = LabelSet(
      name: SeriesCatalogue.queueDepth.name, ["model": "m", "version": "1"])
    history.seed(counters: [
      Series(
        labels: labels,
        samples: [
          Sample(time: Self.start - 120_000, value: 1), Sample(time: Self.start - 60_000, value: 3),
          Sample(time: Self.start, value: 9),
        ])
    ])
    #expect(try Self.samples(history).map(\.value) == [-3, -1, 5])
  }

  @Test func `a flood of names is bounded, and counted`() {
    var history = SeriesHistory()
    let models = (0..<SeriesHistory.seriesMax + 10).map { "m\($0)" }
    history.add(Self.page(1, models: models), at: Self.start)
    #expect(history.count == SeriesHistory.seriesMax && history.refused == 10)
  }
}
