package import Domain

extension IncidentBook {
  /// What there is to see at one moment.
  package struct Look: Sendable {
    /// All of them, as the inbox has them.
    package var alerts: [Alert]
    /// Rules that see no data, or fail: what they held stays, and opens nothing.
    package var blind: Set<String>
    package var recoveries: [Recovery]
    /// When each model was last changed.
    package var changes: [String: Timestamp]

    package init(
      alerts: [Alert], blind: Set<String> = [], recoveries: [Recovery] = [],
      changes: [String: Timestamp] = [:]
    ) {
      self.alerts = alerts
      self.blind = blind
      self.recoveries = recoveries
      self.changes = changes
    }

    /// The change that an alert may come of: for so long rules of releases look back.
    fileprivate func change(before alert: Alert) -> Timestamp? {
      guard let change = alert.model.flatMap({ changes[$0] }) else { return nil }
      let seconds = alert.activeAt.secondsSince(change)
      return (0...600).contains(seconds) ? change : nil
    }
  }

  /// Takes in how things are, however many moments were missed.
  ///
  /// The first page of a model opens an incident: an alert that is critical, fires, and that nobody has silenced and no
  /// other explains. One without a model opens one of its own only where none is open: it is what models may share.
  package mutating func step(_ look: Look, at now: Timestamp) -> IncidentChange {
    var change = IncidentChange()
    let firing = Dictionary(
      look.alerts.filter(\.isFiring).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let resolved = Dictionary(
      look.alerts.filter { $0.state == .resolved }.map { ($0.id, $0) },
      uniquingKeysWith: { first, _ in first })
    forgetHandled(exceptFor: Set(firing.keys))
    update(&change) { page, change in
      page.follow(firing, resolved, at: now, &change)
      page.join(look.alerts, at: now, &change)
      page.prove(look.recoveries, at: now, &change)
      page.rest(at: now)
    }
    for id in open.map(\.incident).filter({ $0.isQuiet(at: now) }).map(\.id) {
      close(
        id, by: Principal.vigia.name, reason: "quiet for \(Int(Self.quiet / 60)) min", at: now,
        &change)
    }
    openPages(look, at: now, &change)
    return change
  }

  private mutating func openPages(
    _ look: Look, at now: Timestamp, _ change: inout IncidentChange
  ) {
    let pages = look.alerts.filter { alert in
      alert.isFiring && alert.severity == .critical && alert.isLoud
        && !look.blind.contains(alert.name) && !isHandled(alert)
    }
    // Models first, so that a cause that they share joins them.
    for alert in pages.filter({ $0.model != nil }) + pages.filter({ $0.model == nil }) {
      guard !open.contains(where: { $0.has(alert.id) }) else { continue }
      let id = begin(
        model: alert.model, title: alert.title, severity: alert.severity,
        by: Principal.vigia.name, detection: IncidentAlert(alert, at: now),
        changedAt: look.change(before: alert), at: now, &change)
      update(&change, .one(id)) { page, change in
        page.take(alert, at: now, &change)
        page.join(look.alerts, at: now, &change)
      }
    }
  }

  /// The clock was set: what is counted by it is moved along, so that a jump makes no quiet.
  package mutating func step(clockJump seconds: Double, at now: Timestamp) -> IncidentChange {
    var change = IncidentChange()
    update(&change) { page, change in
      if let since = page.incident.quietSince {
        page.incident.quietSince = since.adding(seconds: seconds)
      }
      let words = "clock moved \(seconds < 0 ? "back" : "ahead") \(Int(abs(seconds).rounded())) s"
      change.add(
        IncidentEntry(
          time: now, actor: Principal.vigia.name, text: words, kind: .clock(seconds: seconds)),
        to: page.incident.id)
    }
    return change
  }

  /// The server began again, with the configuration that it has now.
  package mutating func step(startOf version: String, at now: Timestamp) -> IncidentChange {
    step(
      configuration: "Vigia \(version) started with the configuration as it is now",
      by: Principal.vigia.name, at: now)
  }

  /// The configuration was read again, and this is what came of it.
  package mutating func step(
    configuration words: String, by actor: String, at now: Timestamp
  ) -> IncidentChange {
    var change = IncidentChange()
    update(&change) { page, change in
      change.add(
        IncidentEntry(time: now, actor: actor, text: words, kind: .configuration),
        to: page.incident.id)
    }
    return change
  }
}

extension Incident {
  fileprivate func isQuiet(at now: Timestamp) -> Bool {
    quietSince.map { now.secondsSince($0) >= IncidentBook.quiet } ?? false
  }
}

extension Alert {
  /// Somebody is paged for it.
  fileprivate var isLoud: Bool { silencedBy.isEmpty && inhibitedBy == nil }
}

extension IncidentBook.Page {
  func has(_ alert: AlertID) -> Bool { incident.alerts.contains { $0.id == alert } }

