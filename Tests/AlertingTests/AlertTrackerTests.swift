import Alerting
import Domain
import Foundation
import PromQL
import Testing

/// A tracker driven by a line of marks, one a minute: `1` the series is there, `.` it is not, `?` no data, `!` an error.
private struct Drive {
  var tracker = AlertTracker()
  var timing: AlertTiming
  var minute: Int64 = 0
  var transitions: [AlertTransition] = []

  private static let marks: [RuleStatus.State: String] = [
    .inactive: "-", .pending: "p", .firing: "F", .keepFiring: "k", .resolved: "r", .noData: "?",
    .error: "!",
  ]

  init(hold: Int64 = 0, keepFiring: Int64 = 0, limit: Int = 0) {
    timing = AlertTiming(hold: hold * 60_000, keepFiring: keepFiring * 60_000, limit: limit)
  }

  /// The rule's state after each mark: `-` inactive, `p` pending, `F` firing, `k` keep-firing, `r` resolved, `?`, `!`.
  mutating func states(_ marks: String, survivesRestarts: Bool = false) throws -> String {
    var states = ""
    for mark in marks {
      let observation: AlertObservation =
        switch mark {
        case "1": .active([.init(labels: LabelSet(["a": "b"]), value: 1)])
        case "?": .noData
        case "!": .failed("why")
        default: .active([])
        }
      transitions += tracker.step(observation, timing: timing, at: Timestamp(seconds: minute * 60))
      if survivesRestarts {
        tracker = try JSONDecoder().decode(
          AlertTracker.self, from: try JSONEncoder().encode(tracker))
      }
      minute += 1
      states += Self.marks[tracker.state] ?? "x"
    }
    return states
  }
}

@Suite struct AlertTrackerTests {
  @Test(
    arguments: [
      (0, 0, "..1.", "--Fr"),
      (2, 0, "1111.", "ppFFr"),
      (2, 0, "11.111", "pp-ppF"),
      (0, 2, "1...1....", "FkkrFkkrr"),
      (0, 2, "1.1..1", "FkFkkF"),
      (1, 1, "11.1.1..", "pFkFkFkr"),
      (1, 0, "11.11", "pFrpF"),
    ] as [(Int64, Int64, String, String)])
  func `an alert is pending, fires, goes on and is resolved at the times that its rule says`(
    hold: Int64, keepFiring: Int64, marks: String, states: String
  ) throws {
    var drive = Drive(hold: hold, keepFiring: keepFiring)
    #expect(try drive.states(marks) == states)
  }

