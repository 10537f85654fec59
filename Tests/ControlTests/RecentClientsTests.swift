import Domain
import Storage
import Testing

@testable import Control

/// Who is hurt: the last quarter of an hour, client by client.
struct RecentClientsTests {
  private func batch(_ counts: [ClientCount], at second: Int64) -> SecondBatch {
    SecondBatch(
      time: Timestamp(seconds: second), from: second - 1, to: second, clients: counts,
      status: StoreStatus())
  }

  private func count(
    _ client: String, _ outcome: Outcome, _ requests: Int64, minute: Int64, timed: Int64 = 0,
    slow: Int64 = 0, sum: Double = 0
  ) -> ClientCount {
    var times = ClientCount.Times()
    times.timed = timed
    times.slow = slow
    times.sum = sum
    return ClientCount(
      version: ModelVersion(model: "m", version: "1"), variant: .champion, client: client,
      outcome: outcome, minute: minute, count: requests, times: times)
  }

  @Test func `those who got least come first, over versions and minutes, and old minutes go`() {
    var clients = RecentClients()
    clients.add(
      batch(
        [
          count("calm", .ok, 100, minute: 0, timed: 100, sum: 1_000),
          count("slow", .ok, 10, minute: 0, timed: 10, slow: 4, sum: 100_000),
        ], at: 10))
    clients.add(
      batch(
        [
          count("broken", .failed, 3, minute: 60), count("broken", .timedOut, 2, minute: 60),
          count("greedy", .limited, 7, minute: 60), count("wrong", .invalid, 50, minute: 60),
        ], at: 70))
    let figures = clients.figures(of: "m")
    #expect(figures.map(\.client) == ["greedy", "broken", "slow", "calm", "wrong"])
    #expect(figures[0].limited == 7)
    #expect(figures[1].errors == 5)
    #expect(figures[2].slow == 4)
    #expect(figures[2].meanLatency == 10_000)
    #expect(figures[4].hurt == 0, "whoever asks wrongly is not hurt by us")
    #expect(figures[2].words == "slow: 4 slow, of 10 requests in 15 min")
    #expect(clients.figures(of: "other").isEmpty)
    clients.add(batch([], at: 60 + 15 * 60))
    #expect(clients.figures(of: "m").map(\.client) == ["greedy", "broken", "wrong"])
    clients.add(batch([], at: 60 + 16 * 60))
    #expect(clients.figures(of: "m").isEmpty)
  }
}
