/// Another server whose series are asked for, as it stands.
package struct SourceStatus: Codable, Sendable, Equatable {
  package var name: String
  /// A URL, as it may be shown.
  package var address: String
  package var state: State
  /// Seconds from one question to the next.
  package var interval: Double
  /// Since when it is asked.
  package var since: Timestamp
  package var lastAnswer: Timestamp?
  /// Why it gave no answer, the last time that it gave none.
  package var lastFailure: String?
  /// Of those that are evaluated over its series.
  package var rules: Int
  /// In the order of the configuration.
  package var panels: [SourcePanel]

  package enum State: String, Codable, Sendable, CaseIterable {
    /// It was not asked yet.
    case waiting
    case up
    /// It gave no answer to the last question: too slow, gone, or not to be understood.
    case down
  }

  package init(
    name: String, address: String, state: State = .waiting, interval: Double, since: Timestamp,
    lastAnswer: Timestamp? = nil, lastFailure: String? = nil, rules: Int = 0,
    panels: [SourcePanel] = []
  ) {
    self.name = name
    self.address = address
    self.state = state
    self.interval = interval
    self.since = since
    self.lastAnswer = lastAnswer
    self.lastFailure = lastFailure
    self.rules = rules
    self.panels = panels
  }

  /// Intervals without an answer after which it counts as stale.
  package static let staleIntervals = 3.0

  /// Seconds since its last answer; since it is asked, where there was none.
  package func age(at now: Timestamp) -> Double { max(0, now.secondsSince(lastAnswer ?? since)) }

  package func isStale(at now: Timestamp) -> Bool {
    age(at: now) > Self.staleIntervals * interval
  }
}

/// Why a source gave no value.
package enum SeriesSourceFailure: Error, Sendable, Equatable {
  /// It is slow, gone, or not to be understood: nothing is known of its series.
  case silent(reason: String)
  /// It is there, and cannot answer this question.
  case refused(MetricQueryFailure)

  package var reason: String {
    switch self {
    case .silent(let reason): reason
    case .refused(let failure): failure.reason
    }
  }
}
