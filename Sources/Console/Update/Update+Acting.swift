import Domain
import TextUI

extension ConsoleState {
  /// Why nothing can be done at all just now; nil when acts may be tried.
  package var actingObstacle: String? {
    if replay != nil, configuration.replayed == nil {
      return "\(key(.goLive)) leaves the replay: nothing can be done about the past"
    }
    if configuration.replayed != nil {
      return "this is a replay: nothing can be done about the past"
    }
    if configuration.isReplay {
      return "this store is what a server recorded: nothing can be done about the past"
    }
    guard let live else { return "not connected yet: nothing can be done" }
    if case .lost = connection { return "no connection: nothing can be done until it is back" }
    if !connection.isUp { return "not connected yet: nothing can be done" }
    if live.server.isStopping { return "the server is stopping: it takes no command" }
    if configuration.isReadOnly || live.server.isReadOnly {
      return "read-only: this console may look, but not act"
    }
    if configuration.isUnknown {
      return "no token: attach with --token-file or over the control socket to act"
    }
    return nil
  }

  /// Opens the question before an act, or says why there is none.
  mutating func act(
    _ intent: Intent, by key: Key, at instant: ContinuousClock.Instant
  ) -> [Effect] {
    if let obstacle = obstacle(to: intent) {
      say(obstacle, .warn)
      return []
    }
    holdAlert()
    if let (act, alert) = alertAct(intent) {
      var asking = ActDialog(act, alert: alert, openedAt: instant)
      asking.opener = key
      dialog = .act(asking)
      status = nil
      return []
    }
    guard let live, let (model, version) = actTarget(in: live),
      let act = act(intent, on: version, of: model)
    else { return [] }
    return ask(
      act, version: version, of: model, because: actingAlert(act, on: version, of: model),
      by: key, at: instant)
  }

  /// The alert that an act is most likely about, which is its reason until another is written: the one that is looked at; on
  /// other panels the one that presses, where the act is against the version that it names.
  private func actingAlert(_ act: Act, on version: String, of model: ModelSnapshot) -> Alert? {
    switch panel {
    case .alerts: return regardedAlert
    case .runbooks:
      guard let alert = readAlert, alert.model == nil || alert.model == model.name else {
        return nil
      }
      return alert
    default: break
    }
    guard act.isAgainstTrouble, let alert = pressingAlert, alert.model == model.name else {
      return nil
    }
    let left = act == .rollBack ? model.deployment.champion : version
    return act.isOfModel || left == alert.version ?? model.deployment.champion ? alert : nil
  }

  /// Opens the question.
  ///
  /// - Parameter alert: that it is asked from.
  mutating func ask(
    _ act: Act, version: String, of model: ModelSnapshot, because alert: Alert?, by key: Key,
    at instant: ContinuousClock.Instant
  ) -> [Effect] {
    var asking = ActDialog(
      act, version: version, model: model, server: live?.server, now: now, openedAt: instant,
      because: alert, client: live?.client(namedBeside: alert, of: model.name)?.name)
    asking.opener = key
    dialog = .act(asking)
    status = nil
    return act == .promote ? [.preflight(ModelVersion(model: model.name, version: version))] : []
  }

  /// Why an intent would do nothing just now; nil when it may be tried.
  package func obstacle(to intent: Intent) -> String? {
    guard intent.isAct else { return nil }
    if let actingObstacle { return actingObstacle }
    if intent == .undo { return undoObstacle() }
    if intent == .acknowledge || intent == .silence {
      guard let (act, alert) = alertAct(intent) else { return "there is no alert to act on" }
      return alert.obstacle(to: act)
    }
    if panel == .alerts, alertedVersion == nil {
      return "the selected alert names no model that is served: go to one to act on it"
    }
    guard let live, let (model, version) = actTarget(in: live),
      let act = act(intent, on: version, of: model)
    else { return "no model is served: there is nothing to act on" }
    guard isListed(ModelVersion(model: model.name, version: version)) else {
      return "no row passes the filter: Esc clears it"
    }
    return model.obstacle(to: act, version: version, at: serverNow, key: key)
  }

  /// The selected object in the present state, whatever the paused picture shows.
  private func actTarget(in live: SystemSnapshot) -> (ModelSnapshot, String)? {
    guard let selected, let model = live.model(selected.model.name) else { return nil }
    return (model, selected.version)
  }

