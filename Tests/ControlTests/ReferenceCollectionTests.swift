import Domain
import Foundation
import Statistics
import Testing

@testable import Control
@testable import Storage

struct ReferenceCollectionTests {
  private static let declarations = [
    FeatureDeclaration(name: "price", kind: .numeric),
    FeatureDeclaration(name: "day", kind: .categorical),
  ]

  /// More rows than values are kept of a feature, so that the sample's chance goes on as well.
  private static func sample(from first: Int, rows: Int) -> FeatureSample {
    let numbers = (first..<first + rows).map { $0 % 50 == 0 ? .nan : Double($0 * 7_919 % 10_007) }
    let texts = (first..<first + rows).map { "day \($0 % 7)" }
    return FeatureSample(
      version: JudgementBench.one,
      columns: [
        .init(declaration: declarations[0], values: .numbers(numbers)),
        .init(declaration: declarations[1], values: .texts(texts)),
      ])
  }

  @Test func `what is collected over a restart is what would have been collected without it`()
    throws
  {
    var whole = ReferenceCollection(Self.declarations)
    whole.add(Self.sample(from: 0, rows: 10_000), now: 1_000)
    whole.add(Self.sample(from: 10_000, rows: 5_000), now: 2_800)
    let bytes = try #require(whole.saved)
    var resumed = try #require(ReferenceCollection(saved: bytes, now: 90_000))
    // Half an hour of traffic so far, wherever the clock stands now.
    #expect(resumed.seconds == 1_800)
    whole.add(Self.sample(from: 15_000, rows: 15_000), now: 2_810)
    resumed.add(Self.sample(from: 15_000, rows: 15_000), now: 90_010)
    #expect(resumed.seconds == whole.seconds)
    #expect(resumed.rows == whole.rows && resumed.declarations == whole.declarations)
    #expect(resumed.references() == whole.references())
  }

  @Test func `damaged bytes begin anew`() throws {
    var collection = ReferenceCollection(Self.declarations)
    collection.add(Self.sample(from: 0, rows: 100), now: 0)
    var bytes = try #require(collection.saved)
    #expect(ReferenceCollection(saved: bytes.prefix(bytes.count / 2), now: 20) == nil)
    bytes[bytes.count / 2] ^= 1
    #expect(ReferenceCollection(saved: bytes, now: 20) == nil)
    #expect(ReferenceCollection(saved: Data(), now: 20) == nil)
  }

  @Test func `a day is one of traffic, not one on the clock`() {
    var collection = ReferenceCollection(Self.declarations)
    collection.add(Self.sample(from: 0, rows: 100), now: 0)
    collection.add(Self.sample(from: 100, rows: 100), now: 60)
    // Nobody asks for a day: an hour of that counts.
    collection.add(Self.sample(from: 200, rows: 100), now: 86_460)
    #expect(collection.seconds == 60 + 3_600)
    collection.clockMoved(by: 7_200)
    collection.add(Self.sample(from: 300, rows: 100), now: 93_670)
    #expect(collection.seconds == 60 + 3_600 + 10)
  }

  @Test func `a day that a restart interrupts is finished after it`() throws {
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    let store = try MetricStore(directory: folder.path, now: Timestamp(seconds: 0))
    var bench = JudgementBench()
    for index in 0..<2 {
      bench.step { $0.samples = [Self.sample(from: index * 3_000, rows: 3_000)] }
    }
    let made = bench.references
    #expect(made.map(\.isProvisional) == [true])
    Self.ask(&bench, hours: 12)
    let samples = bench.board.collected.compactMapValues(\.saved)
    try store.store(referenceSamples: samples)

    let later = bench.second + 30 * 86_400
    var next = JudgementBench()
    next.second = later
    next.board = JudgementBoard(
      collections: try store.referenceSamples().compactMapValues {
        ReferenceCollection(saved: $0, now: later)
      }, nextReference: 2)
    next.board.use(try #require(made.first))
    #expect(next.board.collected.keys.sorted() == [JudgementBench.one])
    Self.ask(&next, hours: 11)
    #expect(next.references.isEmpty)
    Self.ask(&next, hours: 1)
    let final = try #require(next.references.first)
    #expect(!final.isProvisional && final.rows == 6_024)
    #expect(next.board.collected.isEmpty)
    store.close()
  }

  /// A row an hour.
  private static func ask(_ bench: inout JudgementBench, hours: Int) {
    for _ in 0..<hours {
      bench.second += 3_599
      bench.step { $0.samples = [sample(from: 6_000, rows: 1)] }
    }
  }

  @Test func `judges of versions that are gone are forgotten, and no others`() {
    let keys = ["drift:m@1", "concept:m@1", "drift:m@9", "concept:n@1", "experiment:m"]
    let gone = JudgementBoard.Memories.keys(in: keys, ofOthersThan: [JudgementBench.one])
    #expect(gone == ["drift:m@9", "concept:n@1"])
  }
}

extension JudgementBench {
  fileprivate var references: [FrozenReference] {
    events.compactMap { event in
      if case .reference(let reference) = event { reference } else { nil }
    }
  }
}
