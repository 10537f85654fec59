package import Domain

/// A past incident that is played again: where in it the panels stand, and how fast that moves.
///
/// Pure: the clock on the wall is an argument.
package struct Replay: Sendable, Equatable {
  /// What the header calls it.
  package static let word = "REPLAY"

  /// A moment to jump to: something happened in it.
  package struct Mark: Sendable, Equatable {
    /// The first whole second in which it is known.
    package var second: Int64
    package var text: String
  }

  /// Seconds of the incident in one second.
  package enum Speed: Int, Sendable, CaseIterable {
    case one = 1
    case ten = 10
    case sixty = 60

    package var name: String { "\(rawValue)x" }
    package var faster: Speed? { Speed.allCases.first { $0.rawValue > rawValue } }
    package var slower: Speed? { Speed.allCases.last { $0.rawValue < rawValue } }
  }

  package let report: IncidentReport
  /// Shortly before the first page, and when it was closed or, of one that is open, when the replay began.
  package let start: Timestamp
  package let end: Timestamp
  /// In their order, each second once; the ends are among them.
  package let marks: [Mark]
  package private(set) var position: Timestamp
  package private(set) var speed = Speed.one
  package private(set) var isPlaying = false
  /// The newest picture that came: of the position, or of one shortly before.
  package var moment: SystemSnapshot?
  /// Since when the clock counts for the next step.
  private var countedFrom: Timestamp?

  /// Seconds before the first page at which it starts, at least: the alert was pending then.
  private static let lead = 60.0
  /// A console that was stopped in between does not jump.
  private static let longestStep = 2.0
  /// Seconds from one picture to the next.
  private static let beat = 0.9

  /// - Parameter now: of the server; an open incident ends here.
  package init(_ report: IncidentReport, now: Timestamp) {
    self.report = report
    let incident = report.incident
    let page = incident.detection?.firedAt ?? incident.openedAt
    let began = incident.detection?.activeAt ?? page
    start = Timestamp(seconds: min(page.adding(seconds: -Self.lead), began).seconds)
    let last = max(incident.closedAt ?? now, page)
    end = Timestamp(seconds: last.wholeSecond)
    marks = Self.marks(of: report, from: start.seconds, to: end.seconds)
    position = start
  }

  package var isAtEnd: Bool { position >= end }

  /// Moves on by what has passed since it moved last, once a second, when the picture of where it stands has come: what is
  /// waited for a picture is made up for.
  package mutating func advance(to now: Timestamp, isPictured: Bool) {
    guard isPlaying else { return }
    guard let countedFrom else {
      self.countedFrom = now
      return
    }
    let passed = min(max(0, now.secondsSince(countedFrom)), Self.longestStep)
    guard isPictured, passed >= Self.beat else { return }
    let seconds = Int64(passed * Double(speed.rawValue))
    guard seconds > 0 else { return }
    self.countedFrom = now
    go(to: position.seconds + seconds)
    if isAtEnd { stop() }
  }

  /// From the start again where it stands at the end.
  package mutating func play(at now: Timestamp) {
    if isAtEnd { position = start }
    isPlaying = true
    countedFrom = now
  }

  package mutating func stop() {
    isPlaying = false
    countedFrom = nil
  }

  package mutating func set(_ speed: Speed) { self.speed = speed }

  /// Within the ends.
  package mutating func go(to second: Int64) {
    position = Timestamp(seconds: min(max(second, start.seconds), end.seconds))
  }

  /// The mark that was reached last.
  package var lastMark: Mark? { marks.last { $0.second <= position.seconds } }
  package var previousMark: Mark? { marks.last { $0.second < position.seconds } }
  package var nextMark: Mark? { marks.first { $0.second > position.seconds } }

  private static func marks(of report: IncidentReport, from: Int64, to: Int64) -> [Mark] {
    var marks = [Mark(second: from, text: "shortly before")]
    for entry in report.entries.sorted(by: { $0.time < $1.time }) {
      let second = entry.time.wholeSecond
      guard second > from, second <= to else { continue }
      let text = entry.actor == "vigia" ? entry.text : "\(entry.actor): \(entry.text)"
      if marks[marks.count - 1].second == second {
        marks[marks.count - 1].text += "; \(text)"
      } else {
        marks.append(Mark(second: second, text: text))
      }
    }
    if marks[marks.count - 1].second < to {
      marks.append(Mark(second: to, text: report.incident.isOpen ? "it is still open" : "its end"))
    }
    return marks
  }
}

extension Timestamp {
  /// The first whole second that is not before it.
  fileprivate var wholeSecond: Int64 {
    let whole = seconds
    return Timestamp(seconds: whole) < self ? whole + 1 : whole
  }
}
