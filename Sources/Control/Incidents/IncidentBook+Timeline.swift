import Domain

extension IncidentBook.Page {
  /// What a line of the timeline leaves behind, now or when the last run's are read again.
  mutating func learn(_ entry: IncidentEntry) {
    switch entry.kind {
    case .stepTicked(let runbook, let step, let isDone):
      steps.removeAll { $0.runbook == runbook && $0.step == step }
      guard isDone else { return }
      steps.append(
        TickedStep(
          runbook: runbook, step: step, text: entry.text, by: entry.actor, at: entry.time))
    case .action(let act):
      guard act.mayHaveHelped else { return }
      acts.append(.init(commandID: act.commandID, name: act.name, by: entry.actor))
    case .recovery(let proof): if let told = IncidentBook.Proven(proof) { proven.insert(told) }
    default: if !entry.isByPerson { events += 1 }
    }
  }

  func act(_ id: CommandID) -> Act? { acts.last { $0.commandID == id } }

  /// The act after which all was well, unless an earlier one has held since.
  mutating func mitigate(by act: Act, at time: Timestamp) {
    if let known = incident.mitigation {
      guard known.commandID != act.commandID,
        incident.alerts.contains(where: { $0.firedAt > known.at })
      else { return }
    }
    incident.mitigation = .init(
      at: time, commandID: act.commandID, action: act.name, by: act.by)
  }
}

extension IncidentEntry {
  var isByPerson: Bool { actor != Principal.vigia.name }
}

extension IncidentEntry.Act {
  /// It was performed, and it is one of those that change what serves or what is let in.
  fileprivate var mayHaveHelped: Bool {
    guard outcome == .done || outcome == .breakGlass else { return false }
    return [
      "rollback", "pin", "unpin", "promote", "set-weight", "limit", "shed", "eject", "load",
      "unload",
    ].contains(name)
  }
}
