/// What changed from one snapshot to the next: the unit of the stream to a console.
package struct SnapshotDelta: Codable, Sendable, Equatable {
  /// Set on the first of a stream, and whenever it changes.
  package var server: ServerInfo?
  package var sequence: Int64
  package var time: Timestamp
  package var engine: EngineStatus?
  package var store: StoreStatus?
  package var saturation: Saturation?
  /// All names in order, when a model came or went.
  package var modelNames: [String]?
  /// Those that changed in more than what moves from second to second.
  package var models: [ModelSnapshot]
  /// Figures of the versions of every other model in which they changed, each list in the order of its versions.
  package var figures: [String: [RecentFigures]]
  /// What else moved of every other model; nil where nothing did.
  package var moving: [String: MovingFigures]?
  package var recoveries: [Recovery]?
  package var notices: [Notice]?
  package var auditHead: Int64
  package var alerts: [Alert]?
  package var incidents: [IncidentSummary]?
  package var precedents: [IncidentPrecedent]?
  package var sources: [SourceStatus]?
  package var intentions: [Intention]?
  package var alertRules: Int?

  /// - Parameter previous: nil gives a delta that makes a snapshot from nothing.
  package init(from previous: SystemSnapshot?, to next: SystemSnapshot) {
    server = previous?.server == next.server ? nil : next.server
    sequence = next.sequence
    time = next.time
    engine = previous?.engine == next.engine ? nil : next.engine
    store = previous?.store == next.store ? nil : next.store
    saturation = previous?.saturation == next.saturation ? nil : next.saturation
    let names = next.models.map(\.name)
    modelNames = previous?.models.map(\.name) == names ? nil : names
    models = []
    figures = [:]
    var moving: [String: MovingFigures] = [:]
    for model in next.models {
      guard let before = previous?.model(model.name),
        before.withoutMovingFigures == model.withoutMovingFigures,
        let moved = MovingFigures(from: before, to: model)
      else {
        models.append(model)
        continue
      }
      let recent = model.versions.map(\.recent)
      if before.versions.map(\.recent) != recent { figures[model.name] = recent }
      if !moved.isEmpty { moving[model.name] = moved }
    }
    self.moving = moving.isEmpty ? nil : moving
    recoveries = previous?.recoveries == next.recoveries ? nil : next.recoveries
    notices = previous?.notices == next.notices ? nil : next.notices
    auditHead = next.auditHead
    alerts = previous?.alerts == next.alerts ? nil : next.alerts
    incidents = previous?.incidents == next.incidents ? nil : next.incidents
    precedents = previous?.precedents == next.precedents ? nil : next.precedents
    sources = previous?.sources ?? [] == next.sources ? nil : next.sources
    intentions = previous?.intentions ?? [] == next.intentions ? nil : next.intentions
    alertRules = previous?.alertRules == next.alertRules ? nil : next.alertRules
  }

  /// The snapshot after this delta.
  ///
  /// - Returns: nil when this delta does not follow that snapshot: ask for a whole one.
  package func applied(to previous: SystemSnapshot?) -> SystemSnapshot? {
    guard let server = server ?? previous?.server, let engine = engine ?? previous?.engine,
      let store = store ?? previous?.store,
      let names = modelNames ?? previous?.models.map(\.name)
    else { return nil }
    var known: [String: ModelSnapshot] = [:]
    for model in previous?.models ?? [] { known[model.name] = model }
    for model in models { known[model.name] = model }
    for (name, figures) in figures {
      guard let model = known[name], model.versions.count == figures.count else { return nil }
      for (index, recent) in figures.enumerated() {
        known[name]?.versions[index].recent = recent
      }
    }
    for (name, moved) in moving ?? [:] {
      guard let model = known[name].flatMap(moved.applied) else { return nil }
      known[name] = model
    }
    return SystemSnapshot(
      server: server, sequence: sequence, time: time, engine: engine, store: store,
      models: names.compactMap { known[$0] }, recoveries: recoveries ?? previous?.recoveries ?? [],
      notices: notices ?? previous?.notices ?? [], auditHead: auditHead,
      saturation: saturation ?? previous?.saturation, alerts: alerts ?? previous?.alerts ?? [],
      incidents: incidents ?? previous?.incidents ?? [],
      precedents: precedents ?? previous?.precedents ?? [],
      sources: sources ?? previous?.sources ?? [],
      intentions: intentions ?? previous?.intentions ?? [],
      alertRules: alertRules ?? previous?.alertRules)
  }
}
