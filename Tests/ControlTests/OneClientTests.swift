import Domain
import Statistics
import Testing

@testable import Control
@testable import Storage

/// One client alone decides nothing, whatever the guardrail.
struct OneClientTests {
  private static func count(
    _ client: String, _ version: ModelVersion, _ variant: Variant, failed: Int64,
    at second: Int64
  ) -> ClientCount {
    ClientCount(
      version: version, variant: variant, client: client, outcome: .failed,
      minute: second - second % 60, count: failed)
  }

  private static func labels(
    _ version: ModelVersion, _ variant: Variant, correct: Int64, wrong: Int64, of client: String?
  ) -> RevisionLabels {
    var counts = LabelCounts()
    counts.correct = correct
    counts.wrong = wrong
    return RevisionLabels(
      version: version, variant: variant, revision: 1, counts: counts,
      clients: client.map { [$0: counts] } ?? [:])
  }

  /// Three minutes in which the challenger is wrong in half of the cases, the champion in a tenth.
  private static func judged(wrongAt client: String?, share: Double = 0.2) -> ExperimentSummary? {
    var bench = JudgementBench(challenger: share)
    for _ in 0..<180 {
      let rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: Int64(50 - 50 * share)),
        bench.rollup(JudgementBench.two, .challenger, ok: Int64(50 * share)),
      ]
      bench.step { batch in
        batch.rollups = rollups
        batch.revisionLabels = [
          labels(JudgementBench.one, .champion, correct: 36, wrong: 4, of: nil),
          labels(JudgementBench.two, .challenger, correct: 5, wrong: 5, of: client),
        ]
      }
    }
    return bench.judgement?.experiment
  }

  @Test func `predictions that are wrong for many end the experiment, for one client they don't`()
    throws
  {
    let many = try #require(Self.judged(wrongAt: nil))
    #expect(many.verdict == .rollBack, "\(many.words)")
    let one = try #require(Self.judged(wrongAt: "acme"))
    #expect(one.verdict != .rollBack)
    #expect(one.words.contains("acme"), "\(one.words)")
  }

  @Test func `one client decides nothing where the labels lie otherwise than the split`() throws {
    // The challenger has four fifths of the requests, and one fifth of the labels.
    let many = try #require(Self.judged(wrongAt: nil, share: 0.8))
    #expect(many.verdict == .rollBack, "\(many.words)")
    let one = try #require(Self.judged(wrongAt: "acme", share: 0.8))
    #expect(one.verdict != .rollBack && one.words.contains("acme"), "\(one.words)")
  }

  /// Two minutes in which each request has a key of its own, and the fourth of each ten fails on the challenger, or has a
  /// wrong prediction.
  private static func judgedByKey(
    failing client: @escaping (Int) -> String, labelled: Bool = false
  ) -> ExperimentSummary? {
    var bench = JudgementBench(challenger: 0.5)
    bench.board = JudgementBoard(routingHeaders: ["m": "X-User"])
    var key: UInt64 = 0
    for _ in 0..<120 {
      let rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: 10),
        bench.rollup(
          JudgementBench.two, .challenger, ok: labelled ? 10 : 9, failed: labelled ? 0 : 1),
      ]
      bench.step { batch in
        batch.rollups = rollups
        for (version, variant) in [
          (JudgementBench.one, Variant.champion), (JudgementBench.two, .challenger),
        ] {
          var events = KeyedEvents()
          for number in 0..<10 {
            key += 1
            let isBad = number == 3
            let name = isBad ? client(Int(key)) : "other-\(number)"
            let isEvent = isBad && variant == .challenger
            events.requests.append(
              .init(key: key, isError: isEvent && !labelled, isSlow: false, client: name))
            if labelled { events.labels.append(.init(key: key, isWrong: isEvent, client: name)) }
            var served = count(name, version, variant, failed: 1, at: batch.from)
            if !isEvent || labelled { served.outcome = .ok }
            batch.clients.append(served)
          }
          batch.keyed.append(
            KeyedRollup(version: version, variant: variant, revision: 1, events: events))
        }
      }
    }
    return bench.judgement?.experiment
  }

  @Test(arguments: [false, true])
  func `one client with a key for each request does not decide either`(labelled: Bool) throws {
    let many = try #require(
      Self.judgedByKey(failing: { "client-\($0 % 40)" }, labelled: labelled))
    #expect(many.verdict == .rollBack, "\(many.words)")
    #expect(many.unit == .keys && many.words.contains("% of keys against"), "\(many.words)")
    let one = try #require(Self.judgedByKey(failing: { _ in "noisy" }, labelled: labelled))
    #expect(one.verdict == .withheld, "\(one.words)")
    #expect(one.words.contains("noisy"), "\(one.words)")
  }

  /// A gateway sends every request, and the comparison begins in the middle of its traffic: whose a request of that second was
  /// is not known, since older splits' requests are among them.
  @Test func `the only client there is decides, though the comparison began under its traffic`()
    throws
  {
    var bench = JudgementBench(challenger: 0.5)
    for second in 0..<180 {
      let parts = [(JudgementBench.one, Variant.champion, 1), (JudgementBench.two, .challenger, 6)]
        .map { version, variant, failed -> (SecondRollup, [ClientCount]) in
          var rollup = bench.rollup(version, variant, ok: Int64(20 - failed), failed: Int64(failed))
          var isFirst = false
          if second == 0, variant == .champion {
            var earlier = RevisionCounts()
            earlier.requests = 20
            rollup.byRevision[0] = earlier
            isFirst = true
          }
          var good = Self.count("gateway", version, variant, failed: 0, at: bench.second)
          good.outcome = .ok
          good.count = Int64(20 - failed) + (isFirst ? 20 : 0)
          let bad = Self.count(
            "gateway", version, variant, failed: Int64(failed), at: bench.second)
          return (rollup, [good, bad])
        }
      bench.step { batch in
        batch.rollups = parts.map(\.0)
        batch.clients = parts.flatMap(\.1)
      }
    }
    let experiment = try #require(bench.judgement?.experiment)
    #expect(experiment.verdict == .rollBack, "\(experiment.words)")
  }

  @Test func `labels that come long after the last request still name their client`() throws {
    var bench = JudgementBench(challenger: 0.2)
    bench.step()
    for _ in 0..<180 {
      bench.step { batch in
        batch.revisionLabels = [
          Self.labels(JudgementBench.one, .champion, correct: 36, wrong: 4, of: nil),
          Self.labels(JudgementBench.two, .challenger, correct: 5, wrong: 5, of: "acme"),
        ]
      }
    }
    let experiment = try #require(bench.judgement?.experiment)
    #expect(experiment.verdict != .rollBack)
    #expect(experiment.words.contains("acme"), "\(experiment.words)")
  }

  /// Three minutes in which one in five answers of the challenger is late or is refused, while "batch" asks for that version itself.
  ///
  /// - Parameters:
  ///   - queued: whether they waited, rather than ran for so long.
  ///   - there: how much of the champion's work is for the same client.
  ///   - refused: whether they found no room, rather than came late.
  ///   - slower: how many times longer the challenger takes for a row.
  private static func judgedLate(
    queued: Bool, isSticky: Bool = false, there: Double = 0, refused: Bool = false,
    slower: Double = 1
  ) -> ExperimentSummary? {
    var bench = JudgementBench(challenger: 0.5)
    if isSticky { bench.board = JudgementBoard(routingHeaders: ["m": "X-User"]) }
    var key: UInt64 = 0
    bench.board.setObjective(
      ServiceObjective(availability: 0.999, latency: 50_000, latencyObjective: 0.99), of: "m",
      days: [])
    for _ in 0..<180 {
      let rollups = [
        bench.rollup(JudgementBench.one, .champion, ok: 20),
        refused
          ? bench.rollup(JudgementBench.two, .challenger, ok: 16, failed: 4)
          : bench.rollup(JudgementBench.two, .challenger, ok: 20, slow: 4, latency: 60_000),
      ]
      bench.step { batch in
        batch.rollups = rollups
        for (version, variant) in [
          (JudgementBench.one, Variant.champion), (JudgementBench.two, .challenger),
        ] {
          let isLate = variant == .challenger
          var events = KeyedEvents()
          for number in 0..<20 {
            key += 1
            var one = count("other-\(number)", version, variant, failed: 1, at: batch.from)
            let isBad = isLate && number < 4
            one.outcome = isBad && refused ? .shed : .ok
            one.times.timed = 1
            one.times.slow = isBad && !refused ? 1 : 0
            one.times.rows = 1
            one.times.compute = isLate ? 1_000 * slower : 1_000
            one.times.queue = isLate && queued ? 50_000 : 0
            batch.clients.append(one)
            events.requests.append(
              .init(
                key: key, isError: isBad && refused, isRefused: isBad && refused,
                isSlow: isBad && !refused, client: one.client))
          }
          if isSticky {
            batch.keyed.append(
              KeyedRollup(version: version, variant: variant, revision: 1, events: events))
          }
          var batched = count("batch", version, .direct, failed: 30, at: batch.from)
          batched.outcome = .ok
          batched.times.rows = isLate ? 30 : Int64(20 * there / (1 - there))
          batched.times.compute = 1_000 * Double(batched.times.rows)
          batch.clients.append(batched)
        }
      }
    }
    return bench.judgement?.experiment
  }

  @Test(arguments: [false, true])
  func `what waits behind one client that fills a version's queue is that client's doing`(
    isSticky: Bool
  ) throws {
    let waits = try #require(Self.judgedLate(queued: true, isSticky: isSticky))
    #expect(waits.verdict == .withheld, "\(waits.words)")
    #expect(waits.words.contains("batch"), "\(waits.words)")
    let runs = try #require(Self.judgedLate(queued: false, isSticky: isSticky))
    #expect(runs.verdict == .rollBack, "nobody waits: \(runs.words)")
    let both = try #require(Self.judgedLate(queued: true, isSticky: isSticky, there: 0.9))
    #expect(both.verdict == .rollBack, "it keeps both busy: \(both.words)")
    let slow = try #require(Self.judgedLate(queued: true, isSticky: isSticky, slower: 3))
    #expect(slow.verdict == .rollBack, "the version is slow by itself: \(slow.words)")
  }

  @Test(arguments: [false, true])
  func `who finds no room behind one client that fills a version's queue is no proof either`(
    isSticky: Bool
  ) throws {
    let full = try #require(Self.judgedLate(queued: true, isSticky: isSticky, refused: true))
    #expect(full.verdict == .withheld, "\(full.words)")
    #expect(full.words.contains("batch"), "\(full.words)")
    let fails = try #require(Self.judgedLate(queued: false, isSticky: isSticky, refused: true))
    #expect(fails.verdict == .rollBack, "\(fails.words)")
  }

  private static func served(_ counts: [ClientCount]) -> [(count: ClientCount, arm: Arm)] {
    counts.map { ($0, $0.variant == .champion ? .champion : .challenger) }
  }

  /// Ten minutes in which the challenger fails so often that it burns its budget, while no comparison has proof yet.
  private static func burnt(by client: String) -> RecentFailures {
    var failures = RecentFailures()
    for second in stride(from: JudgementBench.start, to: JudgementBench.start + 600, by: 1) {
      failures.add(
        served([
          count(client, JudgementBench.two, .challenger, failed: 2, at: second),
          count("other", JudgementBench.two, .challenger, failed: 1, at: second),
          count("anonymous", JudgementBench.two, .challenger, failed: 9, at: second),
        ]), to: second + 1)
    }
    return failures
  }

  @Test func `who burns the budget is known, for as long as it burns`() throws {
    let failures = Self.burnt(by: "acme")
    let now = JudgementBench.start + 600
    let worst = try #require(failures.worst(of: 3_600, before: now))
    #expect(worst.name == "acme")
    #expect(worst.badCount == 1_200)
    #expect(failures.worst(of: 3_600, before: now + 7_200)?.name == nil)
  }

  @Test func `who asked for the version itself is no witness against it`() {
    let watch = ExperimentWatch(
      champion: "1", challenger: "2", since: Timestamp(seconds: 0), isSticky: false)
    #expect(watch.arm("2", .direct) == nil && watch.arm("2", .shadow) == nil)
    #expect(watch.arm("2", .challenger) == .challenger && watch.arm("1", .champion) == .champion)
  }

  @Test func `clients past the recorder's bound are not one client`() throws {
    let failures = Self.burnt(by: ClientCount.overflow)
    #expect(failures.worst(of: 3_600, before: JudgementBench.start + 600)?.name == "other")
    let overflow = try #require(Self.judged(wrongAt: ClientCount.overflow))
    #expect(overflow.verdict == .rollBack, "\(overflow.words)")
  }

  @Test func `a client that both arms serve is a fair comparison, until others contradict it`() {
    var failures = Self.burnt(by: "acme")
    let now = JudgementBench.start + 600
    // What it asked the champion for under another split says nothing.
    failures.splitChanged()
    let asked = Self.count("acme", JudgementBench.one, .champion, failed: 10, at: now)
    failures.add(Self.served([asked]), to: now + 1)
    #expect(failures.worst(of: 3_600, before: now)?.name == "acme")
    let served = Self.count("acme", JudgementBench.two, .challenger, failed: 10, at: now)
    failures.add(Self.served([served]), to: now + 1)
    #expect(failures.worst(of: 3_600, before: now)?.name == "other")
    var well = Self.count("checkout", JudgementBench.two, .challenger, failed: 20, at: now)
    well.outcome = .ok
    failures.add(Self.served([well]), to: now + 1)
    #expect(failures.worst(of: 3_600, before: now)?.name == "acme")
  }
}
