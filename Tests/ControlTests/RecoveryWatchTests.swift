import Control
import Domain
import Statistics
import Testing

struct RecoveryWatchTests {
  private func watch(before: RecoveryWatch.Counts, objective: Bool = true) -> RecoveryWatch {
    RecoveryWatch(
      command: CommandID(random: (1, 1)), model: "m", from: "3", to: "1",
      switchedAt: Timestamp(seconds: 0), revision: 5,
      objective: objective
        ? ServiceObjective(availability: 0.999, latency: 5_000, latencyObjective: 0.99) : nil,
      before: before)
  }

  @Test func `good requests after the switch are a recovery, timed by when they sufficed`() {
    var watch = watch(before: .init(requests: 1_000, errors: 200, slow: 900))
    watch.step(.init(requests: 20), elapsed: 1)
    #expect(watch.isWatching)
    watch.step(.init(requests: 3_800), elapsed: 2)
    #expect(watch.isWatching)
    watch.step(.init(requests: 40), elapsed: 3)
    #expect(watch.recovery.status == .recovered(seconds: 3))
    #expect(watch.recovery.requests == 3_860)
    #expect(watch.recovery.errors.count == 0)
    #expect(abs(watch.recovery.errors.high - 0.000994) < 1e-6)
  }

  @Test func `a lucky handful proves nothing: half a minute, and far below the level before`() {
    var watch = watch(before: .init(requests: 1_000, errors: 200, slow: 0))
    watch.step(.init(requests: 99), elapsed: 1)
    #expect(watch.isWatching)
    watch.step(.init(requests: 60), elapsed: 29)
    #expect(watch.isWatching)
    var later = watch
    watch.step(.init(), elapsed: 30)
    // 0 of 159 is up to 2.4 %, the level before was 17.6 % or more.
    #expect(watch.isWatching)
    watch.step(.init(requests: 200), elapsed: 31)
    #expect(watch.recovery.status == .recovered(seconds: 31))
    later.step(.init(), elapsed: 120)
    #expect(later.recovery.status == .recovered(seconds: 120))
  }

  @Test func `whether there was anything to recover from is kept`() {
    #expect(watch(before: .init(requests: 1_000, errors: 200)).recovery.wasBad == true)
    #expect(watch(before: .init(requests: 1_000, slow: 900)).recovery.wasBad == true)
    #expect(watch(before: .init(requests: 1_000)).recovery.wasBad == false)
  }

  @Test func `errors that go on are no recovery, and after two minutes that is said`() {
    var watch = watch(before: .init(requests: 1_000, errors: 200, slow: 0))
    for second in 1...119 { watch.step(.init(requests: 10, errors: 2), elapsed: Double(second)) }
    #expect(watch.isWatching)
    watch.step(.init(requests: 10, errors: 2), elapsed: 120)
    guard case .notRecovering(let reason) = watch.recovery.status else {
      Issue.record("expected not recovering, found \(watch.recovery.status)")
      return
    }
    #expect(reason == "errors at 20 %, the objective allows 0.1 %")
  }

  @Test func `slow answers after the switch are no recovery although none fails`() {
    var watch = watch(before: .init(requests: 1_000, errors: 0, slow: 900))
    watch.step(.init(requests: 100, slow: 90), elapsed: 1)
    #expect(watch.isWatching)
  }

