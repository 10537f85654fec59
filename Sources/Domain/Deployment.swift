/// Which versions of a model serve its traffic, and how they came to: the audited state that beats the files.
///
/// Each change of it has its own `revision`; a command names the revision it was decided on.
package struct Deployment: Codable, Sendable, Equatable {
  package var model: String
  package var revision: Int64
  package var champion: String
  package var championSince: Timestamp
  package var challenger: Challenger?
  package var shadow: String?
  /// Oldest first. The present champion is not among them, unless it was champion before.
  package var formerChampions: [ChampionTerm]
  /// By version. A version in quarantine cannot be promoted until it is released with a reason.
  package var quarantine: [String: Quarantine]
  package var freeze: Freeze?
  package var pin: Pin?
  /// At most one of a kind for each scope; nil: none.
  package var limits: [TrafficLimit]?

  package init(
    model: String, revision: Int64, champion: String, championSince: Timestamp,
    challenger: Challenger? = nil, shadow: String? = nil, formerChampions: [ChampionTerm] = [],
    quarantine: [String: Quarantine] = [:], freeze: Freeze? = nil, pin: Pin? = nil,
    limits: [TrafficLimit]? = nil
  ) {
    self.model = model
    self.revision = revision
    self.champion = champion
    self.championSince = championSince
    self.challenger = challenger
    self.shadow = shadow
    self.formerChampions = formerChampions
    self.quarantine = quarantine
    self.freeze = freeze
    self.pin = pin
    self.limits = limits
  }

  /// The version that answers part of the traffic beside the champion.
  package struct Challenger: Codable, Sendable, Equatable {
    package var version: String
    /// Share of the traffic, 0 through 1.
    package var weight: Double

    package init(version: String, weight: Double) {
      self.version = version
      self.weight = weight
    }
  }

  /// One stay of a version as champion.
  package struct ChampionTerm: Codable, Sendable, Equatable {
    package var version: String
    package var since: Timestamp
    package var until: Timestamp
    package var ending: Ending

    package init(version: String, since: Timestamp, until: Timestamp, ending: Ending) {
      self.version = version
      self.since = since
      self.until = until
      self.ending = ending
    }

    package enum Ending: String, Codable, Sendable, CaseIterable {
      /// Another version was promoted: this one was good enough to be replaced, not to be fled from.
      case replaced
      case rolledBack = "rolled_back"
    }
  }

  package struct Quarantine: Codable, Sendable, Equatable {
    package var since: Timestamp
    package var by: String
    package var reason: String

    package init(since: Timestamp, by: String, reason: String) {
      self.since = since
      self.by = by
      self.reason = reason
    }
  }

  /// No promotion until then, from nobody.
  package struct Freeze: Codable, Sendable, Equatable {
    package var until: Timestamp
    package var by: String
    package var reason: String
    /// It ends with this one, whatever `until` says; nil where a person froze.
    package var incident: IncidentID?

    package init(until: Timestamp, by: String, reason: String, incident: IncidentID? = nil) {
      self.until = until
      self.by = by
      self.reason = reason
      self.incident = incident
    }
  }

  /// One version answers everything, whatever the split says, until the pin is lifted.
  package struct Pin: Codable, Sendable, Equatable {
    package var version: String
    package var since: Timestamp
    package var by: String
    package var reason: String

    package init(version: String, since: Timestamp, by: String, reason: String) {
      self.version = version
      self.since = since
      self.by = by
      self.reason = reason
    }
  }

  /// The version that answers what no challenger does: the champion, or the one that stands in for it.
  package var answering: String { pin?.version ?? champion }

  /// Where a rollback would go: the latest former champion that was not itself rolled back and is not in
  /// quarantine. Nil when there is none.
  package var rollbackTarget: String? {
    formerChampions.last {
      $0.ending == .replaced && $0.version != champion && quarantine[$0.version] == nil
    }?.version
  }

  /// Whether another version was champion before and was good enough to be replaced: where there ought to be a target. A
  /// model's first champion has none, nor has one that a rollback returned to.
  package var hasPredecessor: Bool {
    formerChampions.contains { $0.ending == .replaced && $0.version != champion }
  }

  package func variant(of version: String) -> Variant? {
    if version == answering { return .champion }
    if pin == nil, version == challenger?.version { return .challenger }
    return version == shadow ? .shadow : nil
  }

  /// Share of the model's traffic that `version` answers, 0 through 1.
  package func share(of version: String) -> Double {
    if let pin { return version == pin.version ? 1 : 0 }
    let challenged = challenger?.weight ?? 0
    if version == champion { return 1 - challenged }
    return version == challenger?.version ? challenged : 0
  }

  /// The part of the traffic that a version is to get as challenger, whether or not a pin keeps it from it.
  package func weight(of version: String) -> Double {
    challenger?.version == version ? challenger?.weight ?? 0 : 0
  }

  /// What must stay in memory: whatever serves, and where a rollback goes.
  package var pinnedVersions: Set<String> {
    Set(
      [champion, challenger?.version, shadow, rollbackTarget, pin?.version].compactMap(\.self))
  }

  package func activeFreeze(at now: Timestamp) -> Freeze? {
    freeze.flatMap { $0.until > now ? $0 : nil }
  }
}
