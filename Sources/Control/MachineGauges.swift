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

  private mutating func note(
    _ measure: SeriesQuery.Measure, _ value: Double?, part: String = ""
  ) {
    guard let code = measure.gaugeCode, let value else { return }
    add(value, to: Key(code, part: part))
  }
}
