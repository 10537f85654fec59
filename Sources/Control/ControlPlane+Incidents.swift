package import Domain
import Logging
package import Storage

extension ControlPlane {
  /// More than a screen shows: a snapshot goes to every console.
  private static let incidentsShown = 20

  // MARK: Making ready

  /// What the last run left. Where it cannot be read no incident is opened, lest its number be given twice.
  func startIncidents() async {
    let now = settings.clock()
    do throws(StorageError) {
      let stored = try await ledger.incidents()
      book = IncidentBook(
        stored.incidents, entries: stored.entries, highest: stored.highest, at: now)
      keepsIncidents = true
    } catch {
      logger.error("incidents cannot be read", metadata: ["error": "\(error)"])
      notices.append(
        Notice(.warning, "incidents are not kept: \(error.description); see vigia audit repair"))
      return
    }
    let (next, change) = book.stepped { $0.step(startOf: settings.server.version, at: now) }
    await adopt(next, change, at: now)
  }

  // MARK: Each few seconds

  /// Takes in how alerts and proofs stand. Where the disk does not answer nothing has happened, and the next look finds it.
  func lookAtIncidents() async {
    guard keepsIncidents else { return }
    await storeRescued()
    let look = IncidentBook.Look(
      alerts: raised, blind: blindRules, recoveries: watches.map(\.watch.recovery),
      changes: lastChange.compactMapValues { $0.mayBreak ? $0.time : nil })
    // Mostly there is nothing to do, and then nobody's turn is needed for it.
    guard !book.stepped({ $0.step(look, at: settings.clock()) }).1.isEmpty || !unfrozen.isEmpty
    else { return }
    await inTurn {
      let now = settings.clock()
      let (next, change) = book.stepped { $0.step(look, at: now) }
      await adopt(next, change, at: now)
      for deployment in unfrozen { await record(deployment, at: now) }
    }
  }

  func moveIncidents(byClockJump seconds: Double) async {
    guard keepsIncidents else { return }
    await inTurn {
      let now = settings.clock()
      let (next, change) = book.stepped { $0.step(clockJump: seconds, at: now) }
      await adopt(next, change, at: now)
    }
  }

  /// The configuration was read again: whoever looks for a cause has to know.
  func tellIncidents(ofConfiguration words: String, by actor: String) async {
    guard keepsIncidents else { return }
    await inTurn {
      let now = settings.clock()
      let (next, change) = book.stepped { $0.step(configuration: words, by: actor, at: now) }
      await adopt(next, change, at: now)
    }
  }

  /// Stores what came to be, then lets it be so. The caller holds the turn, or the server only begins.
  ///
  /// An incident that opens or ends has its row in the ledger, and the freeze goes with it.
  private func adopt(_ next: IncidentBook, _ change: IncidentChange, at now: Timestamp) async {
    guard !change.isEmpty else { return }
    var (next, change) = (next, change)
    for incident in change.incidents
    where !incident.isOpen || book.incident(incident.id) == nil {
      let frozen = incident.model.flatMap { deployments[$0] }.flatMap { next.frozen($0, at: now) }
      if let frozen { change += next.take(freezeOf: frozen, at: now) }
      let row = event(
        incident.isOpen ? "incident" : "incident-over", model: incident.model,
        incident.isOpen ? incident.openedWords(isFrozen: frozen != nil) : incident.closedWords)
      guard
        case .stored(let stored) = await ledger.append(
          row, deployment: frozen, previous: frozen.flatMap { deployments[$0.model] },
          incidents: change)
      else {
        logger.error("an incident could not be stored", metadata: ["incident": "\(incident.id)"])
        return
      }
      (book, change) = (next, IncidentChange())
      if let frozen { deployments[frozen.model] = frozen }
      note(stored)
    }
    if !change.isEmpty {
      guard await ledger.store(change, now: now) else {
        logger.error("what happened in an incident could not be stored")
        return
      }
    }
    book = next
    publish()
  }

  /// Deployments as their incidents want them, where they are not.
  private var unfrozen: [Deployment] {
    let now = settings.clock()
    return modelNames.compactMap { deployments[$0].flatMap { book.frozen($0, at: now) } }
  }

  /// A freeze that did not come, or end, with its incident: a person's had stood there, or a disk did not answer.
  private func record(_ deployment: Deployment, at now: Timestamp) async {
    let isOn = deployment.freeze != nil
    let (next, change) = book.stepped { $0.take(freezeOf: deployment, at: now) }
    let row = event(
      isOn ? "freeze" : "unfreeze", model: deployment.model,
      isOn
        ? "\(deployment.model) frozen: \(deployment.freeze?.reason ?? "")"
        : "\(deployment.model) thawed: its incident is over")
    guard
      case .stored(let stored) = await ledger.append(
        row, deployment: deployment, previous: deployments[deployment.model], incidents: change)
    else { return }
    book = next
    deployments[deployment.model] = deployment
    note(stored)
    publish()
  }

  // MARK: What people do

  /// The row of a command, with the line that it makes in the timelines of incidents. Unless it is refused the caller holds
  /// the turn.
  func append(
    _ row: AuditEntry, of command: Command, deployment: Deployment? = nil,
    previous: Deployment? = nil, outcome: @escaping @Sendable (AuditEntry) -> CommandOutcome
  ) async -> Ledger.AppendResult {
    guard keepsIncidents else {
      return await ledger.append(
        row, deployment: deployment, previous: previous, outcome: outcome)
    }
    var (next, change) = book.stepped { $0.take(command, row) }
    let turned = command.action.isOfIncident ? freezeTurned(by: change, next) : nil
    if let turned { change += next.take(freezeOf: turned, at: row.time) }
    let result = await ledger.append(
      row, deployment: deployment ?? turned,
      previous: previous ?? turned.flatMap { deployments[$0.model] }, incidents: change,
      outcome: outcome)
    guard case .stored = result, row.outcome != .refused else { return result }
    book = next
    if let turned { deployments[turned.model] = turned }
    return result
  }

