package import Domain

extension IncidentBook {
  /// The line that a command makes in the timelines that it belongs to.
  ///
  /// - Parameter row: its row in the ledger, done or refused.
  package mutating func take(_ command: Command, _ row: AuditEntry) -> IncidentChange {
    var change = IncidentChange()
    let actor = row.principal.name
    func entry(_ kind: IncidentEntry.Kind, _ text: String) -> IncidentEntry {
      IncidentEntry(time: row.time, actor: actor, text: text, kind: kind)
    }
    let isDone = row.outcome != .refused
    switch command.action {
    case .openIncident(let model, let title) where isDone:
      _ = begin(
        model: model, title: title, severity: .critical, by: actor, at: row.time, &change)
    case .closeIncident(let id) where isDone:
      close(id, by: actor, reason: command.reason, at: row.time, &change)
    case .note(let id, let model) where isDone:
      guard let id = id ?? openIncident(of: model)?.id else { break }
      change.add(entry(.note, command.reason), to: id)
    case .tickStep(let id, let runbook, let step, let text, let done) where isDone:
      update(&change, .one(id)) { page, change in
        change.add(entry(.stepTicked(runbook: runbook, step: step, isDone: done), text), to: id)
      }
    case .acknowledge(let alert, _) where isDone:
      update(&change, .alert(alert)) { page, change in
        page.incident.acknowledgedAt = page.incident.acknowledgedAt ?? row.time
        page.incident.acknowledgedBy = page.incident.acknowledgedBy ?? actor
        change.add(
          entry(.acknowledged(id: alert, isTakenBack: false), row.told), to: page.incident.id)
      }
    case .unacknowledge(let alert) where isDone:
      update(&change, .alert(alert)) { page, change in
        change.add(
          entry(.acknowledged(id: alert, isTakenBack: true), row.told), to: page.incident.id)
      }
    case .silence where isDone:
      add(entry(.silenced(id: command.id.text, isEnded: false), row.told), command, &change)
    case .expireSilence(let id) where isDone:
      add(entry(.silenced(id: id, isEnded: true), row.told), command, &change)
    case .openIncident, .closeIncident, .note, .tickStep, .acknowledge, .unacknowledge,
      .silence, .expireSilence, .testPage:
      break
    default:
      if case .unfreeze(let model) = command.action, isDone {
        update(&change, .model(model)) { page, _ in
          page.incident.freezesPromotions = false
        }
      }
      let act = IncidentEntry.Act(
        commandID: command.id, name: command.action.name, outcome: row.outcome,
        from: row.fromVersion, to: row.toVersion, evidence: row.evidence)
      add(entry(.action(act: act), row.told), command, &change)
    }
    return change
  }

  /// To the open incident of the command's model; of a command without one, to all.
  private mutating func add(
    _ entry: IncidentEntry, _ command: Command, _ change: inout IncidentChange
  ) {
    update(&change, command.action.model.map { .model($0) } ?? .all) { page, change in
      change.add(entry, to: page.incident.id)
    }
  }
}

extension AuditEntry {
  /// What came of it, and why it was wished for.
  fileprivate var told: String {
    switch outcome {
    case .refused: "\(action) refused: \(summary)"
    default: reason.isEmpty ? summary : "\(summary): \(reason)"
    }
  }
}
