import Domain
import Statistics
import Storage

extension GaugeTally {
  /// How near the machine and the server are to their limits, to be kept.
  init(_ snapshot: SystemSnapshot) {
    self.init()
    note(.telemetryWrite, snapshot.store.writeMilliseconds * 1_000)
    note(.ledgerWrite, snapshot.store.stateWriteMilliseconds.map { $0 * 1_000 })
    for model in snapshot.models {
      for version in model.versions where version.variant != nil {
        note(.versionQueue, Double(version.queueDepth), part: "\(model.name) \(version.version)")
      }
    }
    guard let saturation = snapshot.saturation else { return }
    for (loop, lag) in saturation.loopLag.enumerated() { note(.loopLag, lag, part: "\(loop)") }
    note(.lanesBusy, Double(saturation.lanes.busy))
    note(.laneQueue, Double(saturation.lanes.waiting))
    guard let machine = saturation.machine else { return }
    for (core, busy) in machine.cores.enumerated() { note(.coreBusy, busy, part: "\(core)") }
    note(.processCores, machine.processCores)
    note(.memoryUsed, machine.availableBytes.map { Double(machine.memoryBytes - $0) })
    note(.processMemory, Double(machine.residentBytes))
    note(.diskFree, machine.disk.map { Double($0.freeBytes) })
  }

  /// Seconds between two readings of what is judged: it changes slowly, and the rules' language sees a reading for five minutes.
  static let judgedEvery: Int64 = 240

  /// How the models stand by what is judged all the time and by nothing that is kept of judgements.
  mutating func note(judged models: [ModelSnapshot]) {
    for model in models {
      for objective in model.judgement?.objectives ?? [] {
        note(
          .budgetLeft, objective.budgetLeft, part: "\(model.name) \(objective.kind.rawValue)")
      }
      for concept in model.judgement?.concept ?? [] {
        note(.labelCompleteness, concept.completeness, part: "\(model.name) \(concept.version)")
      }
      note(.satisfaction, model.judgement?.business?.satisfaction, part: model.name)
    }
  }

  private mutating func note(
    _ measure: SeriesQuery.Measure, _ value: Double?, part: String = ""
  ) {
    guard let code = measure.gaugeCode, let value else { return }
    add(value, to: Key(code, part: part))
  }
}
