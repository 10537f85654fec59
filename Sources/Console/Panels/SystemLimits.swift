import Domain
import TextUI

/// Something that can be used up, and how much of it is.
struct SystemLimit: Equatable {
  enum Unit: String {
    case cores, bytes, files, threads, share, microseconds, requests
    case bytesPerSecond = "bytes/s"
    case perSecond = "1/s"
  }

  enum Group: String, CaseIterable {
    case machine, process, engine, store
    /// This program, wherever it runs.
    case console
  }

  var group: Group
  var name: String
  var used: Double
  /// Nil where there is no limit, only a figure.
  var limit: Double?
  var unit: Unit
  /// What is kept of its past, and of which part; nil where nothing is.
  var past: Past?
  /// False under the time cursor, where nothing is kept of what it was there.
  var isKnown = true
  /// Shares from which a person should look, and from which it hurts.
  var bounds: (warn: Double, critical: Double) = (0.8, 0.95)

  struct Past: Equatable {
    var measure: SeriesQuery.Measure
    var part: String?

    init(_ measure: SeriesQuery.Measure, _ part: String? = nil) {
      self.measure = measure
      self.part = part
    }
  }

  static func == (left: SystemLimit, right: SystemLimit) -> Bool {
    left.name == right.name && left.used == right.used && left.limit == right.limit
  }

  var isCore: Bool { group == .machine && name.hasPrefix("core ") }

  var share: Double? {
    guard isKnown, let limit, limit > 0 else { return nil }
    return used / limit
  }

  /// First how grave it is, then how full.
  var urgency: (Int, Double) {
    let rank = health.tone == .critical ? 2 : health.tone == .warn ? 1 : 0
    return (rank, share ?? 0)
  }

  var health: Health {
    guard let share else { return Health(.ok, "ok") }
    if share >= bounds.critical { return Health(.critical, "full") }
    return share >= bounds.warn ? Health(.warn, "near") : Health(.ok, "ok")
  }
}

enum SystemLimits {
  /// A timer that is later than this holds up every request on its loop.
  private static let lagLimit = 50_000.0
  /// A second of telemetry must be on the disk before the next one comes.
  private static let writeLimit = 1_000_000.0
  /// After this a rollback is offered without its row in the ledger.
  private static let ledgerLimit = 500_000.0

  static func all(_ snapshot: SystemSnapshot) -> [SystemLimit] {
    (snapshot.saturation.map(machine) ?? []) + store(snapshot.store) + queues(snapshot)
  }

  /// The cores as one, which is used up when all are.
  static func withCoresTogether(_ limits: [SystemLimit]) -> [SystemLimit] {
    let cores = limits.filter(\.isCore)
    guard var all = cores.first, cores.count > 1 else { return limits }
    all.name = "cores"
    all.used = cores.reduce(0) { $0 + $1.used } / Double(cores.count)
    all.bounds = coreBounds
    return limits.filter { !$0.isCore } + [all]
  }

  private static let coreBounds = (warn: 0.9, critical: 0.99)

  /// The cores as one line: the busiest of them.
  static func withCoresJoined(_ limits: [SystemLimit]) -> [SystemLimit] {
    let cores = limits.filter(\.isCore)
    guard cores.count > 1, let at = limits.firstIndex(where: { $0.name == cores[0].name }),
      var busiest = cores.max(by: { $0.used < $1.used })
    else { return limits }
    busiest.name = "busiest of \(cores.count) cores"
    var rest = limits.filter { limit in !cores.contains { $0.name == limit.name } }
    rest.insert(busiest, at: at)
    return rest
  }

