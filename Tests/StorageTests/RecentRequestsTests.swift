import Domain
import Testing

@testable import Storage

@Suite struct RecentRequestsTests {
  private static func record(_ number: UInt64) -> PredictionRecord {
    var record = PredictionRecord.sample(second: Double(number), number: number)
    record.version = ModelVersion(model: "m\(number % 2)", version: "\(number % 3)")
    record.variant = number % 4 == 0 ? .shadow : .champion
    record.client = number % 5 == 0 ? String(repeating: "c", count: 300) : "client \(number % 7)"
    record.outcome = Outcome.allCases[Int(number % 7)]
    record.error = record.outcome == .ok ? nil : "it went wrong \(number % 3)"
    record.queueTime = Int64(number) * 1_500
    record.computeTime = Int64(number) * 700
    record.totalTime = Int64(number % 10) * 5_000
    record.rows = Int(number)
    return record
  }

  @Test(arguments: [1, 2, 10, 1_000])
  func `the last requests are kept whole, slowest first`(capacity: Int) {
    var recent = RecentRequests(capacity: capacity)
    let records = (1...100).map(Self.record)
    for record in records { recent.add(record) }
    let expected = records.suffix(capacity).map { RequestSummary($0) }
      .sorted { ($0.total, $0.id) > ($1.total, $1.id) }
    #expect(recent.matching(RequestQuery(limit: 1_000)) == expected)
    #expect(recent.matching(RequestQuery(limit: 3)) == Array(expected.prefix(3)))
    #expect(
      recent.matching(RequestQuery(model: "m1", client: "client 3", limit: 1_000))
        == expected.filter { $0.version.model == "m1" && $0.client == "client 3" })
  }

  @Test func `what nobody shares any more is forgotten, and its place taken again`() throws {
    var texts = Interned<String>()
    let one = texts.use("one")
    #expect(texts.use("one") == one)
    let other = texts.use("other")
    #expect(other != one && texts.count == 2)
    texts.give(back: one)
    #expect(texts[one] == "one")
    texts.use(one)
    texts.give(back: one)
    texts.give(back: one)
    #expect(texts[one] == nil && texts[other] == "other" && texts.count == 1)
    #expect(texts.use("third") == one)
    #expect(texts[one] == "third" && texts.use("one") != one)
  }
}
