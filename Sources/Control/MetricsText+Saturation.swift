import Domain

extension MetricsText {
  /// The process under the names that Prometheus' own clients use, the rest of the machine under ours.
  mutating func addSaturation(of snapshot: SystemSnapshot) {
    gauge(
      SeriesCatalogue.processStart, Double(snapshot.server.startedAt.microseconds) / 1e6)
    gauge(SeriesCatalogue.telemetryWrite, snapshot.store.writeMilliseconds / 1e3)
    gauge(SeriesCatalogue.ledgerWrite, snapshot.store.stateWriteMilliseconds.map { $0 / 1e3 })
    guard let saturation = snapshot.saturation else { return }
    family(SeriesCatalogue.loopLag) { page in
      for (index, lag) in saturation.loopLag.enumerated() {
        page.sample([("loop", "\(index)")], lag / 1e6)
      }
    }
    if let machine = saturation.machine { add(machine) }
  }

  private mutating func add(_ machine: Saturation.Machine) {
    gauge(SeriesCatalogue.processSeconds, machine.processSeconds)
    gauge(SeriesCatalogue.resident, Double(machine.residentBytes))
    gauge(SeriesCatalogue.openFiles, Double(machine.openFiles))
    gauge(SeriesCatalogue.openFileLimit, Double(machine.openFileLimit))
    family(SeriesCatalogue.coreBusy) { page in
      for (index, busy) in machine.cores.enumerated() {
        page.sample([("core", "\(index)")], busy)
      }
    }
    gauge(SeriesCatalogue.coresStolen, machine.stolen)
    gauge(SeriesCatalogue.coreLimit, machine.coreLimit)
    gauge(SeriesCatalogue.memoryLimit, Double(machine.memoryBytes))
    gauge(SeriesCatalogue.memoryAvailable, machine.availableBytes.map { Double($0) })
    gauge(SeriesCatalogue.diskSize, machine.disk.map { Double($0.bytes) })
    gauge(SeriesCatalogue.diskFree, machine.disk.map { Double($0.freeBytes) })
    guard !machine.gpus.isEmpty else { return }
    family(SeriesCatalogue.gpuBusy) { page in
      for gpu in machine.gpus {
        if let busy = gpu.busy { page.sample([("gpu", gpu.name)], busy) }
      }
    }
    family(SeriesCatalogue.gpuMemory) { page in
      for gpu in machine.gpus { page.sample([("gpu", gpu.name)], Double(gpu.memoryBytes)) }
    }
    family(SeriesCatalogue.gpuMemoryUsed) { page in
      for gpu in machine.gpus { page.sample([("gpu", gpu.name)], Double(gpu.usedBytes)) }
    }
  }

  /// A family of one sample; none where nobody knows the value.
  private mutating func gauge(_ series: SeriesDefinition, _ value: Double?) {
    guard let value else { return }
    family(series) { $0.sample([], value) }
  }
}