  /// What a key means for the selected alert as it is now, whatever the paused picture shows; nil for keys that are
  /// about deployments.
  private func alertAct(_ intent: Intent) -> (Act, Alert)? {
    guard intent == .acknowledge || intent == .silence,
      let addressed = regardedAlert,
      let alert = live?.alerts.first(where: { $0.id == addressed.id })
    else { return nil }
    if intent == .acknowledge {
      return (alert.acknowledgement == nil ? .acknowledge : .takeBack, alert)
    }
    return (alert.silencedBy.isEmpty ? .silence : .endSilence, alert)
  }

  func act(_ intent: Intent, on version: String, of model: ModelSnapshot) -> Act? {
    switch intent {
    case .rollBack: model.rollBackAct(on: version)
    case .promote: .promote
    case .setWeight: .setWeight
    case .shadow: model.deployment.shadow == version ? .endShadow : .startShadow
    case .freeze: model.deployment.activeFreeze(at: serverNow) == nil ? .freeze : .unfreeze
    case .release: .release
    case .pin: model.deployment.pin == nil ? .pin : .unpin
    case .limit: .limit
    case .shed: .shed
    case .eject: .eject
    case .note: .note
    default: nil
    }
  }

  mutating func takePreflight(
    _ version: ModelVersion, _ result: Result<PreflightReport, SourceError>
  ) {
    guard case .act(var asking) = dialog, asking.act == .promote, asking.model == version.model,
      asking.version == version.version
    else { return }
    switch result {
    case .success(let report): asking.preflight = .report(report)
    case .failure(let error): asking.preflight = .failed(reason: error.reason)
    }
    if case .blocked = asking.noteKind { asking.note = nil }
    dialog = .act(asking)
  }

  /// What became of a command that this console sent.
  mutating func take(_ outcome: CommandOutcome, of command: Command) -> [Effect] {
    switch outcome {
    case .done(_, _, let summary):
      settle(command.id)
      closeDialog(of: command.id)
      say(reading(summary), .ok)
      return []
    case .refused(let refusal):
      settle(command.id)
      takeRefusal(refusal, of: command)
      return []
    case .unknown(let reason):
      if !unresolved.contains(where: { $0.command.id == command.id }) {
        unresolved.append(UnresolvedCommand(command: command, since: now))
      }
      if case .act(var asking) = dialog, asking.commandID == command.id {
        asking.stage = .unknown(command, reason: reason, lookups: 0)
        dialog = .act(asking)
      } else {
        say("\(command.action.name): no answer came (\(reason)); asking again", .warn)
      }
      return [.lookUp(command.id, after: .seconds(1))]
    }
  }

  mutating func takeLookup(
    _ id: CommandID, _ result: Result<CommandOutcome?, SourceError>
  ) -> [Effect] {
    guard let pending = unresolved.first(where: { $0.command.id == id }) else { return [] }
    switch result {
    case .success(.some(.unknown)), .failure:
      if case .act(var asking) = dialog, asking.commandID == id,
        case .unknown(let command, let reason, let lookups) = asking.stage
      {
        asking.stage = .unknown(command, reason: reason, lookups: lookups + 1)
        dialog = .act(asking)
      }
      return connection.isUp ? [.lookUp(id, after: .seconds(2))] : []
    case .success(.some(let outcome)): return take(outcome, of: pending.command)
    case .success(.none):
      settle(id)
      if case .act(var asking) = dialog, asking.commandID == id {
        asking.stage = .lost(pending.command)
        asking.disarm(at: now)
        dialog = .act(asking)
      } else {
        say("\(pending.command.action.name) never reached the server: nothing was done", .warn)
      }
      return []
    }
  }

  private mutating func takeRefusal(_ refusal: Refusal, of command: Command) {
    guard case .act(var asking) = dialog, asking.commandID == command.id else {
      say("\(command.action.name) was refused: \(reading(refusal.message))", .critical)
      return
    }
    if refusal.code == .stateMoved, let live, let model = live.model(asking.model) {
      asking.refresh(model, server: live.server, now: now)
    }
    asking.stage = .refused(refusal)
    asking.disarm(at: now)
    dialog = .act(asking)
  }

  private mutating func settle(_ id: CommandID) {
    unresolved.removeAll { $0.command.id == id }
  }

  private mutating func closeDialog(of id: CommandID) {
    if case .act(let asking) = dialog, asking.commandID == id { dialog = nil }
  }
}