  @Test func `too few requests are waited for, and are said to be too few in the end`() {
    var watch = watch(before: .init(requests: 1_000, errors: 200))
    watch.step(.init(requests: 3), elapsed: 130)
    #expect(watch.isWatching && watch.recovery.isUnjudged)
    var late = watch
    late.step(.init(requests: 397), elapsed: 900)
    #expect(late.recovery.status == .recovered(seconds: 900) && !late.recovery.isUnjudged)
    watch.step(.init(), elapsed: 3_600)
    #expect(watch.recovery.sentence.hasPrefix("whether the "))
    #expect(
      watch.recovery.status
        == .notRecovering(reason: "only 3 requests since then, 30 are needed"))
  }

  @Test func `a level that is not yet apart from the one before is not called a recovery`() {
    var watch = watch(before: .init(requests: 1_000, errors: 20), objective: false)
    watch.step(.init(requests: 40), elapsed: 1)
    #expect(watch.isWatching)
    watch.step(.init(requests: 1_000), elapsed: 2)
    #expect(watch.isWatching)
    watch.step(.init(requests: 3_000), elapsed: 3)
    #expect(watch.recovery.status == .recovered(seconds: 3))
  }

  @Test func `a rollback from a healthy version needs only health`() {
    var watch = watch(before: .init(requests: 1_000))
    watch.step(.init(requests: 30), elapsed: 1)
    #expect(watch.isWatching)
    watch.step(.init(), elapsed: 30)
    #expect(watch.recovery.status == .recovered(seconds: 30))
  }

  @Test func `where nothing failed, labels of what was predicted since decide`() {
    var watch = watch(before: .init(requests: 1_000, judged: 200, wrong: 82))
    for second in 1...59 {
      watch.step(
        .init(requests: 100, judged: 3, wrong: second % 5 == 0 ? 1 : 0), elapsed: Double(second))
    }
    #expect(watch.isWatching)
    watch.step(.init(requests: 100, judged: 3, wrong: 1), elapsed: 60)
    #expect(watch.recovery.status == .recovered(seconds: 60))
    #expect(watch.recovery.isProvenByLabels && watch.recovery.wasBad == true)
    #expect(watch.recovery.wrong?.count == 12 && watch.recovery.wrong?.total == 180)
    #expect(watch.recovery.wrongBefore?.count == 82 && watch.recovery.wrongBefore?.total == 200)
  }

  @Test func `labels of rows that are alike are worth fewer`() {
    // Days of few and of many wrong predictions, ten seconds each: 20 % either way, as far as anyone can tell.
    func blocks(_ shares: [Int64]) -> RecoveryWatch.Counts {
      var counts = RecoveryWatch.Counts(
        requests: 6_000, judged: 6_000, wrong: shares.reduce(0, +))
      counts.labelBlocks = shares.map { .init(count: $0, total: 1_000) }
      return counts
    }
    var watch = watch(before: blocks([310, 90, 330, 120, 300, 150]))
    let lucky: [Int64] = [8, 25, 11, 26, 9, 12]
    for second in 0..<60 {
      watch.step(
        .init(requests: 100, judged: 100, wrong: lucky[second / 10]), elapsed: Double(second + 1))
    }
    #expect(watch.isWatching)
    #expect((watch.recovery.wrong?.low ?? 1) < 0.1 && (watch.recovery.wrongBefore?.high ?? 0) > 0.3)
  }

  @Test func `labels that tell no difference in two minutes are no recovery and no harm`() {
    var watch = watch(before: .init(requests: 1_000, judged: 200, wrong: 40))
    for second in 1...119 {
      watch.step(.init(requests: 10, judged: 5, wrong: 1), elapsed: Double(second))
    }
    #expect(watch.isWatching)
    watch.step(.init(requests: 10), elapsed: 120)
    #expect(watch.recovery.status == .recovered(seconds: 120))
    #expect(watch.recovery.wasBad == false && !watch.recovery.isProvenByLabels)
  }

  @Test func `more wrong predictions than before are not a recovery`() {
    var watch = watch(before: .init(requests: 1_000, judged: 200, wrong: 40))
    watch.step(.init(requests: 100, judged: 100, wrong: 60), elapsed: 60)
    #expect(watch.isWatching)
    watch.step(.init(requests: 100), elapsed: 120)
    #expect(
      watch.recovery.status
        == .notRecovering(reason: "wrong predictions at 60 %, 20 % before"))
  }

  @Test func `labels do not delay the proof that failures have ended`() {
    var watch = watch(before: .init(requests: 1_000, errors: 200, judged: 200, wrong: 82))
    watch.step(.init(requests: 4_000), elapsed: 1)
    #expect(watch.recovery.status == .recovered(seconds: 1))
    #expect(watch.recovery.wrong == nil && !watch.recovery.isProvenByLabels)
  }

  @Test func `few labels before decide nothing`() {
    var watch = watch(before: .init(requests: 1_000, judged: 29, wrong: 20))
    watch.step(.init(requests: 4_000), elapsed: 1)
    #expect(watch.recovery.status == .recovered(seconds: 1))
  }
}

extension RecoveryWatchTests {
  private func recovered() -> RecoveryWatch {
    var watch = watch(before: .init(requests: 1_000, errors: 200))
    watch.step(.init(requests: 4_000), elapsed: 4)
    #expect(watch.recovery.status == .recovered(seconds: 4))
    return watch
  }

