package import Domain

/// The incidents, and what each thing that happens makes of them.
///
/// Pure: times come in, what is to be stored goes out. Whoever holds it stores that first, and only then goes on with the
/// book that it came from; so what a console was shown is there after a kill.
package struct IncidentBook: Sendable, Equatable {
  /// Seconds without a firing alert of its own after which an incident is closed.
  package static let quiet = 1_800.0
  /// Lines that nobody wrote; what people do and say is always taken.
  static let eventLimit = 2_000

  /// Oldest first.
  private(set) var open: [Page] = []
  /// Oldest first; as many as the store keeps, and those of this run.
  package private(set) var closed: [Incident] = []
  /// Firings that a closed incident had: they open none again.
  private var handled: [AlertID: Timestamp] = [:]
  private var precedents: [String: IncidentPrecedent] = [:]
  /// The highest number that there ever was.
  private var highest: Int64 = 0

  /// An open incident with what is remembered of its timeline.
  struct Page: Sendable, Equatable {
    var incident: Incident
    var steps: [TickedStep] = []
    /// Acts that may have helped, oldest first.
    var acts: [Act] = []
    /// What stands in the timeline of their proofs.
    var proven: Set<Proven> = []
    var events = 0

    struct Act: Sendable, Equatable {
      var commandID: CommandID
      var name: String
      var by: String
    }
  }

  /// Something that was told of an act's proof.
  struct Proven: Sendable, Hashable {
    var commandID: CommandID
    var stage: Recovery.Stage

    init(commandID: CommandID, stage: Recovery.Stage) {
      self.commandID = commandID
      self.stage = stage
    }

    /// Nil while there is nothing to tell.
    init?(_ recovery: Recovery) {
      guard let stage = recovery.stage else { return nil }
      commandID = recovery.commandID
      self.stage = stage
    }
  }

  package init() {}

  /// What the last run left. Its downtime proves nothing: quiet is counted from now on.
  ///
  /// - Parameters:
  ///   - incidents: in the order of their numbers.
  ///   - entries: of the open ones, oldest first.
  ///   - highest: the highest number that was given, also to one that is not here.
  package init(
    _ incidents: [Incident], entries: [IncidentID: [IncidentEntry]], highest: Int64,
    at now: Timestamp
  ) {
    self.highest = highest
    for incident in incidents {
      guard incident.isOpen else {
        file(incident)
        continue
      }
      var page = Page(incident: incident)
      for entry in entries[incident.id] ?? [] { page.learn(entry) }
      if page.incident.quietSince != nil { page.incident.quietSince = now }
      open.append(page)
    }
  }

  // MARK: Seeing

  /// Newest first.
  package var summaries: [IncidentSummary] {
    open.reversed().map { IncidentSummary(incident: $0.incident, steps: $0.steps) }
  }

  package func incident(_ id: IncidentID) -> Incident? {
    open.first { $0.incident.id == id }?.incident ?? closed.last { $0.id == id }
  }

  /// The open one of a model, or of none.
  package func openIncident(of model: String?) -> Incident? {
    open.first { $0.incident.model == model }?.incident
  }

  /// Newest first.
  package func incidents(_ query: IncidentQuery) -> [Incident] {
    let all = (closed + open.map(\.incident)).sorted { $0.id > $1.id }
    return Array(
      all.lazy.filter { incident in
        (query.model == nil || incident.model == query.model)
          && (query.isOpen == nil || incident.isOpen == query.isOpen)
          && query.before.map { incident.id < $0 } ?? true
      }.prefix(max(0, query.limit)))
  }

  /// Of alerts by these names, in their order, each once.
  package func precedents(of names: [String]) -> [IncidentPrecedent] {
    var seen: Set<String> = []
    return names.compactMap { seen.insert($0).inserted ? precedents[$0] : nil }
  }

  // MARK: Opening and closing

  var nextID: IncidentID { IncidentID(highest + 1) }

  mutating func begin(
    model: String?, title: String, severity: Alert.Severity, by actor: String,
    detection: IncidentAlert? = nil, changedAt: Timestamp? = nil, at now: Timestamp,
    _ change: inout IncidentChange
  ) -> IncidentID {
    var incident = Incident(
      id: nextID, model: model, title: title, severity: severity, openedAt: now, openedBy: actor,
      detection: detection, freezesPromotions: model != nil)
    incident.changedAt = changedAt
    highest = incident.id.number
    let entry = IncidentEntry(time: now, actor: actor, text: title, kind: .opened)
    var page = Page(incident: incident)
    page.learn(entry)
    open.append(page)
    change.add(entry, to: incident.id)
    change.put(incident)
    return incident.id
  }

  /// Does nothing where it is closed already.
  mutating func close(
    _ id: IncidentID, by actor: String, reason: String, at now: Timestamp,
    _ change: inout IncidentChange
  ) {
    guard let index = open.firstIndex(where: { $0.incident.id == id }) else { return }
    var incident = open.remove(at: index).incident
    incident.closedAt = now
    incident.closedBy = actor
    incident.closeReason = reason
    file(incident)
    change.add(IncidentEntry(time: now, actor: actor, text: reason, kind: .closed), to: id)
    change.put(incident)
  }

  /// Puts a closed incident where those of the past are.
  private mutating func file(_ incident: Incident) {
    let place = closed.lastIndex { $0.id < incident.id }.map { $0 + 1 } ?? 0
    closed.insert(incident, at: place)
    for alert in incident.alerts where alert.resolvedAt == nil {
      handled[alert.id] = max(handled[alert.id] ?? alert.firedAt, alert.firedAt)
    }
    for name in Set(incident.alerts.filter { $0.isConsequence != true }.map(\.name)) {
      let known = precedents[name]
      precedents[name] = IncidentPrecedent(
        alert: name, count: (known?.count ?? 0) + 1, last: incident.id,
        lastOpenedAt: incident.openedAt, fix: incident.mitigation?.action ?? known?.fix)
    }
  }

  /// Whether a closed incident had this firing of the alert.
  func isHandled(_ alert: Alert) -> Bool {
    guard let firedAt = alert.firedAt, let handled = handled[alert.id] else { return false }
    return firedAt <= handled
  }

  /// Firings that are over need not be remembered.
  mutating func forgetHandled(exceptFor firing: Set<AlertID>) {
    handled = handled.filter { firing.contains($0.key) }
  }

  // MARK: Changing

  /// Open incidents that something is about.
  enum Reach {
    case all
    case one(IncidentID)
    case model(String)
    case alert(AlertID)
  }

  /// Changes each open incident within reach, and stores those that are others afterwards.
  mutating func update(
    _ change: inout IncidentChange, _ reach: Reach = .all,
    _ body: (inout Page, inout IncidentChange) -> Void
  ) {
    for index in open.indices where reach.holds(open[index].incident) {
      let before = open[index].incident
      var lines = IncidentChange()
      body(&open[index], &lines)
      for line in lines.entries where line.entry.isByPerson || open[index].events < Self.eventLimit
      {
        open[index].learn(line.entry)
        change.entries.append(line)
      }
      if open[index].incident != before { change.put(open[index].incident) }
    }
  }
}

extension IncidentBook.Reach {
  fileprivate func holds(_ incident: Incident) -> Bool {
    switch self {
    case .all: true
    case .one(let id): incident.id == id
    case .model(let model): incident.model == model
    case .alert(let alert): incident.alerts.contains { $0.id == alert }
    }
  }
}

extension IncidentChange {
  mutating func add(_ entry: IncidentEntry, to incident: IncidentID) {
    entries.append(Line(incident: incident, entry: entry))
  }

  mutating func put(_ incident: Incident) {
    incidents.removeAll { $0.id == incident.id }
    incidents.append(incident)
  }
}
