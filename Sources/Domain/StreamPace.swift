/// How often a reader of snapshots wants one.
package enum StreamPace: String, Codable, Sendable, CaseIterable {
  /// About one a second.
  case live
  /// At once when something happened that a person must hear of, else one in `StreamPace.calmSeconds`. For a
  /// console whose picture stands still: it is woken for news, not for figures.
  case calm

  package static let calmSeconds: Int64 = 30
}

/// Chooses the snapshots that a reader of some pace is given.
package struct PaceFilter: Sendable {
  private let pace: StreamPace
  private var last: SystemSnapshot?

  package init(_ pace: StreamPace) { self.pace = pace }

  /// Whether the reader is given this snapshot; the first one always.
  package mutating func admits(_ snapshot: SystemSnapshot) -> Bool {
    if pace == .calm, let last, !snapshot.isNews(since: last),
      snapshot.time.secondsSince(last.time).magnitude < Double(StreamPace.calmSeconds)
    {
      return false
    }
    last = snapshot
    return true
  }
}

extension SystemSnapshot {
  /// Whether something happened since an earlier snapshot, apart from figures that move all the time.
  package func isNews(since earlier: SystemSnapshot) -> Bool { standing != earlier.standing }

  /// What stands still while nothing happens. Whatever is not left out here by name counts as news.
  private var standing: Standing {
    var rest = self
    rest.sequence = 0
    rest.time = Timestamp(seconds: 0)
    rest.saturation = nil
    // A row that a person must hear of changes a deployment, an alert, an incident or a verdict, too.
    rest.auditHead = 0
    rest.store = StoreStatus(paused: store.paused)
    rest.models = models.map(\.withoutFigures)
    // Nobody is told of one that may fire yet.
    rest.alerts = alerts.filter { $0.state != .pending }.map(\.withoutMovingFigures)
    rest.recoveries = recoveries.map(\.withoutFigures)
    return Standing(rest: rest, verdicts: models.flatMap { $0.judgement?.verdicts ?? [] })
  }

  private struct Standing: Equatable {
    var rest: SystemSnapshot
    var verdicts: [String]
  }
}

extension Alert {
  /// Texts may say the value.
  fileprivate var withoutMovingFigures: Alert {
    var copy = self
    copy.value = nil
    copy.annotations = [:]
    return copy
  }
}

extension ModelSnapshot {
  fileprivate var withoutFigures: ModelSnapshot {
    var copy = withoutMovingFigures
    for index in copy.versions.indices {
      copy.versions[index].upstreams = versions[index].upstreams?.map {
        UpstreamStatus(name: $0.name, state: $0.state)
      }
    }
    return copy
  }
}

extension ModelJudgement {
  /// A line for each verdict, without its figures.
  fileprivate var verdicts: [String] {
    func since(_ time: Timestamp?) -> String { time.map { " since \($0.microseconds)" } ?? "" }
    let firing = objectives.filter { $0.windows.contains(where: \.isFiring) }
    return drift.map { "drift \($0.version) \($0.state.isOpen)" + since($0.openSince) }
      + concept.map { "concept \($0.version) \($0.state.rawValue)" + since($0.openSince) }
      + firing.map { "burning \($0.kind.rawValue)" }
      + [experiment.map { "experiment \($0.verdict.rawValue) \($0.dryRun ?? "")" } ?? ""]
  }
}

extension DriftSummary.State {
  /// Suspicions and windows that fill come and go.
  fileprivate var isOpen: Bool { self == .drift || self == .major }
}

extension Recovery {
  fileprivate var withoutFigures: Recovery {
    var copy = self
    let none = Proportion(count: 0, total: 0, low: 0, high: 1)
    copy.requests = 0
    copy.errors = none
    copy.slow = nil
    copy.errorsBefore = none
    copy.slowBefore = nil
    (copy.refused, copy.wrong, copy.wrongBefore) = (nil, nil, nil)
    return copy
  }
}