  @Test func `a resolved alert is kept for a quarter of an hour`() throws {
    var drive = Drive()
    #expect(
      try drive.states("1" + String(repeating: ".", count: 17)) == "F"
        + String(repeating: "r", count: 16) + "-")
    #expect(drive.transitions.map(\.to) == [.firing, .resolved])
  }

  @Test func `without data an alert stays as it is, and nothing is counted`() throws {
    var firing = Drive()
    #expect(try firing.states("1???1") == "F???F")
    #expect(firing.tracker.alerts.values.map(\.activeAt) == [Timestamp(seconds: 0)])
    var held = Drive()
    _ = try held.states("1?")
    #expect(held.tracker.alerts.values.map(\.state) == [.firing])
    // Three minutes are needed, and only minutes with data count.
    var pending = Drive(hold: 3)
    #expect(try pending.states("11????1111") == "pp????ppFF")
    var keeping = Drive(keepFiring: 2)
    #expect(try keeping.states("1.???...") == "Fk???kkr")
  }

  @Test func `time in which nobody looked counts neither for an alert nor against it`() throws {
    var pending = Drive(hold: 3)
    #expect(try pending.states("11") == "pp")
    pending.tracker.rest()
    pending.minute += 60
    // The minute before the rest and the two after it.
    #expect(try pending.states("1111") == "ppFF")
    var keeping = Drive(keepFiring: 3)
    #expect(try keeping.states("1.") == "Fk")
    keeping.tracker.rest()
    keeping.minute += 60
    #expect(try keeping.states("....") == "kkkr")
    #expect(keeping.transitions.map(\.to) == [.firing, .keepFiring, .resolved])
  }

  @Test func `what is missing while little is measured yet is held, and what is there goes on`() {
    var tracker = AlertTracker()
    let element = AlertObservation.Element(labels: LabelSet(["a": "b"]), value: 1)
    let other = AlertObservation.Element(labels: LabelSet(["a": "c"]), value: 1)
    func step(_ elements: [AlertObservation.Element], holds: Bool, _ second: Int64) {
      _ = tracker.step(
        .active(elements), timing: AlertTiming(hold: 10_000), holdsMissing: { _ in holds },
        at: Timestamp(seconds: second))
    }
    step([element], holds: false, 0)
    step([element, other], holds: false, 10)
    #expect(tracker.alerts.values.map(\.state).contains(.firing))
    tracker.rest()
    step([], holds: true, 300)
    #expect(tracker.alerts[element.labels]?.state == .firing)
    #expect(tracker.alerts[other.labels]?.state == .pending, "it does not fire unseen")
    step([other], holds: true, 305)
    #expect(tracker.alerts[other.labels]?.state == .pending, "what it was not seen does not count")
    step([other], holds: true, 310)
    #expect(tracker.alerts[other.labels]?.state == .firing)
    step([], holds: false, 320)
    #expect(tracker.alerts.values.allSatisfy { $0.state == .resolved })
  }

  @Test func `what is held goes on for as long as it would have, once enough is measured`() throws {
    var tracker = AlertTracker()
    let element = AlertObservation.Element(labels: LabelSet(["a": "b"]), value: 1)
    let timing = AlertTiming(keepFiring: 60_000)
    func step(_ elements: [AlertObservation.Element], holds: Bool, _ second: Int64) -> Alert.State?
    {
      _ = tracker.step(
        .active(elements), timing: timing, holdsMissing: { _ in holds },
        at: Timestamp(seconds: second))
      return tracker.alerts.values.first?.state
    }
    #expect(step([element], holds: false, 0) == .firing)
    #expect(step([], holds: false, 10) == .keepFiring)
    tracker.rest()
    #expect(step([], holds: true, 310) == .keepFiring)
    #expect(step([], holds: false, 360) == .keepFiring)
    #expect(step([], holds: false, 371) == .resolved)
  }

  @Test func `nothing is held that was seen since the start`() {
    var tracker = AlertTracker()
    let element = AlertObservation.Element(labels: LabelSet(["a": "b"]), value: 1)
    func step(_ elements: [AlertObservation.Element], _ second: Int64) -> Alert.State? {
      _ = tracker.step(
        .active(elements), timing: AlertTiming(), holdsMissing: { _ in true },
        at: Timestamp(seconds: second))
      return tracker.alerts.values.first?.state
    }
    #expect(step([element], 0) == .firing)
    #expect(step([], 5) == .resolved, "it began after the start")
    #expect(step([element], 10) == .firing)
    tracker.rest()
    #expect(step([], 60) == .firing)
    #expect(step([element], 65) == .firing)
    #expect(step([], 70) == .resolved, "it was seen again")
  }

  @Test func `no data is told once, and so is its end`() throws {
    var drive = Drive()
    _ = try drive.states("1??.")
    #expect(drive.transitions.map(\.from) == [.inactive, .firing, .firing, .noData])
    #expect(drive.transitions.map(\.to) == [.firing, .noData, .resolved, .resolved])
    #expect(drive.transitions.map { $0.alert == nil } == [false, true, false, true])
  }

  @Test func `an error changes no alert`() throws {
    var drive = Drive(hold: 2)
    #expect(try drive.states("1!!1.") == "p!!F" + "r")
    #expect(drive.tracker.failure == nil)
  }

  @Test(arguments: ["11.1..1?1..!.11.....1", "1111????....1.1.", "!1!1?1.?.1"])
  func `a restart after any step changes nothing`(marks: String) throws {
    var one = Drive(hold: 1, keepFiring: 2)
    var other = Drive(hold: 1, keepFiring: 2)
    #expect(try one.states(marks) == other.states(marks, survivesRestarts: true))
    #expect(one.tracker == other.tracker)
    #expect(one.transitions == other.transitions)
  }

  @Test func `a value that is no number survives a restart`() throws {
    var tracker = AlertTracker()
    for (index, value) in [Double.nan, .infinity, -0.1, 1e300].enumerated() {
      _ = tracker.step(
        .active([.init(labels: LabelSet(["a": "b"]), value: value)]), timing: AlertTiming(),
        at: Timestamp(seconds: Int64(index)))
      let again = try JSONDecoder().decode(
        AlertTracker.self, from: try JSONEncoder().encode(tracker))
      #expect(again.alerts.values.first?.value.bitPattern == value.bitPattern)
    }
  }

  @Test func `over its limit a rule has no alerts, and an error`() {
    var tracker = AlertTracker()
    let elements = ["1", "2"].map {
      AlertObservation.Element(labels: LabelSet(["a": $0]), value: 1)
    }
    let timing = AlertTiming(limit: 1)
    _ = tracker.step(.active([elements[0]]), timing: timing, at: Timestamp(seconds: 0))
    let transitions = tracker.step(.active(elements), timing: timing, at: Timestamp(seconds: 1))
    #expect(tracker.alerts.isEmpty)
    #expect(tracker.failure == "exceeded limit of 1 with 2 alerts")
    #expect(transitions.map(\.to) == [.inactive, .error])
  }

  @Test func `two series that become one alert are an error, and change nothing`() {
    var tracker = AlertTracker()
    let element = AlertObservation.Element(labels: LabelSet(["a": "b"]), value: 1)
    _ = tracker.step(.active([element]), timing: AlertTiming(), at: Timestamp(seconds: 0))
    _ = tracker.step(.active([element, element]), timing: AlertTiming(), at: Timestamp(seconds: 1))
    #expect(tracker.state == .error)
    #expect(tracker.alerts.values.map(\.state) == [.firing])
  }
}
