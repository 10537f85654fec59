import Domain
import Statistics
import Testing

@testable import Control
@testable import Storage

struct ConceptWatchTests {
  private static let day: Int64 = 86_400
  /// A midnight in UTC.
  private static let now: Int64 = 1_767_225_600

  /// Two hours of predictions that long ago, labelled after as long.
  private static func minutes(days: Int64, isLabelled: Bool) -> [ConceptWatch.Minute] {
    (Int64(0)..<120).map { index in
      var minute = ConceptWatch.Minute(minute: now - days * day + index * 60, predicted: 10)
      guard isLabelled else { return minute }
      for row in 0..<10 {
        minute.row.add(predicted: .integer(1), truth: .integer(row == 0 ? 0 : 1), scores: [])
      }
      minute.row.delay.add(Double(days * day), count: 10)
      return minute
    }
  }

  @Test func `all that is kept is looked through once, then as far as a label is of`() {
    var watch = ConceptWatch(ModelVersion(model: "m", version: "1"))
    #expect(watch.wanted(now: Self.now) == Self.now - 30 * Self.day)
    #expect(watch.step([], now: Timestamp(seconds: Self.now)).isEmpty)
    #expect(watch.summary.words == "no labels yet: the last 30 days were looked through")
    #expect(watch.wanted(now: Self.now + 60) == Self.now + 60 - 2 * Self.day)
    let labelled = Self.now - 8 * Self.day
    watch.noteLabels(3, of: labelled + 60, now: Self.now + 70)
    watch.noteLabels(4, of: labelled, now: Self.now + 80)
    #expect(watch.summary.state == .collecting)
    #expect(
      watch.summary.words == "labels counted so far: 7; the first look at them is within a minute")
    #expect(watch.wanted(now: Self.now + 60) == Self.now + 60 - 2 * Self.day)
    #expect(watch.wanted(now: Self.now + 120) == labelled - Self.day)
  }

  @Test func `labels that come after eight days are judged`() {
    var watch = ConceptWatch(ModelVersion(model: "m", version: "1"))
    _ = watch.step(
      Self.minutes(days: 8, isLabelled: false), now: Timestamp(seconds: Self.now - 60))
    #expect(watch.summary.state == .noLabels)
    watch.noteLabels(of: Self.now - 8 * Self.day, now: Self.now)
    #expect((watch.wanted(now: Self.now) ?? .max) <= Self.now - 8 * Self.day)
    let events = watch.step(
      Self.minutes(days: 8, isLabelled: true), now: Timestamp(seconds: Self.now))
    let blocks = events.compactMap { if case .block(let block) = $0 { block } else { nil } }
    #expect(blocks.map(\.labelled) == [600, 600])
    #expect(watch.summary.state == .collecting)
    // What waits for labels that old is read once an hour.
    #expect(watch.wanted(now: Self.now + 60) == nil)
    let next = Self.now - 8 * Self.day + 7_200
    #expect(watch.wanted(now: Self.now + 3_600) == next)
  }

  @Test func `a first look before a minute has its labels is followed by one in the next minute`() {
    func minutes(labelled: Int) -> [ConceptWatch.Minute] {
      var minute = ConceptWatch.Minute(minute: Self.now - 60, predicted: 10)
      for _ in 0..<labelled {
        minute.row.add(predicted: .integer(1), truth: .integer(1), scores: [])
      }
      minute.row.delay.add(5, count: Int64(labelled))
      return [minute]
    }
    var waiting = ConceptWatch(ModelVersion(model: "m", version: "1"))
    // The look comes as the minute ends, and then as its second half is still to be labelled.
    _ = waiting.step(minutes(labelled: 5), now: Timestamp(seconds: Self.now))
    #expect(waiting.settled.isEmpty)
    #expect(waiting.wanted(now: Self.now + 60) == Self.now + 60 - 2 * Self.day)
    _ = waiting.step(minutes(labelled: 8), now: Timestamp(seconds: Self.now + 60))
    #expect(waiting.settled.map(\.rows) == [8])
    var early = ConceptWatch(ModelVersion(model: "m", version: "1"))
    _ = early.step(minutes(labelled: 5), now: Timestamp(seconds: Self.now - 30))
    #expect(early.wanted(now: Self.now + 30) == Self.now + 30 - 2 * Self.day)
  }

  @Test func `labels in other words than the predictions are told, until they are put right`() {
    var builder = ReferenceBuilder(
      [FeatureDeclaration(name: "predicted class", kind: .categorical, role: .predictedClass)],
      seed: 1)
    for index in 0..<1_000 { builder.add(index % 2 == 0 ? "up" : "down", to: 0) }
    let classes = builder.references()[0].bins
    let start = Self.now - 14_400
    /// Two hours of predictions, and half of the labels, or none, in other words.
    func minutes(from start: Int64, other: Bool) -> [ConceptWatch.Minute] {
      (Int64(0)..<120).map { index in
        var minute = ConceptWatch.Minute(minute: start + index * 60, predicted: 10)
        for row in 0..<10 {
          let truth = other && row % 2 == 0 ? "1" : "up"
          minute.row.add(predicted: .text("up"), truth: .text(truth), scores: [])
        }
        minute.row.delay.add(1, count: 10)
        return minute
      }
    }
    var watch = ConceptWatch(ModelVersion(model: "m", version: "1"))
    let wrong = minutes(from: start, other: true)
    _ = watch.step(wrong, now: Timestamp(seconds: Self.now - 7_000), classes: classes)
    let told =
      "50 % of the newest labels name classes that the reference has not (\"1\"); "
    #expect(watch.summary.words.hasPrefix(told), "\(watch.summary.words)")
    let right = wrong + minutes(from: start + 7_200, other: false)
    _ = watch.step(right, now: Timestamp(seconds: Self.now + 200), classes: classes)
    #expect(!watch.summary.words.contains("name classes"), "\(watch.summary.words)")
  }

  /// A file of training has them as its writer wrote them.
  @Test func `a class that the reference writes as another number is the same class`() {
    var builder = ReferenceBuilder(
      [FeatureDeclaration(name: "predicted class", kind: .categorical, role: .predictedClass)],
      seed: 1)
    for index in 0..<1_000 { builder.add(index % 2 == 0 ? "0.0" : "1.0", to: 0) }
    let classes = builder.references()[0].bins
    let right = UnseenClasses(Self.minutes(days: 1, isLabelled: true), classes: classes)
    #expect(right.sentence == nil && right.labelled == 600)
    var minute = ConceptWatch.Minute(minute: Self.now, predicted: 1)
    minute.row.add(
      predicted: .text("up"), truth: .text(String(repeating: "x", count: 1_000)), scores: [])
    #expect((UnseenClasses([minute], classes: classes).sentence?.count ?? 1_000) < 150)
  }

  @Test func `labels that no look finds are not looked for each minute`() {
    var watch = ConceptWatch(ModelVersion(model: "m", version: "1"))
    _ = watch.step([], now: Timestamp(seconds: Self.now))
    func look(at now: Int64) -> Int64? {
      watch.noteLabels(of: Self.now - 20 * Self.day, now: now)
      defer { _ = watch.step([], now: Timestamp(seconds: now)) }
      return watch.wanted(now: now).map { (now - $0) / Self.day }
    }
    #expect(look(at: Self.now + 60) == 21)
    #expect(look(at: Self.now + 120) == 2)
    #expect(look(at: Self.now + 3_660) == 21)
  }

  @Test func `one block after a gap promises no longer time to a false alarm`() {
    var watch = ConceptWatch(ModelVersion(model: "m", version: "1"))
    let reference = FrozenReference.Errors(wrong: 1_000, rows: 10_000)
    _ = watch.step(
      Array(Self.minutes(days: 1, isLabelled: true).prefix(1)),
      now: Timestamp(seconds: Self.now), reference: reference)
    #expect(watch.summary.state == .collecting)
    #expect(
      watch.summary.words
        == "waiting for the first block of 60 min to have its labels; there is a reference")
    var minutes = Self.minutes(days: 1, isLabelled: true)
    for index in minutes.indices where index > 0 { minutes[index].minute += 7_200 }
    _ = watch.step(minutes, now: Timestamp(seconds: Self.now), reference: reference)
    #expect(watch.summary.state == .ok)
    #expect(
      watch.summary.words
        == "no rise in errors; on average at least 41.7 days between false alarms")
  }
}
