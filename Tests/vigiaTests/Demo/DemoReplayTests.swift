import Testing
import vigia

@Suite struct DemoReplayTests {
  private let electricity = DemoReplay.Lane(
    share: 0.5, rowCount: 45_312, startRow: 13_924, firstUnseenRow: 12_480, incidentRow: 17_424)
  private let others = [
    DemoReplay.Lane(share: 0.3, rowCount: 8_640), DemoReplay.Lane(share: 0.2, rowCount: 899),
  ]

  @Test(arguments: [(200.0, 1.0), (2_000.0, 1.0), (200.0, 4.0), (50.0, 2.0)])
  func `the bad release reaches its rows three to five seconds after the promotion`(
    _ rate: Double, _ speed: Double
  ) throws {
    let options = DemoOptions(rate: rate, speed: speed, incident: .badRelease)
    var replay = DemoReplay(lanes: [electricity] + others, options: options)
    var time = 0.0
    var reachedAt: Double?
    while reachedAt == nil, time < 60 {
      time += 0.05 / speed
      for request in replay.due(at: time) where request.lane == 0 {
        #expect(request.row >= 12_480)
        if request.row >= 17_424 { reachedAt = reachedAt ?? time * speed }
      }
    }
    #expect((32.5...36).contains(try #require(reachedAt)))
  }

  @Test(arguments: [1.0, 4.0])
  func `from thirty seconds on every row of the model whose column breaks is broken, and no other`(
    _ speed: Double
  ) throws {
    var lane = electricity
    lane.canBreak = true
    let options = DemoOptions(speed: speed, incident: .featureBreak)
    var replay = DemoReplay(lanes: [lane] + others, options: options)
    let before = replay.due(at: 29.999 / speed)
    let after = replay.due(at: 60 / speed)
    #expect(!before.isEmpty && before.allSatisfy { !$0.isBroken })
    #expect(after.contains { $0.lane > 0 })
    // The first of them may have been due a moment before.
    #expect(after.dropFirst(5).allSatisfy { $0.isBroken == ($0.lane == 0) })
    var calm = DemoReplay(lanes: [lane] + others, options: DemoOptions(speed: speed))
    #expect(calm.due(at: 60 / speed).allSatisfy { !$0.isBroken })
  }

  @Test func `rows whose column breaks go round before the stream changes by itself`() {
    var lane = electricity
    lane.canBreak = true
    var replay = DemoReplay(
      lanes: [lane] + others, options: DemoOptions(incident: .featureBreak), past: 60)
    let requests = replay.due(at: 120).filter { $0.lane == 0 }
    // How many requests the past had is chance: the first live ones may still be of its rows.
    let live = Array(requests.filter { $0.time >= 0 }.map(\.row).dropFirst(500))
    #expect(live.count > 7_000 && Set(live) == Set(13_924..<17_424))
    #expect(
      zip(live, live.dropFirst()).allSatisfy { $1 == $0 + 1 || ($0 == 17_423 && $1 == 13_924) })
    // What is scored as the past comes before.
    #expect(requests.filter { $0.time < -5 }.allSatisfy { $0.row < 13_924 || $0.row >= 17_424 })
  }

  @Test func `a flood comes in bursts from its begin on, and makes up for none that it missed`() {
    let flood = DemoManifest.Flood(client: "c", rowsPerRequest: 8, burst: 16, ratio: 2)
    var plan = DemoFlood(flood, modelRate: 100, begin: 30)
    #expect(plan.due(at: 29.9) == 0 && plan.nextTime == 30)
    var sent = 0
    for step in 0..<1_000 { sent += plan.due(at: 30 + Double(step) / 100) }
    #expect((1_984...2_016).contains(sent))
    #expect(plan.due(at: 300) == 16 && plan.due(at: 300) == 0)
    #expect(plan.nextTime > 300 && plan.nextTime <= 300 + plan.interval)
  }

  @Test func `without an incident rows go in order from the start row and wrap to unseen rows`() {
    let lane = DemoReplay.Lane(share: 1, rowCount: 10, startRow: 7, firstUnseenRow: 4)
    var replay = DemoReplay(lanes: [lane], options: DemoOptions(rate: 100))
    let rows = replay.due(at: 1).prefix(10).map(\.row)
    #expect(rows == [7, 8, 9, 4, 5, 6, 7, 8, 9, 4])
  }

  @Test func `too few rows before the incident are gone round, and the incident row comes last`() {
    let lane = DemoReplay.Lane(
      share: 1, rowCount: 100, startRow: 0, firstUnseenRow: 20, incidentRow: 30)
    let options = DemoOptions(rate: 1, incident: .badRelease)
    var replay = DemoReplay(lanes: [lane], options: options)
    let rows = replay.due(at: 60).map(\.row)
    #expect(rows.count > 34)
    #expect(Array(rows.prefix(36)) == [26, 27, 28, 29] + rounds(3, of: 20..<30) + [30, 31])
  }

  private func rounds(_ count: Int, of rows: Range<Int>) -> [Int] {
    (0..<count).flatMap { _ in Array(rows) }
  }

  @Test func `the same seed gives the same requests, however the time is cut up`() {
    let lanes = [electricity] + others
    var whole = DemoReplay(lanes: lanes, options: DemoOptions(seed: 5))
    var parts = DemoReplay(lanes: lanes, options: DemoOptions(seed: 5))
    var other = DemoReplay(lanes: lanes, options: DemoOptions(seed: 6))
    let requests = whole.due(at: 10)
    #expect((1...100).flatMap { parts.due(at: Double($0) / 10) } == requests)
    #expect(other.due(at: 10) != requests)
    #expect(requests.map(\.sequence) == Array(0..<requests.count))
  }

  @Test func `rate, speed and shares are kept`() {
    var replay = DemoReplay(
      lanes: [electricity] + others, options: DemoOptions(rate: 200, speed: 2))
    let requests = replay.due(at: 100)
    #expect(abs(requests.count - 40_000) < 1_000)
    let share = Double(requests.count { $0.lane == 0 }) / Double(requests.count)
    #expect(abs(share - 0.5) < 0.02)
    #expect(replay.due(at: 100).isEmpty)
    #expect(replay.nextTime > 100)
  }
}