  private static func machine(_ saturation: Saturation) -> [SystemLimit] {
    var limits: [SystemLimit] = []
    if let machine = saturation.machine {
      // One that is busy holds nothing up while another is free.
      let isFull = !machine.cores.contains { $0 < coreBounds.warn }
      for (index, busy) in machine.cores.enumerated() {
        limits.append(
          SystemLimit(
            group: .machine, name: "core \(index)", used: busy, limit: 1, unit: .share,
            past: .init(.coreBusy, "\(index)"),
            bounds: isFull ? coreBounds : (coreBounds.warn, 1.01)))
      }
      limits.append(
        SystemLimit(
          group: .machine, name: "stolen by the hypervisor", used: machine.stolen, limit: 1,
          unit: .share, bounds: (0.1, 0.3)))
      limits.append(
        SystemLimit(
          group: .process, name: "cores used", used: machine.processCores,
          limit: machine.coreLimit, unit: .cores, past: .init(.processCores)))
      limits.append(
        SystemLimit(
          group: .process, name: "memory", used: Double(machine.residentBytes),
          limit: Double(machine.memoryBytes), unit: .bytes, past: .init(.processMemory)))
      if let available = machine.availableBytes {
        limits.append(
          SystemLimit(
            group: .machine, name: "memory", used: Double(machine.memoryBytes - available),
            limit: Double(machine.memoryBytes), unit: .bytes, past: .init(.memoryUsed)))
      }
      limits.append(
        SystemLimit(
          group: .process, name: "open files", used: Double(machine.openFiles),
          limit: Double(machine.openFileLimit), unit: .files))
      if let disk = machine.disk {
        limits.append(
          SystemLimit(
            group: .machine, name: "disk under the data", used: Double(disk.bytes - disk.freeBytes),
            limit: Double(disk.bytes), unit: .bytes, past: .init(.diskFree), bounds: (0.85, 0.97)))
      }
      for gpu in machine.gpus {
        if let busy = gpu.busy {
          limits.append(
            SystemLimit(
              group: .machine, name: "GPU \(gpu.name)", used: busy, limit: 1, unit: .share,
              bounds: (0.95, 1.01)))
        }
        limits.append(
          SystemLimit(
            group: .machine, name: "GPU \(gpu.name) memory", used: Double(gpu.usedBytes),
            limit: Double(gpu.memoryBytes), unit: .bytes))
      }
    }
    for (index, lag) in saturation.loopLag.enumerated() {
      limits.append(
        SystemLimit(
          group: .engine, name: "event loop \(index) late by", used: lag, limit: lagLimit,
          unit: .microseconds, past: .init(.loopLag, "\(index)"), bounds: (0.2, 1)))
    }
    let lanes = saturation.lanes
    limits.append(
      SystemLimit(
        group: .engine, name: "lanes", used: Double(lanes.busy), limit: Double(lanes.threads),
        unit: .threads, past: .init(.lanesBusy), bounds: (0.9, 1.01)))
    limits.append(
      SystemLimit(
        group: .engine, name: "waiting for a lane", used: Double(lanes.waiting), unit: .requests,
        past: .init(.laneQueue)))
    return limits
  }

  private static func store(_ store: StoreStatus) -> [SystemLimit] {
    var limits = [
      // While it is paused nothing is written in any time.
      SystemLimit(
        group: .store,
        name: store.paused == nil ? "telemetry written in" : "telemetry last written in",
        used: store.writeMilliseconds * 1_000, limit: store.paused == nil ? writeLimit : nil,
        unit: .microseconds, past: .init(.telemetryWrite), bounds: (0.3, 0.8))
    ]
    if let ledger = store.stateWriteMilliseconds {
      limits.append(
        SystemLimit(
          group: .store, name: "ledger's last row in", used: ledger * 1_000, limit: ledgerLimit,
          unit: .microseconds, past: .init(.ledgerWrite), bounds: (0.4, 1)))
    }
    limits.append(
      SystemLimit(
        group: .store, name: "telemetry dropped", used: Double(store.dropped), unit: .requests))
    limits.append(
      SystemLimit(
        group: .store, name: "metrics.db", used: Double(store.metricsBytes), unit: .bytes))
    limits.append(
      SystemLimit(group: .store, name: "state.db", used: Double(store.stateBytes), unit: .bytes))
    return limits
  }

  /// What this console takes of the machine that it runs on.
  static func console(_ cost: ConsoleCost?) -> [SystemLimit] {
    guard let cost else { return [] }
    var limits = [
      SystemLimit(
        group: .console, name: "processor", used: cost.processor, limit: 1, unit: .share,
        bounds: (0.3, 0.8)),
      SystemLimit(
        group: .console, name: "memory", used: Double(cost.residentBytes), unit: .bytes),
      SystemLimit(
        group: .console, name: "to the terminal", used: cost.bytesPerSecond,
        unit: .bytesPerSecond),
      SystemLimit(
        group: .console, name: "wakeups", used: cost.wakeupsPerSecond, unit: .perSecond),
    ]
    if let frame = cost.frame {
      limits += [
        SystemLimit(
          group: .console, name: "picture made in", used: frame.mean, unit: .microseconds),
        SystemLimit(
          group: .console, name: "at worst in", used: frame.worst, unit: .microseconds),
      ]
    }
    return limits
  }

  private static func queues(_ snapshot: SystemSnapshot) -> [SystemLimit] {
    snapshot.models.flatMap { model in
      model.versions.filter { $0.queueDepth > 0 }.map {
        SystemLimit(
          group: .engine, name: "queue of \(model.name) \($0.version)",
          used: Double($0.queueDepth), unit: .requests,
          past: .init(.versionQueue, "\(model.name) \($0.version)"))
      }
    }
  }
}
