import Alerting
import Domain
import Foundation
import PromQL
import Testing

@Suite struct RuleGroupTrackerTests {
  private func alert(_ name: String, _ expression: String, hold: Int64 = 0) throws -> Rule {
    .alert(AlertRule(name: name, query: try Query(expression), hold: hold))
  }

  private func record(_ name: String, _ expression: String) throws -> Rule {
    .record(RecordingRule(name: name, query: try Query(expression)))
  }

  private func source(_ values: [String: Double], at time: Int64 = 0) -> SeriesSource {
    .fixed(
      values.map {
        Series(
          labels: LabelSet(name: $0.key, ["job": "a"]),
          samples: [Sample(time: time, value: $0.value)])
      })
  }

  @Test func `a rule reads what those before it have written at the same time`() throws {
    let group = RuleGroup(
      name: "g",
      rules: [
        try record("a:one", "x * 2"), try record("a:two", "a:one + 1"),
        try alert("High", "a:two > 6"), try alert("Meta", "ALERTS{alertname=\"High\"} == 1"),
      ])
    var tracker = RuleGroupTracker()
    var memory = SeriesMemory()
    let evaluations = tracker.evaluate(
      group, at: Timestamp(seconds: 0), in: RuleContext(), memory: &memory,
      over: source(["x": 3]))
    #expect(evaluations.map(\.failure) == [nil, nil, nil, nil])
    #expect(evaluations[1].written.map(\.labels.description) == ["a:two{job=\"a\"}"])
    #expect(evaluations[1].written.map(\.sample.value) == [7])
    #expect(evaluations[2].transitions.map(\.to) == [.firing])
    #expect(
      evaluations[3].transitions.compactMap(\.alert?.labels.description) == [
        "{alertname=\"Meta\", alertstate=\"firing\", job=\"a\"}"
      ])
  }

  @Test func `a series that a rule no longer writes ends`() throws {
    let group = RuleGroup(name: "g", rules: [try record("r", "x > 1")])
    var tracker = RuleGroupTracker()
    var memory = SeriesMemory()
    for (second, value) in [2.0, 0, 0].enumerated() {
      let evaluation = tracker.evaluate(
        group, at: Timestamp(seconds: Int64(second)), in: RuleContext(), memory: &memory,
        over: source(["x": value], at: Int64(second) * 1_000))[0]
      #expect(evaluation.written.map(\.sample.isStale) == [[false], [true], []][second])
    }
  }

  @Test func `no data is when every selector finds nothing, and never a comparison that is false`()
    throws
  {
    let cases: [(expression: String, source: SeriesSource, state: RuleStatus.State)] = [
      ("x > 1", source([:]), .noData),
      ("x > 1", source(["x": 0]), .inactive),
      ("x > 1 and y > 1", source(["y": 2]), .inactive),
      ("absent(x)", source([:]), .firing),
      ("absent(x)", source(["x": 1]), .inactive),
      ("vector(0) > 1", source([:]), .inactive),
    ]
    for (expression, source, state) in cases {
      var tracker = RuleGroupTracker()
      var memory = SeriesMemory()
      let rule = try alert("A", expression)
      _ = tracker.evaluate(
        RuleGroup(name: "g", rules: [rule]), at: Timestamp(seconds: 0), in: RuleContext(),
        memory: &memory, over: source)
      #expect(tracker.rules[0].tracker?.state == state, "\(expression)")
    }
  }

  @Test
  func `rules that are taken out end with their alerts and their series, and the others go on`()
    throws
  {
    func group(_ rules: [Rule]) -> RuleGroup { RuleGroup(name: "g", rules: rules) }
    let stays = try alert("Stays", "x > 1", hold: 60_000)
    let old = group([
      try alert("Fires", "x > 1"), try alert("Pends", "x > 1", hold: 60_000), stays,
      try record("r", "x"),
    ])
    var tracker = RuleGroupTracker()
    var memory = SeriesMemory()
    let begin = Timestamp(seconds: 10)
    _ = tracker.evaluate(
      old, at: begin, in: RuleContext(), memory: &memory, over: source(["x": 2], at: 10_000))
    let edited = try alert("Stays", "x > 0", hold: 30_000)
    let new = group([try alert("New", "x > 1"), edited])
    let now = Timestamp(seconds: 40)
    let endings = tracker.replace(old, with: new, at: now, memory: &memory)
    #expect(endings.map(\.rule.name) == ["Fires", "Pends"])
    #expect(endings.map { $0.transitions.map(\.to) } == [[.resolved], [.inactive]])
    #expect(endings[0].alerts.map(\.state) == [.resolved])
    #expect(endings[0].alerts.map(\.resolvedAt) == [now] && endings[1].alerts.isEmpty)
    let ends = memory.select(SeriesRequest(matchers: [], from: 0, to: 60_000, sampleLimit: 1_000))
      .filter { $0.samples.last?.isStale == true }
    #expect(
      ends.map(\.labels.metricName).sorted() == [
        "ALERTS", "ALERTS", "ALERTS_FOR_STATE", "ALERTS_FOR_STATE", "r",
      ])
    // The one that stays has held for 30 s by now, whatever was edited of it.
    let next = tracker.evaluate(
      new, at: now, in: RuleContext(), memory: &memory, over: source(["x": 2], at: 40_000))
    #expect(next.map { $0.transitions.map(\.to) } == [[.firing], [.firing]])
    #expect(tracker.replace(new, with: new, at: now, memory: &memory).isEmpty)
  }

  @Test func `in a unit test no data is all is well, as in Prometheus`() throws {
    var tracker = RuleGroupTracker()
    var memory = SeriesMemory()
    let group = RuleGroup(name: "g", rules: [try alert("A", "x > 1")])
    for (second, source) in [source(["x": 2]), source([:])].enumerated() {
      _ = tracker.evaluate(
        group, at: Timestamp(seconds: Int64(second)),
        in: RuleContext(holdsWithoutData: false), memory: &memory, over: source)
    }
    #expect(tracker.rules[0].tracker?.state == .resolved)
  }

  @Test func `a source that fails is an error, and holds what fires`() throws {
    struct Gone: Error, CustomStringConvertible { var description: String { "gone" } }
    var tracker = RuleGroupTracker()
    var memory = SeriesMemory()
    let group = RuleGroup(name: "g", rules: [try alert("A", "x > 1")])
    _ = tracker.evaluate(
      group, at: Timestamp(seconds: 0), in: RuleContext(), memory: &memory,
      over: source(["x": 2]))
    let evaluation = tracker.evaluate(
      group, at: Timestamp(seconds: 1), in: RuleContext(), memory: &memory,
      over: SeriesSource { _ in throw Gone() })[0]
    #expect(evaluation.failure?.contains("gone") == true)
    #expect(tracker.rules[0].tracker?.alerts.values.map(\.state) == [.firing])
  }

  @Test func `state is kept over a restart, and by rules that have moved or changed their bound`()
    throws
  {
    var tracker = RuleGroupTracker()
    var memory = SeriesMemory()
    let before = RuleGroup(
      name: "g", rules: [try alert("A", "x > 1", hold: 60_000), try record("r", "x")])
    _ = tracker.evaluate(
      before, at: Timestamp(seconds: 0), in: RuleContext(), memory: &memory,
      over: source(["x": 2]))
    tracker = try JSONDecoder().decode(
      RuleGroupTracker.self, from: try JSONEncoder().encode(tracker))
    memory = SeriesMemory()
    let after = RuleGroup(
      name: "g",
      rules: [
        try alert("New", "x > 5"), try record("r", "x"), try alert("A", "x > 1.5", hold: 60_000),
      ])
    let evaluations = tracker.evaluate(
      after, at: Timestamp(seconds: 60), in: RuleContext(), memory: &memory,
      over: source(["x": 2], at: 60_000))
    #expect(evaluations[2].transitions.map(\.to) == [.firing])
    #expect(tracker.rules[2].tracker?.alerts.values.map(\.activeAt) == [Timestamp(seconds: 0)])
  }

  @Test
  func
    `an alert whose series are gone ends while the source is there, and is held while it is not`()
    throws
  {
    let context = RuleContext(heartbeat: try Query("alive"))
    let group = RuleGroup(name: "g", rules: [try alert("A", "x > 1")])
    for (sources, state) in [
      ([source(["x": 2, "alive": 1]), source(["alive": 1])], RuleStatus.State.resolved),
      ([source(["x": 2, "alive": 1]), source([:])], .noData),
    ] {
      var tracker = RuleGroupTracker()
      var memory = SeriesMemory()
      for (second, source) in sources.enumerated() {
        _ = tracker.evaluate(
          group, at: Timestamp(seconds: Int64(second)), in: context, memory: &memory, over: source)
      }
      #expect(tracker.rules[0].tracker?.state == state)
    }
  }

  @Test func `that there is no alert is no lack of data`() throws {
    var tracker = RuleGroupTracker()
    var memory = SeriesMemory()
    let group = RuleGroup(name: "g", rules: [try alert("Meta", "ALERTS{severity=\"page\"} == 1")])
    _ = tracker.evaluate(
      group, at: Timestamp(seconds: 0), in: RuleContext(), memory: &memory, over: source([:]))
    #expect(tracker.rules[0].tracker?.state == .inactive)
  }

  @Test func `what is old is forgotten, and the rest is found as before`() throws {
    var memory = SeriesMemory()
    let labels = ["a", "b"].map { LabelSet(name: "x", ["job": $0]) }
    for time in [0, 1_000, 2_000] as [Int64] {
      try memory.append(Sample(time: time, value: 1), to: labels[0])
    }
    try memory.append(Sample(time: 0, value: 1), to: labels[1])
    memory.forget(before: 1_000)
    let request = SeriesRequest(
      matchers: [LabelMatcher(name: "__name__", equals: "x")], from: 0, to: 9_000, sampleLimit: 99)
    #expect(memory.select(request).map(\.labels) == [labels[0]])
    #expect(memory.select(request).map(\.samples.count) == [2])
    try memory.append(Sample(time: 3_000, value: 2), to: labels[1])
    #expect(memory.select(request).map(\.labels) == labels)
    #expect(throws: SeriesMemory.AppendError.outOfOrder) {
      try memory.append(Sample(time: 2_000, value: 2), to: labels[1])
    }
    #expect(throws: SeriesMemory.AppendError.duplicate) {
      try memory.append(Sample(time: 3_000, value: 3), to: labels[1])
    }
  }
}
