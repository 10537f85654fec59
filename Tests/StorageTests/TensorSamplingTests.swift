import Domain
import Statistics
import Testing

@testable import Storage

struct TensorSamplingTests {
  private static let quiet = ModelVersion(model: "electricity", version: "1")
  private static let loud = ModelVersion(model: "electricity", version: "2")

  private static func records(
    _ count: Int, _ version: ModelVersion, rows: Int = 1, outcome: Outcome = .ok
  ) -> [PredictionRecord] {
    var random = SplitMix64(seed: 9)
    return (0..<count).map { _ in
      var record = PredictionRecord.sample()
      record.id = RequestID(time: .noon, random: (random.next(), random.next()))
      record.version = version
      record.rows = rows
      record.outcome = outcome
      return record
    }
  }

  private static func sampling(_ records: [PredictionRecord], seconds: Double) -> TensorSampling {
    var loads = TensorSampling.Loads()
    for record in records { loads.add(record) }
    return TensorSampling(loads, seconds: seconds)
  }

  @Test func `all are looked at until a version has more than five hundred a second`() {
    let records = Self.records(1_000, Self.loud)
    let calm = Self.sampling(records, seconds: 2)
    #expect(records.allSatisfy { calm.takes($0) })
    #expect(records.allSatisfy { TensorSampling().takes($0) })
  }

  @Test func `of a busy version so many are that five hundred rows a second come together`() {
    let records = Self.records(40_000, Self.loud)
    let sampling = Self.sampling(records, seconds: 1)
    let taken = records.count { sampling.takes($0) }
    #expect((430...570).contains(taken))
  }

  @Test func `of requests with many rows there are some hundred all the same`() {
    let records = Self.records(10_000, Self.loud, rows: 32)
    let sampling = Self.sampling(records, seconds: 1)
    let taken = records.count { sampling.takes($0) }
    #expect((200...300).contains(taken))
  }

  @Test func `neither a quiet version nor a failure is left out for a busy one`() {
    let loud = Self.records(40_000, Self.loud)
    let quiet = Self.records(20, Self.quiet)
    let sampling = Self.sampling(loud + quiet + loud, seconds: 1)
    #expect(quiet.allSatisfy { sampling.takes($0) })
    #expect(Self.records(500, Self.loud, outcome: .failed).allSatisfy { sampling.takes($0) })
    #expect(!loud.allSatisfy { sampling.takes($0) })
  }

  @Test func `a rush that nothing announced is sampled once it is one`() {
    let records = Self.records(20_000, Self.loud)
    let sampling = TensorSampling()
    let taken = records.reduce(0) { $0 + (sampling.takes($1, after: $0) ? 1 : 0) }
    #expect((4_800...5_200).contains(taken))
    let failed = Self.records(10, Self.loud, outcome: .failed)
    #expect(failed.allSatisfy { sampling.takes($0, after: 100_000) })
  }

  @Test func `counters know every request of a busy second, features those that are looked at`()
    throws
  {
    let bench = try RecorderBench()
    let reference = FeatureFolderTests.reference(Self.loud)
    bench.recorder.setReference(reference)
    let tensors = FeatureFolderTests.tensors([0.5, 7], score: 0.5)
    let records = Self.records(30_000, Self.loud)
    for _ in 0..<2 {
      for record in records { bench.recorder.record(record, tensors) }
      bench.recorder.flush()
    }
    let second = try #require(bench.batches.all.last)
    #expect(second.rollups.reduce(0) { $0 + $1.counters.ok } == 30_000)
    #expect(second.dropped == 0)
    let counted = try #require(second.features.first).counts.rows
    #expect((430...570).contains(counted))
  }
}

extension FeatureCounts {
  fileprivate var rows: Int64 { features.map(\.total).max() ?? 0 }
}
