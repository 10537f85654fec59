/// How near the machine and the process are to their limits. `process_` names are those of Prometheus' own clients.
extension SeriesCatalogue {
  package static let processStart = SeriesDefinition(
    name: "process_start_time_seconds", kind: .gauge, unit: "seconds", labels: [],
    help: "When the server's process started, in seconds since 1970.")
  package static let processSeconds = SeriesDefinition(
    name: "process_cpu_seconds_total", kind: .counter, unit: "seconds", labels: [],
    help: "Processor time that the server's process has used.")
  package static let resident = SeriesDefinition(
    name: "process_resident_memory_bytes", kind: .gauge, unit: "bytes", labels: [],
    help: "Memory of the server's process that is in use.")
  package static let openFiles = SeriesDefinition(
    name: "process_open_fds", kind: .gauge, unit: "", labels: [],
    help: "Open file descriptors of the server's process.")
  package static let openFileLimit = SeriesDefinition(
    name: "process_max_fds", kind: .gauge, unit: "", labels: [],
    help: "File descriptors that the server's process may have.")
  package static let coreBusy = SeriesDefinition(
    name: "vigia_core_busy_ratio", kind: .gauge, unit: "ratio", labels: ["core"],
    help: "Share of the last second in which a core was not idle, 0 through 1.")
  package static let coresStolen = SeriesDefinition(
    name: "vigia_cores_stolen_ratio", kind: .gauge, unit: "ratio", labels: [],
    help: "Share of all cores' last second that the hypervisor gave to others.")
  package static let coreLimit = SeriesDefinition(
    name: "vigia_core_limit", kind: .gauge, unit: "", labels: [],
    help: "Cores that the process may use, of the machine or of its container.")
  package static let memoryLimit = SeriesDefinition(
    name: "vigia_memory_limit_bytes", kind: .gauge, unit: "bytes", labels: [],
    help: "Memory of the machine, or the limit of the process' container.")
  package static let memoryAvailable = SeriesDefinition(
    name: "vigia_memory_available_bytes", kind: .gauge, unit: "bytes", labels: [],
    help: "Memory that can still be taken without swapping.")
  package static let diskSize = SeriesDefinition(
    name: "vigia_disk_size_bytes", kind: .gauge, unit: "bytes", labels: [],
    help: "Size of the file system under the data folder.")
  package static let diskFree = SeriesDefinition(
    name: "vigia_disk_free_bytes", kind: .gauge, unit: "bytes", labels: [],
    help: "Bytes that can still be written to the file system under the data folder.")
  package static let telemetryWrite = SeriesDefinition(
    name: "vigia_telemetry_write_seconds", kind: .gauge, unit: "seconds", labels: [],
    help: "How long the last second of telemetry took to be on the disk.")
  package static let ledgerWrite = SeriesDefinition(
    name: "vigia_ledger_write_seconds", kind: .gauge, unit: "seconds", labels: [],
    help: "How long the last row of the ledger took to be on the disk.")
  package static let loopLag = SeriesDefinition(
    name: "vigia_event_loop_lag_seconds", kind: .gauge, unit: "seconds", labels: ["loop"],
    help: "How late the timers of an event loop were, at worst, in the last second.")
  package static let lanes = SeriesDefinition(
    name: "vigia_lanes", kind: .gauge, unit: "", labels: ["model", "version"],
    help: "Threads that run a version.")
  package static let lanesBusy = SeriesDefinition(
    name: "vigia_lanes_busy", kind: .gauge, unit: "", labels: ["model", "version"],
    help: "Threads of a version that compute.")
  package static let gpuBusy = SeriesDefinition(
    name: "vigia_gpu_busy_ratio", kind: .gauge, unit: "ratio", labels: ["gpu"],
    help: "Share of the last second in which a GPU computed, 0 through 1.")
  package static let gpuMemory = SeriesDefinition(
    name: "vigia_gpu_memory_bytes", kind: .gauge, unit: "bytes", labels: ["gpu"],
    help: "Memory of a GPU.")
  package static let gpuMemoryUsed = SeriesDefinition(
    name: "vigia_gpu_memory_used_bytes", kind: .gauge, unit: "bytes", labels: ["gpu"],
    help: "Memory of a GPU that is in use.")

  static let saturation: [SeriesDefinition] = [
    processStart, processSeconds, resident, openFiles, openFileLimit, coreBusy, coresStolen,
    coreLimit, memoryLimit, memoryAvailable, diskSize, diskFree, telemetryWrite, ledgerWrite,
    loopLag, lanes, lanesBusy, gpuBusy, gpuMemory, gpuMemoryUsed,
  ]
}
