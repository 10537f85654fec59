import Domain
import Foundation

extension LedgerPast {
  /// Who served then: the present state with all that was done since taken back, row by row.
  ///
  /// - Returns: nil for a model that has no history.
  func deployment(of model: String) -> Deployment? {
    guard var past = deployments[model] else { return nil }
    let later = entries.indices.filter { index in
      entries[index].time > moment && entries[index].model == model && entries[index].isChange
    }
    past.revision -= Int64(later.count { entries[$0].saysWhatWasBefore })
    // What the oldest of them found is what the others would lead back to.
    let befores = later.reversed().lazy.compactMap { DeploymentBefore(of: entries[$0]) }
    if let before = befores.first {
      past.champion = before.champion
      past.challenger = before.challenger
      past.shadow = before.shadow
      past.freeze = before.freeze
      past.pin = before.pin
      past.limits = before.limits
    }
    takeTerms(&past)
    past.quarantine = past.quarantine.filter { $0.value.since <= moment }
    for entry in later.lazy.map({ entries[$0] }) where entry.action == "release" {
      if let version = entry.toVersion { past.quarantine[version] = quarantine(of: version, model) }
    }
    past.freeze = freeze(past)
    return past
  }

  /// The terms say who was champion also where rows are missing.
  private func takeTerms(_ past: inout Deployment) {
    let all = past.formerChampions
    past.formerChampions = all.filter { $0.until <= moment }
    if let term = all.first(where: { $0.since <= moment && moment < $0.until }) {
      past.champion = term.version
      past.championSince = term.since
    }
    past.championSince = min(past.championSince, moment)
  }

  /// As the rollback made it.
  private func quarantine(of version: String, _ model: String) -> Deployment.Quarantine? {
    let row = entries.first {
      $0.action == "rollback" && $0.isChange && $0.model == model && $0.fromVersion == version
        && $0.time <= moment
    }
    return row.map {
      Deployment.Quarantine(since: $0.time, by: $0.principal.name, reason: $0.reason)
    }
  }

  /// An incident freezes without a row of its own.
  private func freeze(_ past: Deployment) -> Deployment.Freeze? {
    if let freeze = past.freeze, freeze.incident == nil { return freeze }
    for incident in incidents.reversed() where incident.model == past.model {
      guard incident.asOf(moment)?.isOpen ?? false else { continue }
      let isFrozen = (timelines[incident.id] ?? []).last { entry in
        guard entry.time <= moment, case .freeze = entry.kind else { return false }
        return true
      }
      guard case .freeze(isOn: true) = isFrozen?.kind, !wasThawed(incident.id) else { continue }
      return Deployment.Freeze(
        until: incident.openedAt.adding(seconds: IncidentBook.longestFreeze),
        by: Principal.vigia.name, reason: "\(incident.id) is open: \(incident.title)",
        incident: incident.id)
    }
    return nil
  }

  /// Whether somebody had ended an incident's freeze by then: it does not freeze again.
  func wasThawed(_ incident: IncidentID) -> Bool {
    (timelines[incident] ?? []).contains { entry in
      guard entry.time <= moment, case .action(let act) = entry.kind else { return false }
      return act.name == "unfreeze" && act.outcome.isChange
    }
  }
}

extension AuditEntry {
  /// Its evidence has sorted keys: this is told without reading it.
  fileprivate var saysWhatWasBefore: Bool { evidence.hasPrefix(#"{"before":{"#) }
}

extension DeploymentBefore {
  /// Nil for a row that does not say it.
  init?(of entry: AuditEntry) {
    struct Kept: Decodable { var before: DeploymentBefore? }
    let kept = try? JSONDecoder().decode(Kept.self, from: Data(entry.evidence.utf8))
    guard let before = kept?.before else { return nil }
    self = before
  }
}