  /// The deployment of the model whose incident a person opens or closes, where that changes it.
  private func freezeTurned(by change: IncidentChange, _ next: IncidentBook) -> Deployment? {
    let model = change.incidents.first?.model
    return model.flatMap { deployments[$0] }.flatMap { next.frozen($0, at: settings.clock()) }
  }

  /// A rescue that went past the ledger: in force, and stored as soon as the disk answers.
  func takeRescue(_ command: Command, _ row: AuditEntry) {
    guard keepsIncidents else { return }
    rescued += book.take(command, row)
  }

  private func storeRescued() async {
    guard !rescued.isEmpty else { return }
    var change = rescued
    // They may have moved on since.
    change.incidents = change.incidents.compactMap { book.incident($0.id) }
    if await ledger.store(change, now: settings.clock()) { rescued = IncidentChange() }
  }

  /// The caller holds the turn.
  func answerIncident(
    _ command: Command, by principal: Principal
  ) async throws(Refusal) -> CommandOutcome {
    guard keepsIncidents else {
      throw Refusal(.auditUnavailable, "incidents are not kept: see vigia audit repair")
    }
    if let model = command.action.model, deployments[model] == nil {
      throw Refusal(
        .unknownModel, "no model \(model) here; there are \(modelNames.joined(separator: ", "))")
    }
    return try await perform(command, by: principal, try words(of: command, now: settings.clock()))
    {}
  }

  /// What the ledger says of a command about an incident.
  private func words(of command: Command, now: Timestamp) throws(Refusal) -> String {
    switch command.action {
    case .openIncident(let model, let title):
      let length = title.unicodeScalars.count
      guard length <= 200, VisibleText.isVisible(title) else {
        throw Refusal(
          .invalid, "expected a title of 1 to 200 characters that say something, found \(length)")
      }
      if let known = book.openIncident(of: model) {
        throw Refusal(
          .invalid, "\(known.id) is open already: \(known.title); note on it, or close it first")
      }
      return "\(book.nextID) opened: \(title)"
    case .closeIncident(let id):
      var incident = try incident(id, mustBeOpen: true)
      incident.closedAt = now
      return incident.closedWords
    case .note(let id?, _): return "note on \(try incident(id, mustBeOpen: false).id)"
    case .note(nil, let model?):
      return "note on \(book.openIncident(of: model).map { "\($0.id)" } ?? model)"
    case .tickStep(let id, let runbook, let step, let text, let isDone):
      let incident = try incident(id, mustBeOpen: true)
      guard (1...200).contains(runbook.unicodeScalars.count),
        (1...64).contains(step.unicodeScalars.count), text.unicodeScalars.count <= 1_000
      else {
        throw Refusal(
          .invalid,
          "expected a page, a step of at most 64 characters and its text of at most 1000")
      }
      return "\(incident.id): \(isDone ? "done" : "not done after all"): \(text) (\(runbook))"
    default: throw Refusal(.invalid, "a note needs an incident or a model")
    }
  }

  private func incident(
    _ id: IncidentID, mustBeOpen: Bool
  ) throws(Refusal) -> Incident {
    guard let incident = book.incident(id) else {
      throw Refusal(.invalid, "there is no incident \(id)")
    }
    guard incident.isOpen || !mustBeOpen else {
      throw Refusal(.nothingToDo, "\(id) is closed already")
    }
    return incident
  }

  // MARK: Seeing

  /// Newest first.
  package func incidents(_ query: IncidentQuery) -> [Incident] { book.incidents(query) }

  /// Nil where there is no such incident.
  package func incident(_ id: IncidentID) async throws(StorageError) -> IncidentReport? {
    guard let incident = book.incident(id) else { return nil }
    return IncidentReport(incident, stored: try await ledger.entries(of: id))
  }

  var incidentsShown: [IncidentSummary] { Array(book.summaries.prefix(Self.incidentsShown)) }

  private func event(_ action: String, model: String?, _ summary: String) -> AuditEntry {
    AuditEntry(
      time: settings.clock(), principal: .vigia, origin: .job, action: action, model: model,
      reason: "", outcome: .event, summary: summary)
  }
}

extension IncidentReport {
  /// - Parameter stored: its timeline, as it was written.
  init(_ incident: Incident, stored: [IncidentEntry]) {
    var page = IncidentBook.Page(incident: incident)
    for entry in stored { page.learn(entry) }
    // A line may have waited for the disk, or tell of what was found out later.
    let entries = stored.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }.map(\.element)
    self.init(incident: incident, steps: page.steps, entries: entries)
  }
}

extension IncidentBook {
  /// The book after `change`, and what it gave.
  fileprivate func stepped(
    _ change: (inout IncidentBook) -> IncidentChange
  ) -> (IncidentBook, IncidentChange) {
    var next = self
    let stored = change(&next)
    return (next, stored)
  }
}

extension IncidentChange {
  static func += (left: inout IncidentChange, right: IncidentChange) {
    for incident in right.incidents { left.put(incident) }
    left.entries += right.entries
  }
}

extension Incident {
  fileprivate func openedWords(isFrozen: Bool) -> String {
    "\(id) opened: \(title)" + (isFrozen ? "; promotions are refused until it is closed" : "")
  }

  fileprivate var closedWords: String {
    let minutes = Int((closedAt ?? openedAt).secondsSince(openedAt) / 60)
    return "\(id) closed after \(minutes) min"
      + (closeReason.map { closedBy == Principal.vigia.name ? ": \($0)" : "" } ?? "")
  }
}