  /// Its alerts, as they are now: over, or fired once more.
  fileprivate mutating func follow(
    _ firing: [AlertID: Alert], _ resolved: [AlertID: Alert], at now: Timestamp,
    _ change: inout IncidentChange
  ) {
    for index in incident.alerts.indices {
      let known = incident.alerts[index]
      if let alert = firing[known.id] {
        if known.isConsequence == true, alert.inhibitedBy == nil {
          // What explained it is over, and it is not.
          incident.alerts[index].isConsequence = nil
          incident.severity = max(incident.severity, alert.severity)
        }
        let firedAt = alert.firedAt ?? now
        guard known.resolvedAt != nil || firedAt > known.firedAt else { continue }
        incident.alerts[index].firedAt = firedAt
        incident.alerts[index].resolvedAt = nil
        incident.alerts[index].times += 1
        change.add(.fired(alert, at: firedAt), to: incident.id)
      } else if known.resolvedAt == nil {
        let end = resolved[known.id]?.resolvedAt ?? now
        incident.alerts[index].resolvedAt = end
        change.add(.resolved(known, at: end), to: incident.id)
      }
    }
  }

  /// Takes in the alerts of its model, and those of no model that page somebody.
  fileprivate mutating func join(
    _ alerts: [Alert], at now: Timestamp, _ change: inout IncidentChange
  ) {
    for alert in alerts
    where alert.isFiring && alert.severity > .info && alert.silencedBy.isEmpty
      && (alert.model == nil ? alert.isLoud : alert.model == incident.model)
    {
      take(alert, at: now, &change)
    }
  }

  fileprivate mutating func take(
    _ alert: Alert, at now: Timestamp, _ change: inout IncidentChange
  ) {
    guard !has(alert.id), incident.alerts.count < Incident.alertLimit else { return }
    incident.alerts.append(IncidentAlert(alert, at: now))
    if alert.isLoud { incident.severity = max(incident.severity, alert.severity) }
    change.add(.fired(alert, at: alert.firedAt ?? now), to: incident.id)
  }

  /// What became of acts that were watched.
  fileprivate mutating func prove(
    _ recoveries: [Recovery], at now: Timestamp, _ change: inout IncidentChange
  ) {
    for recovery in recoveries.reversed()
    where recovery.model == incident.model && recovery.switchedAt >= incident.openedAt
      && isNews(recovery)
    {
      change.add(
        IncidentEntry(
          time: now, actor: Principal.vigia.name, text: recovery.sentence,
          kind: .recovery(proof: recovery)), to: incident.id)
      if case .relapsed = recovery.status,
        incident.mitigation?.commandID == recovery.commandID
      {
        incident.mitigation = nil
      }
      // An act on something else than errors and latency is not proven by these.
      guard recovery.stage == .recovered, recovery.wasBad != false,
        case .recovered(let seconds) = recovery.status, let act = act(recovery.commandID)
      else { continue }
      mitigate(by: act, at: recovery.switchedAt.adding(seconds: seconds))
    }
  }

  private func hasRelapsed(_ id: CommandID) -> Bool {
    proven.contains(.init(commandID: id, stage: .relapsed))
  }

  private func isNews(_ recovery: Recovery) -> Bool {
    IncidentBook.Proven(recovery).map { !proven.contains($0) } ?? false
  }

  /// Counts the quiet. Of causes that models share only the one that opened it counts, and of consequences none.
  fileprivate mutating func rest(at now: Timestamp) {
    let own = incident.alerts.filter {
      ($0.model == incident.model && $0.isConsequence != true) || $0.id == incident.detection?.id
    }
    guard !own.isEmpty, own.allSatisfy({ $0.resolvedAt != nil }) else {
      incident.quietSince = nil
      return
    }
    guard incident.quietSince == nil else { return }
    incident.quietSince = now
    // Not every lever is watched: one whose alerts ended after it has helped.
    if let act = acts.last(where: { !hasRelapsed($0.commandID) }) {
      mitigate(by: act, at: own.compactMap(\.resolvedAt).max() ?? now)
    }
  }
}

extension IncidentEntry {
  fileprivate static func fired(_ alert: Alert, at time: Timestamp) -> IncidentEntry {
    IncidentEntry(
      time: time, actor: Principal.vigia.name,
      text:
        "\(alert.title) fires\(alert.inhibitedBy == nil ? "" : " as a consequence"): \(alert.summary)",
      kind: .alertFired(id: alert.id, name: alert.name))
  }

  fileprivate static func resolved(_ alert: IncidentAlert, at time: Timestamp) -> IncidentEntry {
    IncidentEntry(
      time: time, actor: Principal.vigia.name, text: "\(alert.name) is over",
      kind: .alertResolved(id: alert.id, name: alert.name))
  }
}
