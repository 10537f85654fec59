import Domain
import Statistics
import Testing

@testable import Storage

struct SeriesTests {
  /// Ten seconds past noon: version 1 answers twice a second, 2 once each second second, one in four of them badly; the
  /// recorder is away in seconds 6 and 7; a shadow sees everything.
  private static func store(_ folder: TemporaryFolder) throws -> MetricStore {
    let store = try MetricStore(directory: folder.path, now: .noon)
    for second in 0..<10 where second != 6 && second != 7 {
      var folder = SecondFolder(clientsPerModel: 5, objective: { _ in 5_000 })
      let time = Double(second)
      folder.add(.sample(second: time, number: 1, microseconds: 1_000))
      folder.add(.sample(second: time, number: 2, microseconds: 9_000, predictions: [.number(2)]))
      folder.add(.sample(second: time, number: 1, version: .second, variant: .shadow))
      if second % 2 == 0 {
        folder.add(
          .sample(
            second: time, number: 3, version: .second, variant: .challenger,
            outcome: second == 4 ? .failed : second == 8 ? .shed : .ok, microseconds: 2_000))
      }
      let now = Timestamp.noon.adding(seconds: Double(second + 1))
      let isWritten = store.write(folder.take(), seconds: now.seconds - 1..<now.seconds, now: now)
      #expect(isWritten)
    }
    return store
  }

  private static func values(
    _ measure: SeriesQuery.Measure, model: String? = "electricity", version: String? = nil,
    step: Int64 = 2, folder: TemporaryFolder
  ) throws -> [String: [Double?]] {
    let from = Timestamp.noon.seconds
    let result = try store(folder).series(
      SeriesQuery(
        measure: measure, model: model, version: version,
        window: Window(from: from, to: from + 12, step: step)))
    return Dictionary(
      uniqueKeysWithValues: result.lines.map { ($0.version?.version ?? "all", $0.values) })
  }

  @Test func `rates tell no traffic from no measurement, and leave shadows out`() throws {
    let values = try Self.values(.requestRate, folder: TemporaryFolder())
    #expect(values == ["1": [2, 2, 2, nil, 2, nil], "2": [0.5, 0.5, 0.5, nil, 0.5, nil]])
    let each = try Self.values(.requestRate, version: "2", step: 1, folder: TemporaryFolder())
    #expect(each == ["2": [1, 0, 1, 0, 1, 0, nil, nil, 1, 0, nil, nil]])
    let all = try Self.values(.requestRate, model: nil, folder: TemporaryFolder())
    #expect(all == ["all": [2.5, 2.5, 2.5, nil, 2.5, nil]])
  }

  @Test func `errors and refusals are counted apart`() throws {
    #expect(
      try Self.values(.errorRate, version: "2", folder: TemporaryFolder())
        == ["2": [0, 0, 0.5, nil, 0.5, nil]])
    #expect(
      try Self.values(.errorShare, version: "2", folder: TemporaryFolder())
        == ["2": [0, 0, 1, nil, 1, nil]])
    #expect(
      try Self.values(.shedRate, version: "2", folder: TemporaryFolder())
        == ["2": [0, 0, 0, nil, 0.5, nil]])
  }

  @Test func `latency of a version takes in its shadow, and all together do not`() throws {
    let maxima = try Self.values(.latencyMax, folder: TemporaryFolder())
    #expect(maxima["1"] == [9_000, 9_000, 9_000, nil, 9_000, nil])
    #expect(maxima["2"] == [2_000, 2_000, 2_000, nil, 1_000, nil])
    let all = try Self.values(.latencyMax, model: nil, folder: TemporaryFolder())
    #expect(all["all"] == [9_000, 9_000, 9_000, nil, 9_000, nil])
    let p50 = try Self.values(.latencyP50, folder: TemporaryFolder())["1"]?[0]
    #expect(abs((p50 ?? 0) - 1_000) <= 10)
    #expect(try Self.values(.queueMean, folder: TemporaryFolder())["1"]?[0] == 100)
    #expect(try Self.values(.computeMean, folder: TemporaryFolder())["1"]?[0] == 200)
  }

  @Test func `a version that was never seen has a line of its own only when asked for by name`()
    throws
  {
    #expect(
      try Self.values(.requestRate, version: "9", folder: TemporaryFolder())
        == ["9": [0, 0, 0, nil, 0, nil]])
    #expect(
      try Self.values(.requestRate, model: "unknown", folder: TemporaryFolder()).isEmpty)
  }

  @Test func `a heatmap's counts add up to the requests that were timed`() throws {
    let folder = try TemporaryFolder()
    let from = Timestamp.noon.seconds
    let window = Window(from: from, to: from + 12, step: 2)
    let map = try Self.store(folder).heatmap(
      HeatmapQuery(
        model: "electricity", window: window, bucketCount: 3, lowest: 1_500, highest: 20_000))
    #expect(map.edges.count == 3)
    // Ten answers of 1 ms, 9 ms and, in even seconds, 2 ms; the one that was shed has no latency.
    #expect(map.counts == [[2, 1, 2], [2, 1, 2], [2, 1, 2], [0, 0, 0], [2, 0, 2], [0, 0, 0]])
    #expect(map.maxima == [9_000, 9_000, 9_000, nil, 9_000, nil])
  }

  @Test func `what a model was worth is counted by step, of all versions but shadows`() throws {
    let folder = try TemporaryFolder()
    let from = Timestamp.noon.seconds
    let counts = try Self.store(folder).counts(
      of: BusinessQuery(
        model: "electricity", window: Window(from: from, to: from + 12, step: 4)))
    #expect(counts.map(\.ok) == [10, 4, 4])
    #expect(counts.map(\.serverErrors) == [0, 1, 1])
    // The champion's slower answer of each second is above its objective of 5 ms.
    #expect(counts.map(\.slow) == [4, 2, 2])
    #expect(counts.map(\.filled) == [4, 2, 2])
    #expect(counts.map(\.computeSum) == [2_000, 1_000, 800])
  }

  @Test func `a question too large to answer is refused, not tried`() throws {
    let folder = try TemporaryFolder()
    let store = try MetricStore(directory: folder.path, now: .noon)
    let window = Window(from: 0, to: 1_767_268_800, step: 1)
    #expect(throws: StorageError.self) {
      try store.series(SeriesQuery(measure: .requestRate, model: nil, window: window))
    }
    #expect(throws: StorageError.self) {
      try store.counts(of: BusinessQuery(model: "m", window: window))
    }
    for query in [
      HeatmapQuery(model: "m", window: window, bucketCount: 10, lowest: 1, highest: 2),
      HeatmapQuery(
        model: "m", window: Window(from: 0, to: 10, step: 1), bucketCount: 0, lowest: 1, highest: 2),
      HeatmapQuery(
        model: "m", window: Window(from: 0, to: 10, step: 1), bucketCount: 9, lowest: 0, highest: 2),
    ] {
      #expect(throws: StorageError.self) { try store.heatmap(query) }
    }
  }
}
