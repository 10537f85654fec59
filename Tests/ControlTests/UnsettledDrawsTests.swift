import Domain
import Statistics
import Testing

@testable import Control
@testable import Storage

/// Whether the arms get the traffic that the split says, where one of them takes long to answer.
struct UnsettledDrawsTests {
  /// Requests of one second: as the recorder folds them in the second in which they are answered.
  private struct Traffic {
    var bench: JudgementBench
    var isSticky = false
    /// Seconds after which the challenger answers.
    var delay: Int64 = 2
    /// What becomes of each second answer of the challenger.
    var ending = Outcome.ok
    var waiting: [Int64: [PredictionRecord]] = [:]
    private var serial: UInt64 = 0

    init(_ bench: JudgementBench) { self.bench = bench }

    /// - Parameters:
    ///   - challengers: of each ten requests, those of the challenger.
    ///   - moved: of these, those that were taken from its queue and answered by the champion.
    mutating func pass(seconds: Int, challengers: Int, moved: Int = 0) {
      for _ in 0..<seconds {
        for number in 0..<100 { send(isChallenger: number % 10 < challengers, number % 10 < moved) }
        var folder = SecondFolder(clientsPerModel: 10, objective: { _ in nil })
        for record in waiting.removeValue(forKey: bench.second) ?? [] { folder.add(record) }
        bench.step(folding: &folder)
      }
    }

    private mutating func send(isChallenger: Bool, _ isMoved: Bool) {
      serial += 1
      let isThere = isChallenger && !isMoved
      let delay = isThere ? delay : 0
      var record = PredictionRecord(
        id: RequestID(time: Timestamp(seconds: bench.second), random: (0, serial)),
        version: isThere ? JudgementBench.two : JudgementBench.one,
        variant: isThere ? .challenger : .champion, client: "acme",
        outcome: isThere && serial % 2 == 0 ? ending : .ok,
        revision: bench.deployment.revision, routingKey: isSticky ? serial : nil,
        arrivedAt: Timestamp(seconds: bench.second), totalTime: delay * 1_000_000_000 + 1_000,
        rows: 1, predictions: [.integer(1)])
      record.isOutsideSplit = isMoved
      waiting[bench.second + delay, default: []].append(record)
    }

    var summary: ExperimentSummary {
      get throws { try #require(bench.judgement?.experiment) }
    }
  }

  private static func traffic(isSticky: Bool = false) -> Traffic {
    var bench = JudgementBench(challenger: 0.3)
    if isSticky { bench.board = JudgementBoard(routingHeaders: ["m": "X-Routing-Key"]) }
    bench.longestAnswer = 10
    var traffic = Traffic(bench)
    traffic.isSticky = isSticky
    return traffic
  }

  @Test(arguments: [false, true])
  func `a challenger that answers late has its share of the traffic`(isSticky: Bool) throws {
    var traffic = Self.traffic(isSticky: isSticky)
    for _ in 0..<30 {
      traffic.pass(seconds: 1, challengers: 3)
      #expect(try traffic.summary.verdict != .ratioMismatch)
    }
    let judge = try #require(traffic.bench.board.models["m"]?.experiment?.memory.judge)
    #expect(judge.arrivals == ByArm(champion: 1_260, challenger: 540))
  }

  /// Its client went away, or its reply was too long to be sent.
  @Test(arguments: [Outcome.cancelled, .invalid], [false, true])
  func `a request that the challenger got is drawn whatever became of it`(
    _ ending: Outcome, isSticky: Bool
  ) throws {
    var traffic = Self.traffic(isSticky: isSticky)
    traffic.ending = ending
    traffic.pass(seconds: 30, challengers: 3)
    #expect(try traffic.summary.verdict != .ratioMismatch)
    let judge = try #require(traffic.bench.board.models["m"]?.experiment?.memory.judge)
    #expect(judge.arrivals == ByArm(champion: 1_260, challenger: 540))
  }

  @Test(arguments: [false, true])
  func `a challenger that does not get its share is found all the same`(isSticky: Bool) throws {
    var traffic = Self.traffic(isSticky: isSticky)
    traffic.pass(seconds: 30, challengers: 1)
    #expect(try traffic.summary.verdict == .ratioMismatch)
  }

  @Test func `another share leaves no late answer uncounted`() throws {
    var traffic = Self.traffic()
    traffic.pass(seconds: 20, challengers: 3)
    traffic.bench.deployment.revision = 2
    traffic.bench.deployment.challenger?.weight = 0.5
    traffic.pass(seconds: 20, challengers: 5)
    traffic.bench.deployment.revision = 3
    traffic.bench.deployment.challenger?.weight = 0.1
    traffic.pass(seconds: 40, challengers: 1)
    #expect(try traffic.summary.verdict != .ratioMismatch)
    let judge = try #require(traffic.bench.board.models["m"]?.experiment?.memory.judge)
    #expect(judge.arrivals.challenger == 600 + 1_000 + 280)
  }

  @Test func `what a pin took from the challenger's queue is missed by neither`() throws {
    var traffic = Self.traffic()
    traffic.pass(seconds: 10, challengers: 3)
    // Those of five seconds waited, and were answered by the champion.
    traffic.pass(seconds: 5, challengers: 3, moved: 3)
    traffic.pass(seconds: 25, challengers: 3)
    #expect(try traffic.summary.verdict != .ratioMismatch)
    let judge = try #require(traffic.bench.board.models["m"]?.experiment?.memory.judge)
    #expect(judge.arrivals == ByArm(champion: 23 * 70, challenger: 23 * 30))
  }

  @Test func `what was answered in the second in which its batch is made counts`() {
    var draws = UnsettledDraws()
    draws.add(7, .champion, revision: 1, second: 100)
    #expect(draws.take(at: 100, longest: 10).isEmpty)
    draws.add(3, .challenger, revision: 1, second: 100)
    #expect(draws.take(at: 112, longest: 10).isEmpty)
    let settled = draws.take(at: 113, longest: 10)
    #expect(settled.map(\.draws) == [ByArm(champion: 7, challenger: 3)])
  }

  @Test func `what came by a clock that was set back since is left out`() {
    var draws = UnsettledDraws()
    draws.clockMoved(to: 1_000)
    draws.add(3, .challenger, revision: 1, second: 8_200)
    _ = draws.take(at: 1_001, longest: 10)
    #expect(draws.take(at: 9_000, longest: 10).isEmpty)
  }

  @Test func `a clock that was set leaves out what was under way`() throws {
    var traffic = Self.traffic()
    traffic.pass(seconds: 20, challengers: 3)
    let waiting = traffic.waiting
    traffic.bench.second += 7_200
    traffic.bench.step { $0.clockJump = 7_200 }
    traffic.waiting = [:]
    for (second, records) in waiting {
      // Timed by the clock as it was, and the span is the monotonic one.
      traffic.waiting[second + 7_201] = records
    }
    traffic.pass(seconds: 30, challengers: 3)
    #expect(try traffic.summary.verdict != .ratioMismatch)
  }
}