  @Test func `after a recovery the figures grow sharper, at each doubling`() {
    var watch = recovered()
    watch.step(.init(requests: 3_999), elapsed: 5)
    #expect(watch.recovery.requests == 4_000)
    watch.step(.init(requests: 1, errors: 1), elapsed: 6)
    #expect(watch.recovery.requests == 8_000 && watch.recovery.errors.count == 1)
    #expect(watch.recovery.status == .recovered(seconds: 4))
  }

  @Test func `what holds for a quarter of an hour is said once more, with all of its requests`() {
    var watch = recovered()
    for second in 5..<900 { watch.step(.init(requests: 10), elapsed: Double(second)) }
    #expect(watch.isCounting && watch.recovery.stage == .recovered)
    watch.step(.init(requests: 10), elapsed: 900)
    #expect(!watch.isCounting && watch.recovery.stage == .held)
    #expect(watch.recovery.requests == 12_960 && watch.recovery.errors.high < 0.0005)
    #expect(
      watch.recovery.sentence
        == "m is still well 15 min after the switch to 1: 0 of 12960 requests failed, 95 % CI 0 % to 0.03 %"
    )
    let last = watch
    watch.step(.init(requests: 10, errors: 10), elapsed: 901)
    #expect(watch == last)
  }

  @Test func `two bad minutes take a recovery back, one does not`() {
    var watch = recovered()
    for second in 5...64 {
      watch.step(.init(requests: 10, errors: 1), elapsed: Double(second))
    }
    for second in 65...124 { watch.step(.init(requests: 10), elapsed: Double(second)) }
    #expect(watch.recovery.stage == .recovered)
    for second in 125...244 {
      watch.step(.init(requests: 10, errors: 3), elapsed: Double(second))
    }
    #expect(
      watch.recovery.status
        == .relapsed(seconds: 244, reason: "errors at 30 %, the objective allows 0.1 %"))
    #expect(watch.recovery.requests == 6_400 && !watch.isCounting)
  }

  @Test func `few requests a minute are gathered until they say something`() {
    var watch = recovered()
    for second in 5...330 where second % 10 == 0 {
      watch.step(.init(requests: 2, errors: 2), elapsed: Double(second))
    }
    guard case .relapsed(let seconds, _) = watch.recovery.status else {
      Issue.record("\(watch.recovery.status)")
      return
    }
    // Two looks of thirty requests.
    #expect(seconds == 300)
  }

  @Test func `what nobody asked, or what was bad at last, is not said to hold`() {
    var silent = recovered()
    silent.step(.init(), elapsed: 900)
    #expect(silent.recovery.stage == .recovered && !silent.isCounting)
    var late = recovered()
    for second in 5..<845 { late.step(.init(requests: 10), elapsed: Double(second)) }
    for second in 845...900 {
      late.step(.init(requests: 10, errors: 9), elapsed: Double(second))
    }
    #expect(late.recovery.stage == .recovered && !late.isCounting)
  }

  @Test func `a service at its objective is not taken back for two unlucky requests`() {
    var watch = recovered()
    for second in 5..<900 {
      watch.step(.init(requests: 5, errors: second % 30 == 0 ? 1 : 0), elapsed: Double(second))
    }
    #expect(watch.recovery.stage == .recovered)
  }

  @Test func `what labels proved is taken back when predictions are as wrong again`() {
    var watch = watch(before: .init(requests: 1_000, judged: 200, wrong: 82))
    for second in 1...60 {
      watch.step(.init(requests: 100, judged: 3, wrong: 0), elapsed: Double(second))
    }
    #expect(watch.recovery.isProvenByLabels)
    for second in 61...180 {
      watch.step(.init(requests: 100, judged: 3, wrong: 2), elapsed: Double(second))
    }
    #expect(
      watch.recovery.status
        == .relapsed(seconds: 180, reason: "wrong predictions at 66.67 %, 41 % before the act"))
  }

  @Test func `another act ends the counting and leaves the proof`() {
    var watch = recovered()
    watch.supersede()
    watch.step(.init(requests: 1_000, errors: 1_000), elapsed: 100)
    #expect(!watch.isCounting && watch.recovery.requests == 4_000)
  }
}
